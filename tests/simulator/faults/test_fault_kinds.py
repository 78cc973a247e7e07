"""What each kind of fault does to a reading, by hand: 10 vehicles in 30 s at 20 m/s, occupied a tenth of the time."""

from math import isnan, nan

import numpy as np
import pytest

from scenarios.fault import KINDS, SensorFault
from simulator.faults.fault_kinds import SILENT, Reading, distorted, overcounted, undercounted

TRUE = Reading(10.0, 20.0, 0.1)
BESIDE = Reading(4.0, 30.0, 0.04)
SINGLE = [kind for kind, one in KINDS.items() if kind not in ("stuck", "swapped", "time_shift")]


def told(
    kind: str,
    magnitude: float = 1.0,
    true: Reading = TRUE,
    hours: float = 0.0,
    seed: int = 1,
    level: float | None = None,
) -> Reading:
    fault = SensorFault(station="a", lane=0, kind=kind, onset_s=0.0, level_vph=level)
    return distorted(fault, true, BESIDE, magnitude, hours, 30.0, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("kind", "magnitude", "wanted"),
    [
        ("overcount", 0.3, Reading(13.0, 20.0, 0.13)),
        ("missed", 1.0, Reading(0.0, nan, 0.0)),  # all of them
        ("double", 1.0, Reading(20.0, 20.0, 0.1)),  # each twice, no longer on
        ("zeros", 1.0, Reading(0.0, nan, 0.0)),
        ("locked_on", 1.0, Reading(0.0, nan, 1.0)),
        ("dead", 1.0, SILENT),
        ("dropped", 1.0, SILENT),
        ("crosstalk", 1.0, Reading(14.0, (10 * 20 + 4 * 30) / 14, 0.14)),  # all four of the lane beside
    ],
)
def test_known_answers(kind: str, magnitude: float, wanted: Reading) -> None:
    assert told(kind, magnitude) == pytest.approx(wanted, nan_ok=True)


def test_an_undercount_takes_a_share_of_what_exceeds_the_level() -> None:
    # 600 veh/h are 5 vehicles in 30 s: of the 5 beyond, 2 in 5 are not counted.
    assert told("undercount", 0.4, level=600.0) == pytest.approx((8.0, 20.0, 0.08))
    assert told("undercount", 0.4, level=1200.0) == pytest.approx(TRUE)


def test_drift_goes_with_the_hours_and_ends_at_nothing() -> None:
    assert told("drift", -0.5, hours=1.0) == pytest.approx((5.0, 20.0, 0.05))
    assert told("drift", 0.5, hours=2.0) == pytest.approx((20.0, 20.0, 0.2))
    assert told("drift", -0.5, hours=3.0) == pytest.approx((0.0, nan, 0.0), nan_ok=True)


def test_missed_vehicles_are_missing_from_all_three() -> None:
    kept = told("missed", 0.5)
    assert 0 < kept.vehicles < 10
    assert kept.occupancy == pytest.approx(0.1 * kept.vehicles / 10)
    assert kept.speed == 20.0


def test_random_kinds_come_out_on_average() -> None:
    rng_runs = range(2000)
    missed = np.mean([told("missed", 0.3, seed=k).vehicles for k in rng_runs])
    double = np.mean([told("double", 0.3, seed=k).vehicles for k in rng_runs])
    chatter = [told("chatter", 0.5, seed=k) for k in rng_runs]
    # Standard errors: sqrt(10 x 0.3 x 0.7 / 2000) = 0.032 and sqrt(15 / 2000) = 0.087; four of them.
    assert missed == pytest.approx(7.0, abs=0.13)
    assert double == pytest.approx(13.0, abs=0.13)
    assert np.mean([reading.vehicles for reading in chatter]) == pytest.approx(25.0, abs=0.35)
    assert np.mean([reading.occupancy for reading in chatter]) == pytest.approx(0.1 + 15 * 0.02 / 30, abs=3e-4)
    deviation = np.std([told("noise", 0.2, seed=k).speed for k in rng_runs])
    assert deviation == pytest.approx(0.2 * 20, rel=0.07)


def test_spikes_come_in_their_share_of_frames_and_are_bursts() -> None:
    readings = [told("spikes", 0.1, seed=k) for k in range(2000)]
    bursts = [reading for reading in readings if reading != TRUE]
    assert len(bursts) == pytest.approx(200, abs=4 * (2000 * 0.1 * 0.9) ** 0.5)
    assert all(reading.occupancy >= 0.5 for reading in bursts)
    assert np.mean([reading.vehicles for reading in bursts]) == pytest.approx(25.0, abs=4 * (15 / 200) ** 0.5)


@pytest.mark.parametrize("kind", SINGLE)
def test_readings_stay_possible_and_consistent(kind: str) -> None:
    for seed in range(200):
        magnitude = KINDS[kind].high if KINDS[kind].usual is not None else 1.0
        reading = told(kind, magnitude, true=Reading(55.0, 25.0, 0.9), hours=1.0, seed=seed)
        if isnan(reading.vehicles):
            assert reading == pytest.approx(SILENT, nan_ok=True)
        else:
            assert 0 <= reading.vehicles <= 60  # 2 vehicles/s, the most a recording may say
            assert 0 <= reading.occupancy <= 1
            assert not reading.speed > 70  # m/s, the most a recording may say
            assert isnan(reading.speed) if reading.vehicles == 0 else reading.vehicles > 0


@pytest.mark.parametrize("kind", SINGLE)
def test_what_is_not_known_stays_so(kind: str) -> None:
    silent = told(kind, 0.5, true=SILENT)
    without = told(kind, 0.5, true=Reading(10.0, 20.0, nan))
    assert isnan(silent.vehicles) == (kind not in ("zeros", "locked_on"))
    assert isnan(without.occupancy)


def test_plain_values_are_over_and_undercounted_with_any_shape() -> None:
    values = np.array([[100.0, 900.0], [600.0, 1200.0]])
    assert overcounted(values, 0.5).tolist() == [[150.0, 1350.0], [900.0, 1800.0]]
    assert undercounted(values, np.array([0.5, 1.0]), 600.0).tolist() == [[100.0, 600.0], [600.0, 600.0]]
