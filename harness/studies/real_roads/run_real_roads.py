"""Run a comparison on real roads: from folders of recordings to files, pictures and page."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.records.output_paths import check_out
from harness.running.detector_names import check_names
from harness.running.road_recordings import Road, roads_of
from harness.studies.real_roads.real_roads_files import write_real_roads
from harness.studies.real_roads.real_roads_page import write_real_roads_page
from harness.studies.real_roads.real_roads_study import compare_on_roads, fitting_detectors
from scenarios.errors import UserError

MOST_INCIDENTS_PER_DAY = 1000.0
"""Chosen: more than any road has; catches a share or a rate of another unit."""


def check_real_roads(
    folders: Sequence[Path], names: Sequence[str], out: Path, incidents_per_day: float
) -> tuple[Road, ...]:
    """Return the roads. Raises UserError for wrong names, an unusable `out`, no recordings, before anything is replayed."""
    check_names(names, "--detector")
    check_out(out)
    if not (math.isfinite(incidents_per_day) and 0 < incidents_per_day <= MOST_INCIDENTS_PER_DAY):
        raise UserError(
            f"--incidents-per-day: wanted a number of incidents up to {MOST_INCIDENTS_PER_DAY:g}, got {incidents_per_day:g}"
        )
    if not folders:
        raise UserError(
            "real-roads: wanted folders of recordings, got none (like: laneblock compare real-roads monday tuesday)"
        )
    roads = roads_of(folders)
    fitting_detectors(names, roads)
    return roads


def run_real_roads(
    roads: Sequence[Road],
    names: Sequence[str],
    out: Path,
    jobs: int,
    incidents_per_day: float,
    command: str,
    say: Callable[[str], None],
) -> str:
    """Compare detectors on roads, write everything to `out`, and return the summary. Raises UserError, FailedRunsError."""

    def show(what: str, done: int, of: int) -> None:
        say(f"[{done:{len(str(of))}d}/{of}] {what}")

    found = compare_on_roads(roads, names, out, jobs, incidents_per_day, show)
    text = write_real_roads(out, found, command)
    write_real_roads_page(out, found)
    return text
