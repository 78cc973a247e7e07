"""The normal of days made by hand."""

import numpy as np
import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.hourly_normal import DAY_HOURS, WEEK_HOURS
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.known_runs import Known, Run
from tests.detectors.site_days import CORRIDOR, DAY_S, hour_flow, on_one_clock, site_day

FLOW, SPEED, OCCUPANCY = 0, 1, 2


def test_the_mean_of_each_hour_is_that_of_its_frames() -> None:
    normal = day_means([site_day(), site_day()]).normal(DAY_HOURS)
    assert normal.mean[:, 1, FLOW] == pytest.approx([hour_flow(hour) for hour in range(24)])
    assert normal.mean[:, 1, SPEED] == pytest.approx(np.full(24, 25.0))
    assert normal.mean[:, 1, OCCUPANCY] == pytest.approx(np.full(24, 0.10))


def test_days_weigh_the_same() -> None:
    runs = [site_day(), site_day(offset=30.0), site_day(offset=90.0)]
    assert day_means(runs).normal(DAY_HOURS).mean[5, 0, FLOW] == pytest.approx(hour_flow(5) + 40.0)


def test_the_deviation_is_that_of_frames_within_a_day_and_of_days() -> None:
    # 60 within a day; days 30 below and above
    normal = day_means([site_day(offset=-30.0), site_day(offset=30.0)]).normal(DAY_HOURS)
    assert normal.sd[7, 2, FLOW] == pytest.approx(np.hypot(60.0, 30.0))
    assert normal.day_sd[7, 2, FLOW] == pytest.approx(30.0 * np.sqrt(2.0))


def test_the_level_of_days_deviates_as_days_do() -> None:
    normal = day_means([site_day(offset=-30.0), site_day(offset=30.0)]).normal(DAY_HOURS)
    assert normal.level_sd[0, FLOW] == pytest.approx(30.0 * np.sqrt(2.0) / np.hypot(60.0, 30.0))
    assert normal.level_days[0, FLOW] == 2


def test_the_level_of_weeks_is_not_made_smaller_by_being_in_its_own_mean() -> None:
    rng = np.random.default_rng(5)
    runs = [site_day(start_s=DAY_S * day, offset=float(rng.normal(0.0, 60.0))) for day in range(28)]
    normal = day_means(runs).normal(WEEK_HOURS)
    # 28 days of deviation 60, of which 21 degrees of freedom are left: their estimate deviates by 15 %
    assert normal.level_sd[0, FLOW] * float(normal.sd[:, 0, FLOW].mean()) == pytest.approx(60.0, rel=0.35)


def test_an_hour_of_one_day_is_not_known() -> None:
    normal = day_means([site_day(), site_day(hours=range(12))]).normal(DAY_HOURS)
    assert np.isfinite(normal.mean[:12]).all()
    assert np.isnan(normal.mean[12:]).all()


def test_days_left_out_are_not_in_it() -> None:
    means = day_means([site_day(), site_day(offset=500.0), site_day()])
    assert means.normal(DAY_HOURS, without=[1]).mean[3, 0, FLOW] == pytest.approx(hour_flow(3))


def test_an_hour_with_fewer_than_half_its_frames_does_not_count() -> None:
    def cut(frames: int) -> Run:
        return Run(CORRIDOR, site_day().frames[:frames], ())

    assert np.isnan(day_means([cut(5), cut(5)]).normal(DAY_HOURS).mean[0]).all()
    assert np.isfinite(day_means([cut(6), cut(6)]).normal(DAY_HOURS).mean[0]).all()


def test_frames_of_a_known_incident_are_left_out_at_its_stations() -> None:
    # section A-B from 2:00 to 3:00, and a quarter of an hour after it: A and B lack it, C does not until the clearance
    incident = Known(7200.0, 10800.0, 400.0)
    spoiled = [
        site_day(incidents=(incident,), flow=lambda hour: 0.0 if hour == 2 else hour_flow(hour), offset=60.0)
    ] * 2
    normal = day_means(spoiled).normal(DAY_HOURS)
    assert np.isnan(normal.mean[2, :2, FLOW]).all()
    assert normal.mean[2, 2, FLOW] == pytest.approx(60.0)
    # nine frames are left of the hour after it, five of them 60 above and four below
    assert normal.mean[3, 0, FLOW] == pytest.approx(hour_flow(3) + 60.0 + 60.0 / 9)


def test_hours_of_the_week_are_told_apart() -> None:
    runs = [site_day(start_s=DAY_S * day, offset=100.0 * (day % 7)) for day in range(14)]
    normal = day_means(runs).normal(WEEK_HOURS)
    assert normal.mean[24 * 3 + 5, 0, FLOW] == pytest.approx(hour_flow(5) + 300.0)
    assert normal.day_sd[24 * 3 + 5, 0, FLOW] == pytest.approx(0.0, abs=1e-5)


def test_two_days_are_enough_for_the_hours_of_a_day_and_one_is_not() -> None:
    day_means([site_day(), site_day()]).check_enough(DAY_HOURS)
    with pytest.raises(ValueError, match=r"needs 2 days of at least 20 of the 24 hours, .*; got 2 days of 0 hours"):
        day_means([site_day()]).check_enough(DAY_HOURS)


def test_a_station_that_is_dead_on_all_days_but_one_keeps_no_other_from_its_normal() -> None:
    def dead(run: Run) -> Run:
        unknown = np.array([[1.0], [1.0], [np.nan]])
        frames = (LoopFrame(f.time_s, f.count * unknown, f.speed * unknown, f.occupancy * unknown) for f in run.frames)
        return Run(CORRIDOR, tuple(frames), ())

    means = day_means([dead(site_day()), dead(site_day()), site_day()])
    means.check_enough(DAY_HOURS)
    normal = means.normal(DAY_HOURS)
    assert np.isfinite(normal.mean[:, :2]).all()
    assert np.isnan(normal.mean[:, 2]).all()


def test_hours_that_many_short_recordings_share_are_no_day() -> None:
    with pytest.raises(ValueError, match="got 2 days of 1 hours"):
        day_means([site_day(hours=range(1))] * 9).check_enough(DAY_HOURS)


def test_two_weeks_are_enough_for_the_hours_of_a_week_and_thirteen_days_are_with_a_day_lacking() -> None:
    day_means(on_one_clock(14)).check_enough(WEEK_HOURS)
    day_means(on_one_clock(13)).check_enough(WEEK_HOURS)
    with pytest.raises(
        ValueError, match=r"needs 2 weeks of at least 140 of the 168 hours, .*; got 2 weeks of 120 hours"
    ):
        day_means(on_one_clock(12)).check_enough(WEEK_HOURS)


def test_days_with_a_clock_each_have_no_hour_of_the_week() -> None:
    with pytest.raises(ValueError, match="needs recordings on one clock"):
        day_means([site_day()] * 14).check_enough(WEEK_HOURS)


def test_recordings_of_several_corridors_have_no_normal() -> None:
    other = Corridor("other", 300.0, (Station("A", 0.0, 1), Station("D", 800.0, 1)))
    with pytest.raises(ValueError, match="that of one corridor, and the recordings have 2: site, other"):
        day_means([site_day(), site_day(corridor=other)])


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_days_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    runs = [site_day(offset=float(offset)) for offset in rng.normal(0.0, 40.0, 5)]
    one = day_means(runs).normal(DAY_HOURS)
    other = day_means([runs[place] for place in rng.permutation(5)]).normal(DAY_HOURS)
    for name in ("mean", "sd", "day_sd", "level_sd"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-6)
