"""Hours of a week in a time zone: shifts of people, quiet hours of channels.

Conventions: an end at or before the begin is on the next day; begin and end alike are a whole day; days are those on
which the hours begin. Local time decides: on the day a clock is changed a shift is an hour longer or shorter, as it is for people.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from scenarios.strict_model import StrictModel

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class HoursTable(StrictModel):
    """Hours in a service's file: days = ["mon", "tue"], begin = "08:00", end = "16:00"."""

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1)
    begin: str = Field(pattern=_TIME)
    end: str = Field(pattern=_TIME)

    def in_zone(self, zone: ZoneInfo) -> "WeeklyHours":
        """Return the hours in a time zone."""
        return WeeklyHours(
            frozenset(DAYS.index(day) for day in self.days), _minutes(self.begin), _minutes(self.end), zone
        )


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours on some days of the week (0: Monday); begin and end in minutes of the local day."""

    days: frozenset[int]
    begin_min: int
    end_min: int
    zone: ZoneInfo

    def hold(self, wall_s: float) -> bool:
        """Return whether a wall time, s since 1970 UTC, lies in the hours."""
        return self.end_s(wall_s) is not None

    def end_s(self, wall_s: float) -> float | None:
        """Return when the hours end that a wall time lies in, s since 1970 UTC; None where it lies in none."""
        now = datetime.fromtimestamp(wall_s, UTC).astimezone(self.zone)
        minute = now.hour * 60 + now.minute
        overnight = self.end_min <= self.begin_min
        if now.weekday() in self.days and minute >= self.begin_min and (overnight or minute < self.end_min):
            return self._end(now + timedelta(days=overnight))
        if overnight and (now.weekday() - 1) % 7 in self.days and minute < self.end_min:
            return self._end(now)
        return None

    def _end(self, day: datetime) -> float:
        hour, minute = divmod(self.end_min, 60)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=1).timestamp()


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
