"""Timers of incidents, notifications, and up to which event they are written."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; what happened before has notified nobody, and will not."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "timers",
        sa.Column("incident", sa.String(), primary_key=True),
        sa.Column("step", sa.String(), primary_key=True),
        sa.Column("corridor", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("due_s", sa.Double(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("armed", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_timers_due", "timers", ["state", "clock", "due_s"])
    op.create_table(
        "outbox",
        sa.Column("number", number, primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("incident", sa.String(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_s", sa.Double(), nullable=False),
        sa.Column("due_s", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_s", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_due", "outbox", ["channel", "state", "due_s"])
    op.create_index("ix_outbox_address", "outbox", ["channel", "address", "done_s"])
    op.create_index("ix_outbox_incident", "outbox", ["incident"])
    op.execute("INSERT INTO counters (name, value) SELECT 'response', value FROM counters WHERE name = 'events'")
