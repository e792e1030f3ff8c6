"""Makes the pictures in docs/images from the running demo: `make screenshots`. Needs Debian's Chromium."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot import logs
from bot.demo import tidewater as story
from bot.demo.run import Demo

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1240, "height": 780}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-device-scale-factor=1"]


class Photographer:
    """Walks through the demo as a person would, and takes pictures."""

    def __init__(self, demo: Demo, page: Page) -> None:
        self.demo = demo
        self.page = page

    def go(self, who: str, channel: str, thread: str = "") -> None:
        self.page.goto(f"{self.demo.playground.url}/#as={who}&channel={channel}&thread={thread}")
        self.page.reload()
        self.page.wait_for_selector(".thread .message" if thread else "main")
        self.page.wait_for_load_state("networkidle")

    def slash(self, text: str) -> None:
        self.page.locator("main .composer textarea").fill(text)
        self.page.keyboard.press("Enter")

    def window(self, shows: str) -> None:
        self.page.wait_for_selector(f"form.modal:has-text('{shows}')")

    def close_window(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.wait_for_selector("form.modal", state="detached")

    def choose(self, message: str, shortcut: str) -> None:
        """⋯ on a message, then one of the app's shortcuts."""
        self.page.locator(message).last.hover()
        self.page.locator(message).last.locator("button.more").click()
        self.page.locator(f"[data-shortcut='{shortcut}']").click()

    def press(self, control: str) -> None:
        self.page.locator(f"[data-control={control}]").click()
        self.page.wait_for_selector(f"[data-control={control}]:not([aria-busy])")
        self.page.wait_for_load_state("networkidle")

    def take(self, name: str) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_function("document.fonts.status === 'loaded'")
        self.page.wait_for_timeout(350)  # live updates and transitions come to rest
        self.page.screenshot(path=IMAGES / f"{name}.png")


def all_pictures(camera: Photographer) -> None:
    demo = camera.demo
    thread = next(
        each["ts"] for each in demo.playground.messages(story.PLATFORM) if "Kafka or Postgres" in each["text"]
    )
    camera.go(story.DANA, story.PLATFORM, thread)
    camera.choose(".thread .message", "decisions.log_message")
    camera.window("What is new?")
    camera.take("decide")
    camera.page.locator("form.modal button[type=submit]").click()
    camera.page.wait_for_selector(".thread .message:has-text('From Kenji')")
    camera.take("channel")
    camera.go(story.DANA, story.PLATFORM)
    camera.slash("/decisions")
    camera.window("D-14")
    camera.take("log")
    camera.close_window()
    camera.go(story.DANA, "home")
    camera.take("home")
    camera.go(story.DANA, story.PLATFORM, thread)
    camera.choose(".thread .message:has-text('Then I')", "updates.summarise")
    camera.go(story.DANA, demo.playground.dm_with_app(story.DANA))
    camera.page.wait_for_selector("text=picked by rule")
    camera.take("summary")
    camera.press("skip")
    camera.press("skip")
    camera.take("waiting")
    camera.press("skip")
    camera.take("standup")
    while "agenda" not in camera.page.locator(".toast").last.inner_text():
        camera.press("skip")
    agenda = next(
        each["ts"] for each in reversed(demo.playground.messages(story.PLATFORM)) if "Tradeoffs" in each["text"]
    )
    camera.go(story.SAM, story.PLATFORM, agenda)
    camera.take("agenda")


@contextmanager
def opened(folder: Path) -> Iterator[Photographer]:
    demo = Demo(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        try:
            demo.open()
            yield Photographer(demo, browser.new_page(viewport=SIZE))
        finally:
            browser.close()
            demo.close()


def main() -> int:
    logs.set_up(level="error", form="console")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "demo") as camera:
        all_pictures(camera)
    return 0


if __name__ == "__main__":
    sys.exit(main())
