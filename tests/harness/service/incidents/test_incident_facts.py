"""What is known of an incident after a frame."""

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest

from harness.records.decisions import Step
from harness.service.incidents.correlation import Standing
from harness.service.incidents.incident_facts import Facts, facts_of
from harness.service.incidents.road_state import RoadNow, RoadState
from tests.harness.service.incidents.made_steps import estimate, frame, road, step

ROAD = road()


def lately(slow: tuple[int, ...] = ()) -> RoadNow:
    """The made road after half an hour, and ten minutes with slow stations."""
    state = RoadState(ROAD)
    for number in range(1, 81):
        now = state.step(frame(ROAD, 30.0 * number, slow=slow if number > 60 else ()))
    return now


def facts(*steps: Step, head: int = 3, road_now: RoadNow | None = None, **standing: float) -> Facts:
    made = Standing(1, 30.0, 3, head, {head: 30.0}, ["one"])
    for name, value in standing.items():
        setattr(made, name, value)
    by_name = {f"detector {number}": each for number, each in enumerate(steps)}
    return facts_of(made, by_name, road_now or lately(), ROAD, None)


def test_the_estimate_with_the_highest_posterior_counts() -> None:
    one = step(ROAD, 30.0, [3], estimate(ROAD, 30.0, 3, lanes=(0,), posterior=0.3, queue_veh=5.0))
    other = step(ROAD, 30.0, [3], estimate(ROAD, 30.0, 3, lanes=(2, 3), posterior=0.7, queue_veh=9.0))
    found = facts(one, step(ROAD, 30.0, [3]), other)
    assert (found.posterior, found.lanes, found.queue_veh, found.lanes_share) == (0.7, (2, 3), 9.0, 0.5)


def test_without_an_estimate_the_place_is_the_middle_of_the_section() -> None:
    found = facts(step(ROAD, 30.0, [3]))
    assert (found.position_m, found.lanes, isnan(found.posterior), isnan(found.lanes_share)) == (2800.0, (), True, True)


def test_a_place_outside_the_section_is_not_believed() -> None:
    far = estimate(ROAD, 30.0, 3, place=1.5)
    assert facts(step(ROAD, 30.0, [3], far)).position_m == 2800.0


def test_the_queue_reaches_to_its_tail() -> None:
    made = estimate(ROAD, 30.0, 3, place=0.5)
    tail_m = np.full(ROAD.sections, nan)
    tail_m[3] = 1300.0
    assert facts(step(ROAD, 30.0, [3], replace(made, tail_m=tail_m))).queue_m == 1500.0


def test_the_demand_is_the_flow_upstream_of_the_queue() -> None:
    flow_vphpl = np.full(len(ROAD.stations), 800.0)
    flow_vphpl[0] = 1500.0
    queue = replace(lately((1, 2, 3)), flow_vphpl=flow_vphpl)
    assert facts(step(ROAD, 30.0, [3]), road_now=queue).demand_vphpl == 1500.0


def test_without_a_tail_slow_stations_upstream_are_the_queue() -> None:
    assert facts(step(ROAD, 30.0, [3]), road_now=lately((1, 2, 3))).queue_m == 2000.0
    assert facts(step(ROAD, 30.0, [3]), road_now=lately((1, 3))).queue_m == 400.0
    assert facts(step(ROAD, 30.0, [3])).queue_m == 0.0


def test_speeds_are_shares_of_the_free_speed() -> None:
    found = facts(step(ROAD, 30.0, [3]), road_now=lately((3,)))
    assert found.speed_up == pytest.approx(5.0 / 30.0, abs=0.02)
    assert found.speed_down == pytest.approx(1.0)


def test_the_head_has_a_speed_when_it_has_moved_twice() -> None:
    assert isnan(facts(step(ROAD, 30.0, [5]), head=5, moves=1, moved_s=90.0).head_mps)
    assert facts(step(ROAD, 30.0, [5]), head=5, moves=2, moved_s=130.0).head_mps == 16.0
