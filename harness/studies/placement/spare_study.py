"""Which standing stations could be spared: from folders of recordings to all files, picture and page."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from detectors.catalogue import DETECTORS, build
from detectors.needs import QUANTITIES, needs_text
from harness.records.history_folders import history_recordings
from harness.records.output_paths import check_out
from harness.running.detector_names import check_names
from harness.scoring.judged_sections import judged_sections
from harness.studies.placement.spare_files import write_spare_files
from harness.studies.placement.spare_page import write_spare_page
from harness.studies.placement.spare_stations import find_spare_stations
from harness.studies.placement.standing_replays import Watching
from harness.studies.placement.standing_road import GIVEN_BY, StandingRoad, read_standing_road
from scenarios.errors import UserError


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
    check_needs(watching, road)
    inner = len(road.corridor.stations) - 2
    say(
        f"{inner} stations to take away, each alone; then {min(spare, inner)} one after another. "
        f"Replays are kept in {watching.out}"
    )
    found = find_spare_stations(road, watching, spare, say)
    text = write_spare_files(watching.out, found, command)
    write_spare_page(watching.out, found)
    return text


def check_needs(watching: Watching, road: StandingRoad) -> None:
    """Raise UserError where the detector has what it needs in no section of any frame."""
    needs = DETECTORS[watching.detector].needed(watching.parameters)
    if needs and not any(judged_sections(needs, *run.readings).any() for run in road.runs):
        there = [
            name
            for number, name in enumerate(QUANTITIES)
            if any(np.isfinite(run.readings[number]).any() for run in road.runs)
        ]
        raise UserError(
            f"{watching.detector} needs {needs_text(needs)}; no two neighbouring stations have that in these "
            f"recordings, which have {', '.join(there) or 'no reading at all'} (another --detector?)"
        )
