"""Capacity, congestion and breakdowns on a planted bottleneck."""

import numpy as np
import pytest

from harness.studies.realism.congestion import congestion
from harness.studies.realism.realism_samples import measure
from harness.studies.realism.stacked_recording import StackedRecording
from simulator.frame import Array
from tests.harness.studies.realism.made_samples import recording, road, sample

HOUR = 120
ROAD = road(stations=4, lanes=2)


def with_breakdowns(*starts: int, hours: int = 6, station: int = 1) -> StackedRecording:
    """Flow of 12 a frame and lane (1440 veh/h/lane); from each start for 40 min, `station` and, ten minutes later, the one
    upstream run at 8 m/s, and all pass 11 (1320 veh/h/lane)."""
    counts, speeds = np.full((hours * HOUR, 4, 2), 12.0), np.full((hours * HOUR, 4, 2), 28.0)
    for start in starts:
        counts[start : start + 80] = 11.0
        speeds[start : start + 80, station] = 8.0
        speeds[start + 20 : start + 80, station - 1] = 8.0
    return recording(ROAD, counts, speeds)


def test_a_head_breaks_down_once_and_its_queue_does_not() -> None:
    found = congestion(sample(with_breakdowns(HOUR, 3 * HOUR, 5 * HOUR)))
    assert found["breakdowns_per_day"] == [pytest.approx(12.0)]  # three in six hours
    assert found["share_at_one_head"] == [1.0]
    assert found["hours_between_breakdowns"] == pytest.approx([2.0, 2.0])


def test_flow_before_and_discharge_are_measured_below_the_head() -> None:
    found = congestion(sample(with_breakdowns(HOUR)))
    assert found["before_breakdown_vphpl"] == [1440.0]
    assert found["discharge_vphpl"] == [1320.0]


def test_congestion_has_its_own_speed_and_leaves_the_free_speed_alone() -> None:
    found = congestion(sample(with_breakdowns(HOUR, 3 * HOUR)))
    assert found["free_speed_mps"] == pytest.approx([28.0] * 4)
    assert found["congested_speed_mps"] == pytest.approx([8.0, 8.0])


def test_the_last_station_is_no_head() -> None:
    # Nothing is known of what lies downstream of it.
    found = congestion(sample(with_breakdowns(HOUR, 3 * HOUR, station=3)))
    assert found["breakdowns_per_day"] == [0.0]


def test_heads_at_two_places_share_the_breakdowns() -> None:
    one, other = with_breakdowns(HOUR, 3 * HOUR), with_breakdowns(2 * HOUR, station=2)
    found = congestion(sample(one, other))
    assert found["share_at_one_head"] == [pytest.approx(2 / 3)]


def test_the_highest_flow_and_its_occupancy() -> None:
    # One five-minute stretch in a hundred and more has 15 vehicles a frame: 1800 veh/h/lane is the 99th percentile.
    counts = np.full((6 * HOUR, 4, 2), 10.0)
    occupancy = np.full(counts.shape, 0.07)
    counts[300:360], occupancy[300:360] = 15.0, 0.13
    found = congestion(sample(recording(ROAD, counts, 28.0, occupancy)))
    assert found["highest_5min_vphpl"] == [1800.0] * 4
    assert found["highest_15min_vphpl"] == [1800.0] * 4
    assert found["occupancy_at_highest"] == pytest.approx([0.13] * 4)


def test_unknown_occupancy_is_left_out() -> None:
    counts: Array = np.full((6 * HOUR, 4, 2), 13.0)
    assert "occupancy_at_highest" not in congestion(sample(recording(ROAD, counts, 28.0, np.nan)))


def test_a_short_recording_has_no_rate() -> None:
    assert "breakdowns_per_day" not in congestion(sample(with_breakdowns(hours=2)))


@pytest.mark.parametrize(
    ("lanes", "period_s", "frames"), [(1, 30.0, 720), (2, 300.0, 72), (2, 3600.0, 24), (2, 30.0, 5)]
)
def test_every_kind_of_recording_is_measured_without_a_warning(lanes: int, period_s: float, frames: int) -> None:
    corridor = road(stations=2, lanes=lanes, period_s=period_s)
    for counts in (np.full((frames, 2, lanes), 6.0), np.zeros((frames, 2, lanes)), np.full((frames, 2, lanes), np.nan)):
        found = measure([sample(recording(corridor, counts))])
        assert "missing_share" in found
        assert all(np.isfinite(values).all() for values in found.values())
