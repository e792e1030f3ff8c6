"""A decision in the form in which it leaves, and the log as JSON. Its schema is published in docs/schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.domain.decisions import (
    AREA_LIMIT,
    COST_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Decision,
    DecisionStatus,
    Detail,
    Door,
    Source,
)
from bot.domain.errors import InvalidInput
from bot.domain.interchange.entries import (
    FIRST_DAY,
    LABEL_LIMIT,
    LAST_MOMENT,
    Entry,
    Exported,
    Names,
    NotTaken,
    Original,
    Read,
    digest_of,
    gathered,
)
from bot.domain.workspaces import Audience

Number = Annotated[int, Field(ge=1, lt=2**31)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=TITLE_LIMIT)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")]
FORMAT: Literal["backbeat.decisions"] = "backbeat.decisions"
VERSION: Literal[1] = 1
HIGHEST = 999_999_999  # beyond it the log would run out of numbers
FORMERLY = {"metrics": "outcome_metric"}  # what earlier exports call a field
DETAIL = tuple(each.name for each in fields(Detail))


class Record(BaseModel):
    """One decision of the log."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    workspace: Id = Field(description="The Slack workspace whose log it is")
    number: Number = Field(description="Its number there: 14 is D-14")
    title: Title
    why: Text
    status: DecisionStatus
    author: Id = Field(description="Slack's id of who logged it")
    owner: Id = Field(description="Slack's id of who owns it")
    created_at: AwareDatetime
    updated_at: AwareDatetime
    not_doing: Text | None = None
    decided_by: Id | None = None
    decided_on: date | None = None
    revisit_on: date | None = None
    area: Annotated[str, StringConstraints(max_length=AREA_LIMIT)] | None = None
    cost: Annotated[Decimal, Field(ge=0, lt=COST_LIMIT)] | None = None
    currency: Annotated[str, StringConstraints(max_length=10)] | None = None
    goal: Text | None = None
    constraint: Text | None = None
    smallest_test: Text | None = None
    options: Text | None = None
    door: Door | None = Field(None, description="Whether it is easily undone: two-way, or hardly: one-way")
    outcome_metric: Text | None = None
    guardrail: Text | None = None
    accepted_by: Id | None = Field(None, description="Slack's id of who accepts the risk")
    risk_until: date | None = Field(None, description="A risk acceptance ends on this day")
    controls: Text | None = None
    total_cost: Text | None = None
    maintenance: Text | None = None
    integration: Text | None = None
    security: Text | None = None
    supersedes: Number | None = None
    superseded_by: Number | None = Field(None, description="Of an amended decision: what amended it")
    related: tuple[Number, ...] = Field((), description="Others on the same subject, by their numbers")
    audience: Id | None = Field(None, description="The conversation whose members may see it; null: everyone")
    conversation: Id | None = Field(None, description="Where it was made")
    ts: str | None = Field(None, description="The message that it was logged from")
    thread_ts: str | None = None
    permalink: str | None = None
    message_author: Id | None = None
    owner_name: str | None = Field(None, description="For people to read; not imported")
    decided_by_name: str | None = Field(None, description="For people to read; not imported")
    original_label: Annotated[str, StringConstraints(max_length=LABEL_LIMIT)] | None = Field(
        None, description="What it was called where it was imported from"
    )
    original_path: str | None = Field(None, description="Where it stood there; for people to read")
    original_text: str | None = Field(None, description="What stood there, whole")
    original_note: str | None = Field(None, description="Why it could not be understood")
    deciders: tuple[str, ...] = Field((), description="The names that the original gives")
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


class Log(BaseModel):
    """The decisions of one workspace, oldest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal["backbeat.decisions"] = FORMAT
    version: Literal[1] = VERSION
    audience: Literal["everyone", "all"] = Field("everyone", description="all: private decisions are among them")
    decisions: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """A decision with what belongs to it, ready to be written in any form."""

    decision: Decision
    original: Original | None
    people: Mapping[str, str]  # names of those in it, as far as they are known


def record_of(leaving: Leaving) -> Record:
    decision, original = leaving.decision, leaving.original
    source = decision.source
    return Record(
        workspace=decision.workspace_id,
        number=decision.number,
        title=decision.title,
        why=decision.why,
        status=decision.status,
        author=decision.author_id,
        owner=decision.owner_id,
        created_at=decision.created_at,
        updated_at=decision.updated_at,
        not_doing=decision.not_doing,
        decided_by=decision.decided_by,
        decided_on=decision.decided_on,
        revisit_on=decision.revisit_on,
        **{name: getattr(decision.detail, name) for name in DETAIL},
        supersedes=decision.supersedes,
        superseded_by=decision.superseded_by,
        related=decision.related,
        audience=decision.audience.conversation,
        conversation=source.conversation,
        ts=source.ts,
        thread_ts=source.thread_ts,
        permalink=source.permalink,
        message_author=source.author_id,
        owner_name=leaving.people.get(decision.owner_id),
        decided_by_name=leaving.people.get(decision.decided_by or ""),
        original_label=original.label if original else None,
        original_path=original.path if original else None,
        original_text=original.text if original else None,
        original_note=original.note if original else None,
        deciders=original.deciders if original else (),
        consulted=original.consulted if original else (),
        informed=original.informed if original else (),
    )


FOR_PEOPLE = frozenset({"owner_name", "decided_by_name", "original_path"})


def entry_of(record: Record) -> Entry:
    """What a record says, to be imported. The same in every form, so that it is recognised in another."""
    said = record.model_dump_json(exclude=set(FOR_PEOPLE), exclude_defaults=True)  # a later field changes no digest
    return Entry(
        path=f"D-{record.number}",
        digest=digest_of(said),
        title=record.title,
        why=record.why,
        status=record.status,
        number=record.number,
        label=record.original_label,
        day=record.decided_on,
        not_doing=record.not_doing,
        revisit_on=record.revisit_on,
        detail=Detail(**{name: getattr(record, name) for name in DETAIL}),
        names=Names(record.deciders, record.consulted, record.informed),
        text=record.original_text,
        reason=record.original_note,
        workspace=record.workspace,
        exported=Exported(
            author_id=record.author,
            owner_id=record.owner,
            created_at=record.created_at,
            updated_at=record.updated_at,
            decided_by=record.decided_by,
            decided_on=record.decided_on,
            audience=Audience(record.audience),
            source=Source(record.conversation, record.ts, record.thread_ts, record.permalink, record.message_author),
            supersedes=record.supersedes,
            superseded_by=record.superseded_by,
            related=record.related,
        ),
    )


def checked(values: Mapping[str, Any]) -> Record:
    """Raises InvalidInput with the first thing that is wrong, in words."""
    try:
        found = Record.model_validate(
            {
                FORMERLY.get(name, name): _storable(value)
                for name, value in values.items()
                if value is not None and value != ""
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg'].lower()}") from error
    for name, problem in _oddities(found):
        raise InvalidInput(f"{name}: {problem}")
    return found


def _oddities(record: Record) -> Iterator[tuple[str, str]]:
    """What no log has, and what would stand in this one's way for good."""
    if not record.title.strip():
        yield "title", "it is blank"
    if record.number > HIGHEST:
        yield "number", f"it is beyond {HIGHEST}"
    for name, value in record:
        day = value.date() if isinstance(value, datetime) else value
        last = LAST_MOMENT if isinstance(value, datetime) else date.max
        if isinstance(day, date) and not FIRST_DAY <= day <= last:
            yield name, f"{day} is not between {FIRST_DAY} and {last}"
    for name, moment in (("ts", record.ts), ("thread_ts", record.thread_ts)):
        if moment is not None and not re.fullmatch(r"[0-9.]{1,30}", moment):
            yield name, "it is no message's"
    if record.permalink is not None and not re.fullmatch(r"https?://\S{1,2990}", record.permalink):
        yield "permalink", "it is no link to a web page"


def _storable(value: Any) -> Any:
    """No database keeps the character 0."""
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


def log_as_json(leaving: list[Leaving], *, is_all: bool) -> str:
    log = Log(audience="all" if is_all else "everyone", decisions=tuple(record_of(each) for each in leaving))
    return log.model_dump_json(indent=2) + "\n"


def read_log(source: str, text: str) -> Read:
    """Raises InvalidInput where it is no export of ours. A decision that cannot be used is listed with the reason."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("This is no JSON that I can read.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT or not isinstance(said.get("decisions"), list):
        raise InvalidInput("This is no export of Backbeat's. docs/schemas/decisions.schema.json says what one is.")
    if said.get("version") != VERSION:
        raise InvalidInput("A later Backbeat wrote this. Import it with that one.")
    entries: list[Entry] = []
    not_taken: list[NotTaken] = []
    for place, each in enumerate(said["decisions"], start=1):
        try:
            entries.append(entry_of(checked(each if isinstance(each, dict) else {})))
        except InvalidInput as problem:
            not_taken.append(NotTaken(f"decision {place}", problem.words))
    return gathered(source, entries, not_taken)


def schema() -> dict[str, Any]:
    """What docs/schemas/decisions.schema.json holds."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Log.model_json_schema(mode="serialization")
