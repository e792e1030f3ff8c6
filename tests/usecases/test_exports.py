"""The log as a file for one person: what is in it, for whom, and the same bytes as an operator's folder."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.decisions import DecisionStatus, Detail
from bot.domain.errors import BackbeatError, ExternalFailure, InvalidInput, NotAllowed
from bot.domain.files import LogExport, LogForm, Made
from bot.domain.filters import Filters
from bot.domain.messages import FilePost
from bot.domain.outbox import Operation, OutboxMessage
from bot.domain.workspaces import Audience, Viewer
from bot.usecases.decisions import Which
from bot.usecases.interchange import Wish, ask_for, files_of, in_words, leaving, make_export
from bot.usecases.interchange.exports import leaving_for, packed
from bot.usecases.people import viewer_for
from storage import tables
from storage.store import SqlStore
from tests.storage.things import a_decision, log_decisions
from tests.support import THURSDAY, Surroundings, a_person, a_workspace, services_on

DANA, SAM = a_person("U1", name="Dana"), a_person("U2", name="Sam", zone="Asia/Tokyo")
GWEN, OTTO = a_person("U3", name="Gwen", is_guest=True), a_person("U4", name="Otto", team_id="T2")
BOARD = Audience("G1")  # Dana alone is there


@pytest.fixture
def here(store: SqlStore) -> Surroundings:
    made = services_on(store, DANA, SAM, GWEN, OTTO)
    log_decisions(
        store,
        a_decision(1, title="Use Postgres", decided_on=date(2026, 3, 5)),
        a_decision(2, title="Freeze hiring", audience=BOARD),
        a_decision(3, title="Drop Kafka", status=DecisionStatus.WITHDRAWN),
        a_decision(4, title="Buy a queue", owner_id="U2", author_id="U2", status=DecisionStatus.PROPOSED),
    )
    return made


def made(here: Surroundings, asker: str, form: LogForm = LogForm.JSON, query: str = "", which: str = "all") -> Made:
    source = LogExport(asker, form, query, which)
    return make_export(here.services, "T1", FilePost("decisions", "Decisions", "Here.", source))


def numbers(file: Made) -> list[int]:
    return [each["number"] for each in json.loads(file.content)["decisions"]]


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def queued(store: SqlStore) -> list[OutboxMessage]:
    with store.read("T1") as uow:
        return [uow.outbox.get(row) for _, row in store.queue().due_outbox(at=THURSDAY + timedelta(days=1), limit=9)]


def audited(store: SqlStore) -> list[tuple[str, dict[str, str]]]:
    """Who exported what."""
    kept = tables.audit.c
    with store._reader.connect() as connection:
        rows = connection.execute(select(kept.by, kept.detail).where(kept.action == "log.exported"))
        return [(by, detail) for by, detail in rows]


@pytest.mark.parametrize(("asker", "seen"), [("U1", [1, 2, 3, 4]), ("U2", [1, 3, 4])])
def test_in_it_is_what_its_asker_may_see(here: Surroundings, asker: str, seen: list[int]) -> None:
    assert numbers(made(here, asker)) == seen


def test_what_counts_is_what_they_may_see_when_it_is_made(here: Surroundings) -> None:
    here.directory.membership["G1"] = frozenset()
    assert numbers(made(here, "U2")) == [1, 3, 4]
    here.directory.membership["G1"] = frozenset({"U2"})
    assert numbers(made(here, "U2")) == [1, 2, 3, 4]


@pytest.mark.parametrize("asker", ["U3", "U4"], ids=["a guest", "somebody of another company"])
def test_who_may_see_nothing_gets_nothing(here: Surroundings, asker: str) -> None:
    with pytest.raises(NotAllowed):
        made(here, asker)


def test_a_guest_who_is_let_in_gets_what_was_decided_where_they_are(here: Surroundings, store: SqlStore) -> None:
    log_decisions(store, a_decision(5, source=replace(a_decision().source, conversation="C1")))
    a_workspace(store, guests_allowed=True)
    assert numbers(made(here, "U3")) == [5]


def test_while_slack_cannot_say_what_somebody_may_see_it_waits(here: Surroundings) -> None:
    here.directory.down = True
    with pytest.raises(ExternalFailure) as failure:
        made(here, "U1")
    assert not failure.value.permanent


@pytest.mark.parametrize(
    ("query", "which", "seen"),
    [
        ("postgres", "all", [1]),
        ("by:Sam", "all", [4]),
        ("since:2026-10", "all", [2, 3, 4]),
        ("status:withdrawn", "all", [3]),
        ("", Which.WAITING, [4]),
        ("buy", Which.WAITING, [4]),
        ("", "nonsense", [1, 2, 3, 4]),
    ],
)
def test_it_holds_the_part_that_was_picked(here: Surroundings, query: str, which: str, seen: list[int]) -> None:
    assert numbers(made(here, "U1", query=query, which=which)) == seen


def test_nothing_found_is_said_and_no_file(here: Surroundings) -> None:
    with pytest.raises(InvalidInput, match="no decision"):
        made(here, "U1", query="unheard-of")


def test_too_much_is_said_and_not_cut(here: Surroundings) -> None:
    with pytest.raises(InvalidInput, match="more than 3 decisions"):
        leaving_for(here.services.store, "T1", Viewer.system(), most=3)


@pytest.mark.parametrize("form", list(LogForm))
def test_every_file_is_byte_for_byte_what_the_operator_gets(here: Surroundings, store: SqlStore, form: LogForm) -> None:
    """Sam is in no private conversation, and so sees what everyone may."""
    operators = files_of(form, leaving(store, "T1", everything=False))
    content = made(here, "U2", form).content
    assert (unpacked(content) if form is LogForm.MADR else dict.fromkeys(operators, content)) == operators


def test_the_same_log_makes_the_same_zip_whenever_and_in_whatever_order(here: Surroundings, store: SqlStore) -> None:
    first = made(here, "U2", LogForm.MADR).content
    here.clock.move(timedelta(days=300))
    assert made(here, "U2", LogForm.MADR).content == first
    files = files_of(LogForm.MADR, leaving(store, "T1", everything=False))
    assert packed(dict(reversed(files.items()))) == first


@pytest.mark.parametrize(
    ("asker", "query", "words"),
    [
        ("U1", "", "4 decisions: all that you may see, as of 29 Oct 2026, 09:00."),
        ("U2", "postgres", "1 decision: those that you picked, of what you may see, as of 29 Oct 2026, 18:00."),
    ],
)
def test_it_says_how_many_and_as_of_when_by_the_askers_clock(
    here: Surroundings, asker: str, query: str, words: str
) -> None:
    here.clock.set(datetime.fromisoformat("2026-10-29T09:00:00+00:00"))
    assert made(here, asker, query=query).comment == words


def test_what_was_typed_and_picked_is_one_line_that_finds_the_same(here: Surroundings, store: SqlStore) -> None:
    lease = a_decision(title="Lease it", owner_id="U2", decided_on=date(2026, 5, 4))
    log_decisions(
        store,
        replace(lease, number=5, detail=Detail(area="data centre")),
        replace(lease, number=6, detail=Detail(area="vendors")),
    )
    picked = Filters(by=frozenset({"U2"}), areas=("data centre",), since=date(2026, 5, 1), until=date(2026, 5, 31))
    line = in_words(here.services, "T1", "lease", picked)
    assert line == 'lease by:@Sam area:"data centre" since:2026-05-01 until:2026-05-31'
    assert numbers(made(here, "U1", query=line)) == [5]


def test_asked_for_it_is_queued_once_by_dm_and_audited(here: Surroundings, store: SqlStore) -> None:
    wish = Wish(LogForm.CSV, "  area:“vendors” ", Which.MINE)
    for _ in range(2):
        ask_for(here.services, SAM, viewer_for(here.services, SAM), wish, key="k1")
    (row,) = queued(store)
    assert (row.operation, row.destination.person) == (Operation.FILE, "U2")
    assert isinstance(row.message, FilePost)
    assert row.message.source == LogExport("U2", LogForm.CSV, 'area:"vendors"', "mine")
    assert here.nudge.count == 1
    assert audited(store) == [("U2", {"form": "csv", "query": 'area:"vendors"', "which": "mine"})]


def test_who_may_see_nothing_is_told_so_at_once(here: Surroundings, store: SqlStore) -> None:
    with pytest.raises(BackbeatError, match="An admin can change that"):
        ask_for(here.services, GWEN, viewer_for(here.services, GWEN), Wish(LogForm.CSV), key="k1")
    assert queued(store) == []


def test_filters_that_do_not_fit_into_one_line_are_refused_and_not_cut(here: Surroundings) -> None:
    areas = tuple(f"Area {number:02}" for number in range(30))
    with pytest.raises(InvalidInput, match="Pick fewer"):
        in_words(here.services, "T1", "", Filters(areas=areas))
    assert in_words(here.services, "T1", "", Filters(areas=areas[:3])).count("area:") == 3
