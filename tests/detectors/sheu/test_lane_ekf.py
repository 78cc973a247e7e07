"""The lane filter: shapes, bounds under any input, missing measurements, the light import."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sheu.lane_ekf import LaneFilter
from detectors.sheu.sheu_parameters import FilterParameters

PARAMETERS = FilterParameters(
    start=(0.3, 0.8, 0.7, 0.3, 0.7, 0.5),
    start_deviation=(0.2, 0.1, 0.1, 0.1, 0.1, 0.2),
    noise_deviation=(0.1, 0.05, 0.05, 0.05, 0.05, 0.05),
    dispersion=1.0,
)
COUNTS = st.one_of(st.floats(0.0, 60.0), st.sampled_from([0.0, 1e9, float("nan"), float("inf")]))


@pytest.mark.parametrize("lanes", [1, 4])
def test_only_one_or_two_adjacent_lanes_make_a_model(lanes: int) -> None:
    with pytest.raises(ValueError, match="1 or 2 adjacent"):
        LaneFilter(np.zeros(lanes), PARAMETERS)


@pytest.mark.parametrize("shape", [(2,), (3, 1), (4,)])
def test_counts_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    lane = LaneFilter(np.ones(3), PARAMETERS)
    with pytest.raises(ValueError, match="counts have shape"):
        lane.advance(np.ones(shape), np.ones(3))
    with pytest.raises(ValueError, match="counts have shape"):
        lane.advance(np.ones(3), np.ones(shape))


@pytest.mark.parametrize("n", [1, 2])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_bounds_hold_under_any_input(n: int, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(COUNTS, min_size=2 * n + 2, max_size=2 * n + 2), min_size=1, max_size=8))
    lane = LaneFilter(np.array(rows[0][: n + 1]), PARAMETERS)
    for row in rows:
        changed = lane.advance(np.array(row[: n + 1]), np.array(row[n + 1 :]))
        assert lane.x.shape == (6 * n,)
        assert lane.P.shape == (6 * n, 6 * n)
        assert (lane.x >= 0).all()
        assert (lane.x <= 1).all()
        assert 0 <= lane.lane_changing <= 1
        assert np.isfinite(lane.P).all()
        assert np.isfinite([changed, lane.vehicles.total]).all()
        assert min(changed, lane.vehicles.q_i, lane.vehicles.q_ii) >= 0


def test_an_incident_raises_the_lane_changing_share_above_that_of_free_traffic() -> None:
    free, blocked = (LaneFilter(np.full(3, 12.0), PARAMETERS) for _ in range(2))
    for _ in range(6):
        free.advance(np.full(3, 12.0), np.full(3, 12.0))
        blocked.advance(np.full(3, 12.0), np.array([1.0, 15.0, 15.0]))
    assert blocked.lane_changing > free.lane_changing + 0.05


def test_the_covariance_stays_symmetric_and_positive() -> None:
    rng = np.random.default_rng(2)
    lane = LaneFilter(np.full(3, 12.0), PARAMETERS)
    for _ in range(50):
        lane.advance(rng.poisson(12.0, 3).astype(float), rng.poisson(12.0, 3).astype(float))
        assert np.array_equal(lane.P, lane.P.T)
        assert np.linalg.eigvalsh(lane.P).min() > -1e-12


def test_a_measurement_narrows_what_is_believed() -> None:
    measured, unmeasured = (LaneFilter(np.full(3, 12.0), PARAMETERS) for _ in range(2))
    measured.advance(np.full(3, 12.0), np.full(3, 12.0))
    unmeasured.advance(np.full(3, 12.0), np.full(3, np.nan))
    assert np.trace(measured.P) < np.trace(unmeasured.P)


def test_without_a_downstream_count_the_fractions_stay() -> None:
    lane = LaneFilter(np.full(2, 12.0), PARAMETERS)
    before = lane.x.copy()
    lane.advance(np.full(2, 12.0), np.full(2, np.nan))
    assert np.array_equal(lane.x, before)


def test_without_an_upstream_count_the_vehicles_stay() -> None:
    lane = LaneFilter(np.full(2, 12.0), PARAMETERS)
    before = lane.vehicles
    lane.advance(np.array([12.0, np.nan]), np.full(2, 12.0))
    assert lane.vehicles is before
    assert lane.queue_growth == 0


def test_one_missing_downstream_count_leaves_the_other_measured() -> None:
    lane = LaneFilter(np.full(2, 12.0), PARAMETERS)
    before = lane.x.copy()
    lane.advance(np.full(2, 12.0), np.array([np.nan, 3.0]))
    assert not np.array_equal(lane.x, before)


def test_the_catalogue_loads_no_filterpy_and_a_detector_does_before_its_first_frame() -> None:
    code = (
        "import sys\n"
        "from detectors.catalogue import build\n"
        "from detectors.contract_traffic import CORRIDOR\n"
        "assert 'filterpy' not in sys.modules and 'scipy.stats' not in sys.modules\n"
        "build('sheu2004', CORRIDOR)\n"
        "assert 'filterpy.kalman' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
