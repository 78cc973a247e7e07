"""Positions in the streams of readings that workers share."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "stream_positions",
        sa.Column("corridor", sa.String(), primary_key=True),
        sa.Column("position", sa.String(), nullable=False),
    )
