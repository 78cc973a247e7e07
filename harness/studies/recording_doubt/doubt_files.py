"""The files of a check of a recording.

summary.txt         the terminal's text      availability.csv   share of readings there, a row per loop and column of the picture
availability.png    the picture              check.html         the page
"""

from collections.abc import Iterator
from pathlib import Path

from harness.records.atomic_files import write_csv, write_text
from harness.studies.recording_doubt.availability_grid import AvailabilityGrid, availability_grid
from harness.studies.recording_doubt.doubt_findings import DoubtFindings
from harness.studies.recording_doubt.doubt_page import write_doubt_page
from harness.studies.recording_doubt.doubt_text import doubt_text
from scenarios.corridor import Corridor

COLUMNS = ("station", "lane", "start_s", "end_s", "frames_due", "count_share", "speed_share", "occupancy_share")


def write_doubts(out: Path, found: DoubtFindings) -> None:
    """Write all files into `out`."""
    grid = availability_grid(found.readings)
    write_csv(out / "availability.csv", [COLUMNS, *_rows(found.readings.corridor, grid)])
    write_doubt_page(out, found, grid)
    write_text(out / "summary.txt", doubt_text(found) + "\n")


def _rows(corridor: Corridor, grid: AvailabilityGrid) -> Iterator[tuple[str, ...]]:
    for number, station in enumerate(corridor.stations):
        for lane in station.lane_numbers:
            for k, (start_s, end_s) in enumerate(zip(grid.edges_s, grid.edges_s[1:], strict=False)):
                shares = (float(values[k, number, lane]) for values in grid.shares.values())
                texts = ("" if share != share else f"{share:.4f}" for share in shares)
                yield (station.name, str(lane), f"{start_s:.0f}", f"{end_s:.0f}", f"{grid.due[k]:.0f}", *texts)
