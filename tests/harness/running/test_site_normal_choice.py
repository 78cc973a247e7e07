"""Which normal a history gives."""

from dataclasses import replace

import pytest

from detectors.calibration.day_means import day_means
from harness.running import site_normal_choice
from harness.running.normal_kind import NormalKind
from harness.running.site_normal_choice import check_size, chosen_normal
from tests.detectors.known_runs import Run
from tests.detectors.site_days import on_one_clock, site_day

SHORT = [site_day(), site_day()]


@pytest.mark.parametrize(
    ("runs", "hours"), [(on_one_clock(14), 168), (on_one_clock(6), 24), (SHORT * 7, 24), ([site_day()], 0), (SHORT, 24)]
)
def test_as_the_recordings_allow(runs: list[Run], hours: int) -> None:
    days, found = chosen_normal(runs, NormalKind.AUTO)
    assert found == hours
    assert (days is None) == (hours == 0)


def test_by_hour_of_the_day_if_asked_though_there_are_weeks() -> None:
    assert chosen_normal(on_one_clock(14), NormalKind.DAY)[1] == 24


def test_none_if_asked() -> None:
    assert chosen_normal(on_one_clock(14), NormalKind.NONE) == (None, 0)


@pytest.mark.parametrize(
    ("runs", "kind", "message"),
    [
        ([site_day()], NormalKind.DAY, "needs 2 days of at least 20"),
        (on_one_clock(7), NormalKind.WEEK, "needs 2 weeks of at least 140"),
        (SHORT * 7, NormalKind.WEEK, "needs recordings on one clock"),
    ],
)
def test_what_is_asked_for_and_cannot_be_is_refused(runs: list[Run], kind: NormalKind, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chosen_normal(runs, kind)


def test_more_stations_than_a_file_holds_are_refused_by_week_and_taken_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_normal_choice, "MOST_STATION_HOURS", 100)
    assert chosen_normal(on_one_clock(14), NormalKind.AUTO)[1] == 24
    with pytest.raises(ValueError, match=r"of 168 hours is of 0 stations at most, got 3 \(--normal day\?\)"):
        chosen_normal(on_one_clock(14), NormalKind.WEEK)


def test_a_thousand_stations_have_hours_of_the_day() -> None:
    days = day_means(SHORT)
    check_size(replace(days, stations=days.stations * 334), 24)
    with pytest.raises(ValueError, match="at most, got 1002"):
        check_size(replace(days, stations=days.stations * 334), 168)
