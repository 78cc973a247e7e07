"""Estimates of an incident, with a model that can be followed by hand."""

from dataclasses import fields, replace
from math import nan

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.estimates.queue_tracker import QueueTracker
from detectors.sequential.incident_estimates import (
    ONSET_FRAMES,
    PLACE_FRAMES,
    IncidentEstimates,
    next_estimates,
    nothing_estimated,
)
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.sequential_model_file import Model, shipped_model
from detectors.tree_ensemble import TreeEnsemble
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

SECTIONS, LANES = 3, 3


def tracker(sections: int = SECTIONS) -> QueueTracker:
    """A tracker that has observed a frame of steady free traffic."""
    road = Corridor("road", 30.0, tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(sections + 1)))
    queues = QueueTracker(road)
    queues.observe(LoopFrame(30.0, *free_traffic(sections)))
    return queues


def free_traffic(sections: int) -> tuple[Array, Array, Array]:
    """Counts, speeds and occupancies that are the same everywhere."""
    shape = (sections + 1, LANES)
    return np.full(shape, 8.0), np.full(shape, 28.0), np.full(shape, 0.06)


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
        np.zeros((SECTIONS, LANES)),
        np.full(SECTIONS, 800.0),
    )


def following(
    before: IncidentEstimates | None, now: CorridorStep, model: Model, log_odds: tuple[float, ...] = (0.0,) * LANES
) -> IncidentEstimates:
    """The estimate of section 1 after `now`; None: there was none before."""
    none = nothing_estimated(np.zeros(0, dtype=int), LANES)
    return next_estimates(before or none, now, np.array([1]), np.tile(log_odds, (SECTIONS, 1)), model, tracker())


def named(estimates: IncidentEstimates) -> list[int]:
    """The lanes named in the only section."""
    return np.flatnonzero(estimates.lanes[0]).tolist()


def values_of(estimates: IncidentEstimates) -> dict[str, str]:
    """All values as text, so that NaN equals NaN."""
    return {each.name: repr(getattr(estimates, each.name).tolist()) for each in fields(estimates)}


def giving(ensemble: TreeEnsemble, value: float) -> TreeEnsemble:
    return replace(ensemble, baseline=value)


def test_the_lanes_named_are_those_found_blocked(model: Model) -> None:
    assert named(following(None, step(blocked=(0, 2)), model)) == [0, 2]


def test_where_none_is_found_blocked_the_leading_lane_is_named(model: Model) -> None:
    assert named(following(None, step(), model, (-6.0, 1.0, 0.0))) == [1]


def test_a_lane_that_is_not_judged_is_not_named(model: Model) -> None:
    assert named(following(None, step(blocked=(0, 2), judged=(True, True, False)), model)) == [0]


def test_a_section_without_a_judged_lane_keeps_its_estimate(model: Model) -> None:
    before, unknown = following(None, step(blocked=(1,)), model), step(judged=(False,) * LANES)
    assert values_of(following(before, unknown, model)) == values_of(before)
    assert named(following(None, unknown, model)) == []


def test_the_onset_is_as_long_ago_as_the_trees_say(model: Model) -> None:
    assert following(None, step(blocked=(1,)), model).onset_s.tolist() == [1000.0 - 40.0]


def test_the_onset_is_never_after_now(model: Model) -> None:
    hasty = replace(model, onset=giving(model.onset, -90.0))
    assert following(None, step(blocked=(1,)), hasty).onset_s.tolist() == [1000.0]


def test_the_onset_is_the_mean_of_the_first_frames_onsets(model: Model) -> None:
    estimate = None
    for k in range(ONSET_FRAMES + 3):
        estimate = following(estimate, step(1000.0 + 30.0 * k, (1,)), model)
    assert estimate is not None
    assert estimate.onset_s == pytest.approx(960.0 + 30.0 * (0 + 1 + 2 + 3) / 4)


def test_the_place_weighs_later_frames_more(model: Model) -> None:
    near, far = (replace(model, place=giving(model.place, share)) for share in (0.2, 0.7))
    first = following(None, step(blocked=(1,)), near)
    second = following(first, step(1030.0, (1,)), far)
    assert first.place == pytest.approx(0.2)
    assert second.place == pytest.approx((1 * 0.2 + 4 * 0.7) / 5)


def test_the_place_is_settled_after_its_frames(model: Model) -> None:
    estimate = None
    for k in range(PLACE_FRAMES):
        estimate = following(estimate, step(1000.0 + 30.0 * k, (1,)), model)
    elsewhere = replace(model, place=giving(model.place, 0.9))
    assert following(estimate, step(2000.0, (1,)), elsewhere).place.tolist() == [pytest.approx(0.25)]


@pytest.mark.parametrize(("said", "place"), [(-0.3, 0.0), (1.4, 1.0)])
def test_the_place_is_in_its_section(model: Model, said: float, place: float) -> None:
    odd = replace(model, place=giving(model.place, said))
    assert following(None, step(blocked=(1,)), odd).place.tolist() == [place]


def test_every_blocked_lane_has_a_queue_and_a_share(model: Model) -> None:
    estimate = following(None, step(blocked=(0, 2)), model)
    np.testing.assert_array_equal(estimate.queue, [[7.0, nan, 7.0]])
    np.testing.assert_array_equal(estimate.lane_changing, [[0.5, nan, 0.5]])


def test_queues_are_not_negative_and_shares_are_shares(model: Model) -> None:
    odd = replace(model, queue=giving(model.queue, -3.0), share=giving(model.share, 1.7))
    estimate = following(None, step(blocked=(1,)), odd)
    assert (estimate.queue[0, 1], estimate.lane_changing[0, 1]) == (0.0, 1.0)


def test_it_was_cleared_the_usual_lag_before_no_lane_is_blocked(model: Model) -> None:
    before = following(None, step(blocked=(1,)), model)
    after = following(before, step(1300.0), model)
    assert after.clearance_s.tolist() == [1300.0 - 50.0]
    assert (named(after), after.onset_s, after.place) == (named(before), before.onset_s, before.place)


def test_a_lane_cleared_has_no_queue(model: Model) -> None:
    after = following(following(None, step(blocked=(1,)), model), step(1300.0), model)
    assert np.isnan([after.queue, after.lane_changing]).all()


def test_the_clearance_stays_while_nothing_is_blocked(model: Model) -> None:
    estimate = following(None, step(blocked=(1,)), model)
    for time_s in (1300.0, 1330.0, 1360.0):
        estimate = following(estimate, step(time_s), model)
    assert estimate.clearance_s.tolist() == [1250.0]


def test_a_lane_blocked_again_is_not_cleared(model: Model) -> None:
    estimate = following(None, step(blocked=(1,)), model)
    estimate = following(estimate, step(1300.0), model)
    assert np.isnan(following(estimate, step(1330.0, (1,)), model).clearance_s).all()


def test_an_estimate_cannot_be_changed(model: Model) -> None:
    estimate = following(None, step(blocked=(1,)), model)
    with pytest.raises(ValueError, match="read-only"):
        estimate.queue[0, 1] = 3.0


def test_a_section_that_was_left_out_begins_anew(model: Model) -> None:
    lanes, none = np.zeros((SECTIONS, LANES)), np.zeros(0, dtype=int)
    estimate = following(None, step(blocked=(1,)), model)
    estimate = next_estimates(estimate, step(1030.0), none, lanes, model, tracker())
    assert following(estimate, step(1060.0, (1,)), model).frames.tolist() == [1.0]


def test_sections_together_are_estimated_as_each_alone() -> None:
    rng, model, sections, period_s = np.random.default_rng(1), shipped_model(), 40, 30.0
    none = nothing_estimated(np.zeros(0, dtype=int), LANES)
    together, alone, followed = none, dict.fromkeys(range(sections), none), 0
    trackers = {section: tracker(sections) for section in range(sections + 1)}
    for k in range(15):
        for each in trackers.values():
            each.observe(LoopFrame(60.0 + 30.0 * k, *free_traffic(sections)))
        now = CorridorStep(
            period_s * k,
            rng.normal(0.0, 3.0, (sections, LANES, len(LANE_NAMES))),
            rng.random((sections, LANES)) < 0.8,
            np.zeros((sections, LANES)),
            np.linspace(300.0, 1900.0, sections),
        )
        log_odds, suspected = rng.normal(0.0, 3.0, (sections, LANES)), np.flatnonzero(rng.random(sections) < 0.9)
        together = next_estimates(together, now, suspected, log_odds, model, trackers[sections])
        alone = {
            section: next_estimates(
                alone[section], now, np.intersect1d(section, suspected), log_odds, model, trackers[section]
            )
            for section in range(sections)
        }
        for name, values in values_of(together).items():
            assert values == repr([value for each in alone.values() for value in getattr(each, name).tolist()])
        followed += int((together.frames > PLACE_FRAMES).sum() + np.isfinite(together.clearance_s).sum())
    assert followed > 0
