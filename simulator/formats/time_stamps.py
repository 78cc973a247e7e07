"""Times as files of minutes have them: texts of ISO 8601, thousands of which are the same."""

from datetime import datetime, tzinfo
from functools import lru_cache

from scenarios.errors import UserError
from simulator.recording.csv_header import shown


def stamp_of(text: str, zone: tzinfo, place: str) -> datetime:
    """Return the time of a text, on the clock `zone` where it names none. Raises UserError at `place` for another text.

    >>> from datetime import UTC
    >>> stamp_of("2024-06-11T07:00:00", UTC, "a.xml").isoformat()
    '2024-06-11T07:00:00+00:00'
    """
    stamp = _known(text, zone)
    if stamp is None:
        example = datetime(2024, 6, 11, 7, tzinfo=zone).isoformat()
        raise UserError(f"{place}: wanted a time as {example}, got {shown(text)}")
    return stamp


@lru_cache(maxsize=10_000)
def _known(text: str, zone: tzinfo) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=zone)
