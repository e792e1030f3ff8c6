"""The window of the log: what is picked there and typed there hold together, on each page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.rights import Approver, ApproverKind, Part
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, STRANGER, Team, a_team, fill, propose, said_in
from tests.support import THURSDAY

ASK_KENJI = Approver(ApproverKind.PERSON, KENJI)
KINDS = {
    "decisions.filter": ("static_select", "selected_option"),
    "decisions.by": ("users_select", "selected_user"),
    "decisions.area": ("static_select", "selected_option"),
    "decisions.since": ("datepicker", "selected_date"),
    "decisions.until": ("datepicker", "selected_date"),
}


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def open_log(team: Team, person: str = DANA, text: str = "") -> dict[str, Any]:
    team.slash(person, text, command="/decisions")
    return team.window()


def press(team: Team, person: str, action: str, value: str = "", **picked: str) -> dict[str, Any]:
    """Press in the window that is open, once these were picked: by, area, since, until, filter; or typed: query."""
    view = team.window()
    state = fill(view, **({"query": picked.pop("query")} if "query" in picked else {}))
    for name, chosen in picked.items():
        action_id = f"decisions.{name}"
        kind, key = KINDS[action_id]
        block = next(each["block_id"] for each in view["blocks"] if action_id in str(each.get("elements")))
        given = {"value": chosen} if key == "selected_option" else chosen
        state[block][action_id] = {"type": kind, key: given}
    team.send({
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": person, "team_id": "T1"},
        "trigger_id": f"press-{action}-{value}-{len(team.windows())}",
        "actions": [{"type": "button", "action_id": f"decisions.{action}", "block_id": "b", "value": value}],
        "view": {**view, "state": {"values": state}},
        "container": {"type": "view"},
    })  # fmt: skip
    return team.window()


def shown(view: dict[str, Any]) -> list[str]:
    """The decisions in it, by their references, as they come."""
    rows = [each for each in view["blocks"] if str(each.get("block_id")).startswith("row-")]
    return [f"D-{each['block_id'].removeprefix('row-')}" for each in rows]


def log_about(team: Team, area: str, *, title: str = "Use it", who: str = DANA, channel: str = "C1") -> None:
    team.slash(who, title, channel=channel)
    view = team.window()
    team.press_in(who, view, "decisions.add_detail", why="because")
    team.submit(who, team.window(), area=area, why="because")


def test_a_person_is_picked(team: Team) -> None:
    team.log()
    team.log("Use Redis because of speed", who=KENJI)
    open_log(team)
    view = press(team, DANA, "by", by=KENJI)
    assert shown(view) == ["D-2"]
    assert "by Kenji" in said_in(view)


def test_an_area_is_picked_of_those_of_the_workspace_and_those_in_use(team: Team) -> None:
    log_about(team, "Vendors")
    team.log()
    view = open_log(team)
    assert "Vendors" in said_in(view)
    assert "Roadmap" in said_in(view)
    view = press(team, DANA, "area", area="Vendors")
    assert shown(view) == ["D-1"]
    assert "area Vendors" in said_in(view)
    assert shown(press(team, DANA, "area", area="*")) == ["D-2", "D-1"]
    assert "Nothing about Roadmap yet" in said_in(press(team, DANA, "area", area="Roadmap"))


def test_days_are_picked(team: Team) -> None:
    team.log()
    open_log(team)
    assert shown(press(team, DANA, "since", since="2026-10-29")) == ["D-1"]
    assert "since 29 Oct 2026" in said_in(team.window())
    assert shown(press(team, DANA, "since", since="2026-10-30")) == []
    assert shown(press(team, DANA, "until", since="2026-10-01", until="2026-10-28")) == []
    assert "Nothing matches" in said_in(team.window())


def test_what_is_typed_and_what_is_picked_hold_together_and_are_shown_back(team: Team) -> None:
    team.log()
    team.log("Use Redis for speed because Postgres is slow", who=KENJI)
    team.log("Stay on Heroku because moving costs a month", who=KENJI)
    open_log(team, text="postgres since:2026-10")
    view = press(team, DANA, "by", by=KENJI, until="2026-10-31")
    assert shown(view) == ["D-2"]
    assert "by Kenji · since 1 Oct 2026 · until 31 Oct 2026 · “postgres”" in said_in(view)


def test_pages_keep_what_was_picked(team: Team) -> None:
    for number in range(12):
        team.log(f"Use tool{number} because we know it", who=KENJI)
    team.log()
    open_log(team)
    first = press(team, DANA, "by", by=KENJI)
    assert shown(first) == [f"D-{number}" for number in range(12, 2, -1)]
    assert shown(press(team, DANA, "older", "3")) == ["D-2", "D-1"]
    assert "by Kenji" in said_in(team.window())
    assert shown(press(team, DANA, "newer", "newer")) == shown(first)


def test_clearing_keeps_the_words_and_leaves_nothing_picked_behind(team: Team) -> None:
    team.log()
    team.log("Use Redis because Postgres is slow", who=KENJI)
    assert "Clear filters" not in said_in(open_log(team, text="postgres"))
    before = press(team, DANA, "by", by=KENJI, since="2026-10-01")
    assert "Clear filters" in said_in(before)
    after = press(team, DANA, "clear", "clear")
    assert shown(after) == ["D-2", "D-1"]
    assert "“postgres”" in said_in(after)
    ids = [{each["block_id"] for each in view["blocks"] if each["type"] == "actions"} for view in (before, after)]
    assert ids[0] - ids[1], "Slack would fill the same block in again"
    assert shown(press(team, DANA, "by", by=KENJI)) == ["D-2"]


@pytest.mark.parametrize(
    "forged",
    [
        {"by": "<!channel>"},
        {"by": "U1' OR '1'='1"},
        {"area": "x" * 500},
        {"area": "`*<!here>*`"},
        {"since": "yesterday"},
        {"until": "2026-13-99"},
        {"filter": "everything"},
    ],
)
def test_what_no_window_of_ours_offers_is_left_out_or_finds_nothing(team: Team, forged: dict[str, str]) -> None:
    team.log()
    open_log(team)
    view = press(team, DANA, next(iter(forged)), **forged)
    assert "Something went wrong" not in said_in(view)
    assert "<!" not in said_in([each for each in view["blocks"] if each["type"] == "context"])


def test_no_filter_shows_what_its_asker_may_not_see(team: Team) -> None:
    log_about(team, "People and resourcing", title="Hire one engineer", channel="G1")
    everything = [{"by": DANA}, {"area": "People and resourcing"}, {"since": "2026-01-01"}, {"until": "2027-01-01"}]
    everything += [{"filter": which} for which in ("all", "mine", "waiting", "due", "not_doing")]
    for picked in everything:
        open_log(team, KENJI)
        assert shown(press(team, KENJI, next(iter(picked)), **picked)) == [], picked
        assert "Hire" not in said_in(team.window())
    open_log(team, DANA)
    assert shown(press(team, DANA, "by", by=DANA)) == ["D-1"]


@pytest.mark.parametrize("who", [GUEST, STRANGER])
def test_a_forged_window_shows_guests_and_strangers_nothing(team: Team, who: str) -> None:
    team.log()
    open_log(team, DANA)
    for picked in ({"by": DANA}, {"since": "2026-01-01"}, {"filter": "waiting"}):
        said = said_in(press(team, who, next(iter(picked)), **picked))
        assert "Use Postgres" not in said
        open_log(team, DANA)


def approval(number: int, approver: Approver, status: ApprovalStatus, **given: Any) -> Approval:
    return Approval("T1", approver.id, number, approver, Part.AGREES, status, THURSDAY, **given)


def add(team: Team, *approvals: Approval) -> None:
    with team.store.begin("T1") as uow:
        for each in approvals:
            uow.approvals.add(each)
        uow.commit()


def test_a_proposal_says_for_whom_it_waits(team: Team) -> None:
    team.log("Stay on Heroku because moving costs a month", who=KENJI)
    propose(team)
    board = Approver(ApproverKind.OUTSIDE, "the board")
    add(team, approval(2, ASK_KENJI, ApprovalStatus.WAITING), approval(2, board, ApprovalStatus.OBJECTED))
    open_log(team)
    view = press(team, DANA, "filter", filter="waiting")
    assert shown(view) == ["D-2"]
    assert "proposed · the board objects · waiting for Kenji" in said_in(view)


def test_one_that_took_days_to_decide_says_so(team: Team) -> None:
    team.log()
    said_yes = {"answered_by": KENJI, "answered_at": THURSDAY + timedelta(days=3, hours=2)}
    add(team, approval(1, ASK_KENJI, ApprovalStatus.APPROVED, **said_yes))
    assert "decided 29 Oct 2026 · took 3 days" in said_in(open_log(team))


def test_a_full_page_with_every_filter_is_a_window_that_slack_takes(team: Team) -> None:
    for number in range(12):
        team.log(f"{'Use tool ' * 20}{number} because we know it", who=KENJI)
    open_log(team, text="tool")
    press(team, DANA, "by", by=KENJI)
    view = press(team, DANA, "older", "3", by=KENJI, area="*", since="2026-01-01", until="2026-12-31")
    assert shown(view) == ["D-2", "D-1"]
    view = press(team, DANA, "newer", "newer", by=KENJI, area="*", since="2026-01-01", until="2026-12-31")
    assert len(shown(view)) == 10
    assert len(view["blocks"]) < 30
