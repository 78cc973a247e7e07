"""The store that a command is to look at, by its URL, its file, or the file of the service that writes it; and the span of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.commands.serve_extra import need_serve
from scenarios.errors import MissingFileError, UserError, printable

if TYPE_CHECKING:
    from harness.service.store.sql_store import SqlStore

StoreArgument = Annotated[
    str, typer.Argument(metavar="STORE", help="A database's URL, a SQLite file, or a service's TOML file.")
]
SinceOption = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="First data time: ISO 8601 with offset, or seconds. [default: the first]"),
]
UntilOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="Last data time, written as --since. [default: the last]")
]


@contextmanager
def opened_store(named: str, command: str) -> Iterator["SqlStore"]:
    """Open the store that an argument names, without its spool, and say what waits in that.

    Raises UserError, MissingFileError and MachineError.
    """
    need_serve(command)
    from harness.service.store.database_url import database_url
    from harness.service.store.open_store import SERVER_SPOOL, open_database, spool_of
    from harness.service.store.spool_watch import waiting_words

    of_service = [Path(named).parent / SERVER_SPOOL] if named.endswith(".toml") else []  # of one whose workers decide
    database = _of_service(Path(named)) if of_service else named
    url = database_url(database)
    if url.drivername == "sqlite" and not Path(str(url.database)).is_file():
        raise MissingFileError(f"{url.database}: no such database (has its service been started?)")
    store = open_database(database)
    for line in waiting_words([spool_of(database), *of_service]):
        say(printable(line))
    try:
        yield store
    finally:
        store.close()


def read_span(since: str | None, until: str | None) -> tuple[float, float]:
    """Return the span of `--since` and `--until`, s, infinite where one is not given. Raises UserError."""
    since_s, until_s = _time("--since", since, -inf), _time("--until", until, inf)
    if since_s > until_s:
        raise UserError("--since is later than --until (are they swapped?)")
    return since_s, until_s


def _of_service(file: Path) -> str:
    """Return the database that a service's file names; other tables are not looked at."""
    from harness.service.site.service_tables import StoreTable
    from harness.service.store.database_url import database_url
    from scenarios.files.toml_file import read_toml
    from scenarios.files.validation import all_mistakes

    table = read_toml(file).get("store", {})
    if not isinstance(table, dict):
        raise UserError(f"{file}: store: wanted a table [store], got {table!r:.60}")
    for mistake in all_mistakes(StoreTable, table, ("store",)):
        raise UserError(f"{file}: {mistake.message}")
    text = StoreTable.model_validate(table).database
    url = database_url(text)
    return str(file.parent / str(url.database)) if "://" not in text else text


def _time(option: str, text: str | None, default: float) -> float:
    from harness.service.sources.stamps import StampReader

    if text is None:
        return default
    try:
        stamp: float | str = float(text)
    except ValueError:
        stamp = text
    try:
        return StampReader().read(stamp)
    except UserError as error:
        raise UserError(f"{option}: {error}") from None
