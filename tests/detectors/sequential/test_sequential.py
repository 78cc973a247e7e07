"""The sequential detector on Poisson traffic: where and when it alarms, which lane it names, what it estimates.

The traffic has no car following, so no speed falls and no queue grows: a blocked lane shows in its count alone, and what the
trained trees make of it is tested for plain facts only.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detectors.detector import Decision, Estimate, Estimator
from detectors.sequential.sequential import Sequential
from detectors.sequential.sequential_model_file import Model, shipped_model
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
Decided = list[tuple[Decision, Estimate]]
ONSET_S, CLEARANCE_S, END_S = 900.0, 1300.0, 1800.0
AIM = 10.0  # false alarms per corridor-day: the lowest threshold
SECTION, LANE = 1, 1
ROADS = [(2, 30.0), (3, 30.0), (4, 30.0), (5, 30.0), (3, 20.0), (3, 60.0)]  # lanes, period


@cache
def _decided(traffic: Traffic, corridor: Corridor, flow: float, blocked: bool) -> tuple[tuple[Decision, Estimate], ...]:
    where = (SECTION, LANE, ONSET_S, CLEARANCE_S) if blocked else None
    return tuple(decided(corridor, traffic(corridor, END_S, 1, flow, where)))


def decided(corridor: Corridor, frames: list[LoopFrame], aim: float = AIM) -> Decided:
    detector = Sequential(corridor, shipped_model(), aim)
    return [(detector.step(frame), detector.estimate) for frame in frames]


def alarms(seen: Decided) -> Array:
    return np.array([decision.alarm for decision, _ in seen], dtype=float)


@pytest.fixture(params=ROADS, ids=lambda road: f"{road[0]} lanes, {road[1]:g} s")
def blocked(request: pytest.FixtureRequest, road: Road, traffic: Traffic) -> Decided:
    lanes, period_s = request.param
    return list(_decided(traffic, road(4, lanes, period_s), 1200.0, True))


@pytest.fixture
def one(road: Road, traffic: Traffic) -> Decided:
    """Three lanes, 30 s."""
    return list(_decided(traffic, road(4, 3, 30.0), 1200.0, True))


def dead(frames: list[LoopFrame], where: list[tuple[int, int]], from_s: float = ONSET_S) -> list[LoopFrame]:
    made = []
    for frame in frames:
        values = [np.array(each) for each in (frame.count, frame.speed, frame.occupancy)]
        for each in values:
            for station, lane in where if frame.time_s > from_s else []:
                each[station, lane] = np.nan
        made.append(LoopFrame(frame.time_s, *values))
    return made


def test_a_blocked_lane_raises_an_alarm_in_its_section_within_three_minutes(blocked: Decided) -> None:
    seen = alarms(blocked)[:, SECTION] > 0
    raised_s = [blocked[k][0].time_s for k in np.flatnonzero(seen & ~np.roll(seen, 1))]
    assert min(time_s for time_s in raised_s if time_s > ONSET_S) <= ONSET_S + 180


def test_the_incidents_section_has_the_highest_score_when_its_alarm_is_raised(blocked: Decided) -> None:
    first = next(decision for decision, _ in blocked if decision.alarm[SECTION] and decision.time_s > ONSET_S)
    assert int(first.score.argmax()) == SECTION


def test_the_blocked_lane_is_named(blocked: Decided) -> None:
    named = [
        np.flatnonzero(estimate.blocked[SECTION]).tolist()
        for decision, estimate in blocked
        if decision.alarm[SECTION] and decision.time_s <= CLEARANCE_S
    ]
    assert np.mean([lanes == [LANE] for lanes in named]) > 0.7


def test_the_alarm_ends_after_the_clearance(blocked: Decided) -> None:
    assert not blocked[-1][0].alarm.any()


def test_the_posterior_is_a_probability_that_rises_with_the_score(blocked: Decided) -> None:
    pairs = []
    for decision, estimate in blocked:
        assert estimate.posterior is not None
        known = np.isfinite(estimate.posterior)
        pairs += list(zip(decision.score[known].tolist(), estimate.posterior[known].tolist(), strict=True))
    posterior = [value for _, value in sorted(pairs)]
    assert len(posterior) > 2
    assert posterior == sorted(posterior)
    assert 0 <= posterior[0] < posterior[-1] <= 1


def test_an_estimate_has_the_shape_of_its_corridor(blocked: Decided) -> None:
    decision, estimate = blocked[-1]
    sections, lanes = len(decision.score), estimate.blocked.shape[1]
    for name in ("blocked", "lane_changing", "queue", "beside"):
        assert getattr(estimate, name).shape == (sections, lanes)
    for name in ("evidence", "upper", "lower", "onset_s", "clearance_s", "position_m", "posterior"):
        assert getattr(estimate, name).shape == (sections,)
    assert len(estimate.symptom) == sections


def test_the_estimate_of_an_alarm_is_within_bounds(blocked: Decided) -> None:
    assert alarms(blocked)[:, SECTION].any()
    for decision, estimate in blocked:
        if decision.alarm[SECTION]:
            assert 800 * SECTION <= estimate.position_m[SECTION] <= 800 * (SECTION + 1)
            assert estimate.onset_s[SECTION] <= decision.time_s
            assert (estimate.queue[np.isfinite(estimate.queue)] >= 0).all()
            shares = estimate.lane_changing[np.isfinite(estimate.lane_changing)]
            assert ((shares >= 0) & (shares <= 1)).all()


def test_nothing_is_estimated_of_a_section_below_the_lowest_threshold(one: Decided) -> None:
    for decision, estimate in one:
        calm = ~decision.alarm & ~(decision.score > shipped_model().threshold(10.0))
        assert not estimate.blocked[calm].any()
        assert np.isnan(estimate.queue[calm]).all()
        assert np.isnan(estimate.onset_s[calm]).all()
        assert {estimate.symptom[section] for section in np.flatnonzero(calm)} <= {""}
    assert calm.any()


def test_the_symptom_names_the_lane_and_its_values(one: Decided) -> None:
    texts = [estimate.symptom[SECTION] for decision, estimate in one if decision.alarm[SECTION]]
    assert texts[0].startswith(f"lane {LANE}: count -")


def test_only_lanes_beside_a_blocked_one_have_vehicles_beside_it(one: Decided) -> None:
    estimate = next(each for decision, each in one if decision.alarm[SECTION])
    assert np.isfinite(estimate.beside[SECTION]).tolist() == [True, False, True]


def test_before_the_first_frame_nothing_is_estimated(road: Road) -> None:
    detector: Estimator = Sequential(road(), shipped_model(), 1.0)
    estimate = detector.estimate
    assert np.isnan(estimate.time_s)
    assert not estimate.blocked.any()


def test_the_same_frames_give_the_same_decisions(road: Road, traffic: Traffic, one: Decided) -> None:
    corridor = road(4, 3, 30.0)
    again = decided(corridor, traffic(corridor, END_S, 1, 1200.0, (SECTION, LANE, ONSET_S, CLEARANCE_S)))
    for (before, _), (after, _) in zip(one, again, strict=True):
        np.testing.assert_array_equal(before.score, after.score)
        np.testing.assert_array_equal(before.alarm, after.alarm)


def test_a_lower_aim_keeps_the_score_and_removes_alarms(road: Road, traffic: Traffic) -> None:
    corridor = road(4, 3, 30.0)
    frames = traffic(corridor, END_S, 1, 1200.0, (SECTION, LANE, ONSET_S, CLEARANCE_S))
    few, many = decided(corridor, frames, 0.1), decided(corridor, frames, 10.0)
    np.testing.assert_array_equal([each.score for each, _ in few], [each.score for each, _ in many])
    assert (alarms(few) <= alarms(many)).all()
    assert alarms(few).sum() < alarms(many).sum()


@pytest.mark.parametrize(("lanes", "period_s"), ROADS)
def test_free_traffic_raises_no_alarm(road: Road, traffic: Traffic, lanes: int, period_s: float) -> None:
    free = list(_decided(traffic, road(4, lanes, period_s), 1200.0, False))
    strict = shipped_model().threshold(0.1)  # independent vehicles are noisier than traffic
    assert not any((decision.score > strict).any() for decision, _ in free)


@pytest.mark.parametrize("where", [[(1, 1)], [(2, 1)], [(1, 1), (2, 1)], [(2, 0), (2, 1), (2, 2)]])
def test_dead_loops_raise_no_alarm(road: Road, traffic: Traffic, where: list[tuple[int, int]]) -> None:
    corridor = road(4, 3, 30.0)
    assert not alarms(decided(corridor, dead(traffic(corridor, END_S, 1), where))).any()


def test_frames_without_data_raise_no_alarm_and_have_no_score(road: Road, traffic: Traffic) -> None:
    corridor = road(4, 3, 30.0)
    everywhere = [(station, lane) for station in range(4) for lane in range(3)]
    seen = decided(corridor, dead(traffic(corridor, 600.0, 1), everywhere, 0.0))
    assert not alarms(seen).any()
    assert all(np.isnan(decision.score).all() for decision, _ in seen)


def test_a_blocked_lane_is_seen_beside_a_dead_loop(road: Road, traffic: Traffic) -> None:
    corridor = road(4, 3, 30.0)
    frames = traffic(corridor, END_S, 1, 1200.0, (SECTION, LANE, ONSET_S, CLEARANCE_S))
    assert alarms(decided(corridor, dead(frames, [(2, 2)], 0.0)))[:, SECTION].any()


def test_a_road_with_changing_numbers_of_lanes_is_handled(traffic: Traffic) -> None:
    stations = (Station("a", 0.0, 2), Station("b", 900.0, 4), Station("c", 1500.0, 1), Station("d", 2300.0, 3))
    corridor = Corridor("odd", 30.0, stations)
    seen = decided(corridor, traffic(corridor, 900.0, 1))
    assert all(np.isfinite(decision.score).all() for decision, _ in seen)


def test_a_model_trained_on_other_features_is_refused(road: Road, model: Model) -> None:
    with pytest.raises(UserError, match="trained on other lane features"):
        Sequential(road(), replace(model, names=("other", *model.names[1:])), 1.0)


@pytest.mark.parametrize("onset_s", [500.0, 1800.0])  # on a new road the trees decide alone for 600 s
def test_a_blocked_lane_is_seen_whatever_the_age_of_the_run(road: Road, traffic: Traffic, onset_s: float) -> None:
    corridor = road(4, 3, 30.0)
    frames = traffic(corridor, onset_s + 300, 1, 1200.0, (SECTION, LANE, onset_s, 1e9))
    assert alarms(decided(corridor, frames))[:, SECTION].any()
