"""Files on the page: a picture to look at, anything else to keep, by mouse and by keyboard, small and dark."""

import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk.web import WebClient

from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, PersonSpec, WorkspaceSpec
from tests.page import world
from tests.page.conftest import PATIENCE

pytestmark = pytest.mark.browser
SCOPES = ["chat:write", "channels:read", "files:write", "files:read"]
NARROW, WIDE = 390, 1200


def a_picture(width: int = 900, height: int = 300) -> bytes:
    """A PNG, all of one colour, wider than a telephone."""
    rows = b"".join(b"\x00" + b"\x0d\x6b\x63" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    """A channel with a picture and a table in it, sent as Slack's own client sends them."""
    spec = WorkspaceSpec(
        "T0TIDE",
        "Tidewater",
        "tidewater",
        (PersonSpec(world.DANA, "dana", "Dana Reyes", "Europe/Lisbon"),),
        (ChannelSpec(world.PLATFORM, "platform", "Infrastructure", (world.DANA,)),),
        AppSpec(name="Backbeat", manifest={"oauth_config": {"scopes": {"bot": SCOPES}}}),
    )
    with Playground(spec, clock=lambda: world.NOW) as made:
        client = WebClient(spec.app.bot_token, base_url=made.api_url)
        client.files_upload_v2(
            channel=world.PLATFORM,
            filename="month.png",
            title="October",
            alt_txt="Five decided, one reversed",
            content=a_picture(),
        )
        client.files_upload_v2(
            channel=world.PLATFORM,
            filename="decisions-with-a-rather-long-name-that-goes-on-and-on-and-on.csv",
            title="Decisions as a table",
            initial_comment="3 decisions: all that you may see",
            content="number,title\n" * 200,
        )
        yield made


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide and light", "narrow and dark"])
def page(request: pytest.FixtureRequest, playground: Playground, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="en-GB", accept_downloads=True
    )
    made, problems = context.new_page(), []
    made.set_default_timeout(PATIENCE)
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.goto(f"{playground.url}/#as={world.DANA}&channel={world.PLATFORM}")
    made.wait_for_selector("article")
    yield made
    context.close()
    assert not problems


def test_a_picture_is_shown_with_its_words_and_within_the_window(page: Page) -> None:
    picture = page.get_by_role("img", name="Five decided, one reversed")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 900
    box = picture.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == page.evaluate("window.innerWidth")


def test_another_file_is_a_link_with_its_name_and_size_that_keeps_it(page: Page) -> None:
    link = page.get_by_role("link", name="Decisions as a table")
    expect(link).to_contain_text("decisions-with-a-rather-long-name-that-goes-on-and-on-and-on.csv · 3 KB")
    expect(page.locator("article", has=link)).to_contain_text("3 decisions: all that you may see")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith("and-on.csv")
    assert download.value.path().read_text().startswith("number,title\n")


def test_the_keyboard_reaches_it_and_sees_where_it_is(page: Page) -> None:
    link = page.get_by_role("link", name="Decisions as a table")
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    with page.expect_download():
        page.keyboard.press("Enter")
