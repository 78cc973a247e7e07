"""The filter of stored vehicles: conservation, and constant flows whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.sequential.estimates.queue_filter import (
    FAR,
    NEAR,
    OTHERS,
    SHARE,
    QueueInputs,
    QueueStates,
    first_states,
    measured,
    predicted,
)

PERIOD_S = 30.0


def inputs(**given: float | bool) -> QueueInputs:
    """One incident: 15 vehicles a frame arrive in four lanes each, 10 of the blocked lane reach U, 48 of 60 pass D."""
    usual: dict[str, float | bool] = {
        "counted": 10.0,
        "arriving": 60.0,
        "arriving_blocked": 15.0,
        "leaving": 48.0,
        "stored": 120.0,
        "normal": 4.0,
        "near": 12.0,
        "far": 50.0,
        "others": 62.0,
        "reached": True,
    }
    return QueueInputs(**{name: np.array([value]) for name, value in (usual | given).items()})


def states(near: float, far: float, others: float, share: float, sd: float = 5.0) -> QueueStates:
    return QueueStates(np.array([[near, far, others, share]]), np.diag([sd**2, sd**2, sd**2, 0.04])[None])


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_vehicles_are_conserved_whatever_share_changes_lanes(share: float) -> None:
    # in = out + change:  60 arrive, 48 leave, so 12 more are stored in the three places together
    before = states(12.0, 40.0, 60.0, share)
    after = predicted(before, inputs(), PERIOD_S)
    assert after.state[0, :SHARE].sum() - before.state[0, :SHARE].sum() == pytest.approx(60.0 - 48.0)


def test_the_share_takes_its_part_of_the_blocked_lane_and_gives_it_to_the_others() -> None:
    after = predicted(states(10.0, 40.0, 60.0, 0.25), inputs(), PERIOD_S)
    assert after.state[0, NEAR] == pytest.approx((10 + 10) * 0.75)
    assert after.state[0, FAR] == pytest.approx(40 + 15 - 10)
    assert after.state[0, OTHERS] == pytest.approx(60 + 60 - 15 + (10 + 10) * 0.25 - 48)


def test_a_standing_lane_that_neither_grows_nor_shrinks_gives_away_what_comes_in() -> None:
    # b' = (b + n)(1 - p) = b  <=>  p = n / (b + n):  12 vehicles stand, 8 come in each frame, so p = 0.4
    now = inputs(
        counted=8.0, near=12.0, far=0.0, others=0.0, stored=8.0, arriving=48.0, arriving_blocked=8.0, leaving=48.0
    )
    found = first_states(now)
    for _ in range(40):
        found = measured(predicted(found, now, PERIOD_S), now)
    assert found.state[0, SHARE] == pytest.approx(0.4, abs=0.03)
    assert found.state[0, NEAR] == pytest.approx(12.0, abs=1.0)


def test_counts_correct_a_density_that_misses_part_of_the_queue() -> None:
    # 120 are stored by counting; densities between stations see 98 of them: the truth lies between, nearer the counts
    now = inputs(near=12.0, far=40.0, others=50.0)
    found = measured(states(12.0, 40.0, 50.0, 0.4, sd=15.0), now).state[0]
    stored = found[NEAR] - 4.0 + found[FAR] + found[OTHERS]
    assert 98.0 < stored < 120.0
    assert 120.0 - stored < stored - 98.0


def test_nothing_is_stored_beyond_a_station_the_queue_has_not_reached() -> None:
    now = inputs(reached=False, far=np.nan, near=np.nan, others=np.nan, stored=20.0)
    found = first_states(now).state[0]
    assert found[FAR] == pytest.approx(0.0, abs=0.5)
    assert found[NEAR] - 4.0 == pytest.approx(found[OTHERS], rel=0.3)


def test_states_stay_within_what_can_be() -> None:
    found = measured(states(1.0, 0.5, 60.0, 0.95), inputs(near=0.0, far=0.0, stored=-40.0)).state[0]
    assert found[NEAR] >= 0.0
    assert found[FAR] >= 0.0
    assert 0.0 <= found[SHARE] <= 1.0


def test_an_incident_is_filtered_alone_as_among_others() -> None:
    one, other = inputs(), inputs(counted=3.0, stored=40.0, far=7.0)
    both = QueueInputs(**{name: np.append(getattr(one, name), getattr(other, name)) for name in QueueInputs.__slots__})
    together = measured(predicted(first_states(both), both, PERIOD_S), both)
    for row, alone in enumerate((one, other)):
        np.testing.assert_allclose(
            together.state[row], measured(predicted(first_states(alone), alone, PERIOD_S), alone).state[0]
        )


def test_a_covariance_stays_symmetric_and_positive() -> None:
    found = first_states(inputs())
    for k in range(60):
        now = replace(inputs(), stored=np.array([120.0 + 12 * k]), reached=np.array([k > 5]))
        found = measured(predicted(found, now, PERIOD_S), now)
        np.testing.assert_allclose(found.covariance, np.swapaxes(found.covariance, 1, 2), atol=1e-6)
        assert np.linalg.eigvalsh(found.covariance).min() > -1e-6
