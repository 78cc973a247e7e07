"""The command `laneblock faults detect`: fault detectors on recordings with faulty loops."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.shared_options import JobsOption, RecordingsArgument
from harness.records.output_paths import check_out
from scenarios.errors import UserError


def detect(
    folders: RecordingsArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")],
    faults: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Faults to put on the recordings first. [default: their own]"),
    ] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Fault detector; may be repeated. [default: pems, iris, and those with a file]"
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="The file that laneblock calibrate NAME wrote; may be repeated."),
    ] = None,
    jobs: JobsOption = None,
) -> None:
    """Find faulty loops: replay fault detectors on recordings, and score faults found, delay, false alarms per loop-month.

    The recordings have faults (see laneblock faults inject), or --faults puts some on them first. Fault detectors: gp_cusum,
    gp_cusum_30s and conservation (fitted to a corridor by laneblock calibrate), pems, iris. Never score on the
    recordings they were fitted on. Replays are kept: interrupted, the same command continues.

    \b
    Examples:
      laneblock calibrate gp_cusum --recordings results/calibration/runs/sr91-day-* --out site.npz
      laneblock faults detect results/sr91-compare/runs/day-* --faults scenarios/fault_schedules/mixed.toml \\
          --parameters gp_cusum=site.npz --out results/faults
      laneblock faults detect results/faulty/* --detector iris --out results/iris
    """
    from detectors.faults.fault_catalogue import fault_fingerprint
    from harness.commands.fault_detector_choices import chosen_fault_detectors
    from harness.records.distinct_names import check_distinct_names
    from harness.records.folder_lock import lock_folder
    from harness.records.provenance import provenance
    from harness.reporting.number_text import counted
    from harness.running.run_defaults import cores
    from harness.studies.fault_detection.fault_comparison import compare_faults
    from harness.studies.fault_detection.fault_comparison_files import write_fault_comparison
    from harness.studies.fault_detection.fault_curves_figure import draw_fault_curves
    from harness.studies.fault_detection.fault_replays import replay_faults
    from scenarios.files.fault_schedule_file import read_fault_plan
    from simulator.recording.fault_log import FAULT_FILE

    check_out(out)
    check_distinct_names(folders)
    chosen = chosen_fault_detectors(detector or (), parameters or ())
    plan = None if faults is None else read_fault_plan(faults)
    for folder in folders if plan is None else ():
        if not (folder / FAULT_FILE).is_file():
            raise UserError(
                f"{folder}: wanted recordings with known faults, this has no {FAULT_FILE} (add --faults FILE?)"
            )
    done = []
    with lock_folder(out), resumable(f"replays are kept in {out}"):
        for run, replay in replay_faults(folders, plan, chosen, out, jobs or cores()):
            done.append((run, replay))
            say(f"[{len(done):3d}/{len(folders)}] {run.name}: {counted(len(run.faults or ()), 'fault')}")
        comparison = compare_faults(done, list(chosen))
        fingerprints = {name: fault_fingerprint(name, file) for name, file in chosen.items()}
        print(write_fault_comparison(out, comparison, {**provenance(), "fingerprints": fingerprints}))
        draw_fault_curves(out / "curves.png", comparison)
    say(f"Results: {out}")
