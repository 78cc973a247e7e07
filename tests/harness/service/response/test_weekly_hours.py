from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.service.response.weekly_hours import DAYS, HoursTable, WeeklyHours

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


NIGHT = HoursTable(days=("fri",), begin="22:00", end="06:00").in_zone(BERLIN)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-01-09T21:59", None),  # a Friday
        ("2026-01-09T22:00", "2026-01-10T06:00"),
        ("2026-01-10T05:59", "2026-01-10T06:00"),
        ("2026-01-10T06:00", None),
        ("2026-01-10T23:00", None),
        ("2026-01-09T03:00", None),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(text: str, end: str | None) -> None:
    assert NIGHT.end_s(at(text)) == (None if end is None else at(end))


def test_hours_are_local_in_summer_and_winter() -> None:
    day = HoursTable(begin="08:00", end="16:00").in_zone(BERLIN)
    assert day.hold(at("2026-07-01T06:30", ZoneInfo("UTC")))
    assert not day.hold(at("2026-01-01T06:30", ZoneInfo("UTC")))


def test_the_night_in_which_clocks_go_back_ends_at_its_local_end() -> None:
    night = HoursTable(begin="22:00", end="06:00").in_zone(BERLIN)
    assert night.end_s(at("2026-10-24T23:00")) == at("2026-10-25T06:00")


@given(st.integers(0, 1439), st.integers(0, 1439), st.floats(1.7e9, 1.8e9))
def test_hours_and_their_rest_hold_in_turn(begin_min: int, end_min: int, wall_s: float) -> None:
    if begin_min == end_min:
        return
    zone = ZoneInfo("UTC")
    hours, rest = (
        WeeklyHours(frozenset(range(len(DAYS))), *pair, zone) for pair in ((begin_min, end_min), (end_min, begin_min))
    )
    assert hours.hold(wall_s) != rest.hold(wall_s)
    end_s = hours.end_s(wall_s) or rest.end_s(wall_s)
    assert end_s is not None
    assert 0 < end_s - wall_s <= 86400
