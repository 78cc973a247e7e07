"""Drift of a known size, and none."""

import numpy as np
import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.hourly_normal import DAY_HOURS
from detectors.calibration.normal_drift import NormalDrift, drift_from
from tests.detectors.known_runs import Run
from tests.detectors.site_days import hour_flow, on_one_clock, site_day

FLOW, SPEED, OCCUPANCY = 0, 1, 2
OFFSETS = (-12.0, 12.0, -6.0, 6.0, 0.0)
HISTORY = [site_day(offset=offset) for offset in OFFSETS]
NORMAL = day_means(HISTORY).normal(DAY_HOURS)
SD = float(NORMAL.sd[0, 0, FLOW])


def drift(runs: list[Run]) -> NormalDrift:
    return drift_from(NORMAL, day_means(runs))


def test_the_same_days_have_not_moved() -> None:
    found = drift(HISTORY)
    assert found.day_sd == pytest.approx(np.zeros((3, 3)), abs=1e-9)
    assert not found.drifted


@pytest.mark.parametrize("change", [-90.0, 60.0, 120.0])
def test_a_change_is_found_at_its_size(change: float) -> None:
    found = drift([site_day(offset=offset + change) for offset in OFFSETS])
    assert found.day_sd[:, FLOW] == pytest.approx(np.full(3, change / SD))
    assert (found.now - found.learned)[:, FLOW] == pytest.approx(np.full(3, change))
    assert found.moved[:, FLOW].all()
    assert not found.moved[:, SPEED:].any()


def test_ten_percent_more_traffic_are_ten_percent() -> None:
    found = drift([site_day(offset=offset, share=1.1) for offset in OFFSETS])
    assert (found.now / found.learned)[:, FLOW] == pytest.approx(np.full(3, 1.1))
    assert found.moved[:, FLOW].all()


def test_a_lower_speed_moves_speeds_alone() -> None:
    found = drift([site_day(offset=offset, speed=23.0) for offset in OFFSETS])
    assert found.day_sd[:, SPEED] == pytest.approx(np.full(3, -2.0))
    assert found.moved[:, SPEED].all()
    assert not found.moved[:, [FLOW, OCCUPANCY]].any()


def test_a_change_below_what_counts_is_none() -> None:
    found = drift([site_day(offset=offset + 0.45 * SD) for offset in OFFSETS])
    assert found.day_sd[0, FLOW] == pytest.approx(0.45)
    assert not found.drifted


def test_a_change_that_days_make_anyway_is_none() -> None:
    # days 150 veh/h apart: a day 60 above the mean is one of them
    wild = [site_day(offset=offset) for offset in (-150.0, 150.0, -75.0, 75.0, 0.0)]
    found = drift_from(day_means(wild).normal(DAY_HOURS), day_means([site_day(offset=60.0)]))
    assert found.day_sd[0, FLOW] == pytest.approx(60.0 / np.sqrt(60.0**2 + 150.0**2 * 0.5), rel=1e-6)
    assert not found.drifted


def test_a_peak_that_moves_by_an_hour_is_found_in_the_hours_it_moved_between() -> None:
    def peak(at: int) -> list[Run]:
        return [site_day(offset=offset, flow=lambda hour: hour_flow(0) + 300.0 * (hour == at)) for offset in OFFSETS]

    found = drift_from(day_means(peak(7)).normal(DAY_HOURS), day_means(peak(8)))
    assert found.day_sd[:, FLOW] == pytest.approx(np.zeros(3), abs=1e-9)
    assert np.flatnonzero(found.moved_hour[:, 0, FLOW]).tolist() == [7, 8]
    assert found.hour_sd[[7, 8], 0, FLOW] == pytest.approx([-300.0 / SD, 300.0 / SD])


def test_hours_that_only_one_of_them_knows_do_not_count() -> None:
    found = drift([site_day(offset=offset, hours=range(12)) for offset in OFFSETS])
    assert np.isnan(found.hour_sd[12:]).all()
    assert found.learned[:, FLOW] == pytest.approx(np.full(3, np.mean([hour_flow(hour) for hour in range(12)])))
    assert not found.drifted


def test_no_hour_in_common_is_refused() -> None:
    half = day_means([site_day(hours=range(20)), site_day(hours=range(20))]).normal(DAY_HOURS)
    with pytest.raises(ValueError, match="know no hour in common"):
        drift_from(half, day_means([site_day(hours=range(21, 24))]))


def test_hours_of_the_week_are_not_compared_with_days_of_no_weekday() -> None:
    week = day_means(on_one_clock(14)).normal(168)
    with pytest.raises(ValueError, match="which weekday each is they do not say"):
        drift_from(week, day_means([site_day(), site_day()]))


def test_days_drawn_alike_are_said_to_have_moved_in_at_most_one_check_of_twenty() -> None:
    # deviation of days 60 veh/h, as large as that of frames, so that changes are large enough to count
    rng = np.random.default_rng(2026)

    def days(number: int) -> list[Run]:
        return [site_day(offset=float(offset), hours=range(8)) for offset in rng.normal(0.0, 60.0, number)]

    checks = [drift_from(day_means(days(4)).normal(DAY_HOURS), day_means(days(2))).drifted for _ in range(40)]
    assert sum(checks) <= 6  # binomial, 40 of 5 %: 7 or more in 0.3 %
