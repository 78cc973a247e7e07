"""Strange hours and places put together into events, the strangest first.

Neighbouring hours and stations (or lanes) of one kind whose score reaches `STRANGE_Z` are one event (connected components, by
`scipy.ndimage.label`); its score is that of its strangest hour. An event whose strangest hour and place lie within a stranger
one belongs to it. Trouble of a loop is one event, however often it comes back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from harness.studies.strange_hours.count_measures import beside_neighbours, lane_imbalance, road_flow
from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.loop_silence import silence
from harness.studies.strange_hours.measure import Kind, Measure
from harness.studies.strange_hours.traffic_measures import occupancy_jump, speed_drop
from simulator.frame import Flags

STRANGE_Z = 3.5
"""Score from which an hour is strange. Source: Iglewicz and Hoaglin (1993), for the modified z-score."""


@dataclass(frozen=True, slots=True)
class StrangeEvent:
    """What is strange in `hour`, its strangest, an index of the hours' arrays: `score`, `what` in words, `also`.

    It lasts over the hours from `first_hour` to `last_hour`, `hours` in all, at the stations from `first` to `last`; strangest at
    `station` and, where a loop is meant, `lane`.
    """

    kind: Kind
    score: float
    hour: int
    first_hour: int
    last_hour: int
    hours: int
    station: int
    first: int
    last: int
    lane: int | None
    what: str
    also: tuple[str, ...] = ()


def strange_events(hours: HourValues) -> tuple[StrangeEvent, ...]:
    """Return all events, the strangest first."""
    events = sorted(
        (event for each in measures(hours) for event in _events(each, hours)),
        key=lambda event: (-event.score, event.hour),
    )
    return tuple(_joined(events, hours))


def measures(hours: HourValues) -> tuple[Measure, ...]:
    """Return all that is measured of each hour."""
    loops, silent = silence(hours)
    road = road_flow(hours, silent)
    found = (
        speed_drop(hours),
        occupancy_jump(hours),
        lane_imbalance(hours, silent),
        beside_neighbours(hours, silent),
        loops,
    )
    return found if road is None else (*found, road)


def _events(measure: Measure, hours: HourValues) -> Iterator[StrangeEvent]:
    strange = np.nan_to_num(measure.z) >= STRANGE_Z
    rows = np.arange(len(strange)) if measure.lasts else _rows(hours)
    spread = np.zeros((rows[-1] + 1 if len(rows) else 0, *strange.shape[1:]), dtype=bool)
    spread[rows] = strange
    labels, _ = ndimage.label(spread, _neighbours(measure))
    labels = labels[rows]
    found = [_event(measure, hours, labels == number) for number in np.unique(labels[labels > 0])]
    if measure.lasts:
        found = list(_once(found))
    yield from found


def _rows(hours: HourValues) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Row of each hour, with an empty one between where the next does not follow at once."""
    follows = (np.diff(hours.hour) == 1) & (np.diff(hours.recording) == 0)
    return np.concatenate([[0], np.cumsum(np.where(follows, 1, 2))])


def _neighbours(measure: Measure) -> Flags:
    """Which hours, stations and lanes are neighbours."""
    around = np.zeros((3, 3, 3), dtype=bool)
    around[:, 1, 1] = True
    if measure.by_lane:
        around[1, 1, :] = True
    else:
        around[1, :, 1] = True
    return around


def _event(measure: Measure, hours: HourValues, inside: Flags) -> StrangeEvent:
    where = np.argwhere(inside)
    hour, station, lane = (int(k) for k in where[np.argmax(measure.z[inside])])
    whole_road = measure.kind == "road"
    first, last = (
        (0, len(hours.corridor.stations) - 1) if whole_road else (int(where[:, 1].min()), int(where[:, 1].max()))
    )
    last = last if whole_road else last + measure.width - 1
    return StrangeEvent(
        measure.kind,
        float(measure.z[hour, station, lane]),
        hour,
        int(where[:, 0].min()),
        int(where[:, 0].max()),
        len(np.unique(where[:, 0])),
        station,
        first,
        last,
        lane if measure.by_lane else None,
        measure.tell(hour, station, lane),
    )


def _once(events: Sequence[StrangeEvent]) -> Iterator[StrangeEvent]:
    """One event for each station or loop, the strangest, with the hours of all."""
    by_place: dict[tuple[int, int | None], list[StrangeEvent]] = {}
    for event in events:
        by_place.setdefault((event.station, event.lane), []).append(event)
    for own in by_place.values():
        first, last = min(each.first_hour for each in own), max(each.last_hour for each in own)
        strangest = max(own, key=lambda each: each.score)
        yield replace(strangest, first_hour=first, last_hour=last, hours=sum(each.hours for each in own))


def _joined(events: Sequence[StrangeEvent], hours: HourValues) -> Iterator[StrangeEvent]:
    """Events, the strangest first, each with what lies within it: the strangest of each other kind."""
    kept, kinds = list[StrangeEvent](), list[set[Kind]]()
    for event in events:
        host = next((k for k, each in enumerate(kept) if _within(event, each)), None)
        if host is None:
            kept.append(event)
            kinds.append({event.kind})
        elif event.kind not in kinds[host]:
            kinds[host].add(event.kind)
            station = hours.corridor.stations[event.station].name
            kept[host] = replace(kept[host], also=(*kept[host].also, f"at {station} {event.what}"))
    yield from kept


def _within(event: StrangeEvent, other: StrangeEvent) -> bool:
    if "loop" in (event.kind, other.kind):
        return False
    return other.first_hour <= event.hour <= other.last_hour and other.first - 1 <= event.station <= other.last + 1
