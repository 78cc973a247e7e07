"""The command `laneblock battery`: every scenario of a battery, scored and reported."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import note, run_with_progress, say, warn
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import BackendName, DetectorOption, JobsOption, MaskOption, ParametersOption
from harness.running.time_limit import TIME_LIMIT_S


def battery(
    battery: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped battery, or a TOML file of your own.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/NAME]")] = None,
    jobs: JobsOption = None,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on the Dask cluster at this address instead of here.")
    ] = None,
    backend: Annotated[BackendName, typer.Option(help="In this process, or through a socket.")] = BackendName.LIBSUMO,
    time_limit: Annotated[float, typer.Option(metavar="S", help="Seconds that a run may take.")] = TIME_LIMIT_S,
    no_report: Annotated[bool, typer.Option("--no-report", help="Scores only, no report.html.")] = False,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only the I-th of N shards; see laneblock merge.")
    ] = None,
    mask_faults: MaskOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Rename existing results to DIR.old-1 (-2, ...) and start anew.")
    ] = False,
) -> None:
    """Run every scenario of a battery, score the detectors, and write the report.

    Results appear in DIR as runs finish. Interrupted or killed, the same command continues where it stopped (without
    --fresh). It does not continue where the runs left would be made with something else: a detector's model or parameters,
    laneblock's code, SUMO, --backend, a network or route file. --fresh then renames DIR, and deletes nothing. A failed
    run does not stop the others; failed/NAME.json gives the reason, and the exit code is that of the worst failure.

    Detectors begin each run anew. There is no --site-memory: runs are of different traffic on one road, several at once and in
    any order, and what they find must not depend on it. `laneblock replay DIR/runs/* --site-memory FILE` watches them in order.

    \b
    Examples:
      laneblock battery sr91
      laneblock battery my/battery.toml --out results/mine --jobs 4
      laneblock battery sr91 --detector sequential --detector sheu2004
      laneblock battery sr91 --parameters mine.json --out results/mine
      laneblock battery sr91 --scheduler tcp://cluster:8786
      laneblock battery sr91 --shard 1/3 --out shards/1
      laneblock battery sr91 --detector mine --fresh
      laneblock battery sr91 --mask-faults gp_cusum=site.npz --out results/masked
    """
    watch_plugins(detector or (), time_limit)
    from harness.commands.detector_choices import detector_parameters
    from harness.commands.fault_detector_choices import fault_mask
    from harness.records.failure import worst_exit_code
    from harness.records.output_paths import check_out
    from harness.reporting.evaluate_results import evaluate
    from harness.running.fault_mask import pack_mask
    from harness.running.run_battery import Settings
    from harness.running.run_defaults import cores
    from harness.running.sharding import parse_shard, shard_record, take_shard
    from scenarios.files.battery_file import load_battery

    loaded = load_battery(battery)
    part = None if shard is None else parse_shard(shard)
    where = out or Path("results") / (Path(battery).stem + (f"-shard-{part.index}-of-{part.of}" if part else ""))
    check_out(where)
    chosen = detector_parameters(detector or (), parameters or (), loaded.corridors[0])
    mask = None if mask_faults is None else pack_mask(fault_mask(mask_faults), loaded.corridors)
    record = shard_record(loaded, part) if part else None
    loaded = take_shard(loaded, part) if part else loaded
    settings = Settings(
        chosen, jobs or cores(), scheduler, backend.value, time_limit, shard=record, mask=mask, fresh=fresh
    )
    failed = run_with_progress(loaded, where, settings)
    if len(failed) < len(loaded.scenarios):
        found = evaluate(where, report=not no_report)
        print(found.text)
        if found.report is not None:
            say(f"Report: {found.report}")
        warn(found.warnings)
        note(found.notes)
    say(f"Results: {where}")
    if failed:
        say(f"{len(failed)} of {len(loaded.scenarios)} runs failed:")
        for name, reason in failed.items():
            say(f"  {name}: {reason}")
            say(f"    to repeat it: {shlex.join(['laneblock', 'run', str(where / 'failed' / f'{name}.json')])}")
        raise typer.Exit(worst_exit_code(failed))
