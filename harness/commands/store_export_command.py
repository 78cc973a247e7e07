"""The command `laneblock store export`: what a live service has stored, as files for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.store_choice import SinceOption, StoreArgument, UntilOption, opened_store, read_span
from scenarios.errors import UserError, printable


def export(
    store: StoreArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; an earlier export there is replaced.")],
    format: Annotated[str, typer.Option(metavar="FORMAT", help="csv, or parquet (needs the extra parquet).")] = "csv",
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Write what a live service has stored: events, incidents, and each corridor's frames as a recording.

    The recordings in DIR/frames can be replayed, and detectors calibrated on them. In CSV files a text that a spreadsheet could
    take for a formula begins with an apostrophe.

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
