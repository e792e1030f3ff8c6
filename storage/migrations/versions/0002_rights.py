"""Who decides, whose word a proposal waits for, and drafts of decisions."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("rights", "limits", "approvals", "drafts")
FILE_COLUMNS = ("file_id", "shared_at")
APP = "backbeat_app"
OWN = "workspace_id = nullif(current_setting('backbeat.workspace_id', true), '')"


def upgrade() -> None:
    _rights()
    _limits()
    _approvals()
    _drafts()
    _files()
    if op.get_bind().dialect.name == "postgresql":
        _security()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _security() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_workspace ON {table} TO {APP} USING ({OWN}) WITH CHECK ({OWN})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")


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
