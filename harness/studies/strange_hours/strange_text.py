"""The strangest hours as text, and as rows of a file."""

from collections.abc import Iterator, Sequence

from harness.reporting.number_text import counted
from harness.reporting.text_table import WIDTH, paragraph
from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.strange_events import STRANGE_Z, StrangeEvent
from harness.studies.strange_hours.usual import LEAST_DAYS, same_hour

COLUMNS = (
    "rank",
    "score",
    "kind",
    "recording",
    "hour_start_s",
    "station",
    "lane",
    "first_station",
    "last_station",
    "hours",
    "what",
    "also",
)
"""Of a file of strange hours."""
INDENT = 4


def strange_text(hours: HourValues, events: Sequence[StrangeEvent], top: int, width: int = WIDTH) -> str:
    """Return the `top` strangest events as text of lines up to `width`, with what they were compared with."""
    return "\n".join(_lines(hours, events, top, width))


def _lines(hours: HourValues, events: Sequence[StrangeEvent], top: int, width: int) -> Iterator[str]:
    number = len(hours.hour)
    left_out = f" ({counted(hours.left_out, 'hour')} with under half of the frames left out)" if hours.left_out else ""
    yield paragraph(
        f"{hours.corridor.name}: {counted(number, 'hour')} of {counted(len(hours.names), 'recording')}{left_out}", width
    )
    for rank, event in enumerate(events[:top], start=1):
        place = f"{when(hours, event)}, {where(hours, event)}"
        yield paragraph(f"{rank:2}. score {event.score:.1f}  {place}", width, 0, INDENT)
        yield paragraph(f"{event.what}{lasting(hours, event)}", width, INDENT, 2)
        yield from (paragraph(f"also {each}", width, INDENT, 2) for each in event.also)
    if len(events) > top:
        yield f"and {len(events) - top} more with a score of {STRANGE_Z:g} or more"
    else:
        more = "nothing else" if events else "nothing"
        yield f"{more} has a score of {STRANGE_Z:g} or more"
    yield paragraph(f"{compared(hours)} {lane_0(hours)}", width)


def compared(hours: HourValues) -> str:
    """Return what an hour was compared with, as a sentence."""
    by_day = same_hour(hours.hour)
    with_what = (
        f"the same hour of {LEAST_DAYS} or more other days"
        if by_day
        else "all other hours (under a week: a daily jam is strange)"
    )
    return (
        f"Score: distance from the median of {with_what}, in robust standard deviations; "
        "a loop's: distance from what the loops beside it count."
    )


def lane_0(hours: HourValues) -> str:
    """Return where lane 0 is, as a sentence."""
    return f"Lane 0 is the {hours.corridor.outermost} through lane."


def when(hours: HourValues, event: StrangeEvent) -> str:
    """Return the event's strangest hour, with its recording where there are several."""
    name = f"{hours.names[hours.recording[event.hour]]}, " if len(hours.names) > 1 else ""
    hour = int(hours.hour[event.hour])
    return f"{name}{clock(hour, _several_days(hours))} to {(hour + 1) % 24:02d}:00"


def clock(hour: int, with_day: bool) -> str:
    """Return an hour of a recording's clock.

    >>> clock(26, True), clock(-1, True), clock(7, False)
    ('day 1 02:00', 'day -1 23:00', '07:00')
    """
    return f"{f'day {hour // 24} ' if with_day else ''}{hour % 24:02d}:00"


def _several_days(hours: HourValues) -> bool:
    """Whether hours are named with their day: not where all are of day 0."""
    return not all(0 <= hour < 24 for hour in hours.hour.tolist())


def lasting(hours: HourValues, event: StrangeEvent) -> str:
    """Return how long the event lasts beyond its strangest hour, empty where it does not."""
    if event.hours == 1:
        return ""
    if event.kind in ("loop", "lanes", "counts"):
        return f" (in {event.hours} of {len(hours.hour)} hours)"
    days = _several_days(hours)
    first, end = int(hours.hour[event.first_hour]), int(hours.hour[event.last_hour]) + 1
    return f" (from {clock(first, days)} to {clock(end, days)})"


def where(hours: HourValues, event: StrangeEvent) -> str:
    """Return the stations of the event, or its loop."""
    names = [station.name for station in hours.corridor.stations]
    if event.lane is not None:
        return f"{names[event.station]} lane {event.lane}"
    if event.first == event.last:
        return names[event.first]
    strangest = "" if event.kind == "road" else f", most at {names[event.station]}"
    return f"{names[event.first]} to {names[event.last]} ({event.last - event.first + 1} stations{strangest})"


def strange_rows(hours: HourValues, events: Sequence[StrangeEvent]) -> list[dict[str, object]]:
    """Return a row per event, the strangest first; times in s of the recording's clock."""
    names = [station.name for station in hours.corridor.stations]
    return [
        {
            "rank": rank,
            "score": event.score,
            "kind": event.kind,
            "recording": hours.names[hours.recording[event.hour]],
            "hour_start_s": 3600 * int(hours.hour[event.hour]),
            "station": names[event.station],
            "lane": event.lane,
            "first_station": names[event.first],
            "last_station": names[event.last],
            "hours": event.hours,
            "what": event.what,
            "also": "; ".join(event.also),
        }
        for rank, event in enumerate(events, start=1)
    ]
