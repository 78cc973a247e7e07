"""The command `laneblock store export`: what a live service has stored, as files for other tools."""

from math import inf
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.store_choice import StoreArgument, opened_store
from scenarios.errors import UserError, printable


def export(
    store: StoreArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; an earlier export there is replaced.")],
    format: Annotated[str, typer.Option(metavar="FORMAT", help="csv, or parquet (needs the extra parquet).")] = "csv",
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="First data time: ISO 8601 with offset, or seconds. [default: the first]"),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Last data time, written as --since. [default: the last]")
    ] = None,
) -> None:
    """Write what a live service has stored: events, incidents, and each corridor's frames as a recording.

    The recordings in DIR/frames can be replayed, and detectors calibrated on them. No spreadsheet takes a cell of a CSV file for
    a formula: where a text could be one, an apostrophe stands before it.

    \b
    Examples:
      laneblock store export results/live-drill/laneblock.db --out results/drill-export
      laneblock store export site.toml --out results/monday --since 2026-03-02T00:00:00Z --until 2026-03-03T00:00:00Z
      laneblock store export site.toml --out results/all --format parquet
    """
    with opened_store(store, "store export") as opened:
        from harness.service.store.export_store import Span, export_store
        from harness.service.store.export_table import TableFormat

        if format not in list(TableFormat):
            raise UserError(f"--format: wanted {' or '.join(TableFormat)}, got {format!r}")
        span = Span(*read_span(since, until))
        done = export_store(opened, out, TableFormat(format), span)
    for line in done.left_out:
        say(f"left out: {printable(line)}")
    print(f"{done.events} events, {done.incidents} incidents, {done.frames} frames: {out}")


def read_span(since: str | None, until: str | None) -> tuple[float, float]:
    """Return the span of `--since` and `--until`, s, infinite where one is not given. Raises UserError."""
    since_s, until_s = _time("--since", since, -inf), _time("--until", until, inf)
    if since_s > until_s:
        raise UserError("--since is later than --until (are they swapped?)")
    return since_s, until_s


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
