"""Who decides, whose word a proposal waits for, drafts of decisions, and a quicker search on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("rights", "limits", "approvals", "drafts")
HISTORY_INDEX = "ix_decision_events_workspace_id_at"
FILE_COLUMNS = ("file_id", "shared_at")
APP = "backbeat_app"
OWN = "workspace_id = nullif(current_setting('backbeat.workspace_id', true), '')"

# The newest `most` numbers below `below` that match. The newest decisions are looked at one by one, twice as many each
# time, until there are enough, or until it is likely to be cheaper to fetch whatever the index knows: that costs about
# 14 times as much for each match as to look at one decision in order. (The index knows no order, and of a phrase only
# that its words are there, which is what `near` counts.) A small workspace is simply read, however many others there
# are. The index is asked by itself, for together with the primary key the planner reads all of the latter.
SEARCH = """
CREATE OR REPLACE FUNCTION backbeat_search(query text, below integer, most integer) RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  own CONSTANT text := nullif(current_setting('backbeat.workspace_id', true), '');
  wanted CONSTANT tsquery := to_tsquery('simple', query);
  words CONSTANT tsquery := to_tsquery('simple', replace(query, '<->', '&'));
  step integer := CASE WHEN numnode(wanted) = 1 THEN 500 ELSE 2000 END;
  walked bigint := 0;
  near integer := 0;
  found integer[] := '{}';
  edge integer;
  whole real;
  each record;
BEGIN
  SELECT max(number) + 1 INTO edge FROM decisions WHERE workspace_id = own AND number < below;
  SELECT greatest(reltuples, edge) INTO whole FROM pg_class WHERE oid = 'decisions'::regclass;
  WHILE edge > 1 LOOP
    FOR each IN
      SELECT number, search_vector @@ wanted AS matches FROM (
        SELECT number, search_vector FROM decisions
        WHERE workspace_id = own AND number < edge AND number >= edge - step
        ORDER BY number DESC LIMIT step) newest
      WHERE search_vector @@ words
    LOOP
      near := near + 1;
      CONTINUE WHEN NOT each.matches;
      found := found || each.number;
      IF cardinality(found) >= most THEN RETURN found; END IF;
    END LOOP;
    edge := edge - step;
    walked := walked + step;
    step := walked;
    EXIT WHEN (most - cardinality(found)) * walked / greatest(cardinality(found), 0.5) > 14.0 * near * whole / walked;
  END LOOP;
  IF edge IS NULL OR edge <= 1 THEN RETURN found; END IF;
  RETURN found || ARRAY(
    WITH matches AS MATERIALIZED (SELECT workspace_id, number FROM decisions WHERE search_vector @@ wanted)
    SELECT number FROM matches WHERE workspace_id = own AND number < edge
    ORDER BY number DESC LIMIT most - cardinality(found));
END $$"""
SEARCH_BEFORE = f"""
CREATE OR REPLACE FUNCTION backbeat_search(query text, below integer, most integer) RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(number ORDER BY number DESC), '{{}}') FROM (
    SELECT number FROM decisions WHERE {OWN} AND number < below
    AND search_vector @@ to_tsquery('simple', query) ORDER BY number DESC LIMIT most) found $$"""


def upgrade() -> None:
    _rights()
    _limits()
    _approvals()
    _drafts()
    _files()
    _history()
    op.add_column("decisions", sa.Column("related", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _security()
        op.execute(SEARCH)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(SEARCH_BEFORE)
    op.drop_column("decisions", "related")
    op.drop_index(HISTORY_INDEX, "decision_events")
    for column in FILE_COLUMNS:
        op.drop_column("outbox", column)
    for table in reversed(TABLES):
        op.drop_table(table)


def _security() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_workspace ON {table} TO {APP} USING ({OWN}) WITH CHECK ({OWN})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")


def _files() -> None:
    op.add_column("outbox", sa.Column("file_id", sa.String(length=64), nullable=True))
    op.add_column("outbox", sa.Column("shared_at", Instant(), nullable=True))


def _history() -> None:
    op.create_index(HISTORY_INDEX, "decision_events", ["workspace_id", "at"], unique=False)


def _rights() -> None:
    op.create_table(
        "rights",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decides", sa.String(length=64), nullable=True),
        sa.Column("agrees", sa.Text(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("performs", sa.Text(), nullable=False),
        sa.Column("deputy_up_to", sa.Text(), nullable=True),
        sa.Column("risk_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_rights_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "area", name=op.f("pk_rights")),
    )


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_limits_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_limits")),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("nudged_at", Instant(), nullable=True),
        sa.Column("offered_at", Instant(), nullable=True),
        sa.Column("tabled_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("outside_by", sa.Text(), nullable=True),
        sa.Column("outside_on", sa.Date(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("called", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["decisions.workspace_id", "decisions.number"],
            name=op.f("fk_approvals_workspace_id_number"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_approvals_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_workspace_id_number"), "approvals", ["workspace_id", "number"], unique=False)
    op.create_index(op.f("ix_approvals_workspace_id_status"), "approvals", ["workspace_id", "status"], unique=False)


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("asker_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("drafted", sa.Text(), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_drafts_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_drafts")),
    )
