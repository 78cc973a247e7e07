"""The tables of the store, alike on SQLite and PostgreSQL. `migrations/` makes them; a test compares the two.

Conventions: `time_s` and other `_s` are data time, `wall_s` seconds since 1970 UTC; texts named `data`, `body` and `definition` are
JSON; NaN is null in them, and kept to the bit in the packed `body` of frames and of journaled batches.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

counters = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""One row, `events`: the number of the last event. Whoever writes events locks it until the transaction ends."""

events = Table(
    "events",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False),
    Column("corridor", String, nullable=False),
    Column("incident", String, nullable=False),
    Column("time_s", Double, nullable=False),
    Column("wall_s", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("key", name="uq_events_key"),
    Index("ix_events_incident", "incident", "number"),
)

incidents = Table(
    "incidents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("opened_number", BigInteger, nullable=False),
    Column("corridor", String, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("opened_s", Double, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_incidents_opened", "opened_s", "opened_number"),
    Index("ix_incidents_corridor", "corridor", "opened_s"),
)
"""What the events make of each incident; `body` is all of it, the other columns are what is asked for."""

frames = Table(
    "frames",
    METADATA,
    Column("corridor", String, primary_key=True),
    Column("time_s", Double, primary_key=True),
    Column("ordinal", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""`ordinal` counts a corridor's frames: thinning goes by it, so thinning twice drops no more than once."""

checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("corridor", String, primary_key=True),
    Column("time_s", Double, nullable=False),
    Column("wall_s", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

journal = Table(
    "journal",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("key", String, nullable=True),
    Column("corridor", String, nullable=False),
    Column("last_s", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("key", name="uq_journal_key"),
    Index("ix_journal_corridor", "corridor", "number"),
)
"""Pushed batches until their frames are stored; `key` names those that come from a spool, so that none is kept twice."""

corridors = Table(
    "corridors",
    METADATA,
    Column("name", String, primary_key=True),
    Column("definition", Text, nullable=False),
)

leases = Table(
    "leases",
    METADATA,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_s", Double, nullable=False),
)
"""Who works on what until when, by the database's clock; `epoch` grows whenever a lease changes hands."""

stream_positions = Table(
    "stream_positions",
    METADATA,
    Column("corridor", String, primary_key=True),
    Column("position", String, nullable=False),
)
"""Where workers read on in the stream of a corridor's readings: all before it are in committed frames."""

timers = Table(
    "timers",
    METADATA,
    Column("incident", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("corridor", String, nullable=False),
    Column("clock", String, nullable=False),
    Column("due_s", Double, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("armed", BigInteger, nullable=False),
    Index("ix_timers_due", "state", "clock", "due_s"),
)
"""Until when somebody must take an incident; `due_s` is wall time or data time, as `clock` says."""

outbox = Table(
    "outbox",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("key", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("address", String, nullable=False),
    Column("incident", String, nullable=False),
    Column("event", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_s", Double, nullable=False),
    Column("due_s", Double, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("done_s", Double, nullable=True),
    Column("error", Text, nullable=False),
    UniqueConstraint("key", name="uq_outbox_key"),
    Index("ix_outbox_due", "channel", "state", "due_s"),
    Index("ix_outbox_address", "channel", "address", "done_s"),
    Index("ix_outbox_incident", "incident"),
)
"""Notifications, written with the events that cause them; all `_s` are wall time. `key` is the idempotency key of receivers."""

audit = Table(
    "audit",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("wall_s", Double, nullable=False),
    Column("actor", String, nullable=False),
    Column("method", String, nullable=False),
    Column("path", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("request", String, nullable=False),
)
"""Requests that changed something: who, when, what; `request` is the one in the log."""
