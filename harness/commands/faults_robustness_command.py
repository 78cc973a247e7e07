"""The command `laneblock faults robustness`: incident detectors while loops are faulty, with and without masking."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import DetectorOption, JobsOption
from harness.records.output_paths import check_out
from harness.running.time_limit import TIME_LIMIT_S
from scenarios.errors import UserError

DEFAULT_MASK = "health"
"""Chosen: it needs no file, and hides no lane that an incident blocks."""


def robustness(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Runs whose incidents are known.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")],
    mask_faults: Annotated[
        str, typer.Option(metavar="NAME[=FILE]", help="The fault detector that hides loops.")
    ] = DEFAULT_MASK,
    detector: DetectorOption = None,
    share: Annotated[
        list[float] | None,
        typer.Option(
            min=0.0,
            max=1.0,
            metavar="SHARE",
            help="Share of loops that are faulty; may be repeated. [default: 0 0.01 0.05 0.1 0.2]",
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="Kind of fault; may be repeated. [default: mixed, all kinds]"),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, metavar="N", help="Seed that draws the faulty loops and their faults.")
    ] = 2017,
    jobs: JobsOption = None,
) -> None:
    """Measure incident detection with faulty loops: the loss by faults, and the gain by masking.

    A growing share of the loops is made faulty, and every incident detector replays every run with and without the
    mask, which hides the loops that a fault detector takes for faulty. Replays are kept: interrupted, the same
    command continues. Results are in DIR/robustness.html: both curves, the causes of alarms, and whether the stated
    probabilities of causes are right.

    \b
    Examples:
      laneblock faults robustness results/sr91/runs/* --mask-faults gp_cusum=site.npz --out results/robustness
      laneblock faults robustness results/sr91/runs/* --detector trees --kind dead --kind stuck --share 0 --share 0.05 \\
          --mask-faults iris --out results/robustness-trees
    """
    watch_plugins(detector or (), TIME_LIMIT_S, option=False)
    from detectors.catalogue import DETECTORS
    from harness.commands.fault_detector_choices import fault_mask
    from harness.records.distinct_names import check_distinct_names
    from harness.records.folder_lock import lock_folder
    from harness.records.provenance import provenance
    from harness.running.detector_names import check_given_once
    from harness.running.run_defaults import DEFAULT_DETECTOR, cores
    from harness.studies.robustness.robustness_replays import MIXED, SHARES, RobustnessStudy, replay_robustness
    from harness.studies.robustness.robustness_report import write_robustness
    from harness.studies.robustness.robustness_score import score_robustness
    from scenarios.fault import KINDS
    from scenarios.suggestion import likely
    from simulator.recording.incident_log import INCIDENT_FILE
    from simulator.recording.truth_files import TRUTH_FILE

    check_out(out)
    for known, what, names in ((DETECTORS, "detector", detector), ((MIXED, *KINDS), "kind", kind)):
        check_given_once(names or (), f"--{what}")
        for name in names or ():
            if name not in known:
                raise UserError(f"--{what}: no {what} {name!r}; there are {', '.join(known)}{likely(name, known)}")
    check_distinct_names(folders)
    for folder in folders:
        if not any((folder / name).is_file() for name in (INCIDENT_FILE, TRUTH_FILE)):
            raise UserError(
                f"{folder}: wanted runs whose incidents are known, this has no {INCIDENT_FILE} and no {TRUTH_FILE}"
            )
    study = RobustnessStudy(
        tuple(detector or [DEFAULT_DETECTOR]),
        tuple(sorted(set(share or SHARES))),
        tuple(kind or [MIXED]),
        fault_mask(mask_faults),
        seed,
    )
    runs = []
    with lock_folder(out), resumable(f"replays are kept in {out}"):
        for run in replay_robustness(folders, study, out, jobs or cores()):
            runs.append(run)
            say(f"[{len(runs):3d}/{len(folders)}] {run.name}")
        found = score_robustness(sorted(runs, key=lambda run: run.name), study)
        print(write_robustness(out, found, study, {**provenance(), **study.fingerprints()}))
    say(f"Results: {out}")
