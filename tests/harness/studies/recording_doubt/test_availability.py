"""What is there: shares by quantity, loop and hour, with absent frames as missing."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.recording_doubt.availability import availability
from harness.studies.recording_doubt.doubt_findings import doubt_findings
from harness.studies.recording_doubt.doubt_text import doubt_text
from harness.studies.recording_doubt.readings import Readings
from scenarios.corridor import Corridor, Station
from tests.harness.studies.recording_doubt.made_traffic import traffic


def without(readings: Readings, first: int, last: int) -> Readings:
    """The readings without the frames from `first` to `last` - 1."""
    kept = np.r_[0:first, last : len(readings.time_s)]
    names = ("time_s", "count", "speed", "occupancy")
    return replace(readings, **{name: getattr(readings, name)[kept] for name in names})


def test_all_of_a_whole_recording_is_there() -> None:
    found = availability(traffic())
    assert (found.frames, found.absent, found.gaps, found.longest_gap_s, list(found.worst)) == (240, 0, 0, 0.0, [])
    assert dict(found.quantities) == {"counts": 1.0, "speeds": 1.0, "occupancies": 1.0}
    assert found.by_hour[:, :2].tolist() == [[1.0, 1.0]] * 4
    assert np.isnan(found.by_hour[:, 2:]).all()


def test_absent_frames_are_missing_in_their_hour() -> None:
    found = availability(without(traffic(), 120, 180))
    assert (found.absent, found.gaps, found.longest_gap_s) == (60, 1, 1800.0)
    assert dict(found.quantities)["counts"] == pytest.approx(0.75)
    assert found.by_hour[2, :2].tolist() == [1.0, 0.5]


def test_a_dead_loop_is_the_worst() -> None:
    count = traffic().count.copy()
    count[:, 1, 2] = np.nan
    count[:60, 3, 0] = np.nan
    assert list(availability(replace(traffic(), count=count)).worst) == [("S1 lane 2", 0.0), ("S3 lane 0", 0.75)]


def test_a_speed_is_not_wanted_where_nobody_passed() -> None:
    sparse = traffic(flow=50)
    assert np.isnan(sparse.speed).any()
    assert dict(availability(sparse).quantities)["speeds"] == 1.0


def test_the_text_says_what_is_missing_by_hour() -> None:
    text = doubt_text(doubt_findings("monday", without(traffic(), 120, 180), None))
    assert "60 frames (25.0 %) in 1 gap, the longest 30 min" in text
    assert "  S2              .5" in text
    assert "incidents: not known (no incidents.csv)" in text


def test_the_text_says_what_could_not_be_judged() -> None:
    blank = np.full_like(traffic().occupancy, np.nan)
    text = doubt_text(doubt_findings("monday", replace(traffic(), occupancy=blank, speed=blank), 2))
    assert "units by the length of a vehicle: wanted 50 readings with count, speed and occupancy, got 0" in text
    assert "side of the lanes: wanted 20 frames" in text
    assert "order of stations" not in text


def test_one_absent_frame_is_a_gap_of_one_period() -> None:
    found = availability(without(traffic(), 120, 121))
    assert (found.absent, found.gaps, found.longest_gap_s) == (1, 1, 30.0)


def test_speeds_of_absent_frames_are_missing_too() -> None:
    assert dict(availability(without(traffic(flow=1500), 120, 180)).quantities)["speeds"] == pytest.approx(
        0.75, abs=0.002
    )


def test_hours_are_those_of_any_day() -> None:
    found = availability(replace(traffic(), time_s=traffic().time_s + 86400.0))
    assert found.by_hour[:, :2].tolist() == [[1.0, 1.0]] * 4


def test_hours_of_a_station_are_the_mean_of_its_lanes() -> None:
    count = traffic().count.copy()
    count[:, 1, 2] = np.nan
    assert availability(replace(traffic(), count=count)).by_hour[:, 0].tolist() == pytest.approx([1.0, 2 / 3, 1.0, 1.0])


def test_the_page_names_twelve_loops_the_worst_first_and_the_number_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.studies.recording_doubt.loop_doubt.MOST_FRAMES", 240)  # availability counts all
    count = traffic(hours=24, flow=100).count.copy()
    count[:1440] = np.nan
    count[:, 3, 2] = np.nan
    names = tuple(Station(f"S{k}", 900.0 * k, 3) for k in range(4))
    page = doubt_text(doubt_findings("monday", replace(traffic(hours=24, flow=100), count=count), None))
    assert "  S3 lane 2: no count at all\n  S0 lane 0: 50 % of its counts are there" in page
    assert "more loops" not in page
    five = (*names, Station("S4", 3600.0, 3))
    wide = np.concatenate([count, count[:, :1]], axis=1)
    more = Readings(Corridor("made", 30.0, five), traffic(hours=24, flow=100).time_s, wide, wide * 0 + 25, wide * 0)
    assert "and 3 more loops that miss a tenth of their counts or more" in doubt_text(
        doubt_findings("monday", more, None)
    )


def test_without_any_count_loops_and_hours_are_judged_by_their_speeds() -> None:
    whole = traffic(hours=4)
    speed = whole.speed.copy()
    speed[:240, 1, 2] = np.nan
    made = replace(whole, speed=speed, count=whole.count * np.nan)
    found = availability(made)
    assert found.judged_by == "speeds"
    assert found.by_hour[1].tolist()[:4] == pytest.approx([2 / 3, 2 / 3, 1.0, 1.0], abs=0.01)
    page = doubt_text(doubt_findings("monday", made, None))
    assert "S1 lane 2: 50 % of its speeds are there" in page
    assert "no count at all" not in page


def test_the_page_draws_hours_in_tenths_missing_for_stations_that_miss_some() -> None:
    whole = traffic(hours=3)
    count = whole.count.copy()
    count[:120, 1] = np.nan  # hour 0: nothing
    count[120:156, 1] = np.nan  # hour 1: three tenths missing
    count[240:241, 1] = np.nan  # hour 2: less than a tenth, but some
    page = doubt_text(doubt_findings("monday", replace(whole, count=count), None))
    assert "  S1              #31" in page
    assert "  S0   " not in page
    assert "4 stations on 2.90 km, 3 lanes" in page
    assert "  no frame" in page
