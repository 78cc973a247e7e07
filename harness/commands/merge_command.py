"""The command `laneblock merge`: merge the shards of a battery into one results folder."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import note, say, warn
from harness.records.output_paths import check_out
from harness.records.provenance import command_line


def merge(
    shards: Annotated[list[Path], typer.Argument(metavar="DIR...", help="The results of every shard.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the merged results.")],
    no_report: Annotated[bool, typer.Option("--no-report", help="Scores only, no report.html.")] = False,
) -> None:
    """Merge the shards of a battery, and score and report them as one battery.

    The shards must be all those of one battery, with the same detectors, models and SUMO. The exit code is 1 where runs
    failed or are unfinished; `laneblock battery NAME --out DIR` then runs those.

    \b
    Example:
      laneblock battery sr91 --shard 1/2 --out shards/1      on one machine
      laneblock battery sr91 --shard 2/2 --out shards/2      on another
      laneblock merge shards/1 shards/2 --out results/sr91
    """
    from harness.reporting.evaluate_results import evaluate
    from harness.running.merging import merge_shards

    check_out(out)
    merged = merge_shards(shards, out, command_line())
    if merged.finished:
        found = evaluate(out, report=not no_report)
        print(found.text)
        if found.report is not None:
            say(f"Report: {found.report}")
        warn(found.warnings)
        note(found.notes)
    say(f"Results: {out}: {len(merged.finished)} runs of {len(shards)} shards")
    for what, names in (("failed", merged.failed), ("not finished", merged.missing)):
        if names:
            say(f"{len(names)} runs {what}: {', '.join(names)}")
    if merged.failed or merged.missing:
        raise typer.Exit(1)
