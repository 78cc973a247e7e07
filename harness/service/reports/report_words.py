"""Times in the words of a report."""

from math import isfinite

from harness.reporting.report_document import DASH
from harness.service.feeds.feed_incident import CALENDAR_FROM_S, utc


def duration(seconds: float) -> str:
    """Return a time as people read it, a dash where it is not known.

    >>> duration(45.0), duration(754.0), duration(7320.0), duration(-30.0)
    ('45 s', '12.6 min', '2 h 02 min', '-30 s')
    """
    if not isfinite(seconds):
        return DASH
    if abs(seconds) < 90:
        return f"{seconds:.0f} s"
    if abs(seconds) < 3600:
        return f"{seconds / 60:.1f} min"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def moment(time_s: float | None) -> str:
    """Return data time as UTC, or as hours, minutes and seconds of a simulation's clock; a dash where it is not known.

    >>> moment(1772600000.0), moment(5430.0)
    ('2026-03-04 04:53:20 UTC', '1:30:30')
    """
    if time_s is None or not isfinite(time_s):
        return DASH
    calendar = utc(time_s)
    if time_s >= CALENDAR_FROM_S and calendar is not None:
        return calendar.strftime("%Y-%m-%d %H:%M:%S UTC")
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def incidents(count: int) -> str:
    """Return a number of incidents.

    >>> incidents(1), incidents(0)
    ('1 incident', '0 incidents')
    """
    return f"{count} incident{'' if count == 1 else 's'}"


def hour_of(time_s: float) -> int:
    """Return the hour of the day, 0 to 23: of UTC, or of a simulation's clock."""
    return int(time_s // 3600) % 24
