"""What the window of a decision holds: its inputs as they stand, and the ids that it must remember beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.decisions import BUYING, DEFAULT_REVISIT, Decision, DecisionStatus, Source
from bot.domain.errors import InvalidInput
from bot.domain.phrases import OneLine
from bot.domain.workspaces import EVERYONE, Audience, UserId

MOST_RELATED = 5  # decisions that one keeps a link to


class Mode(StrEnum):
    """What the window is for."""

    NEW = "new"
    EDIT = "edit"
    AMEND = "amend"
    SUPERSEDE = "supersede"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window must remember beside its inputs: ids alone."""

    mode: Mode = Mode.NEW
    number: int | None = None  # the decision that is edited or replaced
    version: int | None = None
    source: Source = Source()
    audience: Audience = EVERYONE  # the widest that was promised
    more: bool = False  # whether the detail is shown
    chooses: bool = False  # whether it may be said where the card goes
    drafts: bool = False  # whether a model may draft it from the thread
    buying: bool = False  # whether what a cost asks for is shown
    asks_area: bool = False  # whether the area stands above the detail, for it decides who decides
    asks_cost: bool = False  # likewise what it costs
    status: str | None = None  # where it is not theirs to choose: what was chosen when it was
    told: int | None = None  # the decision that the notice says it goes over again
    came_back: bool = False  # whether that was said when it was sent: it is said once
    related: tuple[int, ...] = ()  # what it is to keep a link to


@dataclass(frozen=True, slots=True)
class Form:
    """The inputs as they stand, checked or not."""

    title: str = ""
    why: str = ""
    not_doing: str = ""
    status: str = DecisionStatus.DECIDED.value
    owner: str | None = None
    revisit: str | None = None
    area: str | None = None
    cost: str = ""
    currency: str | None = None
    goal: str = ""
    constraint: str = ""
    smallest_test: str = ""
    options: str = ""
    door: str | None = None
    outcome_metric: str = ""
    guardrail: str = ""
    risk_until: str | None = None
    accepted_by: str | None = None
    controls: str = ""
    total_cost: str = ""
    maintenance: str = ""
    integration: str = ""
    security: str = ""
    audience: str | None = None


def form_of(decision: Decision) -> Form:
    """The inputs filled from a decision."""
    detail = decision.detail
    return Form(
        title=decision.title,
        why=decision.why,
        not_doing=decision.not_doing or "",
        status=decision.status.value,
        owner=decision.owner_id,
        revisit=_iso(decision.revisit_on),
        area=detail.area,
        cost=cost_text(detail.cost),
        currency=detail.currency,
        goal=detail.goal or "",
        constraint=detail.constraint or "",
        smallest_test=detail.smallest_test or "",
        options=detail.options or "",
        door=detail.door.value if detail.door else None,
        outcome_metric=detail.outcome_metric or "",
        guardrail=detail.guardrail or "",
        risk_until=_iso(detail.risk_until),
        accepted_by=detail.accepted_by,
        controls=detail.controls or "",
        **{name: getattr(detail, name) or "" for name in BUYING},
    )


def fresh_form(*, owner: UserId, today: date, line: OneLine | None = None) -> Form:
    """The inputs of a new decision: what a line says of it, owned by `owner`, and back in ninety days."""
    line = line or OneLine("")
    revisit = line.revisit or today + DEFAULT_REVISIT
    return Form(
        title=line.title,
        why=line.why or "",
        not_doing=line.not_doing or "",
        owner=owner,
        revisit=_iso(revisit),
        cost=cost_text(line.cost),
        currency=line.currency,
    )


def amending(decision: Decision, *, today: date) -> Form:
    """The inputs for what takes its place but keeps its direction: as it is, with new dates for those that passed."""
    form, ends = form_of(decision), decision.detail.risk_until
    has_passed = decision.revisit_on is None or decision.revisit_on <= today
    is_accepted = ends is not None and ends > today
    return replace(
        form,
        status=DecisionStatus.DECIDED.value,
        revisit=_iso(today + DEFAULT_REVISIT) if has_passed else form.revisit,
        risk_until=_iso(ends) if is_accepted else None,
        accepted_by=form.accepted_by if is_accepted else None,
    )


def superseding(decision: Decision, *, today: date) -> Form:
    """The inputs for what takes its place with another direction: blank, but for whose it is and its area."""
    form = fresh_form(owner=decision.owner_id, today=today)
    return replace(form, area=decision.detail.area)


def widened(frame: Frame) -> Frame:
    """The same window with its detail shown."""
    return replace(frame, more=True)


def read_frame(found: Mapping[str, Any]) -> Frame:
    """From a window's metadata. Raises InvalidInput where it is not what was put there."""
    try:
        source = Source(
            conversation=_text(found, "c"),
            ts=_text(found, "t"),
            thread_ts=_text(found, "h"),
            author_id=_text(found, "a"),
        )
        return Frame(
            Mode(found.get("m", "new")),
            _whole(found, "n"),
            _whole(found, "v"),
            source,
            Audience(_text(found, "w")),
            bool(found.get("x")),
            bool(found.get("p")),
            bool(found.get("d")),
            buying=bool(found.get("b")),
            asks_area=bool(found.get("ar")),
            asks_cost=bool(found.get("co")),
            status=_text(found, "st"),
            told=_whole(found, "to"),
            came_back=bool(found.get("cb")),
            related=_several(found, "re"),
        )
    except (TypeError, ValueError) as error:
        raise InvalidInput("I can't make sense of this window any more. Close it and open it again.") from error


def cost_text(cost: Decimal | None) -> str:
    """As it is read back: whole sums without cents, nothing that could be taken for thousands."""
    if cost is None:
        return ""
    return f"{cost:.0f}" if cost == cost.to_integral_value() else f"{cost:.2f}"


def to_metadata(frame: Frame) -> dict[str, Any]:
    source = frame.source
    found = {
        "m": frame.mode.value,
        "n": frame.number,
        "v": frame.version,
        "c": source.conversation,
        "t": source.ts,
        "h": source.thread_ts,
        "a": source.author_id,
        "w": frame.audience.conversation,
        "x": 1 if frame.more else None,
        "p": 1 if frame.chooses else None,
        "d": 1 if frame.drafts else None,
        "b": 1 if frame.buying else None,
        "ar": 1 if frame.asks_area else None,
        "co": 1 if frame.asks_cost else None,
        "st": frame.status,
        "to": frame.told,
        "cb": 1 if frame.came_back else None,
        "re": list(frame.related) or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _text(found: Mapping[str, Any], key: str) -> str | None:
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        raise TypeError(key)
    return value


def _whole(found: Mapping[str, Any], key: str) -> int | None:
    value = found.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError(key)
    return value


def _several(found: Mapping[str, Any], key: str) -> tuple[int, ...]:
    value = found.get(key, [])
    if not isinstance(value, list) or not all(type(each) is int for each in value):
        raise TypeError(key)
    return tuple(value[:MOST_RELATED])


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
