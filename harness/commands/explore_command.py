"""The command `laneblock explore`: the strangest hours of recordings, where, and why."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.shared_options import RecordingsArgument
from harness.records.output_paths import check_file
from scenarios.errors import UserError

LEAST_HOURS = 4
"""Hours that tell what is usual: one, and three others."""
_ENDINGS = (".csv", ".json")


def explore(
    folders: RecordingsArgument,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="How many are listed.")] = 10,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what is listed as a table too: .csv or .json.")
    ] = None,
) -> None:
    """List the strangest hours of recordings of one road: when, where, what is strange, and how strange.

    Strange are speeds below the usual, jumps of occupancy between neighbours, vehicles in other lanes, counts that do not fit the
    neighbours, a road with less or more traffic than usual (from a week on), and loops that count nothing beside traffic.

    Usual is the median of the same hour on other days. With less than a week of data it is the median of all other hours, and a
    daily jam is strange. The score is a robust z: 3.5 is strange, 10 very much so. Strange is not wrong: look at the hour.

    \b
    Examples:
      laneblock explore recordings/monday
      laneblock explore recordings/portland/north-*          many recordings of one road
      laneblock explore recordings/november --top 30 --out strange.csv
    """
    from harness.commands.progress_bar import reading_lines
    from harness.records.atomic_files import write_csv, write_json
    from harness.reporting.csv_rows import csv_rows
    from harness.reporting.text_table import terminal_width
    from harness.studies.strange_hours.hour_values import hour_values
    from harness.studies.strange_hours.strange_events import strange_events
    from harness.studies.strange_hours.strange_text import COLUMNS, compared, lane_0, strange_rows, strange_text

    if out is not None:
        check_file(out, "--out")
        if out.suffix not in _ENDINGS:
            raise UserError(f"--out {out}: wanted a file that ends in {' or '.join(_ENDINGS)}")
    name = str(folders[0]) if len(folders) == 1 else f"{len(folders)} recordings"
    hours = hour_values(folders, reading_lines(name, say))
    if len(hours.hour) < LEAST_HOURS:
        left_out = f", and {hours.left_out} with under half of their frames" if hours.left_out else ""
        raise UserError(
            f"{name}: wanted {LEAST_HOURS} hours or more to tell what is usual, got {len(hours.hour)}{left_out} "
            "(name several recordings of one road together?)"
        )
    events = strange_events(hours)
    print(strange_text(hours, events, top, terminal_width()))
    if out is None:
        return
    rows = strange_rows(hours, events[:top])
    if out.suffix == ".json":
        write_json(
            out, {"compared_with": compared(hours), "lanes": lane_0(hours), "hours": len(hours.hour), "strange": rows}
        )
    else:
        write_csv(out, csv_rows(rows, COLUMNS))
    say(f"Table: {out}")
