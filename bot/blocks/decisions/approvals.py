"""The part of a decision's Details that tells of approvals, and how long it took to decide."""

from collections.abc import Mapping
from datetime import timedelta

from bot.blocks.approvals import ids
from bot.blocks.kit import Json, actions, button, clip, context, day, escape, section
from bot.domain.approvals import Approval, ApprovalStatus, standing, took
from bot.domain.decisions import Decision, DecisionEventKind
from bot.domain.rights import ApproverKind, Part
from bot.domain.spoken import span
from bot.domain.workspaces import Role
from bot.usecases.decisions import Story

MOST, WHY_LIMIT, NAME_LIMIT = 12, 300, 80
ROLES = {Role.CTO: "the CTO", Role.SPONSOR: "the sponsor", Role.DEPUTY: "the deputy", Role.ADMIN: "an admin"}
PARTS = {Part.DECIDES: "decides", Part.AGREES: "must agree", Part.LIMIT: "signs off what it costs"}


def approvals_of(story: Story) -> list[Json]:
    """Whose word it needs, or needed, with what each of them said; what is given outside Slack is written down here."""
    counted = standing(story.approvals)
    lines = [_line(each, story.names) for each in counted[:MOST]]
    blocks = [section("*Approvals*"), *(context(line) for line in lines)] if lines else []
    outside = [each for each in counted[:MOST] if each.approver.kind is ApproverKind.OUTSIDE and each.is_open]
    blocks += [actions(button("Approved outside Slack", ids.OUTSIDE, each.id)) for each in outside]
    time_taken = _time_taken(story)
    return [*blocks, *([context(time_taken)] if time_taken else [])]


def took_words(spent: timedelta) -> str:
    """3 days, 1 day, 5 hours, 40 minutes."""
    if spent >= timedelta(days=1):
        return f"{spent.days} day{'' if spent.days == 1 else 's'}"
    return span(max(1, int(spent.total_seconds()) // 60))


def _time_taken(story: Story) -> str | None:
    """Proposed 26 Oct 2026, decided 29 Oct 2026: 3 days."""
    decision = story.decision
    spent = _spent(decision, story)
    if spent is None or decision.decided_on is None:
        return None
    return f"Proposed {day(decision.created_at.date())}, decided {day(decision.decided_on)}: {took_words(spent)}"


def _spent(decision: Decision, story: Story) -> timedelta | None:
    """To the moment, where the history tells it."""
    decided = [each.at for each in story.history if each.kind is DecisionEventKind.DECIDED]
    if took(decision, story.approvals) is not None and decided:
        return max(decided) - decision.created_at
    return took(decision, story.approvals)


def _line(approval: Approval, names: Mapping[str, str]) -> str:
    who = f"*{_called(approval, names)}* ({PARTS[approval.part]})"
    match approval.status:
        case ApprovalStatus.APPROVED:
            on = f" on {day(approval.answered_at.date())}" if approval.answered_at else ""
            return f"✓ {who} approved{on}{_by(approval, names)}"
        case ApprovalStatus.OBJECTED:
            return f"✗ {who} objects{_by(approval, names)}: {clip(escape(approval.why or ''), WHY_LIMIT)}"
        case _:
            asked = f", asked on {day(approval.asked_at.date())}" if approval.asked_at else ""
            return f"… waiting for {who}{asked}"


def _by(approval: Approval, names: Mapping[str, str]) -> str:
    """Who spoke, where that was not the approver in person."""
    if approval.outside_by is not None:
        on = f" on {day(approval.outside_on)}" if approval.outside_on else ""
        return f": {clip(escape(approval.outside_by), NAME_LIMIT)}{on}, written down by {_name(approval, names)}"
    in_person = approval.approver.kind is ApproverKind.PERSON and approval.approver.id == approval.answered_by
    return "" if in_person or approval.answered_by is None else f", by {_name(approval, names)}"


def _name(approval: Approval, names: Mapping[str, str]) -> str:
    return clip(escape(names.get(approval.answered_by or "", "somebody")), NAME_LIMIT)


def _called(approval: Approval, names: Mapping[str, str]) -> str:
    approver = approval.approver
    match approver.kind:
        case ApproverKind.PERSON:
            return clip(escape(names.get(approver.id, "somebody")), NAME_LIMIT)
        case ApproverKind.GROUP:
            return clip(escape(approval.called or "a user group"), NAME_LIMIT)
        case ApproverKind.ROLE:
            return ROLES[Role(approver.id)]
        case ApproverKind.OUTSIDE:
            return clip(escape(approver.id), NAME_LIMIT)
