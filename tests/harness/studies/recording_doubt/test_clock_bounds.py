"""When a night is at night, by hand: a day of hourly readings with ten vehicles, and fewer in three hours."""

import numpy as np
import pytest

from harness.studies.recording_doubt.clock_doubt import clock_doubts
from harness.studies.recording_doubt.readings import Readings
from tests.harness.studies.recording_doubt.made_traffic import corridor

HOUR_S = 3600.0


def day(quiet_from: int, quiet: float = 1.0, hours: int = 24, without: int | None = None) -> Readings:
    """Readings by the hour, without one of them; three hours from `quiet_from` on are quiet."""
    ends_s = HOUR_S * np.array([k + 1 for k in range(hours) if k != without])
    count = np.full((len(ends_s), 4, 3), 10.0, dtype=np.float32)
    for row, end_s in enumerate(ends_s):
        if (round(end_s / HOUR_S) - 1 - quiet_from) % 24 < 3:
            count[row] = quiet
    speed = np.full_like(count, 25.0)
    return Readings(corridor(HOUR_S), ends_s, count, speed, np.full_like(count, 0.05))


@pytest.mark.parametrize("quiet_from", [23, 0, 2, 4])
def test_a_night_between_eleven_and_seven_is_one(quiet_from: int) -> None:
    assert clock_doubts(day(quiet_from)) == ()


@pytest.mark.parametrize("quiet_from", [5, 12, 21, 22])
def test_a_night_at_another_time_is_told_with_its_hour(quiet_from: int) -> None:
    (doubt,) = clock_doubts(day(quiet_from))
    assert doubt.evidence == f"the quietest three hours begin at {quiet_from:02d}:00, if 0 s is midnight"


@pytest.mark.parametrize(("quiet", "told"), [(4.0, True), (6.0, False)])
def test_a_road_without_a_night_tells_nothing_of_its_clock(quiet: float, told: bool) -> None:
    # The mean hour is (21 x 10 + 3 x quiet) / 24: 4 is 0.43 of it, 6 is 0.63.
    assert bool(clock_doubts(day(12, quiet))) == told


@pytest.mark.parametrize(("hours", "told"), [(22, False), (23, True), (24, True)])
def test_twenty_three_hours_of_a_day_are_needed(hours: int, told: bool) -> None:
    assert bool(clock_doubts(day(12, hours=hours))) == told


def test_a_missing_reading_of_an_hour_is_no_hour_that_the_clock_skipped() -> None:
    assert clock_doubts(day(2, without=10)) == ()
