"""Which standing stations could be spared: from folders of recordings to all files, picture and page."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from detectors.catalogue import DETECTORS, build
from harness.records.history_folders import history_recordings
from harness.records.output_paths import check_out
from harness.running.detector_names import check_names
from harness.studies.placement.spare_files import write_spare_files
from harness.studies.placement.spare_page import write_spare_page
from harness.studies.placement.spare_stations import find_spare_stations
from harness.studies.placement.standing_replays import Watching
from harness.studies.placement.standing_road import GIVEN_BY, StandingRoad, read_standing_road
from scenarios.errors import UserError

READINGS = ("count", "speed", "occupancy")


def check_spare_study(folders: Sequence[Path], watching: Watching) -> None:
    """Raise UserError, before anything is read or written, for no recording, an unknown detector, another `out` than a study's."""
    check_names([watching.detector], "--detector")
    history_recordings(folders, GIVEN_BY)
    check_out(watching.out)
    for file in ("battery.json", "corridor.toml"):
        if (watching.out / file).exists():
            raise UserError(
                f"--out {watching.out}: wanted a folder of its own, this holds a battery's results or a recording"
            )


def run_spare_study(
    folders: Sequence[Path], watching: Watching, spare: int, command: str, say: Callable[[str], None]
) -> str:
    """Write everything to `watching.out` and return the summary. Raises UserError for recordings that do not fit."""

    def show(name: str, done: int, of: int) -> None:
        say(f"[{done:{len(str(of))}d}/{of}] read {name}")

    road = read_standing_road(folders, show)
    build(watching.detector, road.corridor, watching.parameters)  # a file that does not fit is refused before the work
    check_needs(watching.detector, road)
    inner = len(road.corridor.stations) - 2
    say(
        f"{inner} stations to take away, each alone; then {min(spare, inner)} one after another. "
        f"Replays are kept in {watching.out}"
    )
    found = find_spare_stations(road, watching, spare, say)
    text = write_spare_files(watching.out, found, command)
    write_spare_page(watching.out, found)
    return text


def check_needs(detector: str, road: StandingRoad) -> None:
    """Raise UserError where the recordings have no reading of what the detector needs."""
    there = {
        name
        for number, name in enumerate(READINGS)
        if any(bool(np.isfinite(run.readings[number]).any()) for run in road.runs)
    }
    needs = DETECTORS[detector].needs
    if needs and not any(each <= there for each in needs):
        wanted = " or ".join(" and ".join(sorted(each)) for each in needs)
        raise UserError(
            f"{detector} needs {wanted}; these recordings have {', '.join(sorted(there)) or 'no reading at all'} "
            "(another --detector?)"
        )
