"""The command `laneblock`.

Everything a user can get wrong ends in one line on standard error and exit code 2; LANEBLOCK_TRACEBACK=1 shows where it
came from. What a command needs is imported when it runs: help is quick, and replaying and reporting need no SUMO.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.baseline_cli import baseline
from harness.check_cli import check
from harness.console import INTERRUPTED, command_line, run_with_progress, say
from harness.corrupt_cli import corrupt
from harness.detect_faults_cli import detect_faults
from harness.failure import MACHINE_FAILED, MachineError
from harness.faults_cli import faults
from harness.list_cli import show_list
from harness.merge_cli import merge
from harness.placement_cli import placement
from harness.robustness_cli import robustness

if TYPE_CHECKING:
    from harness.stepping import Step
    from scenarios.corridor import Corridor

app = typer.Typer(
    name="laneblock",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

convert = typer.Typer(no_args_is_help=True)


class BackendName(StrEnum):
    """Ways to reach SUMO."""

    LIBSUMO = "libsumo"
    TRACI = "traci"


DetectorOption = Annotated[
    list[str] | None,
    typer.Option("--detector", metavar="NAME", help="Detector that watches; may be repeated. [default: sequential]"),
]
ParametersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameters", metavar="FILE", help="The detector's parameters; DETECTOR=FILE where there are several."
    ),
]

MaskOption = Annotated[
    str | None,
    typer.Option(metavar="NAME[=FILE]", help="Hide loops from it while this fault detector holds them for faulty."),
]


def _version(wanted: bool) -> None:
    if wanted:
        from harness.provenance import versions

        known = versions()
        print(f"laneblock {known['laneblock'] or '(not installed)'}, SUMO {known['libsumo'] or '(not installed)'}")
        raise typer.Exit


@app.callback()
def laneblock(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Versions of laneblock and SUMO.")
    ] = False,
) -> None:
    """Freeway incident detection, tried out: SUMO plays lane-blocking incidents, loop detectors see them, detectors are
    scored against what really happened.

    \b
    Examples:
      laneblock doctor                 is everything there?
      laneblock battery sr91-smoke     a few runs, under a minute
      laneblock battery sr91           the whole battery, with tables and report
    """


@app.command(short_help="Run every scenario of a battery, score the detectors, report.")
def battery(
    battery: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped battery, or a TOML file of your own.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/NAME]")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Runs at once. [default: all cores]")] = None,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on the Dask cluster at this address instead of here.")
    ] = None,
    backend: Annotated[BackendName, typer.Option(help="In process, or through a socket.")] = BackendName.LIBSUMO,
    time_limit: Annotated[float, typer.Option(metavar="S", help="Seconds that a run may take.")] = 1800.0,
    no_report: Annotated[bool, typer.Option("--no-report", help="Scores only, no report.html.")] = False,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only the I-th of N shards; see laneblock merge.")
    ] = None,
    mask_faults: MaskOption = None,
) -> None:
    """Run every scenario of a battery, score the detectors, and write the report.

    Results appear in DIR as runs finish. Interrupted or killed, the same command goes on where it stopped. A run that
    fails does not stop the others; the exit code is 1 then.

    \b
    Examples:
      laneblock battery sr91
      laneblock battery my/battery.toml --out results/mine --jobs 4
      laneblock battery sr91 --detector sequential --detector sheu2004
      laneblock battery sr91 --parameters mine.toml --out results/mine
      laneblock battery sr91 --scheduler tcp://cluster:8786
      laneblock battery sr91 --shard 1/3 --out shards/1
      laneblock battery sr91 --mask-faults gp_cusum=site.npz --out results/masked
    """
    from harness.choices import cores, detector_parameters
    from harness.evaluation import evaluate
    from harness.fault_choices import carried, fault_mask
    from harness.sharding import parse_shard, shard_record, take_shard
    from scenarios.battery import load_battery
    from scenarios.loading import corridor_of

    loaded = load_battery(battery)
    part = None if shard is None else parse_shard(shard)
    where = out or Path("results") / (Path(battery).stem + (f"-shard-{part.index}-of-{part.of}" if part else ""))
    chosen = detector_parameters(detector or (), parameters or (), corridor_of(loaded.scenarios[0]))
    masking = fault_mask(mask_faults)
    mask = carried(masking, [corridor_of(each) for each in loaded.scenarios] if masking else ())
    record = shard_record(loaded, part) if part else None
    loaded = take_shard(loaded, part) if part else loaded
    failed = run_with_progress(
        loaded,
        where,
        chosen,
        jobs or cores(),
        scheduler,
        backend.value,
        time_limit_s=time_limit,
        shard=record,
        mask=mask,
    )
    if len(failed) < len(loaded.scenarios):
        found = evaluate(where, report=not no_report)
        print(found.text)
        if found.report is not None:
            say(f"The report: {found.report}")
    say(f"Results: {where}")
    if failed:
        say(f"{len(failed)} of {len(loaded.scenarios)} runs failed:")
        for name, reason in failed.items():
            say(f"  {name}: {reason}")
            say(f"    repeat it: {shlex.join(['laneblock', 'run', str(where / 'failed' / f'{name}.json')])}")
        raise typer.Exit(1)


@app.command(short_help="Run one scenario, frame by frame, alarms as they come.")
def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A shipped scenario, BATTERY/NAME, a TOML file, or a run.json.")
    ],
    seed: Annotated[int | None, typer.Option(metavar="N", help="Another seed than the scenario's own.")] = None,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    backend: Annotated[
        BackendName | None, typer.Option(help="In process, or through a socket. [default: libsumo]")
    ] = None,
    gui: Annotated[bool, typer.Option("--gui", help="Watch it in SUMO's window (through a socket).")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/SCENARIO-seedN]")
    ] = None,
    mask_faults: MaskOption = None,
) -> None:
    """Run one scenario, frame by frame: alarms and estimates as they come, then its folder and report.

    \b
    Examples:
      laneblock run sr91/incident-07
      laneblock run sr91/incident-07 --seed 12 --gui
      laneblock run my/scenario.toml --out results/try
      laneblock run sr91-incident --mask-faults gp_cusum=site.npz
      laneblock run results/sr91/failed/incident-07.json      a run that failed, again
      laneblock run results/sr91/runs/incident-07/run.json    a finished run, again
    """
    from harness.choices import detector_parameters, scenario_and_settings
    from harness.evaluation import evaluate
    from harness.fault_choices import carried, fault_mask
    from harness.job import Job
    from harness.live import Told, clock, tell
    from harness.report import write_run_report
    from harness.single import run_one
    from scenarios.loading import check_scenario, corridor_of, place_of

    if gui and backend is BackendName.LIBSUMO:
        raise ValueError("--gui goes through a socket: leave --backend out, or use --backend traci")
    if gui and sys.platform == "linux" and not os.environ.get("DISPLAY"):
        raise ValueError("--gui wants a display, and DISPLAY is not set (log in with ssh -X, or use xvfb-run)")
    chosen, again, mask_again = scenario_and_settings(scenario)
    if seed is not None:
        chosen = chosen.model_copy(update={"seed": seed})
        check_scenario(chosen, place_of(chosen))
    corridor = corridor_of(chosen)
    settings = again if again and not detector and not parameters else None
    job = Job(
        scenario=chosen,
        detectors=settings or detector_parameters(detector or (), parameters or (), corridor),
        mask=carried(fault_mask(mask_faults), [corridor]) if mask_faults else mask_again,
        backend=(backend or (BackendName.TRACI if gui else BackendName.LIBSUMO)).value,
        command=command_line(),
    )
    where = out or Path("results") / f"{chosen.name}-seed{chosen.seed}"
    told = Told(mask="" if job.mask is None else job.mask.name)

    def watch(corridor: "Corridor", steps: "Mapping[str, Step]") -> None:
        nonlocal told
        news, told = tell(corridor, steps, told)
        for text in news:
            print(text, flush=True)

    print(
        f"{chosen.name}, seed {chosen.seed}: recorded from {clock(chosen.warm_up_s)} to {clock(chosen.end_s)}",
        flush=True,
    )
    try:
        folder = run_one(job, where, gui, watch)
    except KeyboardInterrupt:
        say("stopped: nothing of this run is kept")
        raise typer.Exit(INTERRUPTED) from None
    print()
    print(evaluate(where, report=False).text)
    say(f"The run: {folder}")
    say(f"The report: {write_run_report(folder)}")


@app.command(short_help="Replay recordings through a detector, without SUMO.")
def replay(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Recordings: run folders, or your own.")],
    detector: Annotated[str, typer.Option(metavar="NAME", help="Detector that watches.")] = "sequential",
    parameters: Annotated[Path | None, typer.Option(metavar="FILE", help="The detector's parameters.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/replay-NAME]")
    ] = None,
    mask_faults: MaskOption = None,
) -> None:
    """Replay recordings through a detector, without SUMO: alarms, and scores where incidents are known.

    A recording is a folder with corridor.toml, loops.csv (or .csv.gz, .parquet) and, where they are known,
    incidents.csv. The folder of a run is one.

    \b
    Examples:
      laneblock replay results/sr91/runs/* --detector coin --out results/coin
      laneblock replay monday tuesday --parameters mine.toml --out results/week
      laneblock replay faulty/* --detector trees --mask-faults gp_cusum=site.npz --out results/masked
    """
    from harness.fault_choices import fault_mask
    from harness.replay import replay as replay_all

    if parameters is not None and not parameters.is_file():
        raise FileNotFoundError(f"--parameters: no such file: {parameters}")
    where = out or Path("results") / f"replay-{detector}"
    found = replay_all(folders, detector, parameters, where, mask=fault_mask(mask_faults))
    if (where / "summary.txt").is_file():
        print((where / "summary.txt").read_text(encoding="utf-8"))
    else:
        print(f"{found['alarms']} alarms; nothing is known of incidents (no incidents.csv), so there is no score")
    say(f"Results: {where}")


app.command(short_help="Put sensor faults on recordings.")(corrupt)
app.command(short_help="Fault detectors on recordings with faulty loops.")(detect_faults)
app.command(short_help="Incident detectors while loops are faulty, bare and masked.")(robustness)
app.command(short_help="Alarm thresholds for faulty sensors that cost route planning least.")(faults)


@convert.callback()
def converting() -> None:
    """Make recordings out of files of others; replay, calibrate and report then take them.

    \b
    Example:
      laneblock convert portland downloads/portland --out recordings/portland
    """


app.add_typer(convert, name="convert", short_help="Make recordings out of files of others.")


@convert.command(short_help="The I-205 data of Portland, 2011.")
def portland(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="TRAFFIC.zip and freeway_stations.csv are in it.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write a folder per recording.")],
) -> None:
    """Make recordings out of the Portland I-205 data (20 s, September to November 2011).

    DIR holds TRAFFIC.zip, freeway_stations.csv, freeway_detectors.csv and highways.csv. Every direction and every run
    of rows without a gap, of 20 min or more, becomes a folder. Occupancy is not known; incidents only northbound.

    \b
    Examples:
      laneblock convert portland downloads/portland --out recordings/portland
      laneblock replay recordings/portland/north-* --out results/portland-north
    """
    from harness.portland import convert as convert_portland

    print(convert_portland(source, out).text)
    say(f"Recordings: {out}")


@app.command(short_help="Derive a detector's parameters from data.")
def calibrate(
    detector: Annotated[str, typer.Argument(metavar="DETECTOR", help="The detector to calibrate.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER", help="Further recordings, after --recordings.")
    ] = None,
    battery: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Calibrate on this battery, run first where it is not yet.")
    ] = None,
    recordings: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER...", help="Calibrate on these recordings.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write. [default: DETECTOR.toml or .json]")
    ] = None,
    aim: Annotated[
        float,
        typer.Option(
            min=0.0, metavar="RATE", help="False alarms per corridor-day, for sheu2004; others get 0.1, 1 and 10."
        ),
    ] = 1.0,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Runs at once. [default: all cores]")] = None,
) -> None:
    """Derive a detector's parameters from data, and write them to a file you can read and use.

    Use it with `--parameters FILE` of battery, run and replay. Never calibrate on the battery that is scored.

    \b
    Examples:
      laneblock calibrate sheu2004 --battery calibration --out mine.toml
      laneblock calibrate sequential --battery calibration --out mine.json
      laneblock calibrate sheu2004 --recordings monday tuesday --out mine.toml
      laneblock calibrate gp_cusum --recordings monday tuesday --out site.npz      faulty loops, of one corridor
    """
    from detectors.calibration import Aim
    from harness.calibrating import (
        FITTED,
        calibrate_on,
        check_calibration,
        check_one_corridor,
        default_file,
        detectors_of,
        mask_of,
        run_folders,
    )
    from harness.choices import cores

    folders = [*(recordings or ()), *(more or ())]
    Aim(aim)  # refuses what is no rate, before anything is run
    check_calibration(detector, battery, folders, bool(recordings), out)
    if battery is not None:
        from scenarios.battery import load_battery
        from scenarios.loading import corridor_of

        loaded = load_battery(battery)
        if detector in FITTED:
            check_one_corridor(detector, [corridor_of(each) for each in loaded.scenarios])
        where = Path("results") / Path(battery).stem
        failed = run_with_progress(loaded, where, detectors_of(where), jobs or cores(), mask=mask_of(where))
        if failed:
            say(f"calibrating without {len(failed)} runs that failed: {', '.join(failed)}")
        folders = run_folders(where, [scenario.name for scenario in loaded.scenarios])
    file = out or default_file(detector)
    calibrate_on(detector, folders, file, command_line(), aim, say)
    print(f"{detector}'s parameters from {len(folders)} recordings: {file}")


@app.command(short_help="Every detector on the same runs: operating curves, paired differences.")
def compare(
    battery: Annotated[str, typer.Argument(metavar="NAME|FILE|DIR", help="A battery, or a folder of its results.")],
    detector: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compare this one; repeat for more. [default: all]")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: results/NAME/comparison]")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes at once. [default: all cores]")
    ] = None,
) -> None:
    """Simulate a battery once, replay every detector on it, and compare them at equal false alarms.

    What is simulated or replayed already is kept: an interrupted comparison goes on where it stopped.

    \b
    Examples:
      laneblock compare sr91-compare
      laneblock compare transfer --detector sequential --detector trees
      laneblock compare results/sr91-compare
    """
    from harness.choices import cores
    from harness.compare_command import check_comparison, compare_runs

    where, wanted = Path(battery), None
    check_comparison(detector or (), out or where)
    if not (where / "runs").is_dir():
        from harness.calibrating import detectors_of, mask_of
        from scenarios.battery import load_battery

        loaded = load_battery(battery)
        where, wanted = Path("results") / Path(battery).stem, [scenario.name for scenario in loaded.scenarios]
        failed = run_with_progress(loaded, where, detectors_of(where), jobs or cores(), mask=mask_of(where))
        if failed:
            say(f"comparing without {len(failed)} runs that failed: {', '.join(failed)}")
    goes_to = out or where / "comparison"
    try:
        print(
            compare_runs(
                where.resolve().name, where, detector or (), goes_to, jobs or cores(), command_line(), say, wanted
            )
        )
    except KeyboardInterrupt:
        say(f"stopped; what was replayed is kept in {goes_to}. To go on: {command_line()}")
        raise typer.Exit(INTERRUPTED) from None
    say(f"The page: {goes_to / 'comparison.html'}")


app.command(name="list", short_help="Batteries, scenarios, detectors and studies there are.")(show_list)
app.command(short_help="Does a detector keep what every detector promises?")(check)
app.command(short_help="Put the shards of a battery together.")(merge)
app.add_typer(baseline, name="baseline", short_help="Did anything get worse? Save, compare, accept.")
app.command(short_help="Where loops should go: placements tried on one dense recording.")(placement)


@app.command(short_help="Scores and report again, from a results folder.")
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A battery's results, finished or not, or one run.")],
) -> None:
    """Score what is in a results folder again, and write its tables and report again. Says what is missing.

    \b
    Examples:
      laneblock report results/sr91
      laneblock report results/sr91/runs/incident-07
    """
    from harness.evaluation import evaluate
    from harness.report import write_run_report
    from harness.results import RunFolder

    if RunFolder(folder).finished:
        say(f"The report: {write_run_report(folder)}")
        return
    found = evaluate(folder)
    print(found.text)
    for notice in found.notices:
        say(notice)
    say(f"The report: {found.report}")


@app.command(short_help="Is everything there? How to mend what is not.")
def doctor() -> None:
    """Is everything there that laneblock needs? Says how to mend what is not; exit code 1 where a battery cannot run.

    \b
    Example:
      laneblock doctor
    """
    from harness.doctor import examine

    findings = examine()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print(f"{finding.grade:5}  {finding.what:{width}}  {finding.found}")
        if finding.mend:
            print(f"{'':5}  {'':{width}}  -> {finding.mend}")
    if any(finding.grade == "wrong" for finding in findings):
        raise typer.Exit(1)


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; ends the process with its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="laneblock")
    except (ValueError, OSError, RuntimeError, ModuleNotFoundError) as error:
        if os.environ.get("LANEBLOCK_TRACEBACK"):
            raise
        say(f"laneblock: {_message(error)}")
        raise SystemExit(MACHINE_FAILED if isinstance(error, MachineError) else 2) from None
