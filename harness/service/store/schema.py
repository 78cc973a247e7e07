"""Bring a database to the schema of this version, with Alembic; refuse a newer one.

Migrations lie in `migrations/versions/`, one file a change, and are part of the package. Each runs inside the transaction that the
caller holds: a process that is killed meanwhile leaves the old schema.
"""

from collections.abc import Sequence
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from scenarios.errors import UserError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, database: str) -> None:
    """Run the migrations that a database lacks. Raises UserError, naming the `database`, for one of a newer laneblock."""
    scripts = ScriptDirectory(MIGRATIONS)
    known = [script.revision for script in scripts.walk_revisions()]
    present = MigrationContext.configure(connection).get_current_heads()
    for revision in present:
        if revision not in known:
            raise UserError(
                f"{database}: wanted a schema up to {known[0]}, got {revision} "
                "(was it written by a newer laneblock? update this one)"
            )
    if known[0] in present:
        return

    def missing(heads: Sequence[str], _: MigrationContext) -> list[RevisionStep]:
        lacking = [*scripts.iterate_revisions("head", tuple(heads) or "base")]
        return [MigrationStep.upgrade_from_script(scripts.revision_map, script) for script in reversed(lacking)]

    context = MigrationContext.configure(connection, opts={"fn": missing})
    with context.begin_transaction(), Operations.context(context):
        context.run_migrations()
