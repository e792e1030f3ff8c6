"""What was filled in, read back from the window of a decision, and checked: what is wrong names its input."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.blocks.decisions.form_state import Form, Frame, Mode
from bot.blocks.kit import value_of
from bot.domain.decisions import BUYING, Decision, DecisionStatus, Detail, Door, Draft
from bot.domain.errors import InvalidInput
from bot.domain.phrases import read_cost
from bot.domain.workspaces import EVERYONE, Audience

EVERYBODY, MEMBERS = "everyone", "members"
_BARE_SUM = re.compile(r"\d[\d.,' ]*[kKmM]?")


def raises_questions(form: Form) -> bool:
    """Whether the questions of a purchase are asked, or were answered."""
    return bool(form.cost.strip().strip("0.,") or any(getattr(form, name) for name in BUYING))


def read_form(state: Mapping[str, Any]) -> Form:
    """What stands in the inputs, checked by nobody yet."""
    found = {each.name: value_of(state, each.name, each.name) for each in fields(Form)}
    return Form(**{name: value for name, value in found.items() if isinstance(value, str)})


def draft_of(form: Form, frame: Frame, *, today: date, standing: Decision | None = None) -> Draft:
    """Raises InvalidInput naming the input. `standing`: the decision being edited or replaced.

    Where the detail was never opened, it stays as it stands; what supersedes a decision has none of it but the area.
    """
    try:
        status = DecisionStatus(frame.status or form.status)
    except ValueError as error:
        raise InvalidInput("Pick Decided or Proposed.", field="status") from error
    if frame.mode is Mode.EDIT and standing is not None and standing.status is DecisionStatus.DECIDED:
        status = DecisionStatus.DECIDED
    if frame.asks_cost and not form.cost.strip():
        form = replace(form, currency=standing.detail.currency if standing else None)  # we began with one, they did not
    detail = _detail_of(form) if frame.more else _above(form, frame, _untouched(standing, frame.mode))
    return Draft.checked(
        title=form.title,
        why=form.why,
        not_doing=form.not_doing,
        status=status,
        owner_id=form.owner or "",
        revisit_on=_read_day(form.revisit, "revisit"),
        detail=detail,
        today=today,
        standing=standing if frame.mode is Mode.EDIT else None,
    )


def ruled_by(form: Form) -> Detail:
    """What of it the rights look at, as far as it can be read."""
    try:
        cost, currency = _read_sum(form.cost, form.currency)
    except InvalidInput:  # said beside its field when it is sent
        cost, currency = None, None
    return Detail(area=form.area, cost=cost, currency=currency)


def must_ask_of_cost(form: Form, frame: Frame) -> bool:
    """Whether it costs something, and what that asks for was not shown yet. What can't be read is said at the sum."""
    bought = ruled_by(form)
    return raises_questions(form) and not frame.buying and bought.cost is not None and bought.currency is not None


def audience_of(form: Form, frame: Frame) -> Audience:
    """Who sees it: what was promised, unless the person chose otherwise."""
    if form.audience == EVERYBODY:
        return EVERYONE
    if form.audience == MEMBERS and frame.source.conversation is not None:
        return Audience(frame.source.conversation)
    return frame.audience


def _untouched(standing: Decision | None, mode: Mode) -> Detail:
    if standing is None:
        return Detail()
    return Detail(area=standing.detail.area) if mode is Mode.SUPERSEDE else standing.detail


def _above(form: Form, frame: Frame, detail: Detail) -> Detail:
    """With what stands above the detail, where that is not open."""
    if frame.asks_area:
        detail = replace(detail, area=form.area)
    if frame.asks_cost:
        cost, currency = _read_sum(form.cost, form.currency)
        detail = replace(detail, cost=cost, currency=currency, **(_bought(form) if frame.buying else {}))
    return detail


def _detail_of(form: Form) -> Detail:
    cost, currency = _read_sum(form.cost, form.currency)
    return Detail(
        area=form.area,
        cost=cost,
        currency=currency,
        goal=form.goal,
        constraint=form.constraint,
        smallest_test=form.smallest_test,
        options=form.options,
        door=_read_door(form.door),
        outcome_metric=form.outcome_metric,
        guardrail=form.guardrail,
        risk_until=_read_day(form.risk_until, "risk_until"),
        accepted_by=form.accepted_by,
        controls=form.controls,
        **_bought(form),
    )


def _bought(form: Form) -> dict[str, Any]:
    return {name: getattr(form, name) for name in BUYING}


def _read_door(text: str | None) -> Door | None:
    try:
        return Door(text) if text else None
    except ValueError as error:
        raise InvalidInput("Pick one-way or two-way.", field="door") from error


def _read_sum(text: str, currency: str | None) -> tuple[Decimal | None, str | None]:
    text = text.strip()
    if not text:
        return None, currency
    amount, said = read_cost(text)
    if amount is None and _BARE_SUM.fullmatch(text):
        amount, said = read_cost(f"{text} EUR")[0], currency
    if amount is None:
        raise InvalidInput("Write the cost as a number, such as 12000 or 12k.", field="cost")
    return amount.quantize(Decimal("0.01")) if amount != amount.to_integral_value() else amount, said


def _read_day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("Pick a day from the calendar.", field=name) from error
