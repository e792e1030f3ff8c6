"""The first schema: every table, full-text search on both engines, and PostgreSQL's row-level security.

On PostgreSQL the program works as one of two plain roles, `backbeat_app` and `backbeat_queue`, which the login role
takes on inside each transaction. Where the login role may not create roles, an administrator makes both beforehand and
grants them to it: `CREATE ROLE backbeat_app NOLOGIN; CREATE ROLE backbeat_queue NOLOGIN; GRANT backbeat_app,
backbeat_queue TO <login> WITH INHERIT FALSE, SET TRUE`. (Inherited, the two together would see more than each alone.)
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "workspaces",
    "audit",
    "cadences",
    "decisions",
    "inbox",
    "jobs",
    "outbox",
    "people",
    "reminders",
    "roles",
    "schedules",
    "standups",
    "updates",
    "concerns",
    "decision_events",
    "originals",
    "occurrences",
    "rounds",
    "prompts",
    "topics",
    "answers",
)
APP, QUEUE = "backbeat_app", "backbeat_queue"
OWN = "workspace_id = nullif(current_setting('backbeat.workspace_id', true), '')"
QUEUED = {
    "workspaces": "workspace_id",
    "schedules": "workspace_id, id, next_at",
    "outbox": "workspace_id, id, status, next_at, after_id",
    "jobs": "workspace_id, id, next_at",
}


def upgrade() -> None:
    _workspaces()
    _audit()
    _cadences()
    _decisions()
    _inbox()
    _jobs()
    _outbox()
    _people()
    _reminders()
    _roles()
    _schedules()
    _standups()
    _updates()
    _concerns()
    _decision_events()
    _originals()
    _occurrences()
    _rounds()
    _prompts()
    _topics()
    _answers()
    if op.get_bind().dialect.name == "postgresql":
        _search_on_postgres()
        _plain_roles()
        _security()
    else:
        _search_on_sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION backbeat_search(text, integer, integer)")
    else:
        op.execute("DROP TABLE decisions_search")
        op.execute("DROP TABLE search_tenants")
    for table in reversed(TABLES):
        op.drop_table(table)


def _search_on_sqlite() -> None:
    """A row of the index is known by its workspace's number here and the decision's: one range, newest at its end."""
    op.execute("CREATE TABLE search_tenants (id INTEGER PRIMARY KEY, workspace_id VARCHAR(40) NOT NULL UNIQUE)")
    op.execute(
        "CREATE VIRTUAL TABLE decisions_search USING fts5"
        "(workspace_id UNINDEXED, words, tokenize = 'ascii', prefix = '1 2 3')"
    )
    place = "(SELECT id << 32 FROM search_tenants WHERE workspace_id = {row}.workspace_id) + {row}.number"
    op.execute(
        "CREATE TRIGGER decisions_search_add AFTER INSERT ON decisions BEGIN"
        " INSERT OR IGNORE INTO search_tenants (workspace_id) VALUES (new.workspace_id);"
        " INSERT INTO decisions_search (rowid, workspace_id, words)"
        f" VALUES ({place.format(row='new')}, new.workspace_id, new.search_text); END"
    )
    op.execute(
        "CREATE TRIGGER decisions_search_change AFTER UPDATE OF search_text ON decisions"
        " WHEN old.search_text <> new.search_text BEGIN"
        f" UPDATE decisions_search SET words = new.search_text WHERE rowid = {place.format(row='new')}; END"
    )
    op.execute(
        "CREATE TRIGGER decisions_search_drop AFTER DELETE ON decisions BEGIN"
        f" DELETE FROM decisions_search WHERE rowid = {place.format(row='old')}; END"
    )


def _search_on_postgres() -> None:
    """The tenant stands in the function's WHERE: a policy over `@@` cannot use the index, for it is not leakproof."""
    op.execute(
        "ALTER TABLE decisions ADD COLUMN search_vector tsvector"
        " GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED"
    )
    op.execute("CREATE INDEX ix_decisions_search_vector ON decisions USING gin (search_vector)")
    op.execute(
        "CREATE FUNCTION backbeat_search(query text, below integer, most integer) RETURNS integer[]"
        " LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$"
        " SELECT coalesce(array_agg(number ORDER BY number DESC), '{}') FROM ("
        f"  SELECT number FROM decisions WHERE {OWN} AND number < below"
        "   AND search_vector @@ to_tsquery('simple', query) ORDER BY number DESC LIMIT most) found $$"
    )
    op.execute("REVOKE ALL ON FUNCTION backbeat_search(text, integer, integer) FROM PUBLIC")


def _plain_roles() -> None:
    for role in (APP, QUEUE):
        op.execute(
            "DO $$ BEGIN"
            f" IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;"
            f" IF NOT pg_has_role(current_user, '{role}', 'SET') THEN"
            f" EXECUTE format('GRANT {role} TO %I WITH INHERIT FALSE, SET TRUE', current_user); END IF; END $$"
        )
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")


def _security() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_workspace ON {table} TO {APP} USING ({OWN}) WITH CHECK ({OWN})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")
    op.execute(f"REVOKE UPDATE, DELETE ON decision_events, audit FROM {APP}")  # history is only ever added to
    for table, columns in QUEUED.items():
        op.execute(f"CREATE POLICY queue ON {table} FOR SELECT TO {QUEUE} USING (true)")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO {QUEUE}")
    op.execute(f"GRANT EXECUTE ON FUNCTION backbeat_search(text, integer, integer) TO {APP}")
    op.execute("GRANT SELECT ON alembic_version TO PUBLIC")  # `run` asks whether it is up to date


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("setup_at", Instant(), nullable=True),
        sa.Column("team_channel", sa.String(length=64), nullable=True),
        sa.Column("decision_channel", sa.String(length=64), nullable=True),
        sa.Column("cto_days", sa.String(7), nullable=False),
        sa.Column("response_days", sa.Integer(), nullable=False),
        sa.Column("urgent_path", sa.Text(), nullable=True),
        sa.Column("guests_allowed", sa.Boolean(), nullable=False),
        sa.Column("suggests_logging", sa.Boolean(), nullable=False),
        sa.Column("last_decision", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("last_decision >= 0", name=op.f("ck_workspaces_last_decision_counts_up")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspaces")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_audit_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_audit")),
    )


def _cadences() -> None:
    op.create_table(
        "cadences",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("chair_id", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=True),
        sa.Column("audience", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_cadences_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_cadences")),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("not_doing", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(40), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_conversation", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_decisions_title_is_there")),
        sa.CheckConstraint("number > 0", name=op.f("ck_decisions_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "supersedes"],
            ["decisions.workspace_id", "decisions.number"],
            name=op.f("fk_decisions_workspace_id_supersedes"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_decisions_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_workspace_id_due_on"), "decisions", ["workspace_id", "due_on"], unique=False)
    op.create_index(
        op.f("ix_decisions_workspace_id_source_conversation"),
        "decisions",
        ["workspace_id", "source_conversation"],
        unique=False,
    )
    op.create_index(
        op.f("ix_decisions_workspace_id_owner_id_due_on"),
        "decisions",
        ["workspace_id", "owner_id", "due_on"],
        unique=False,
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_inbox_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_inbox")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_jobs_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_next_at", "jobs", ["next_at"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("operation", sa.String(20), nullable=False),
        sa.Column("after_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("not_after", Instant(), nullable=True),
        sa.Column("fallback", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=True),
        sa.Column("intent_at", Instant(), nullable=True),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("ts", sa.String(length=64), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "after_id"],
            ["outbox.workspace_id", "outbox.id"],
            name=op.f("fk_outbox_workspace_id_after_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_outbox_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_status_next_at", "outbox", ["status", "next_at"], unique=False)
    op.create_index(op.f("ix_outbox_workspace_id_after_id"), "outbox", ["workspace_id", "after_id"], unique=False)
    op.create_index(op.f("ix_outbox_workspace_id_subject"), "outbox", ["workspace_id", "subject"], unique=False)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("is_slack_admin", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_deactivated", sa.Boolean(), nullable=False),
        sa.Column("days", sa.String(7), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_people_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_people")),
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_reminders_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", "subject", "due_on", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_workspace_id_subject"), "reminders", ["workspace_id", "subject"], unique=False)


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_roles_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "role", "person_id", name=op.f("pk_roles")),
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_schedules_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_schedules")),
        sa.UniqueConstraint(
            "workspace_id", "kind", "subject_id", name=op.f("uq_schedules_workspace_id_kind_subject_id")
        ),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"], unique=False)


def _standups() -> None:
    op.create_table(
        "standups",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("days", sa.String(7), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("deadline", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_standups_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_standups")),
        sa.UniqueConstraint("workspace_id", "channel", name=op.f("uq_standups_workspace_id_channel")),
    )


def _updates() -> None:
    op.create_table(
        "updates",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("asker_id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("thread_ts", sa.String(length=64), nullable=False),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("thread_author_id", sa.String(length=64), nullable=True),
        sa.Column("thread_author_name", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=True),
        sa.Column("edited_text", sa.Text(), nullable=True),
        sa.Column("posted_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_updates_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_updates")),
    )


def _concerns() -> None:
    op.create_table(
        "concerns",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("standup_id", sa.String(length=64), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.Column("cleared_by", sa.String(length=64), nullable=True),
        sa.Column("round_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "standup_id"],
            ["standups.workspace_id", "standups.id"],
            name=op.f("fk_concerns_workspace_id_standup_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_concerns_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_concerns")),
    )
    op.create_index(
        op.f("ix_concerns_workspace_id_cleared_at"), "concerns", ["workspace_id", "cleared_at"], unique=False
    )


def _decision_events() -> None:
    op.create_table(
        "decision_events",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["decisions.workspace_id", "decisions.number"],
            name=op.f("fk_decision_events_workspace_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_decision_events_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_decision_events")),
    )
    op.create_index(
        op.f("ix_decision_events_workspace_id_number"), "decision_events", ["workspace_id", "number"], unique=False
    )


def _originals() -> None:
    op.create_table(
        "originals",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("deciders", sa.Text(), nullable=False),
        sa.Column("consulted", sa.Text(), nullable=False),
        sa.Column("informed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["decisions.workspace_id", "decisions.number"],
            name=op.f("fk_originals_workspace_id_number"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_originals_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_originals")),
        sa.UniqueConstraint("workspace_id", "source", "path", name=op.f("uq_originals_workspace_id_source_path")),
    )


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("cadence_id", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "cadence_id"],
            ["cadences.workspace_id", "cadences.id"],
            name=op.f("fk_occurrences_workspace_id_cadence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_occurrences_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "workspace_id", "cadence_id", "slot", name=op.f("uq_occurrences_workspace_id_cadence_id_slot")
        ),
    )


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("standup_id", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "standup_id"],
            ["standups.workspace_id", "standups.id"],
            name=op.f("fk_rounds_workspace_id_standup_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_rounds_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("workspace_id", "standup_id", "slot", name=op.f("uq_rounds_workspace_id_standup_id_slot")),
    )


def _prompts() -> None:
    op.create_table(
        "prompts",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.String(length=64), nullable=False),
        sa.Column("standup_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "round_id"],
            ["rounds.workspace_id", "rounds.id"],
            name=op.f("fk_prompts_workspace_id_round_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_prompts_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_prompts")),
        sa.UniqueConstraint(
            "workspace_id", "round_id", "person_id", name=op.f("uq_prompts_workspace_id_round_id_person_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "standup_id",
            "person_id",
            "day",
            name=op.f("uq_prompts_workspace_id_standup_id_person_id_day"),
        ),
    )


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("cadence_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("bumps", sa.Text(), nullable=True),
        sa.Column("bumps_id", sa.String(length=64), nullable=True),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=True),
        sa.Column("concern_id", sa.String(length=64), nullable=True),
        sa.Column("occurrence_id", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("audience", sa.String(40), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_conversation", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "bumps_id"],
            ["topics.workspace_id", "topics.id"],
            name=op.f("fk_topics_workspace_id_bumps_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "cadence_id"],
            ["cadences.workspace_id", "cadences.id"],
            name=op.f("fk_topics_workspace_id_cadence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "concern_id"],
            ["concerns.workspace_id", "concerns.id"],
            name=op.f("fk_topics_workspace_id_concern_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "decision_number"],
            ["decisions.workspace_id", "decisions.number"],
            name=op.f("fk_topics_workspace_id_decision_number"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "occurrence_id"],
            ["occurrences.workspace_id", "occurrences.id"],
            name=op.f("fk_topics_workspace_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_topics_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_topics")),
    )
    op.create_index(
        op.f("ix_topics_workspace_id_cadence_id_status"),
        "topics",
        ["workspace_id", "cadence_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_topics_workspace_id_occurrence_id"), "topics", ["workspace_id", "occurrence_id"], unique=False
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("prompt_id", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.String(length=64), nullable=False),
        sa.Column("standup_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prompt_id"],
            ["prompts.workspace_id", "prompts.id"],
            name=op.f("fk_answers_workspace_id_prompt_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_answers_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "prompt_id", name=op.f("pk_answers")),
    )
    op.create_index(
        op.f("ix_answers_workspace_id_standup_id_person_id_answered_at"),
        "answers",
        ["workspace_id", "standup_id", "person_id", "answered_at"],
        unique=False,
    )
