"""The command `laneblock corrupt`: recordings with faulty loops."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.records.output_paths import check_out


def corrupt(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Recordings: run folders, or your own.")],
    faults: Annotated[
        Path, typer.Option(metavar="FILE", help="TOML: a schedule, [[faults]], or rates to draw one from, [[random]].")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; several recordings, each a folder in it.")],
) -> None:
    """Put sensor faults on recordings: what faulty loops would have told, with the truth kept beside it.

    A schedule names station, lane, kind, onset_s, end_s, magnitude, ramp_s; rates are drawn anew for every recording, from
    the file's seed. What is written is a recording again: replay, compare and calibrate take it. Kinds: overcount,
    undercount, missed, double, stuck, dead, zeros, chatter, locked_on, drift, noise, crosstalk, swapped, spikes, dropped,
    time_shift.

    \b
    Examples:
      laneblock corrupt results/sr91/runs/free-1 --faults mine.toml --out results/faulty/free-1
      laneblock corrupt results/sr91/runs/* --faults scenarios/fault_schedules/mixed.toml --out results/faulty
      laneblock replay results/faulty/* --detector trees --out results/faulty-trees
    """
    from harness.reporting.number_text import counted
    from harness.studies.fault_detection.corrupt_recordings import Corrupted
    from harness.studies.fault_detection.corrupt_recordings import corrupt as corrupt_all
    from scenarios.files.fault_schedule_file import read_fault_plan

    check_out(out)
    number = 0

    def told(done: Corrupted) -> None:
        nonlocal number
        number += 1
        say(f"[{number:3d}/{len(folders)}] {done.folder}: {counted(len(done.faults), 'fault')}")

    done = corrupt_all(folders, read_fault_plan(faults), out, told)
    total = sum(len(each.faults) for each in done)
    print(f"{counted(total, 'fault')} on {counted(len(done), 'recording')}: {out}")
