"""SUMO's stop output: read, or refused as incomplete."""

import math
from pathlib import Path

import pytest

from simulator.sumo.stop_file import StandingVehicle, read_stops
from simulator.sumo.sumo_errors import SumoError

ROW = (
    '<stopinfo id="{id}" type="car" lane="m1_0" pos="800.00" parking="{parking}" started="{started}" ended="{ended}"/>'
)


def written(folder: Path, *rows: str, end: str = "</stops>") -> Path:
    path = folder / "run.stops.xml"
    path.write_text(f"<stops>{''.join(rows)}{end}")
    return path


def test_a_stop_has_the_times_at_which_its_steps_ended(tmp_path: Path) -> None:
    row = ROW.format(id="broken", parking="0", started="147.00", ended="327.00")
    assert read_stops(written(tmp_path, row), 1.0) == (StandingVehicle("broken", "m1_0", 800.0, False, 148.0, 328.0),)


def test_stops_come_in_order_of_their_start(tmp_path: Path) -> None:
    rows = [ROW.format(id=f"v{start}", parking="1", started=start, ended=900) for start in (300, 100)]
    assert [(stop.vehicle, stop.parking) for stop in read_stops(written(tmp_path, *rows), 1.0)] == [
        ("v100", True),
        ("v300", True),
    ]


def test_a_stop_that_did_not_end_has_no_end(tmp_path: Path) -> None:
    (stop,) = read_stops(written(tmp_path, ROW.format(id="x", parking="0", started="1", ended="-1")), 0.5)
    assert (stop.started_s, math.isnan(stop.ended_s)) == (1.5, True)


def test_an_incomplete_file_is_sumos_fault(tmp_path: Path) -> None:
    with pytest.raises(SumoError, match="no complete stop file"):
        read_stops(written(tmp_path, end=""), 1.0)
