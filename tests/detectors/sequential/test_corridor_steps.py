"""The features of lanes: deviations of Poisson traffic, a blocked lane, dead loops, no look-ahead."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.lane_cusums import LOST_LIMIT
from detectors.sequential.lane_feature_table import LANE_NAMES
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
ONSET_S = 1200.0


def computed(corridor: Corridor, frames: list[LoopFrame]) -> tuple[Array, Flags]:
    """Return the features (T, N, L, F), and (T, N, L) which lanes are judged."""
    lanes = CorridorSteps(corridor)
    steps = [lanes.step(frame) for frame in frames]
    return np.stack([step.features for step in steps]), np.stack([step.judged for step in steps])


def with_dead(frames: list[LoopFrame], station: int, lane: int | slice, from_s: float = 0.0) -> list[LoopFrame]:
    made = []
    for frame in frames:
        count, speed, occupancy = (np.array(each) for each in (frame.count, frame.speed, frame.occupancy))
        if frame.time_s > from_s:
            count[station, lane] = speed[station, lane] = occupancy[station, lane] = np.nan
        made.append(LoopFrame(frame.time_s, count, speed, occupancy))
    return made


@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_there_is_a_number_for_every_name_and_lane(road: Road, traffic: Traffic, lanes: int) -> None:
    corridor = road(stations=3, lanes=lanes)
    features, judged = computed(corridor, traffic(corridor, 300.0, seed=1))
    assert features.shape == (10, 2, lanes, len(LANE_NAMES))
    assert judged.shape == (10, 2, lanes)
    assert np.isfinite(features).all()


@pytest.mark.parametrize("cut", [1, 7, 25, 44])
def test_no_feature_depends_on_a_later_frame(road: Road, traffic: Traffic, cut: int) -> None:
    corridor = road(stations=4)
    frames = traffic(corridor, 1350.0, seed=1, blocked=(1, 1, 900.0, 1350.0))
    strange = [LoopFrame(f.time_s, 2 * f.count, 0.2 * f.speed, np.full_like(f.occupancy, 0.9)) for f in frames[cut:]]
    original, _ = computed(corridor, frames)
    other, _ = computed(corridor, frames[:cut] + strange)
    np.testing.assert_array_equal(original[:cut], other[:cut])


@pytest.mark.parametrize("name", ["count_30", "count_60", "share_60"])
def test_deviations_of_poisson_traffic_are_standard(road: Road, traffic: Traffic, name: str) -> None:
    corridor = road(stations=4)
    features, _ = computed(corridor, traffic(corridor, 5400.0, seed=2))
    seen = features[40:, ..., LANE_NAMES.index(name)]  # the first 20 minutes learn
    # 140 frames x 3 sections x 3 lanes, in windows that overlap: 600 free numbers, sd of their mean 0.04; the normal
    # itself is learned from 40 frames, 1/sqrt(40) = 0.16 of a frame's sd
    assert abs(float(seen.mean())) < 0.25
    assert 0.75 < float(seen.std()) < 1.25


@pytest.mark.parametrize("name", ["speed_60", "total_60"])
def test_deviations_of_free_traffic_are_not_wider_than_standard(road: Road, traffic: Traffic, name: str) -> None:
    corridor = road(stations=4)
    features, _ = computed(corridor, traffic(corridor, 5400.0, seed=2))
    seen = features[40:, ..., LANE_NAMES.index(name)]
    # narrower they are: a speed is allowed SPEED_NOISE beside its vehicles', and no vehicle is lost between stations
    assert abs(float(seen.mean())) < 0.25
    assert float(seen.std()) < 1.25


@pytest.mark.parametrize("period_s", [20.0, 30.0, 60.0])
def test_a_blocked_lane_loses_its_count_at_every_period(road: Road, traffic: Traffic, period_s: float) -> None:
    corridor = road(stations=4, period_s=period_s)
    frames = traffic(corridor, ONSET_S + 180, seed=3, blocked=(1, 1, ONSET_S, 1e9))
    features, _ = computed(corridor, frames)
    before = int(ONSET_S / period_s) - 1
    count = features[:, 1, 1, LANE_NAMES.index("count_60")]
    # 20 vehicles expected in 60 s: (0 - 20) / sqrt(20 phi + 1/2) = -4.4 at phi = 1
    assert count[before] > -3
    assert count[-1] < -3


def test_a_blocked_lane_fills_the_cusum_of_lost_flow(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    features, _ = computed(corridor, traffic(corridor, ONSET_S + 300, seed=3, blocked=(1, 1, ONSET_S, 1e9)))
    lost = features[:, 1, 1, LANE_NAMES.index("lost")]
    assert lost[int(ONSET_S / 30) - 1] < 3
    assert lost[-1] == LOST_LIMIT  # 10 expected per frame are 0.65 x 10 each, over the noise


def test_the_cusum_of_lost_flow_empties_when_the_lane_flows_again(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = traffic(corridor, ONSET_S + 1200, seed=3, blocked=(1, 1, ONSET_S, ONSET_S + 600))
    features, _ = computed(corridor, frames)
    assert features[-1, 1, 1, LANE_NAMES.index("lost")] < 6


def test_a_blocked_lane_leads_its_section_and_the_section_the_road(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=5, lanes=4)
    frames = traffic(corridor, ONSET_S + 120, seed=4, blocked=(2, 1, ONSET_S, 1e9))
    features, _ = computed(corridor, frames)
    count = features[-1, ..., LANE_NAMES.index("count_90")]
    assert np.argwhere(count == count.min()).tolist() == [[2, 1]]


def test_a_queue_upstream_shows_in_speed_and_occupancy(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    features, _ = computed(corridor, traffic(corridor, ONSET_S + 240, seed=3, blocked=(1, 1, ONSET_S, 1e9)))
    assert features[-1, 1, 1, LANE_NAMES.index("speed_up_60")] < -5
    assert features[-1, 1, 1, LANE_NAMES.index("excess_up_90")] > 5


def test_a_dead_loop_downstream_loses_no_flow(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = with_dead(traffic(corridor, ONSET_S + 300, seed=5), 2, 1, ONSET_S)
    features, _ = computed(corridor, frames)
    assert (
        features[-1, 1, 1, LANE_NAMES.index("lost")] <= features[int(ONSET_S / 30) - 1, 1, 1, LANE_NAMES.index("lost")]
    )
    assert features[-1, 1, 1, LANE_NAMES.index("count_60")] == 0


def test_a_lane_is_judged_where_one_of_its_loops_reports(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = with_dead(traffic(corridor, 300.0, seed=5), 2, 1)
    _, judged = computed(corridor, frames)
    assert judged.all()


def test_a_lane_is_not_judged_where_both_its_loops_are_dead(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = with_dead(with_dead(traffic(corridor, 300.0, seed=5), 1, 1), 2, 1)
    _, judged = computed(corridor, frames)
    assert np.argwhere(~judged[-1]).tolist() == [[1, 1]]


def test_a_lane_that_one_station_lacks_is_not_judged(traffic: Traffic) -> None:
    corridor = Corridor("odd", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 3), Station("c", 1500.0, 3)))
    _, judged = computed(corridor, traffic(corridor, 120.0, seed=5))
    assert judged[-1].tolist() == [[True, True, False], [True, True, True]]


def test_a_dead_station_leaves_finite_features(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    features, _ = computed(corridor, with_dead(traffic(corridor, 600.0, seed=5), 1, slice(None), 300.0))
    assert np.isfinite(features).all()


def test_without_occupancy_speed_stands_for_it(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = traffic(corridor, ONSET_S + 240, seed=3, blocked=(1, 1, ONSET_S, 1e9))
    bare = [LoopFrame(each.time_s, each.count, each.speed, np.full_like(each.occupancy, np.nan)) for each in frames]
    features, _ = computed(corridor, bare)
    assert features[-1, 1, 1, LANE_NAMES.index("excess_up_90")] > 5
