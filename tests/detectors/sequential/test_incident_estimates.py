"""Beliefs about a suspected section, with a model that can be followed by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from detectors.sequential.incident_estimates import (
    EXTRA_NAMES,
    FIRST_FRAMES,
    PLACE_FRAMES,
    REACH,
    Belief,
    Scene,
    believe,
    queue_evidence,
)
from detectors.sequential.sequential_model_file import Model
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array

SECTIONS, LANES = 3, 3
NAMES = ("first", "occupied_up", "relative_up", "speed_up_60")


def scene(time_s: float = 1000.0, blocked: tuple[int, ...] = (), judged: bool = True) -> Scene:
    """Section 1 with these lanes' evidence positive; 10, 20, 40 vehicles stored."""
    evidence = np.full((SECTIONS, LANES, len(NAMES)), -1.0)
    evidence[1, list(blocked), 0] = 1.0
    return Scene(
        time_s,
        NAMES,
        evidence,
        np.full((SECTIONS, LANES), judged),
        np.array([10.0, 20.0, 40.0]),
        np.array([1.0, 2.0, 3.0]),
        np.array([500.0, 800.0, 900.0]),
    )


def says(ensemble: TreeEnsemble, value: float) -> TreeEnsemble:
    return replace(ensemble, baseline=value)


def extra(row: Array, name: str) -> float:
    return float(row[len(NAMES) + EXTRA_NAMES.index(name)])


def test_the_lanes_named_are_those_found_blocked(model: Model) -> None:
    assert believe(scene(blocked=(0, 2)), 1, np.zeros(3), None, model).lanes == (0, 2)


def test_where_none_is_found_blocked_the_leading_lane_is_named(model: Model) -> None:
    assert believe(scene(), 1, np.array([-6.0, 1.0, 0.0]), None, model).lanes == (1,)


def test_a_lane_that_is_not_judged_is_not_named(model: Model) -> None:
    seen = scene(blocked=(0, 2))
    seen.judged[1, 2] = False
    assert believe(seen, 1, np.zeros(3), None, model).lanes == (0,)


def test_a_section_without_a_judged_lane_keeps_its_belief(model: Model) -> None:
    before = Belief((1,), 900.0, 0.5)
    assert believe(scene(judged=False), 1, np.zeros(3), before, model) is before
    assert believe(scene(judged=False), 1, np.zeros(3), None, model).lanes == ()


def test_the_onset_is_so_long_ago_as_the_model_says(model: Model) -> None:
    assert believe(scene(blocked=(1,)), 1, np.zeros(3), None, model).onset_s == 1000.0 - 40.0


def test_the_onset_is_never_after_now(model: Model) -> None:
    hasty = replace(model, onset=says(model.onset, -90.0))
    assert believe(scene(blocked=(1,)), 1, np.zeros(3), None, hasty).onset_s == 1000.0


def test_the_onset_is_the_mean_of_what_the_first_frames_say(model: Model) -> None:
    belief = None
    for k in range(FIRST_FRAMES + 3):
        belief = believe(scene(1000.0 + 30.0 * k, (1,)), 1, np.zeros(3), belief, model)
    assert belief is not None
    assert belief.onset_s == pytest.approx(960.0 + 30.0 * (0 + 1 + 2 + 3) / 4)


def test_the_place_weighs_later_frames_more(model: Model) -> None:
    near, far = (replace(model, place=says(model.place, share)) for share in (0.2, 0.7))
    first = believe(scene(blocked=(1,)), 1, np.zeros(3), None, near)
    second = believe(scene(1030.0, (1,)), 1, np.zeros(3), first, far)
    assert first.place == pytest.approx(0.2)
    assert second.place == pytest.approx((1 * 0.2 + 4 * 0.7) / 5)


def test_the_place_is_settled_after_its_frames(model: Model) -> None:
    belief = None
    for k in range(PLACE_FRAMES):
        belief = believe(scene(1000.0 + 30.0 * k, (1,)), 1, np.zeros(3), belief, model)
    elsewhere = replace(model, place=says(model.place, 0.9))
    assert believe(scene(2000.0, (1,)), 1, np.zeros(3), belief, elsewhere).place == pytest.approx(0.25)


@pytest.mark.parametrize(("said", "place"), [(-0.3, 0.0), (1.4, 1.0)])
def test_the_place_is_in_its_section(model: Model, said: float, place: float) -> None:
    odd = replace(model, place=says(model.place, said))
    assert believe(scene(blocked=(1,)), 1, np.zeros(3), None, odd).place == place


def test_every_blocked_lane_has_a_queue_and_a_share(model: Model) -> None:
    belief = believe(scene(blocked=(0, 2)), 1, np.zeros(3), None, model)
    assert belief.queue == {0: 7.0, 2: 7.0}
    assert belief.share == {0: 0.5, 2: 0.5}


def test_queues_are_not_negative_and_shares_are_shares(model: Model) -> None:
    odd = replace(model, queue=says(model.queue, -3.0), share=says(model.share, 1.7))
    belief = believe(scene(blocked=(1,)), 1, np.zeros(3), None, odd)
    assert (belief.queue, belief.share) == ({1: 0.0}, {1: 1.0})


def test_it_was_cleared_the_usual_lag_before_no_lane_is_blocked(model: Model) -> None:
    before = believe(scene(blocked=(1,)), 1, np.zeros(3), None, model)
    after = believe(scene(1300.0), 1, np.zeros(3), before, model)
    assert after.clearance_s == 1300.0 - 50.0
    assert (after.lanes, after.onset_s, after.place) == (before.lanes, before.onset_s, before.place)


def test_the_clearance_stays_while_nothing_is_blocked(model: Model) -> None:
    belief = believe(scene(blocked=(1,)), 1, np.zeros(3), None, model)
    for time_s in (1300.0, 1330.0, 1360.0):
        belief = believe(scene(time_s), 1, np.zeros(3), belief, model)
    assert belief.clearance_s == 1250.0


def test_a_lane_blocked_again_is_not_cleared(model: Model) -> None:
    belief = believe(scene(blocked=(1,)), 1, np.zeros(3), None, model)
    belief = believe(scene(1300.0), 1, np.zeros(3), belief, model)
    assert isnan(believe(scene(1330.0, (1,)), 1, np.zeros(3), belief, model).clearance_s)


def test_the_queues_evidence_has_a_value_for_every_name() -> None:
    rows = queue_evidence(scene(blocked=(0, 1)), 1, (0, 1), 900.0, 0.5, 2)
    assert rows.shape == (2, len(NAMES) + len(EXTRA_NAMES))
    assert np.isfinite(rows).all()


def test_the_queues_evidence_by_hand() -> None:
    (row,) = queue_evidence(scene(), 1, (2,), 900.0, 0.5, 1)
    wanted = {
        "since_onset": 100.0,
        "from_upstream": 400.0,
        "blocked_lanes": 1.0,
        "stored_all": 30.0,
        "stored_per_lane": 10.0,
        "stored_downstream": 40.0,
        "storing": 2.0,
        "stored_0": 20.0,
        "away_0": 400.0,
        "stored_1": 10.0,
        "away_1": 900.0,
    }
    assert {name: extra(row, name) for name in wanted} == wanted


def test_upstream_of_the_road_nothing_is_stored_and_traffic_is_free() -> None:
    (row,) = queue_evidence(scene(), 0, (1,), 900.0, 0.5, 1)
    for back in range(1, REACH):
        assert (extra(row, f"stored_{back}"), extra(row, f"relative_at_{back}")) == (0.0, 1.0)


def test_downstream_of_the_road_nothing_is_stored() -> None:
    (row,) = queue_evidence(scene(), SECTIONS - 1, (1,), 900.0, 0.5, 1)
    assert extra(row, "stored_downstream") == 0.0
