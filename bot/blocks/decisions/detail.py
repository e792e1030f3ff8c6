"""Everything about one decision: its words in full, its history, and what can be done with it."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks.decisions import ids
from bot.blocks.decisions.approvals import approvals_of
from bot.blocks.decisions.card import facts_of, more_menu, name_line, standing, to_decide
from bot.blocks.decisions.template import detail_of, long_text, pieces
from bot.blocks.kit import (
    SECTION_LIMIT,
    Json,
    actions,
    button,
    clip,
    context,
    day,
    divider,
    escape,
    modal,
    moment,
    person,
    section,
)
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, may_undo
from bot.domain.revisits import answer
from bot.usecases.decisions import Story

MOST_EVENTS = 15
WHY_LIMIT = 300
ORIGINAL_LIMIT, FACT_LIMIT = 2500, 300
VERBS = {
    DecisionEventKind.LOGGED: "Logged",
    DecisionEventKind.IMPORTED: "Imported",
    DecisionEventKind.EDITED: "Edited",
    DecisionEventKind.DECIDED: "Decided",
    DecisionEventKind.REJECTED: "Rejected",
    DecisionEventKind.TO_AMEND: "Proposed as an amendment",
    DecisionEventKind.ASKED: "Put to those whose word it needs",
    DecisionEventKind.APPROVED: "Approved",
    DecisionEventKind.OBJECTED: "Objected to",
    DecisionEventKind.QUESTIONED: "Asked about",
    DecisionEventKind.VOIDED: "Approvals made void by a change",
    DecisionEventKind.NUDGED: "Reminder sent",
    DecisionEventKind.OFFERED: "Put to the deputy",
    DecisionEventKind.TABLED: "Put on the next agenda",
    DecisionEventKind.KEPT: "Kept",
    DecisionEventKind.POSTPONED: "Put off",
    DecisionEventKind.EXPIRED: "Risk acceptance expired",
    DecisionEventKind.AMENDED: "Amended",
    DecisionEventKind.SUPERSEDED: "Superseded",
    DecisionEventKind.REVERSED: "Reversed",
    DecisionEventKind.WITHDRAWN: "Withdrawn",
    DecisionEventKind.RESTORED: "Stands again",
}
FIELDS = {"title": "title", "why": "why", "not_doing": "not doing", "owner_id": "owner", "revisit_on": "revisit"}
QUIET = frozenset({"status", "decided_by", "decided_on", "supersedes", "superseded_by"})  # the line itself says so


def build_detail(story: Story, *, viewer: str, at: datetime) -> Json:
    """`viewer` is who reads it: some of what can be done is theirs alone."""
    decision, names = story.decision, story.names
    last = answer(decision, story.history)
    now = standing(decision, last.at.date() if last else None)
    blocks = [section(name_line(decision)), *([section(f"*{now}*")] if now else [])]
    blocks += long_text("Why", decision.why) + long_text("Not doing", decision.not_doing)
    blocks += [
        context(*facts_of(decision, names)),
        *detail_of(decision),
        *_original(story),
        context(_seen_by(decision)),
    ]
    blocks += [_buttons(decision, viewer, at), *approvals_of(story), divider(), *_history(story)]
    return modal(decision.ref, blocks, callback_id=ids.DETAIL, close="Close", metadata={"n": decision.number})


def body_of(decision: Decision) -> list[Json]:
    """All its words, and nothing of what became of it."""
    return [*long_text("Why", decision.why), *long_text("Not doing", decision.not_doing), *detail_of(decision)]


def _original(story: Story) -> list[Json]:
    """Where an imported decision came from, who decided it there, and how what stood there begins."""
    original = story.original
    if original is None:
        return []
    facts = [
        original.label or "",
        original.path,
        f"decided by {', '.join(original.deciders)}" if original.deciders else "",
        f"kept as it was: {original.note}" if original.note else "",
    ]
    said = " · ".join(clip(escape(fact), FACT_LIMIT) for fact in facts if fact)
    text = clip((original.text or "").strip(), ORIGINAL_LIMIT).replace("```", "'''")
    begins = pieces(escape(text), SECTION_LIMIT - 6)[:1]
    return [context(f"*Original* · {said}"), *(section(f"```{each}```") for each in begins)]


def _seen_by(decision: Decision) -> str:
    where = decision.audience.conversation
    if where is None:
        return "Visible to everyone."
    if where.startswith("D"):
        return "Visible to the people in the conversation it was made in."
    return f"Visible to members of <#{where}>."


def _buttons(decision: Decision, viewer: str, at: datetime) -> Json:
    number = str(decision.number)
    elements = []
    if decision.status is DecisionStatus.PROPOSED:
        elements += to_decide(decision.number)
    elements.append(button("Share in channel", ids.SHARE, number))
    if decision.is_active and viewer in decision.involved:
        elements.append(button("Edit", ids.EDIT, number))
    if decision.is_active:
        elements.append(more_menu(decision, undo=may_undo(decision, by=viewer, at=at)))
    return actions(*elements)


def _history(story: Story) -> list[Json]:
    lines = [_line(event, story.names) for event in story.history]
    hidden = len(lines) - MOST_EVENTS
    shown = [lines[0], f"_{hidden} more_", *lines[1 - MOST_EVENTS :]] if hidden > 0 else lines
    return [section("*History*"), *(context(line) for line in shown)]


def _line(event: DecisionEvent, names: Mapping[str, str]) -> str:
    """29 Oct, 09:10 · Edited by Dana: title (was “Use MySQL”)"""
    words = f"{moment(event.at)} · {VERBS[event.kind]}"
    if event.kind is DecisionEventKind.EXPIRED:  # by the clock
        return words
    words += f" by {_name(event.by, names)}"
    until = event.changes.get("revisit_on", [None, None])[1]
    if event.kind in {DecisionEventKind.KEPT, DecisionEventKind.POSTPONED} and until:
        words += f" until {_as_day(until)}"
    elif event.kind is DecisionEventKind.EDITED:
        words += f": {_changed(event, names)}"
    return words + (f"\n{clip(escape(event.why), WHY_LIMIT)}" if event.why else "")


def _changed(event: DecisionEvent, names: Mapping[str, str]) -> str:
    parts = []
    for field, (before, _) in event.changes.items():
        if field not in QUIET:
            name, was = FIELDS.get(field, field.replace("_", " ")), _value(field, before, names)
            parts.append(f"{name} (was {was})" if was else name)
    return ", ".join(parts) or "decided"


def _value(name: str, value: str | None, names: Mapping[str, str]) -> str | None:
    if value is None:
        return None
    if name in {"owner_id", "accepted_by"}:
        return _name(value, names)
    if name in {"revisit_on", "risk_until"}:
        return _as_day(value)
    return f"“{clip(escape(value), 150)}”"


def _as_day(text: str) -> str:
    return day(datetime.fromisoformat(text).date())


def _name(user: str, names: Mapping[str, str]) -> str:
    return clip(escape(names[user]), 80) if user in names else person(user)
