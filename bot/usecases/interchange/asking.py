"""The log as a file for one person, in Slack: asked for now, made when it is sent, of what they may see by then."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed
from bot.domain.files import LogExport, LogForm, Made
from bot.domain.filters import Filters, read_filters, who_is, with_names
from bot.domain.hours import today_for
from bot.domain.messages import FilePost
from bot.domain.outbox import Destination
from bot.domain.workspaces import Person, Viewer, WorkspaceId
from bot.usecases.decisions import Which
from bot.usecases.decisions.read import QUERY_LIMIT, tidy
from bot.usecases.interchange.exports import EVERY_STATUS, Choice, files_of, leaving_for, packed
from bot.usecases.outgoing import send_file
from bot.usecases.people import acting, viewer_for
from bot.usecases.ports import Narrow, Store
from bot.usecases.services import Services

MOST = 10_000  # decisions in one file, which is made in memory
TITLES = {LogForm.MADR: "Decisions as Markdown", LogForm.CSV: "Decisions as a table", LogForm.JSON: "Decisions as JSON"}
NAMES = {LogForm.MADR: "decisions.zip", LogForm.CSV: "decisions.csv", LogForm.JSON: "decisions.json"}
FOR_MEMBERS = "Guests see none of the decisions here, so there is nothing to export. An admin can change that in setup."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants as a file: `query` and `which` as the log's window has them."""

    form: LogForm
    query: str = ""
    which: Which = Which.ALL


def ask_for(services: Services, person: Person, viewer: Viewer, wish: Wish, *, key: str) -> None:
    """Queue the file as a DM to `person`, once for each `key`. Raises NotAllowed for whom nothing may be shown to."""
    _require_sight(viewer)
    now = services.clock.now()
    query = tidy(wish.query)
    source = LogExport(person.id, wish.form, query, wish.which)
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return
        file = FilePost(NAMES[wish.form], TITLES[wish.form], "The decisions that you asked for.", source)
        send_file(uow, file, Destination(person=person.id), at=now)
        detail = {"form": wish.form.value, "query": query, "which": wish.which.value}
        uow.audit.add(by=person.id, action="log.exported", at=now, detail=detail)
        uow.commit()
    services.nudge()


def in_words(services: Services, workspace: WorkspaceId, query: str, picked: Filters) -> str:
    """What was typed, and what was picked beside it, as one line that people can read and change.

    Raises InvalidInput where what was picked is too much for one: cut, it would find something else.
    """
    areas = [area.replace('"', " ") for area in picked.areas]
    parts = [
        query.strip(),
        *(f"by:<@{person}>" for person in sorted(picked.by)),
        *(f'area:"{area}"' if " " in area else f"area:{area}" for area in areas),
        f"since:{picked.since}" if picked.since else "",
        f"until:{picked.until}" if picked.until else "",
    ]
    line = " ".join(part for part in parts if part)
    if "<@" in line:
        with services.store.read(workspace) as uow:
            line = with_names(line, uow.people.names())
    if picked != Filters() and len(line) > QUERY_LIMIT:
        raise InvalidInput("That is more than one export can be narrowed by. Pick fewer filters.")
    return line


def make_export(services: Services, workspace: WorkspaceId, file: FilePost) -> Made:
    """The file's bytes, of what its asker may see now, as `backbeat export` would write it; a folder is packed.

    Raises NotAllowed where that is nothing any more, InvalidInput where it is too much or none, and ExternalFailure
    while Slack can't say what they may see.
    """
    source = file.source
    if not isinstance(source, LogExport):
        raise InvalidInput("That is no export.")
    person = acting(services, workspace, source.asker_id)
    viewer = viewer_for(services, person)
    _require_sight(viewer)
    if not viewer.is_whole:
        raise ExternalFailure("Slack can't say just now what you may see.", permanent=False, code="viewer_unknown")
    now = services.clock.now()
    choice = _choice(services.store, workspace, source, person, at=now)
    found = leaving_for(services.store, workspace, viewer, choice=choice, most=MOST)
    if not found:
        raise InvalidInput("There is no decision in it that you may see.")
    files = files_of(source.form, found)
    content = packed(files) if source.form is LogForm.MADR else next(iter(files.values()))
    return Made(content, _comment(len(found), person, whole=not source.query and source.which == Which.ALL, at=now))


def _require_sight(viewer: Viewer) -> None:
    if not viewer.may_see_anything:
        raise NotAllowed(FOR_MEMBERS)


def _choice(store: Store, workspace: WorkspaceId, source: LogExport, person: Person, *, at: datetime) -> Choice:
    if source.query:
        with store.read(workspace) as uow:
            names = uow.people.names()
        filters = read_filters(source.query, lambda name: who_is(name, names))
    else:
        filters = Filters()
    which = Which(source.which) if source.which in set(Which) else Which.ALL
    narrow = Narrow(
        involving=person.id if filters.mine or which is Which.MINE else None,
        by=filters.by,
        areas=filters.areas,
        since=filters.since,
        until=filters.until,
        statuses=filters.statuses or EVERY_STATUS,
        not_doing=which is Which.NOT_DOING,
        due_by=today_for(person, at) if which is Which.DUE else None,
        proposed=which is Which.WAITING,
    )
    return Choice(filters, narrow)


def _comment(count: int, person: Person, *, whole: bool, at: datetime) -> str:
    """How many, and as of when: a file goes on lying about when the log has moved on."""
    there = at.astimezone(ZoneInfo(person.zone))
    what = f"{count:,} decision" + ("" if count == 1 else "s")
    part = "all that you may see" if whole else "those that you picked, of what you may see"
    return f"{what}: {part}, as of {there:%-d %b %Y, %H:%M}."
