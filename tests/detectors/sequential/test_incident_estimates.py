"""Estimates of an incident, with a model that can be followed by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.incident_estimates import ONSET_FRAMES, PLACE_FRAMES, IncidentEstimate, next_estimate
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.sequential_model_file import Model
from detectors.tree_ensemble import TreeEnsemble

SECTIONS, LANES = 3, 3


def step(
    time_s: float = 1000.0, blocked: tuple[int, ...] = (), judged: tuple[bool, ...] = (True,) * LANES
) -> CorridorStep:
    """Section 1 with the first feature of these lanes positive."""
    features = np.full((SECTIONS, LANES, len(LANE_NAMES)), -1.0)
    features[1, list(blocked), 0] = 1.0
    return CorridorStep(
        time_s,
        features,
        np.tile(judged, (SECTIONS, 1)),
        np.zeros(SECTIONS),
        np.zeros(SECTIONS),
        np.zeros((SECTIONS, LANES)),
        np.full(SECTIONS, 800.0),
    )


def giving(ensemble: TreeEnsemble, value: float) -> TreeEnsemble:
    return replace(ensemble, baseline=value)


def test_the_lanes_named_are_those_found_blocked(model: Model) -> None:
    assert next_estimate(None, step(blocked=(0, 2)), 1, np.zeros(3), model).lanes == (0, 2)


def test_where_none_is_found_blocked_the_leading_lane_is_named(model: Model) -> None:
    assert next_estimate(None, step(), 1, np.array([-6.0, 1.0, 0.0]), model).lanes == (1,)


def test_a_lane_that_is_not_judged_is_not_named(model: Model) -> None:
    assert next_estimate(None, step(blocked=(0, 2), judged=(True, True, False)), 1, np.zeros(3), model).lanes == (0,)


def test_a_section_without_a_judged_lane_keeps_its_estimate(model: Model) -> None:
    before, unknown = IncidentEstimate((1,), 900.0, 0.5), step(judged=(False,) * LANES)
    assert next_estimate(before, unknown, 1, np.zeros(3), model) is before
    assert next_estimate(None, unknown, 1, np.zeros(3), model).lanes == ()


def test_the_onset_is_as_long_ago_as_the_trees_say(model: Model) -> None:
    assert next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), model).onset_s == 1000.0 - 40.0


def test_the_onset_is_never_after_now(model: Model) -> None:
    hasty = replace(model, onset=giving(model.onset, -90.0))
    assert next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), hasty).onset_s == 1000.0


def test_the_onset_is_the_mean_of_the_first_frames_onsets(model: Model) -> None:
    estimate = None
    for k in range(ONSET_FRAMES + 3):
        estimate = next_estimate(estimate, step(1000.0 + 30.0 * k, (1,)), 1, np.zeros(3), model)
    assert estimate is not None
    assert estimate.onset_s == pytest.approx(960.0 + 30.0 * (0 + 1 + 2 + 3) / 4)


def test_the_place_weighs_later_frames_more(model: Model) -> None:
    near, far = (replace(model, place=giving(model.place, share)) for share in (0.2, 0.7))
    first = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), near)
    second = next_estimate(first, step(1030.0, (1,)), 1, np.zeros(3), far)
    assert first.place == pytest.approx(0.2)
    assert second.place == pytest.approx((1 * 0.2 + 4 * 0.7) / 5)


def test_the_place_is_settled_after_its_frames(model: Model) -> None:
    estimate = None
    for k in range(PLACE_FRAMES):
        estimate = next_estimate(estimate, step(1000.0 + 30.0 * k, (1,)), 1, np.zeros(3), model)
    elsewhere = replace(model, place=giving(model.place, 0.9))
    assert next_estimate(estimate, step(2000.0, (1,)), 1, np.zeros(3), elsewhere).place == pytest.approx(0.25)


@pytest.mark.parametrize(("said", "place"), [(-0.3, 0.0), (1.4, 1.0)])
def test_the_place_is_in_its_section(model: Model, said: float, place: float) -> None:
    odd = replace(model, place=giving(model.place, said))
    assert next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), odd).place == place


def test_every_blocked_lane_has_a_queue_and_a_share(model: Model) -> None:
    estimate = next_estimate(None, step(blocked=(0, 2)), 1, np.zeros(3), model)
    assert estimate.queue == {0: 7.0, 2: 7.0}
    assert estimate.lane_changing == {0: 0.5, 2: 0.5}


def test_queues_are_not_negative_and_shares_are_shares(model: Model) -> None:
    odd = replace(model, queue=giving(model.queue, -3.0), share=giving(model.share, 1.7))
    estimate = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), odd)
    assert (estimate.queue, estimate.lane_changing) == ({1: 0.0}, {1: 1.0})


def test_it_was_cleared_the_usual_lag_before_no_lane_is_blocked(model: Model) -> None:
    before = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), model)
    after = next_estimate(before, step(1300.0), 1, np.zeros(3), model)
    assert after.clearance_s == 1300.0 - 50.0
    assert (after.lanes, after.onset_s, after.place) == (before.lanes, before.onset_s, before.place)


def test_the_clearance_stays_while_nothing_is_blocked(model: Model) -> None:
    estimate = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), model)
    for time_s in (1300.0, 1330.0, 1360.0):
        estimate = next_estimate(estimate, step(time_s), 1, np.zeros(3), model)
    assert estimate.clearance_s == 1250.0


def test_a_lane_blocked_again_is_not_cleared(model: Model) -> None:
    estimate = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), model)
    estimate = next_estimate(estimate, step(1300.0), 1, np.zeros(3), model)
    assert isnan(next_estimate(estimate, step(1330.0, (1,)), 1, np.zeros(3), model).clearance_s)


def test_an_estimate_cannot_be_changed(model: Model) -> None:
    estimate = next_estimate(None, step(blocked=(1,)), 1, np.zeros(3), model)
    with pytest.raises(TypeError, match="does not support item assignment"):
        estimate.queue[1] = 3.0  # type: ignore[index]
