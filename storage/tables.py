"""The tables. Every key and every foreign key begins with the workspace; what must be true is said here."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from bot.domain.agendas import TopicKind, TopicStatus
from bot.domain.approvals import ApprovalStatus
from bot.domain.cadences import CadenceKind, OccurrenceStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail, Source
from bot.domain.drafts import Drafted, DraftStatus
from bot.domain.messages import Message
from bot.domain.outbox import Destination, Operation, OutboxStatus
from bot.domain.recurrence import Rule
from bot.domain.rights import Approver, Part, Party, Tier
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import PromptStatus, RoundStatus
from bot.domain.updates import Summary, UpdateStatus
from bot.domain.workspaces import Role
from storage.types import AudienceText, DaySet, EnumText, Instant, Numbers, Typed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any, key: tuple[str, ...]) -> Table:
    """A tenant's table: it begins with `workspace_id`, as does its key."""
    owner = [] if name == "workspaces" else [ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"])]
    return Table(
        name,
        metadata,
        Column("workspace_id", String(40), nullable=False),
        *parts,
        PrimaryKeyConstraint("workspace_id", *key),
        *owner,
    )


def _id(name: str = "id", **extra: Any) -> Column[str]:
    return Column(name, String(64), **{"nullable": False, **extra})


def _within(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    """A foreign key that cannot leave the workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.{target}"],
    )


workspaces = _table(
    "workspaces",
    Column("name", Text, nullable=False),
    _id("bot_user_id"),
    Column("created_at", Instant, nullable=False),
    Column("setup_at", Instant),
    _id("team_channel", nullable=True),
    _id("decision_channel", nullable=True),
    Column("cto_days", DaySet, nullable=False),
    Column("response_days", Integer, nullable=False),
    Column("urgent_path", Text),
    Column("guests_allowed", Boolean, nullable=False),
    Column("suggests_logging", Boolean, nullable=False),
    Column("last_decision", Integer, nullable=False, server_default="0"),
    CheckConstraint("last_decision >= 0", name="last_decision_counts_up"),
    key=(),
)
roles = _table("roles", Column("role", EnumText(Role), nullable=False), _id("person_id"), key=("role", "person_id"))
people = _table(
    "people",
    _id(),
    Column("name", Text, nullable=False),
    _id("team_id"),
    _id("zone"),
    Column("is_slack_admin", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("days", DaySet, nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("place", String(10)),
    Column("seen_at", Instant),
    key=("id",),
)
decisions = _table(
    "decisions",
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("why", Text, nullable=False),
    _id("author_id"),
    _id("owner_id"),
    Column("status", EnumText(DecisionStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("not_doing", Text),
    _id("decided_by", nullable=True),
    Column("decided_on", Date),
    Column("revisit_on", Date),
    Column("audience", AudienceText),
    Column("source", Typed(Source), nullable=False),
    Column("detail", Typed(Detail), nullable=False),
    Column("supersedes", Integer),
    Column("superseded_by", Integer),
    Column("version", Integer, nullable=False),
    Column("related", Numbers),
    _id("source_conversation", nullable=True),  # what the audience rule asks of `source`
    Column("due_on", Date),  # the earlier of the revisit and the risk acceptance's end, while it is active
    Column("area", Text),  # of `detail`, without case and accents
    Column("search_text", Text, nullable=False),
    _within("supersedes", "decisions", "number"),
    CheckConstraint("number > 0", name="number_is_positive"),
    CheckConstraint("title <> ''", name="title_is_there"),
    Index(None, "workspace_id", "owner_id", "due_on"),
    Index(None, "workspace_id", "due_on"),
    Index(None, "workspace_id", "source_conversation"),
    key=("number",),
)
decision_events = _table(
    "decision_events",
    _id(),
    Column("number", Integer, nullable=False),
    Column("kind", EnumText(DecisionEventKind), nullable=False),
    _id("by"),
    Column("at", Instant, nullable=False),
    Column("why", Text),
    Column("changes", Typed(dict[str, list[str | None]]), nullable=False),
    _within("number", "decisions", "number"),
    Index(None, "workspace_id", "number"),
    Index(None, "workspace_id", "at"),
    key=("id",),
)
originals = _table(
    "originals",
    Column("number", Integer, nullable=False),
    Column("source", String(200), nullable=False),
    Column("path", String(500), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("label", String(80)),
    Column("text", Text),
    Column("note", Text),
    Column("deciders", Typed(tuple[str, ...]), nullable=False),
    Column("consulted", Typed(tuple[str, ...]), nullable=False),
    Column("informed", Typed(tuple[str, ...]), nullable=False),
    _within("number", "decisions", "number"),
    UniqueConstraint("workspace_id", "source", "path"),
    key=("number",),
)
rights = _table(
    "rights",
    Column("area", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    _id("decides", nullable=True),
    Column("agrees", Typed(Party), nullable=False),
    Column("input", Typed(Party), nullable=False),
    Column("performs", Typed(Party), nullable=False),
    Column("deputy_up_to", Typed(Decimal)),
    Column("risk_days", Integer),
    key=("area",),
)
limits = _table(
    "limits",
    Column("currency", String(3), nullable=False),
    Column("tiers", Typed(tuple[Tier, ...]), nullable=False),
    key=(),
)
approvals = _table(
    "approvals",
    _id(),
    Column("number", Integer, nullable=False),
    Column("approver", Typed(Approver), nullable=False),
    Column("part", EnumText(Part), nullable=False),
    Column("status", EnumText(ApprovalStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("nudged_at", Instant),
    Column("offered_at", Instant),
    Column("tabled_at", Instant),
    _id("answered_by", nullable=True),
    Column("answered_at", Instant),
    Column("why", Text),
    Column("outside_by", Text),
    Column("outside_on", Date),
    Column("link", Text),
    Column("called", String(80)),
    _within("number", "decisions", "number"),
    Index(None, "workspace_id", "number"),
    Index(None, "workspace_id", "status"),
    key=("id",),
)
cadences = _table(
    "cadences",
    _id(),
    Column("kind", EnumText(CadenceKind), nullable=False),
    Column("name", Text, nullable=False),
    _id("channel"),
    Column("rule", Typed(Rule), nullable=False),
    _id("chair_id"),
    Column("minutes", Integer, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("place", String(10)),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant),
    Column("audience", AudienceText),
    key=("id",),
)
occurrences = _table(
    "occurrences",
    _id(),
    _id("cadence_id"),
    _id("slot"),
    Column("starts_at", Instant, nullable=False),
    Column("status", EnumText(OccurrenceStatus), nullable=False),
    Column("reason", Text),
    Column("created_at", Instant),
    _within("cadence_id", "cadences"),
    UniqueConstraint("workspace_id", "cadence_id", "slot"),
    key=("id",),
)
topics = _table(
    "topics",
    _id(),
    _id("cadence_id"),
    Column("title", Text, nullable=False),
    _id("added_by"),
    Column("created_at", Instant, nullable=False),
    Column("kind", EnumText(TopicKind), nullable=False),
    Column("status", EnumText(TopicStatus), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("bumps", Text),
    _id("bumps_id", nullable=True),
    Column("carried", Integer, nullable=False),
    Column("decision_number", Integer),
    _id("concern_id", nullable=True),
    _id("occurrence_id", nullable=True),
    Column("position", Integer),
    Column("outcome", Text),
    Column("audience", AudienceText),
    Column("source", Typed(Source), nullable=False),
    _id("source_conversation", nullable=True),
    _within("cadence_id", "cadences"),
    _within("occurrence_id", "occurrences"),
    _within("decision_number", "decisions", "number"),
    _within("bumps_id", "topics"),
    _within("concern_id", "concerns"),
    Index(None, "workspace_id", "cadence_id", "status"),
    Index(None, "workspace_id", "occurrence_id"),
    key=("id",),
)
standups = _table(
    "standups",
    _id(),
    _id("channel"),
    _id("created_by"),
    Column("questions", Typed(tuple[str, ...]), nullable=False),
    Column("days", DaySet, nullable=False),
    Column("at", Time, nullable=False),
    Column("deadline", Time, nullable=False),
    _id("zone"),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant),
    UniqueConstraint("workspace_id", "channel"),
    key=("id",),
)
rounds = _table(
    "rounds",
    _id(),
    _id("standup_id"),
    _id("slot"),
    Column("closes_at", Instant, nullable=False),
    Column("status", EnumText(RoundStatus), nullable=False),
    Column("reason", Text),
    Column("questions", Typed(tuple[str, ...]), nullable=False),
    Column("at", Time),
    _within("standup_id", "standups"),
    UniqueConstraint("workspace_id", "standup_id", "slot"),
    key=("id",),
)
prompts = _table(
    "prompts",
    _id(),
    _id("round_id"),
    _id("standup_id"),
    _id("person_id"),
    Column("day", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("status", EnumText(PromptStatus), nullable=False),
    Column("reason", Text),
    _within("round_id", "rounds"),
    UniqueConstraint("workspace_id", "round_id", "person_id"),
    UniqueConstraint("workspace_id", "standup_id", "person_id", "day"),
    key=("id",),
)
answers = _table(
    "answers",
    _id("prompt_id"),
    _id("round_id"),
    _id("standup_id"),
    _id("person_id"),
    Column("texts", Typed(tuple[str, ...]), nullable=False),
    Column("answered_at", Instant, nullable=False),
    _within("prompt_id", "prompts"),
    Index(None, "workspace_id", "standup_id", "person_id", "answered_at"),
    key=("prompt_id",),
)
concerns = _table(
    "concerns",
    _id(),
    _id("channel"),
    Column("text", Text, nullable=False),
    _id("owner_id"),
    Column("raised_on", Date, nullable=False),
    _id("standup_id", nullable=True),
    Column("seen", Integer, nullable=False),
    Column("cleared_at", Instant),
    _id("cleared_by", nullable=True),
    _id("round_id", nullable=True),
    _within("standup_id", "standups"),
    Index(None, "workspace_id", "cleared_at"),
    key=("id",),
)
updates = _table(
    "updates",
    _id(),
    _id("asker_id"),
    _id("conversation"),
    _id("thread_ts"),
    Column("permalink", Text),
    Column("status", EnumText(UpdateStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    _id("thread_author_id", nullable=True),
    Column("thread_author_name", Text),
    Column("summary", Typed(Summary)),
    Column("links", Typed(tuple[str, ...]), nullable=False),
    Column("sent_to", Text),
    Column("edited_text", Text),
    _id("posted_by", nullable=True),
    Column("reason", Text),
    key=("id",),
)
drafts = _table(
    "drafts",
    _id(),
    _id("asker_id"),
    Column("source", Typed(Source), nullable=False),
    Column("status", EnumText(DraftStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("drafted", Typed(Drafted)),
    Column("sent_to", Text),
    Column("reason", Text),
    key=("id",),
)
schedules = _table(
    "schedules",
    _id(),
    Column("kind", EnumText(ScheduleKind), nullable=False),
    _id("subject_id"),
    Column("next_at", Instant),
    _id("slot"),
    Column("rule", Typed(Rule)),
    UniqueConstraint("workspace_id", "kind", "subject_id"),
    Index("ix_schedules_next_at", "next_at"),
    key=("id",),
)
outbox = _table(
    "outbox",
    _id(),
    Column("destination", Typed(Destination), nullable=False),
    Column("message", Typed(Message), nullable=False),
    Column("status", EnumText(OutboxStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("operation", EnumText(Operation), nullable=False),
    _id("after_id", nullable=True),
    Column("subject", String(80)),
    Column("not_after", Instant),
    _id("fallback", nullable=True),
    Column("attempts", Integer, nullable=False),
    _id("sender", nullable=True),
    Column("intent_at", Instant),
    _id("conversation", nullable=True),
    _id("ts", nullable=True),
    Column("sent_at", Instant),
    Column("reason", Text),
    _id("file_id", nullable=True),
    Column("shared_at", Instant),
    _within("after_id", "outbox"),
    Index("ix_outbox_status_next_at", "status", "next_at"),
    Index(None, "workspace_id", "subject"),
    Index(None, "workspace_id", "after_id"),
    key=("id",),
)
inbox = _table("inbox", _id("key"), Column("at", Instant, nullable=False), Column("outcome", Text), key=("key",))
reminders = _table(
    "reminders",
    _id("person_id"),
    Column("subject", String(80), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "workspace_id", "subject"),
    key=("person_id", "subject", "due_on"),
)
jobs = _table(
    "jobs",
    _id(),
    Column("kind", String(40), nullable=False),
    _id("subject_id"),
    Column("next_at", Instant),
    Column("attempts", Integer, nullable=False),
    _id("sender", nullable=True),
    Index("ix_jobs_next_at", "next_at"),
    key=("id",),
)
audit = _table(
    "audit",
    _id(),
    _id("by"),
    Column("action", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("subject", String(80)),
    Column("detail", Typed(dict[str, Any]), nullable=False),
    key=("id",),
)
TENANT_TABLES = tuple(metadata.sorted_tables)
