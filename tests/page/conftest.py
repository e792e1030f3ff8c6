"""The page in Chromium against the fake: one browser and one server for all of them, a fresh page for each test.

The browser closes when the last of these tests is over: Playwright keeps an event loop running in its thread, in which
whoever calls `asyncio.run` later would fail.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tests.page import world
from tests.page.fake import Fake

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 20_000  # milliseconds


class Server:
    """The fake on a free port, in a thread of its own."""

    def __init__(self) -> None:
        self.fake = Fake(world.state())
        self.loop = asyncio.new_event_loop()
        config = uvicorn.Config(
            self.fake.app(), host="127.0.0.1", port=0, log_level="warning", ws="websockets-sansio", lifespan="off"
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.uvicorn.serve())
        self.loop.close()

    def start(self) -> None:
        self.thread.start()
        while not self.uvicorn.started:
            assert self.thread.is_alive()
            self.thread.join(0.01)

    @property
    def url(self) -> str:
        port = self.uvicorn.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.uvicorn.should_exit = True
        self.thread.join(10)

    def changed(self) -> None:
        asyncio.run_coroutine_threadsafe(self.fake.changed(), self.loop).result(5)


@dataclass
class Visit:
    """The page as a test sees it, with the fake behind it."""

    page: Page
    server: Server
    problems: list[str]

    @property
    def fake(self) -> Fake:
        return self.server.fake

    def open(self, where: str = "", **changes: Any) -> Page:
        """Load the page, with these changes to the state."""
        self.fake.state = world.state(**changes)
        self.page.goto(f"{self.server.url}/#{where}")
        self.page.wait_for_selector(".topbar")
        return self.page

    def becomes(self, **changes: Any) -> None:
        """The server's state changes while the page is open."""
        self.fake.state = self.fake.state | changes
        self.server.changed()

    def wait_act(self, do: str) -> dict[str, Any]:
        """The first act of this kind, as soon as it has arrived."""
        with self.fake.arrived:
            found = self.fake.arrived.wait_for(
                lambda: next((act for act in self.fake.acts if act["do"] == do), None), timeout=30
            )
        assert found, f"no {do} in {self.fake.acts}"
        return dict(found)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Visit]:
    """A visit that fails its test where the page reports an error of its own."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    made = Visit(page, server, [])
    page.on("pageerror", lambda error: made.problems.append(str(error)))
    page.on("console", lambda each: made.problems.append(each.text) if each.type == "error" else None)
    server.fake.reset(world.state())
    yield made
    context.close()
    assert not made.problems
