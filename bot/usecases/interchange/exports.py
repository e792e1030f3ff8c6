"""What leaves the log, and as which files: for the operator what everyone may see, or all; for a person what they may.

The same decisions make the same bytes, whoever asked and whenever: an operator's folder and a person's file can be
compared.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import InvalidInput
from bot.domain.files import LogForm
from bot.domain.filters import Filters
from bot.domain.interchange import madr, record, sheet
from bot.domain.interchange.record import Leaving
from bot.domain.workspaces import UserId, Viewer, WorkspaceId
from bot.usecases.ports import Narrow, Store, UnitOfWork

AT_ONCE = 200
EVERYBODY = Viewer("")  # a member who is in no private conversation, and neither author nor owner of anything
EVERY_STATUS = frozenset(DecisionStatus)
FIRST_OF_1980 = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip knows: what was packed when says nothing
_NUMBERED = re.compile(r"([0-9]{4,9})-.*\.md")
READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Choice:
    """Which part of the log. The default is all of it."""

    filters: Filters = field(default_factory=Filters)
    narrow: Narrow = field(default_factory=Narrow)


ALL = Choice()


def leaving(store: Store, workspace: WorkspaceId, *, everything: bool) -> list[Leaving]:
    """Oldest first, withdrawn ones too: their numbers are part of the log. `everything`: private ones as well."""
    return leaving_for(store, workspace, Viewer.system() if everything else EVERYBODY)


def leaving_for(
    store: Store, workspace: WorkspaceId, viewer: Viewer, *, choice: Choice = ALL, most: int | None = None
) -> list[Leaving]:
    """What `viewer` may see of it, oldest first. Raises InvalidInput where that is more than `most`."""
    found, before = list[Leaving](), None
    with store.read(workspace) as uow:
        uow.workspaces.get()
        while page := _page(uow, viewer, choice, before):
            originals = uow.decisions.originals([each.number for each in page], viewer)
            people = uow.people.get_many({person for each in page for person in _people_of(each)})
            names = {person.id: person.name for person in people.values()}
            found += [Leaving(each, originals.get(each.number), names) for each in page]
            if most is not None and len(found) > most:
                raise InvalidInput(
                    f"These are more than {most:,} decisions. Narrow them, with `since:2026-01` for instance, or ask "
                    "whoever runs me for `backbeat export`."
                )
            before = page[-1].number
    return found[::-1]


def files_of(
    form: LogForm, found: list[Leaving], *, is_all: bool = False, before: Iterable[str] = ()
) -> dict[str, bytes]:
    """The files by their names. `before`: those that were there already; they keep their names."""
    if form is LogForm.JSON:
        return {"decisions.json": record.log_as_json(found, is_all=is_all).encode()}
    if form is LogForm.CSV:
        return {"decisions.csv": sheet.write(found).encode("utf-8-sig")}
    names = _names(found, before)
    files = {madr.INDEX: madr.index(found, names).encode()}
    for each in found:
        name = names[each.decision.number]
        files[name] = madr.write(each, names).encode()
        if each.original is not None and each.original.text is not None:
            files[madr.original_name(name)] = each.original.text.encode("utf-8-sig")
    return files


def is_of(form: LogForm, name: str) -> bool:
    """Whether a file of this name is one that an export in `form` writes."""
    if form is LogForm.MADR:
        return name.endswith(".md") or name.startswith(f"{madr.ORIGINALS}/")
    return name == f"decisions.{form.value}"


def packed(files: dict[str, bytes]) -> bytes:
    """A zip that depends on nothing but what is in it."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIRST_OF_1980)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            archive.writestr(entry, files[name])
    return raw.getvalue()


def _page(uow: UnitOfWork, viewer: Viewer, choice: Choice, before: int | None) -> list[Decision]:
    if choice.filters.words:
        words = " ".join(choice.filters.words)
        return uow.decisions.search(words, viewer, limit=AT_ONCE, before=before, narrow=choice.narrow)
    statuses = choice.narrow.statuses or EVERY_STATUS
    return uow.decisions.latest(viewer, limit=AT_ONCE, before=before, statuses=statuses, narrow=choice.narrow)


def _names(found: list[Leaving], before: Iterable[str]) -> dict[int, str]:
    """A file keeps its name when its decision gets another title: others link to it."""
    kept = {int(match[1]): name for name in sorted(before) if (match := _NUMBERED.fullmatch(name))}
    return {
        each.decision.number: kept.get(each.decision.number)
        or madr.file_name(each.decision.number, each.decision.title)
        for each in found
    }


def _people_of(decision: Decision) -> set[UserId]:
    return {each for each in (decision.owner_id, decision.decided_by) if each}
