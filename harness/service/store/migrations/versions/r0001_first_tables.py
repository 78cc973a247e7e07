"""First tables: events, incidents, frames, checkpoints, journal, corridors, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of an empty database."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.bulk_insert(counters, [{"name": "events", "value": 0}])
    op.create_table(
        "events",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("corridor", sa.String(), nullable=False),
        sa.Column("incident", sa.String(), nullable=False),
        sa.Column("time_s", sa.Double(), nullable=False),
        sa.Column("wall_s", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name="uq_events_key"),
    )
    op.create_index("ix_events_incident", "events", ["incident", "number"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("opened_number", sa.BigInteger(), nullable=False),
        sa.Column("corridor", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_s", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_incidents_opened", "incidents", ["opened_s", "opened_number"])
    op.create_index("ix_incidents_corridor", "incidents", ["corridor", "opened_s"])
    op.create_table(
        "frames",
        sa.Column("corridor", sa.String(), primary_key=True),
        sa.Column("time_s", sa.Double(), primary_key=True),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("corridor", sa.String(), primary_key=True),
        sa.Column("time_s", sa.Double(), nullable=False),
        sa.Column("wall_s", sa.Double(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("number", number, primary_key=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("corridor", sa.String(), nullable=False),
        sa.Column("last_s", sa.Double(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("key", name="uq_journal_key"),
    )
    op.create_index("ix_journal_corridor", "journal", ["corridor", "number"])
    op.create_table(
        "corridors",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("definition", sa.Text(), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_s", sa.Double(), nullable=False),
    )
