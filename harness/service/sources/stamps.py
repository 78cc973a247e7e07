"""Stamps become times: seconds since 1970, or ISO 8601 text with an offset, or in local time where the corridor has a zone.

Conventions: a number is seconds on the corridor's clock. A text is a date and a time of day, `2026-03-29T08:14:00+02:00`, `...Z`,
or without an offset in the corridor's zone. In the hour that comes twice in autumn, a local time is the one of the two that
is nearer to the last stamp of the same station (the first of the two where there was none): stamps in order are right, and
late ones and duplicates too, where those that follow one another are less than half an hour apart. The hour that spring leaves
out is refused.
"""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scenarios.corridor import LATEST_S
from scenarios.errors import UserError
from scenarios.suggestion import likely

LONGEST_STAMP = 40
"""Characters of a stamp at most. Chosen: ISO 8601 with microseconds and an offset has 32."""
MOST_REMEMBERED = 100_000
"""Stations whose last stamp is remembered. Chosen: as many as a corridor may have; beyond it, all are forgotten."""

_DATE_AND_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d(:?\d\d.*)?", re.IGNORECASE | re.ASCII)


def read_zone(name: str) -> ZoneInfo:
    """Return a time zone of the IANA data base by its name, such as `Europe/Berlin`. Raises UserError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        slip = likely(name, ("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles"))
        raise UserError(f"time zone: wanted an IANA name such as Europe/Berlin, got {name[:60]!r}{slip}") from None


class StampReader:
    """Reads the stamps of one corridor; `zone` is that of stamps without an offset, None where each must have one."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._last_s: dict[str, float] = {}

    def read(self, stamp: float | str, station: str = "") -> float:
        """Return the time of a stamp [s]. Raises UserError with the likely slip.

        >>> StampReader().read("1970-01-01T01:00:30+01:00")
        30.0
        """
        time_s = self._from_text(stamp, station) if isinstance(stamp, str) else float(stamp)
        if not abs(time_s) <= LATEST_S:
            raise UserError(f"time is in seconds, got {stamp!r} (is it in milliseconds?)")
        if self._zone is not None:
            if len(self._last_s) >= MOST_REMEMBERED and station not in self._last_s:
                self._last_s.clear()
            self._last_s[station] = time_s
        return time_s

    def _from_text(self, stamp: str, station: str) -> float:
        if len(stamp) > LONGEST_STAMP or not _DATE_AND_TIME.fullmatch(stamp.strip()):
            slip = " (a number without quotation marks?)" if _is_number(stamp) else ""
            raise UserError(
                f"time is seconds since 1970 or ISO 8601 such as '2026-03-29T08:14:00Z', got {stamp[:LONGEST_STAMP]!r}{slip}"
            )
        try:
            moment = datetime.fromisoformat(stamp.strip().upper())
        except ValueError as error:
            raise UserError(f"time {stamp!r}: {error}") from None
        if moment.utcoffset() is not None:
            return moment.timestamp()
        if self._zone is None:
            raise UserError(
                f"time {stamp!r} has no offset, and the corridor has no time zone (is a Z missing at its end?)"
            )
        return self._local_s(moment, self._zone, station)

    def _local_s(self, moment: datetime, zone: tzinfo, station: str) -> float:
        try:
            first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
            missing = first.astimezone(zone).replace(tzinfo=None, fold=0) != moment
        except OverflowError:
            raise UserError(f"time {moment.isoformat()!r}: the year is out of range") from None
        if missing:
            raise UserError(f"time {moment.isoformat()!r} does not exist in {zone} (is the clock kept on winter time?)")
        if first == second:
            return first.timestamp()
        last_s = self._last_s.get(station, first.timestamp())
        return min(first.timestamp(), second.timestamp(), key=lambda time_s: abs(time_s - last_s))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
