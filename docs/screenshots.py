"""Makes the pictures in docs/images from the running demo: `make screenshots`. Needs Debian's Chromium."""

import io
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import FloatRect, Page, sync_playwright

from bot import logs
from bot.demo import tidewater as story
from bot.demo.run import Demo

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1240, "height": 780}
TALL = {"width": 1240, "height": 1400}  # for windows and messages that are cut out
MARGIN = 16
WIDEST = 760  # of a message
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=en-GB"]


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

    def click(self, name: str, within: str = "form.modal") -> None:
        self.page.locator(f"{within} button:text-is('{name}')").last.click()

    def pick(self, block: str, label: str) -> None:
        self.page.locator(f"form.modal [data-block-id='{block}'] select").select_option(label=label)
        self.page.wait_for_load_state("networkidle")

    def skip_to(self, what: str) -> None:
        """*Skip ahead* until it says that this has come."""
        while True:
            self.page.locator("[data-control=skip]").click()
            self.page.wait_for_selector("[data-control=skip]:not([aria-busy])")
            self.page.wait_for_load_state("networkidle")
            if what in self.page.locator(".toast").last.inner_text():
                return

    def take(self, name: str, *, height: int = SIZE["height"]) -> None:
        """The whole page, `height` pixels high."""
        self.page.set_viewport_size({**SIZE, "height": height})
        self.page.evaluate("document.activeElement.blur()")
        self._rest()
        self._keep(name)
        self.page.set_viewport_size(SIZE)

    def take_window(self, name: str) -> None:
        """The window alone, all of it, with a little of what is behind it."""
        self.page.set_viewport_size(TALL)
        whole = self.page.add_style_tag(content=".modal { max-height: none !important; }")
        self._rest()
        x, y, width, height = self._box("form.modal")
        clip: FloatRect = {"x": x - MARGIN, "y": y - MARGIN, "width": width + 2 * MARGIN, "height": height + 2 * MARGIN}
        self._keep(name, clip)
        whole.evaluate("it => it.remove()")
        self.page.set_viewport_size(SIZE)

    def take_message(self, name: str, message: str) -> None:
        """The last message that `message` selects, and nothing of those around it."""
        self.page.set_viewport_size(TALL)
        self.page.locator(message).last.evaluate(
            "it => [...it.parentElement.children].forEach(each => {"
            " if (each !== it) each.style.visibility = 'hidden' })"
        )
        self._rest()
        x, y, width, height = self._box(message)
        clip: FloatRect = {"x": x, "y": y - 6, "width": min(width, WIDEST), "height": height + 12}
        self._keep(name, clip)
        self.page.set_viewport_size(SIZE)

    def _keep(self, name: str, clip: FloatRect | None = None) -> None:
        """In 256 colours: all that these pages have, at a third of the size."""
        taken = Image.open(io.BytesIO(self.page.screenshot(clip=clip)))
        taken.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)

    def _rest(self) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_function("document.fonts.status === 'loaded'")
        self.page.wait_for_timeout(350)  # live updates and transitions come to rest

    def _box(self, selector: str) -> tuple[float, float, float, float]:
        """Where the last such element is, scrolled to: x, y, width and height."""
        subject = self.page.locator(selector).last
        subject.scroll_into_view_if_needed()
        box = subject.bounding_box()
        if box is None:
            raise LookupError(f"nothing to take a picture of: {selector}")
        return box["x"], box["y"], box["width"], box["height"]


def all_pictures(camera: Photographer) -> None:
    thread = said_in_platform(camera.demo, "Kafka or Postgres")
    deciding(camera, thread)
    approving(camera)
    finding(camera)
    coming_back(camera)
    summarising(camera, thread)


def deciding(camera: Photographer, thread: str) -> None:
    """The window with what it knows, the card, and the thread that it stands in."""
    camera.go(story.DANA, story.PLATFORM, thread)
    camera.choose(".thread .message", "decisions.log_message")
    camera.window("What is new?")
    camera.pick("area", "Architecture")
    camera.take_window("decide")
    camera.click("Related")
    camera.window("Related to D-4")
    camera.page.locator("form.modal button[type=submit]").click()
    camera.page.wait_for_selector(".thread .message:has-text('From Kenji')")
    camera.take("channel")
    camera.take_message("card", ".thread .message")


def approving(camera: Photographer) -> None:
    """Who decides, what waits for whose word, and how they are asked for it."""
    camera.go(story.DANA, story.PLATFORM)
    camera.slash("/backbeat who-decides")
    camera.window("Vendors")
    camera.take_window("who-decides")
    camera.close_window()
    camera.take_message("waits", "main .message:has-text('D-13')")
    camera.go(story.DANA, camera.demo.playground.dm_with_app(story.DANA))
    camera.take_message("approval", "main .message:has-text('D-13')")


def finding(camera: Photographer) -> None:
    """The log, one decision of it, and Home."""
    camera.go(story.DANA, story.PLATFORM)
    camera.slash("/decisions since:2026-10-16")
    camera.window("D-14")
    camera.take_window("log")
    camera.close_window()
    camera.slash("/decisions D-5")
    camera.window("Twice the price")
    camera.take_window("details")
    camera.close_window()
    camera.go(story.DANA, "home")
    camera.take("home")


def summarising(camera: Photographer, thread: str) -> None:
    camera.go(story.DANA, story.PLATFORM, thread)
    camera.choose(".thread .message:has-text('Then I')", "updates.summarise")
    camera.go(story.DANA, camera.demo.playground.dm_with_app(story.DANA))
    camera.page.wait_for_selector("text=picked by rule")
    camera.take_message("summary", "main .message")


def coming_back(camera: Photographer) -> None:
    """What the clock brings: a decision that comes back, a standup, the agenda, the month."""
    camera.skip_to("revisit")
    camera.take_message("revisit", "main .message")
    camera.skip_to("Kenji's standup")
    camera.take_message("standup", "main .message")
    camera.skip_to("agenda")
    camera.go(story.SAM, story.PLATFORM, said_in_platform(camera.demo, "Tradeoffs"))
    camera.take("agenda")
    camera.skip_to("monthly note")
    dm = camera.demo.playground.dm_with_app(story.DANA)
    note = latest(camera.demo.playground.messages(dm), "October 2026 in a minute")
    camera.go(story.DANA, dm, note)
    camera.page.wait_for_selector(".thread .message img[alt^='Decisions a month']")
    camera.take("monthly", height=1080)


def said_in_platform(demo: Demo, words: str) -> str:
    return latest(demo.playground.messages(story.PLATFORM), words)


def latest(messages: Sequence[Mapping[str, Any]], words: str) -> str:
    """The `ts` of the latest with these words."""
    return next(each["ts"] for each in reversed(messages) if words in each["text"])


@contextmanager
def opened(folder: Path) -> Iterator[Photographer]:
    demo = Demo(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        try:
            demo.open()
            yield Photographer(
                demo, browser.new_page(viewport=SIZE, device_scale_factor=2, color_scheme="light", locale="en-GB")
            )
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
