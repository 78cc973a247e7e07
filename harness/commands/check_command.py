"""The command `laneblock check`: the contract that every detector keeps; or a user's own files or recording, before a run."""

import os
import traceback
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.own_network_check import KINDS, check_files
from harness.commands.plugin_watch import watch_plugins
from harness.commands.recording_check import check_recording
from scenarios.errors import UserError


def check(
    detector: Annotated[
        str,
        typer.Argument(
            metavar="NAME|MODULE:OBJECT|FILE|DIR",
            help="A detector by name, or the place of your own; a .sumocfg, a scenario or battery file; a recording.",
        ),
    ],
    parameters: Annotated[Path | None, typer.Option(metavar="FILE", help="The detector's parameters.")] = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", help="Seconds that a detector of another package may take in all.")
    ] = 60.0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Of a recording: write a page into this folder, with a picture of what is there.",
        ),
    ] = None,
) -> None:
    """Check that a detector keeps what every detector promises. Exit code 1, with the broken promises, where it does not.

    Tested on synthetic frames, without SUMO: the same frames give the same decisions; nothing depends on later frames;
    two detectors share nothing; missing data and other corridors are handled; wrong frames are refused; each decision
    is in time. How well it detects: see battery, replay and compare.

    Of a SUMO configuration (.sumocfg), a scenario or a battery (.toml) it says, without simulating, what is read from its files and
    what is left out, moved or done otherwise; exit code 2 where it cannot run.

    Of a recording it says what is there, what is missing by loop and hour, and what looks wrong: units by the length of a vehicle,
    order of stations by how traffic moves along them, lanes counted from the other side, clocks, copies. A doubt is not an error.
    With --out it is a page too, with a picture: a row for each loop, a column for each hour.

    \b
    Examples:
      laneblock check sheu2004
      laneblock check mine                     in an installed package: entry point group laneblock.detectors
      laneblock check my_package.mine:Mine     not installed: in the working folder
      laneblock check my.sumocfg               your own SUMO simulation
      laneblock check recordings/monday        a recording
      laneblock check recordings/monday --out results/monday-check
    """
    from harness.records.history_folders import is_recording

    own_file = detector.endswith(KINDS)
    if not own_file and (is_recording(Path(detector)) or os.sep in detector):  # no detector is called so
        check_recording(Path(detector), out)
        return
    if out is not None:
        raise UserError(f"--out is for a recording, got {detector} (all that its check says is printed)")
    if own_file:
        check_files(Path(detector))
        return
    watch_plugins([detector], time_limit)
    if ":" not in detector:
        _check_known(detector)
    from detectors.plugin_notes import noted
    from detectors.plugin_offers import described, offered

    with noted(described(detector, offered().get(detector, ""))):
        _check(detector, parameters)


def _check_known(name: str) -> None:
    """Raise UserError for a name of nothing that can be checked, with what can be."""
    from detectors.catalogue import DETECTORS
    from detectors.catalogue_entry import unknown_detector
    from simulator.recording.recording_folder import check_folder

    if name in DETECTORS or name in DETECTORS.plugins.broken:
        return
    unknown = unknown_detector("detector", name, DETECTORS)
    if Path(name).is_dir():
        check_recording(Path(name), None)
    if Path(name).exists():
        check_folder(Path(name))
    raise UserError(
        f"{unknown}; nor is there a file or folder {name!r}: a recording's folder, a .sumocfg, a scenario or a battery (.toml) "
        "can be checked too"
    )


def _check(detector: str, parameters: Path | None) -> None:
    from detectors.catalogue import DEFAULT_AIM, DETECTORS, build
    from detectors.contract import PROMISES
    from detectors.contract_checks import BrokenPromiseError, processing_times_s
    from detectors.contract_traffic import CORRIDOR
    from detectors.detector import Detector
    from detectors.needs import needs_text
    from detectors.plugins import entry_at
    from harness.commands.file_options import existing_file
    from harness.records.failure import write_temporary_log
    from scenarios.corridor import Corridor

    if parameters is not None:
        existing_file(parameters, "--parameters")
    own = entry_at(detector) if ":" in detector else None

    def make(corridor: Corridor) -> Detector:
        entry = DETECTORS[detector] if own is None else own  # unwrapped: promises cover the errors it raises
        return entry.build(corridor, parameters, DEFAULT_AIM)

    if own is None and (parameters is not None or detector not in DETECTORS):
        build(detector, CORRIDOR, parameters)  # a wrong name or file is wrong use, not a broken promise
    elif parameters is not None:
        make(CORRIDOR)
    broken, tracebacks = 0, list[str]()
    for promise in PROMISES:
        try:
            promise.keep(make)
        except BrokenPromiseError as error:
            broken += 1
            print(f"BROKEN  {promise.name}")
            print(f"        {error}", flush=True)
            if error.__cause__ is not None:
                tracebacks.append(f"{promise.name}:\n{''.join(traceback.format_exception(error.__cause__))}")
        else:
            print(f"kept    {promise.name}", flush=True)
    if broken:
        log = f" (log: {write_temporary_log(chr(10).join(tracebacks))})" if tracebacks else ""
        say(f"{detector}: {broken} of {len(PROMISES)} promises broken{log}")
        raise typer.Exit(1)
    entry = DETECTORS[detector] if own is None else own
    needs = entry.needed(parameters)
    print(
        f"needs   {needs_text(needs) or 'not stated: decisions without a score count as blind where readings are missing'}"
    )
    for part in entry.parts:
        print(f"        without {needs_text(part.needs)} {part.what} are not judged")
    taken_ms = sorted(1000 * taken_s for taken_s in processing_times_s(make))
    print(
        f"{detector}: all {len(PROMISES)} kept; a frame of {CORRIDOR.sections} sections takes "
        f"{taken_ms[len(taken_ms) // 2]:.2g} ms (median), {taken_ms[-1]:.2g} ms (slowest)"
    )
