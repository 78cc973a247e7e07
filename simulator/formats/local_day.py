"""A day on a local clock: seconds since its midnight, true also on the days of 23 and of 25 hours."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_SUMMER_CLOCKS = (ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Helsinki"))
"""Clocks ahead of UTC whose hours change on one day. Western Europe's is UTC in winter, as is a clock that never changes."""


def midnight_s(at_s: float, clock: tzinfo) -> float:
    """Return the midnight before a time on a clock, both in s since 1970."""
    local = datetime.fromtimestamp(at_s, clock)
    return datetime(local.year, local.month, local.day, tzinfo=clock).timestamp()


def summer_clock(at_s: float, ahead_s: float) -> tzinfo:
    """Return the clock that was `ahead_s` of UTC at a time [s since 1970]: one of Europe's, or else one that never changes.

    >>> str(summer_clock(1_718_000_000.0, 7200.0))
    'Europe/Berlin'
    """
    ahead = timedelta(seconds=ahead_s)
    at = datetime.fromtimestamp(at_s, UTC)
    return next((zone for zone in _SUMMER_CLOCKS if at.astimezone(zone).utcoffset() == ahead), timezone(ahead))


class LocalDay:
    """The clock of one day in one zone. A time of the hour that comes twice is the first one until the clock went back.

    Times are given in the order of the file, so that this can be seen; `_BACK_S` tells a clock put back from a row that is late.
    """

    _BACK_S = 1800
    """Chosen: rows come late by minutes; the clock goes back by an hour."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self._day, self._zone = day, zone
        self._midnight = self._utc(0, 0)
        self._latest_s, self._again = -1, False
        self.plain = self._utc(86399, 0) - self._midnight == timedelta(seconds=86399)

    def _utc(self, clock_s: int, fold: int) -> datetime:
        local = datetime.combine(self._day, time()) + timedelta(seconds=clock_s)
        return local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)

    def _both_s(self, clock_s: int) -> tuple[int, int]:
        first, second = (int((self._utc(clock_s, fold) - self._midnight).total_seconds()) for fold in (0, 1))
        return first, second

    def last_s(self, clock_s: int) -> int | None:
        """Return the seconds since midnight at which the clock last showed `clock_s`; None where it never did."""
        if self.plain:
            return clock_s
        first, second = self._both_s(clock_s)
        return second if second >= first else None

    def elapsed_s(self, clock_s: int) -> int | None:
        """Return the seconds since midnight at which the clock showed `clock_s`; None where it never did."""
        if self.plain:
            return clock_s
        first, second = self._both_s(clock_s)
        if second <= first:  # below it: skipped, the clock went from before to after it
            return first if second == first else None
        self._again |= clock_s < self._latest_s - self._BACK_S
        self._latest_s = max(self._latest_s, clock_s)
        return second if self._again else first
