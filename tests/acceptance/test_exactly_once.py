"""One message, whatever happens to the process between its post and its record."""

from pathlib import Path

import pytest

from tests.acceptance.harness import DANA, PLATFORM, Rig, a_rig

pytestmark = pytest.mark.acceptance
ONE_LINE = "/decide Use Postgres because we run it already, revisit in 60 days"
SETTLED = 60.0  # the sender's lock is freed at once; then the HTTP deadline and the history's lag have to pass


def held_in_the_post(rig: Rig) -> None:
    """Slack has the card, and its answer has not left yet."""
    rig.playground.faults.switch_on("chat.postMessage", "hold", seconds=30)
    rig.slash(DANA, PLATFORM, ONE_LINE)
    rig.wait_for(lambda: rig.by_bot(PLATFORM))


def settled_once(rig: Rig) -> None:
    """A later message arrives, behind the card in the same channel; and of each there is one."""
    rig.slash(DANA, PLATFORM, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    rig.wait_for(lambda: any("D-2" in each["text"] for each in rig.by_bot(PLATFORM)), timeout=SETTLED)
    assert [each["text"].partition(":")[0] for each in rig.by_bot(PLATFORM)] == ["D-1", "D-2"]


def test_killed_between_post_and_record_and_started_again(tmp_path: Path) -> None:
    with a_rig(tmp_path) as rig:
        first = rig.start().wait_ready()
        held_in_the_post(rig)
        first.kill()
        rig.playground.faults.clear()
        rig.start().wait_ready()
        settled_once(rig)


def test_killed_before_slack_had_it_and_started_again(tmp_path: Path) -> None:
    with a_rig(tmp_path) as rig:
        first = rig.start().wait_ready()
        rig.playground.faults.switch_on("chat.postMessage", "delay", seconds=30)
        rig.slash(DANA, PLATFORM, ONE_LINE)
        rig.wait_for(lambda: [method for method, _ in rig.playground.calls if method == "chat.postMessage"])
        first.kill()
        rig.playground.faults.clear()
        rig.start().wait_ready()
        rig.wait_for(lambda: rig.by_bot(PLATFORM), timeout=SETTLED)
        settled_once(rig)


@pytest.mark.postgres
def test_frozen_between_post_and_record_while_a_second_one_starts(tmp_path: Path, postgres_url: str) -> None:
    with a_rig(tmp_path, database_url=postgres_url) as rig:
        first = rig.start().wait_ready()
        held_in_the_post(rig)
        first.freeze()
        rig.playground.faults.clear()
        rig.start().wait_ready()
        rig.wait_for(lambda: len(rig.playground.sockets) >= 2)
        first.wake()
        settled_once(rig)


def test_a_lost_reply_is_looked_up_and_not_posted_again(tmp_path: Path) -> None:
    with a_rig(tmp_path) as rig:
        rig.start().wait_ready()
        rig.playground.faults.switch_on("chat.postMessage", "drop_reply")
        rig.slash(DANA, PLATFORM, ONE_LINE)
        rig.wait_for(lambda: rig.by_bot(PLATFORM))
        settled_once(rig)


@pytest.mark.parametrize("kind", ["ratelimit", "server_error"])
def test_a_refusal_that_passes_is_tried_again(tmp_path: Path, kind: str) -> None:
    with a_rig(tmp_path) as rig:
        rig.start().wait_ready()
        rig.playground.faults.switch_on("chat.postMessage", kind, times=2, seconds=1)
        rig.slash(DANA, PLATFORM, ONE_LINE)
        rig.wait_for(lambda: rig.by_bot(PLATFORM), timeout=SETTLED)
        settled_once(rig)
