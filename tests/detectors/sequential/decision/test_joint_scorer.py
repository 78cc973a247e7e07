"""Hypotheses and trees on made-up traffic: memory, new roads, faulty loops, reasons, laws."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.hypothesis_scorer import MOST_SLOWED
from detectors.sequential.decision.joint_reasons import JointReasons
from detectors.sequential.decision.joint_scorer import JointScorer
from detectors.sequential.site.learned_site import BURN_IN_S
from detectors.sequential.training.joint_thresholds import StoredLogOdds
from detectors.site_memory import recall
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
ONSET_S, END_S = 1800.0, 2400.0
SECTION, LANE = 1, 1
BLOCKED = (SECTION, LANE, ONSET_S, 1e9)


def scorer_of(corridor: Corridor, frames: int, parts: Parts = ALL) -> JointScorer:
    """Hypotheses alone: trees that always say 0."""
    return JointScorer(corridor, StoredLogOdds(np.zeros((frames, corridor.sections))), parts)


def scores(corridor: Corridor, frames: list[LoopFrame], parts: Parts = ALL) -> Array:
    scorer = scorer_of(corridor, len(frames), parts)
    return np.array([scorer.score(frame) for frame in frames])


def late(frames: list[LoopFrame], found: Array) -> Array:
    return np.asarray(found[[frame.time_s > ONSET_S for frame in frames]])


@pytest.mark.parametrize("lanes", [2, 3, 5])
def test_a_blocked_lane_is_found_by_hypotheses_alone(road: Road, traffic: Traffic, lanes: int) -> None:
    frames = traffic(road(4, lanes), END_S, 1, 1200.0, BLOCKED)
    found = late(frames, scores(road(4, lanes), frames))
    assert found[:8, SECTION].max() > 8.5
    assert found[:8].max() == found[:8, SECTION].max()


def slowed(frames: list[LoopFrame]) -> list[LoopFrame]:
    """The frames, but the station before SECTION slows to 0.65 of its speed at the onset."""
    found = []
    for frame in frames:
        speed = np.array(frame.speed)
        speed[SECTION] *= 0.65 if frame.time_s > ONSET_S else 1.0
        found.append(LoopFrame(frame.time_s, frame.count, speed, frame.occupancy))
    return found


def test_behind_a_slowed_station_lanes_need_the_trees_consent(road: Road, traffic: Traffic) -> None:
    frames, quiet = slowed(traffic(road(4, 3), END_S, 1, 1200.0, BLOCKED)), replace(ALL, discharge=False)
    bounded = late(frames, scores(road(4, 3), frames, quiet))[:, SECTION]
    free = late(frames, scores(road(4, 3), frames, replace(quiet, head_condition=False)))[:, SECTION]
    assert bounded.max() <= MOST_SLOWED < 8.5 < free.max()


def test_the_reasons_of_a_slowed_section_add_up_to_its_score(road: Road, traffic: Traffic) -> None:
    scorer = scorer_of(road(4, 3), 999)
    for frame in slowed(traffic(road(4, 3), END_S, 1, 1200.0, BLOCKED)):
        scorer.score(frame)
    lanes, queue, discharge, trees, past = JointReasons(scorer.last, np.full(3, 8.5)).parts[SECTION]
    assert max(lanes + queue, discharge) + trees + past == pytest.approx(scorer.last.score[SECTION])


def test_on_a_new_road_the_hypotheses_say_nothing(road: Road, traffic: Traffic) -> None:
    frames = traffic(road(4, 3), BURN_IN_S, 1, 1200.0, (SECTION, LANE, 0.0, 1e9))
    assert (scores(road(4, 3), frames, replace(ALL, trees=False)) <= 0).all()


def test_with_a_memory_a_road_is_not_new(road: Road, traffic: Traffic) -> None:
    corridor = road(4, 3)
    before, after = scorer_of(corridor, 999), scorer_of(corridor, 999)
    for frame in traffic(corridor, 3600.0, 2):
        before.score(frame)
    recall(after, before.memory())
    blocked = [after.score(frame) for frame in traffic(corridor, 300.0, 3, 1200.0, (SECTION, LANE, -60.0, 1e9))]
    assert np.max(blocked) > 5  # the same frames on a new road: at most 0 without trees, as above


def test_a_memory_survives_a_round_trip(road: Road, traffic: Traffic) -> None:
    one, other = scorer_of(road(4, 3), 999), scorer_of(road(4, 3), 999)
    for frame in traffic(road(4, 3), 1500.0, 2):
        one.score(frame)
    recall(other, one.memory())
    kept, again = one.memory(), other.memory()
    assert kept.keys() == again.keys()
    for name, values in kept.items():
        np.testing.assert_array_equal(values, again[name], err_msg=name)


def test_permuted_lanes_give_the_same_scores(road: Road, traffic: Traffic) -> None:
    # single lanes are permuted among themselves; with two lanes there is no neighbouring pair but the whole road
    frames = traffic(road(4, 2), END_S, 4, 1200.0, BLOCKED)
    swapped = [
        LoopFrame(each.time_s, each.count[:, ::-1], each.speed[:, ::-1], each.occupancy[:, ::-1]) for each in frames
    ]
    np.testing.assert_allclose(scores(road(4, 2), frames), scores(road(4, 2), swapped), atol=1e-4)


def test_a_longer_road_changes_nothing_where_it_was(road: Road, traffic: Traffic) -> None:
    short, long = road(4, 3), Corridor("long", 30.0, (*road(4, 3).stations, Station("far", 60_000.0, 3)))
    frames = traffic(short, END_S, 4, 1200.0, BLOCKED)
    nothing = np.full((1, 3), np.nan)
    longer = [
        LoopFrame(each.time_s, *(np.concatenate([a, nothing]) for a in (each.count, each.speed, each.occupancy)))
        for each in frames
    ]
    np.testing.assert_allclose(scores(long, longer)[:, :3], scores(short, frames), atol=1e-4)


def test_each_part_can_be_switched_off(road: Road, traffic: Traffic) -> None:
    frames = traffic(road(4, 3), END_S, 1, 1200.0, BLOCKED)
    whole = late(frames, scores(road(4, 3), frames))[:, SECTION]
    blind = late(frames, scores(road(4, 3), frames, replace(ALL, shadow=False, deficit=False)))[:, SECTION]
    assert blind.max() < 0.5 * whole.max()


def test_an_empty_lane_is_a_dead_loop_where_its_vehicles_arrive_further_on(road: Road, traffic: Traffic) -> None:
    frames = traffic(road(5, 3), END_S, 5)
    dead = []
    for frame in frames:
        count, speed, occupancy = (np.array(each) for each in (frame.count, frame.speed, frame.occupancy))
        if frame.time_s > ONSET_S:
            count[2, 1], speed[2, 1], occupancy[2, 1] = 0.0, np.nan, 0.0
        dead.append(LoopFrame(frame.time_s, count, speed, occupancy))
    believed = late(dead, scores(road(5, 3), dead, replace(ALL, health=False)))[:, 1]
    judged = late(dead, scores(road(5, 3), dead))[:, 1]
    assert believed[-1] > 8.5
    assert judged[-1] < 8.5


def test_the_reason_names_hypothesis_lanes_and_terms(road: Road, traffic: Traffic) -> None:
    scorer, texts = scorer_of(road(4, 3), 999), []
    for frame in traffic(road(4, 3), END_S, 1, 1200.0, BLOCKED):
        scorer.score(frame)
        texts.append(JointReasons(scorer.last, np.full(3, 8.5)).text(SECTION))
        if frame.time_s > ONSET_S and scorer.last.score[SECTION] > 8.5:
            break
    assert texts[-1].startswith(f"lane {LANE} blocked: shadow and flow ")
    assert "trees +0.0" in texts[-1]
    assert "against 8.5 nats" in texts[-1]
