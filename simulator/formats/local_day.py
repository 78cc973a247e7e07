"""A day on a local clock: seconds since its midnight, true also on the days of 23 and of 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


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

    def elapsed_s(self, clock_s: int) -> int | None:
        """Return the seconds since midnight at which the clock showed `clock_s`; None where it never did."""
        if self.plain:
            return clock_s
        first, second = (int((self._utc(clock_s, fold) - self._midnight).total_seconds()) for fold in (0, 1))
        if first == second:
            return first
        if second < first:  # skipped: the clock went from before to after it
            return None
        self._again |= clock_s < self._latest_s - self._BACK_S
        self._latest_s = max(self._latest_s, clock_s)
        return second if self._again else first
