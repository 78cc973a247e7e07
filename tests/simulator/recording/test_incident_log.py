"""Logs of incidents: what may stay open, what tolerances say, and that all of it comes back bit by bit.

The road has stations of 4, 4 and 2 lanes at 0, 1000 and 3000 m.
"""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.recording.incident_log import RecordedIncident, read_incidents, stations_near, write_incidents

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 4), Station("b", 1000.0, 4), Station("c", 3000.0, 2)))


def read(folder: Path, text: str) -> tuple[RecordedIncident, ...]:
    (folder / "incidents.csv").write_text(text, encoding="utf-8")
    log = read_incidents(folder, ROAD)
    assert log is not None
    return log.incidents


def test_lanes_and_clearance_may_stay_open(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "onset_s,clearance_s,position_m,lanes\n60,,1200,\n")
    assert (one.onset_s, one.position_m, one.lanes) == (60.0, 1200.0, ())
    assert math.isnan(one.clearance_s)
    assert all(math.isnan(value) for value in one.tolerances)


@pytest.mark.parametrize(("field", "no_lane"), [("?", False), ("", False), (" shoulder ", True)])
def test_lanes_may_be_called_unknown_or_a_shoulder_and_stay_apart(tmp_path: Path, field: str, no_lane: bool) -> None:
    (one,) = read(tmp_path, f"onset_s,position_m,lanes\n60,1200,{field}\n")
    assert (one.lanes, one.no_lane) == ((), no_lane)
    write_incidents(tmp_path, [one])
    log = read_incidents(tmp_path, ROAD)
    assert log is not None
    assert log.incidents == (one,)


def test_columns_of_what_is_not_known_need_not_be_there(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "position_m,onset_s\n1200,60\n")
    assert one == RecordedIncident(60.0, math.nan, 1200.0, ())


def test_tolerances_are_read_where_they_are_stated(tmp_path: Path) -> None:
    text = "onset_s,position_m,position_tolerance_m,onset_early_s,onset_late_s\n600,1200,800,300,\n700,1200,,,0\n"
    first, second = read(tmp_path, text)
    assert first == RecordedIncident(600.0, math.nan, 1200.0, (), 300.0, math.nan, 800.0)
    assert second == RecordedIncident(700.0, math.nan, 1200.0, (), math.nan, 0.0, math.nan)
    assert (first.earliest_s, second.earliest_s) == (300.0, 700.0)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("onset_s,positions_m", r"wanted the columns onset_s,position_m; missing position_m.*is it 'positions_m'\?"),
        ("onset_s,position_m,clearence_s", r"no column is called 'clearence_s' \(is it 'clearance_s'\?\)"),
        ("onset_s,position_m,onset_early", r"no column is called 'onset_early' \(is it 'onset_early_s'\?\)"),
        ("onset_s,position_m,lanes,lanes", r"the column lanes is there 2 times"),
    ],
)
def test_a_misspelled_column_is_not_taken_for_one_that_is_not_there(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read(tmp_path, header + "\n")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("60,1200,-1,,", r"onset_early_s is 0 to 86400 s, got -1 \(it is no direction: it reaches to both sides\)"),
        ("60,1200,,90000,", r"onset_late_s is 0 to 86400 s, got 90000 \(is it in another unit\?\)"),
        ("60,1200,,,60000", r"position_tolerance_m is 0 to 50000 m, got 60000"),
        ("60,1200,,,wide", r"position_tolerance_m needs a finite number, got 'wide'"),
        ("60,3500,,,800", r"position_m: .* got 3500.0 m \(.*a rough place has a position_tolerance_m\)"),
    ],
)
def test_an_impossible_tolerance_is_refused(tmp_path: Path, row: str, message: str) -> None:
    header = "onset_s,position_m,onset_early_s,onset_late_s,position_tolerance_m\n"
    with pytest.raises(UserError, match=f"{re.escape(str(tmp_path / 'incidents.csv'))}, line 2: {message}"):
        read(tmp_path, header + row + "\n")


def test_lanes_are_those_of_any_section_the_incident_may_stand_in(tmp_path: Path) -> None:
    far = Corridor("far", 30.0, (*ROAD.stations[1:], Station("d", 4000.0, 2), Station("e", 5000.0, 2)))
    header = "onset_s,position_m,lanes,position_tolerance_m\n"
    (tmp_path / "incidents.csv").write_text(f"{header}60,3500,3,600\n", encoding="utf-8")
    assert read_incidents(tmp_path, far) is not None  # from 2900 m on, where four lanes end
    (tmp_path / "incidents.csv").write_text(f"{header}60,3500,3,400\n", encoding="utf-8")
    with pytest.raises(UserError, match="lanes are 0 to 1 at 3500 m, got 3"):
        read_incidents(tmp_path, far)


@pytest.mark.parametrize(("tolerance_m", "stations"), [(math.nan, (1, 2)), (100.0, (1, 2)), (300.0, (0, 1, 2))])
def test_stations_near_bound_every_section_within_the_tolerance(tolerance_m: float, stations: tuple[int, ...]) -> None:
    incident = RecordedIncident(60.0, math.nan, 1200.0, (), position_tolerance_m=tolerance_m)
    assert tuple(stations_near(incident, ROAD)) == stations


def test_without_a_tolerance_the_file_is_what_it_was(tmp_path: Path) -> None:
    write_incidents(tmp_path, [RecordedIncident(905.25, 1000.1, 100.0, (2, 1))])
    assert (tmp_path / "incidents.csv").read_text(encoding="utf-8") == (
        "onset_s,clearance_s,position_m,lanes\n905.25,1000.1,100,2;1\n"
    )


NOT_KNOWN = st.just(math.nan)
INCIDENTS = st.builds(
    lambda onset_s, lasts_s, *rest: RecordedIncident(onset_s, onset_s + lasts_s, *rest),
    st.floats(0, 1e6),
    st.floats(1, 1e4) | NOT_KNOWN,
    st.floats(0, 3000),
    st.lists(st.integers(0, 1), unique=True).map(tuple),
    st.floats(0, 3600) | NOT_KNOWN,
    st.floats(0, 3600) | NOT_KNOWN,
    st.floats(0, 5000) | NOT_KNOWN,
)


@settings(max_examples=50, deadline=None)
@given(incidents=st.lists(INCIDENTS, max_size=4))
def test_any_log_comes_back_bit_by_bit(
    tmp_path_factory: pytest.TempPathFactory, incidents: list[RecordedIncident]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    write_incidents(folder, incidents)
    log = read_incidents(folder, ROAD)
    assert log is not None
    wanted = sorted(incidents, key=lambda one: (one.onset_s, one.position_m))
    assert list(map(repr, log.incidents)) == list(map(repr, wanted))
    before = (folder / "incidents.csv").read_bytes()
    write_incidents(folder, incidents)
    assert (folder / "incidents.csv").read_bytes() == before
