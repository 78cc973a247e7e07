"""The command `laneblock faults inject`: recordings with faulty loops."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.shared_options import RecordingsArgument
from harness.records.output_paths import check_out


def inject(
    folders: RecordingsArgument,
    faults: Annotated[
        Path, typer.Option(metavar="FILE", help="TOML: a schedule, [[faults]], or rates to draw one from, [[random]].")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; several recordings become folders in it.")],
) -> None:
    """Put faults on the loops of recordings: write what faulty loops would have reported, and the truth.

    A schedule names station, lane, kind, onset_s, end_s, magnitude, ramp_s; rates are drawn anew for every recording, from
    the file's seed. The results are recordings again: replay, compare and calibrate take them. Kinds: overcount,
    undercount, missed, double, stuck, dead, zeros, chatter, locked_on, drift, noise, crosstalk, swapped, spikes, dropped,
    time_shift.

    \b
    Examples:
      laneblock faults inject results/sr91/runs/free-1200 --faults mine.toml --out results/faulty/free-1200
      laneblock faults inject results/sr91/runs/* --faults scenarios/fault_schedules/mixed.toml --out results/faulty
      laneblock replay results/faulty/* --detector trees --out results/faulty-trees
    """
    from harness.reporting.number_text import counted
    from harness.studies.fault_detection.corrupt_recordings import CorruptedRecording, corrupt_recordings
    from scenarios.files.fault_schedule_file import read_fault_plan

    check_out(out)
    number = 0

    def report(done: CorruptedRecording) -> None:
        nonlocal number
        number += 1
        say(f"[{number:3d}/{len(folders)}] {done.folder}: {counted(len(done.faults), 'fault')}")

    done = corrupt_recordings(folders, read_fault_plan(faults), out, report)
    total = sum(len(each.faults) for each in done)
    print(f"{counted(total, 'fault')} on {counted(len(done), 'recording')}: {out}")
