"""The command `laneblock robustness`: incident detectors while loops are faulty, with and without masking."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import INTERRUPTED, command_line, say
from harness.records.output_paths import check_out
from scenarios.errors import UserError


def robustness(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Runs whose incidents are known.")],
    mask_faults: Annotated[str, typer.Option(metavar="NAME[=FILE]", help="The fault detector that hides loops.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")],
    detector: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Incident detector; may be repeated. [default: sequential]")
    ] = None,
    share: Annotated[
        list[float] | None,
        typer.Option(
            min=0.0, max=1.0, metavar="SHARE", help="Of the loops; may be repeated. [default: 0 0.01 0.05 0.1 0.2]"
        ),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Of fault; may be repeated. [default: mixed, all kinds]")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Which loops are faulty, and how.")] = 2017,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Runs at once. [default: all cores]")] = None,
) -> None:
    """Score incident detectors while a share of the loops is faulty, bare and masked: what do faults cost, what comes back?

    Every run is replayed in every case; what was replayed is kept, and an interrupted study goes on where it stopped.
    DIR/robustness.html tells what came of it: both curves, which alarm is what, and whether stated probabilities are kept.

    \b
    Examples:
      laneblock robustness results/sr91/runs/* --mask-faults gp_cusum=site.npz --out results/robustness
      laneblock robustness results/sr91/runs/* --detector trees --kind dead --kind stuck --share 0 --share 0.05 \\
          --mask-faults iris --out results/robustness-trees
    """
    from detectors.catalogue import DETECTORS
    from harness.commands.fault_detector_choices import fault_mask
    from harness.records.distinct_names import check_named_apart
    from harness.records.provenance import provenance
    from harness.running.run_defaults import DEFAULT_DETECTOR, cores
    from harness.studies.robustness.robustness_replays import MIXED, SHARES, Study, replay_robust
    from harness.studies.robustness.robustness_report import write_robustness
    from harness.studies.robustness.robustness_score import score_robustness
    from scenarios.fault import KINDS
    from scenarios.suggestion import likely
    from simulator.recording.incident_log import INCIDENT_FILE
    from simulator.recording.truth_files import TRUTH_FILE

    check_out(out)
    for known, what, names in ((DETECTORS, "detector", detector), ((MIXED, *KINDS), "kind", kind)):
        for name in names or ():
            if name not in known:
                raise UserError(f"--{what}: no {what} {name!r}; there are {', '.join(known)}{likely(name, known)}")
    check_named_apart(folders)
    for folder in folders:
        if not any((folder / name).is_file() for name in (INCIDENT_FILE, TRUTH_FILE)):
            raise UserError(
                f"{folder}: nothing is known of its incidents (no {INCIDENT_FILE}), so nothing can be scored"
            )
    mask = fault_mask(mask_faults)
    assert mask is not None
    study = Study(
        tuple(dict.fromkeys(detector or [DEFAULT_DETECTOR])),
        tuple(sorted(set(share or SHARES))),
        tuple(dict.fromkeys(kind or [MIXED])),
        mask,
        seed,
    )
    runs = []
    try:
        for run in replay_robust(folders, study, out, jobs or cores()):
            runs.append(run)
            say(f"[{len(runs):3d}/{len(folders)}] {run.name}")
    except KeyboardInterrupt:
        say(f"stopped; what was replayed is kept in {out}. To go on: {command_line()}")
        raise typer.Exit(INTERRUPTED) from None
    found = score_robustness(sorted(runs, key=lambda run: run.name), study)
    print(write_robustness(out, found, study, {**provenance(), **study.fingerprints()}))
    say(f"Results: {out}")
