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


def test_stops_that_began_at_one_time_come_in_order_of_their_vehicles_after_earlier_ones(tmp_path: Path) -> None:
    rows = [
        ROW.format(id=name, parking="0", started=start, ended=900) for name, start in (("b", 9), ("a", 9), ("c", 2))
    ]
    assert [stop.vehicle for stop in read_stops(written(tmp_path, *rows), 1.0)] == ["c", "a", "b"]


@pytest.mark.parametrize(("parking", "beside"), [("0", False), ("false", False), ("1", True), ("true", True)])
def test_a_vehicle_stands_beside_the_road_where_its_row_says_so(tmp_path: Path, parking: str, beside: bool) -> None:
    (stop,) = read_stops(written(tmp_path, ROW.format(id="x", parking=parking, started="1", ended="9")), 1.0)
    assert stop.parking is beside


def test_a_stop_that_did_not_end_has_no_end(tmp_path: Path) -> None:
    (stop,) = read_stops(written(tmp_path, ROW.format(id="x", parking="0", started="1", ended="-1")), 0.5)
    assert (stop.started_s, math.isnan(stop.ended_s)) == (1.5, True)


def test_an_incomplete_file_is_sumos_fault(tmp_path: Path) -> None:
    with pytest.raises(SumoError, match="no complete stop file"):
        read_stops(written(tmp_path, end=""), 1.0)


@pytest.mark.parametrize("row", ['<stopinfo id="x" lane="m1_0"/>', ROW.format(id="x", parking=0, started="?", ended=9)])
def test_a_row_without_its_values_is_sumos_fault(tmp_path: Path, row: str) -> None:
    with pytest.raises(SumoError, match="no complete stop file"):
        read_stops(written(tmp_path, row), 1.0)


def test_a_file_that_sumo_never_wrote_is_sumos_fault(tmp_path: Path) -> None:
    with pytest.raises(SumoError, match="no complete stop file"):
        read_stops(tmp_path / "run.stops.xml", 1.0)
