"""The command `laneblock replay`: recordings through detectors, without SUMO."""

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import (
    DetectorOption,
    MaskOption,
    ParametersOption,
    RecordingsArgument,
    SiteMemoryOption,
    TimeLimitOption,
)
from harness.records.output_paths import check_file, check_out
from harness.running.time_limit import TIME_LIMIT_S


def replay(
    folders: RecordingsArgument,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/replay-NAME...]")
    ] = None,
    mask_faults: MaskOption = None,
    site_memory: SiteMemoryOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replay all anew, also what is kept in DIR.")] = False,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Replay recordings through detectors, without SUMO: alarms, and scores where incidents are known.

    The page report.html, which opens offline, shows the days of the road with alarms and incidents, a picture of each alarm (of the
    first ones where they are many), and when and where false alarms come; "laneblock report DIR" writes it again.

    A recording is a folder with corridor.toml, loops.csv (or .csv.gz, .parquet) and, where incidents are known,
    incidents.csv. A run's folder is a recording. A second detector's results are in the same folder: score-NAME.json.

    Logs of incidents are late and rough. Where incidents.csv states tolerances (columns onset_early_s, onset_late_s,
    position_tolerance_m; "laneblock convert incidents" writes them), what counts is what the loops show of an incident around its
    logged time and place: an alarm inside is the incident's, one outside is false. Else times and places are taken as written.

    Each recording begins anew, whatever was replayed before it, unless --site-memory FILE watches a corridor through: recordings
    are then replayed in the order given, one after another, and each begins with what was learned from those before it and from
    those of earlier commands. FILE is written after each recording; to repeat a replay, begin with the same file.

    Each finished replay of a recording is kept in DIR/replays: after Ctrl-C or a crash the same command goes on from there, and a
    recording that comes later is replayed alone. Where a recording, parameters, mask or code have changed, it begins anew and says
    why. With --site-memory the same command begins with the memory that it began with, and nothing is learned twice.

    \b
    Examples:
      laneblock replay results/sr91/runs/* --detector coin --out results/coin
      laneblock replay results/sr91/runs/* --detector trees --detector sheu2004 --parameters sheu2004=mine.toml
      laneblock replay monday tuesday --parameters mine.json --out results/week
      laneblock replay monday tuesday wednesday --site-memory site.npz
      laneblock replay results/faulty/* --detector trees --mask-faults gp_cusum=site.npz --out results/masked
    """
    watch_plugins(detector or (), time_limit)
    from harness.commands.detector_choices import parameter_files
    from harness.commands.fault_detector_choices import fault_mask
    from harness.commands.progress_bar import replay_bar, replay_lines
    from harness.reporting.replay_results import replay as replay_all
    from harness.running.carried_memory import CarriedMemory

    chosen = parameter_files(detector or (), parameters or ())
    where = out or Path("results") / "-".join(("replay", *chosen))
    check_out(where)
    if site_memory is not None:
        check_file(site_memory, "--site-memory")
    memory = None if site_memory is None else CarriedMemory(site_memory)
    mask = None if mask_faults is None else fault_mask(mask_faults)
    with resumable(f"finished replays are kept in {where / 'replays'}"):
        replays = len(folders) * len(chosen)
        with replay_bar(replays) if sys.stderr.isatty() else nullcontext(replay_lines(replays, say)) as show:
            found = replay_all(folders, chosen, where, mask, show, memory, say, fresh)
        _print_results(where, found)
        if memory is not None:
            say(memory.text)
        from harness.reporting.replay_page import write_replay_page  # here, because drawing takes long to import

        write_replay_page(where)
    say(f"Results: {where}, page: {where / 'report.html'}")


def _print_results(where: Path, found: Mapping[str, Mapping[str, object]]) -> None:
    """Print the summary; where no incidents are known, the alarms of each detector."""
    if (where / "summary.txt").is_file():
        print((where / "summary.txt").read_text(encoding="utf-8"))
        return
    for name, document in found.items():
        counted = f"{document['alarms']} alarms" if len(found) == 1 else f"{name}: {document['alarms']} alarms"
        print(f"{counted}; no score, because incidents are not known (no incidents.csv)")
        for notice in document["notices"] if isinstance(document["notices"], list) else ():
            print(f"  {notice}")
