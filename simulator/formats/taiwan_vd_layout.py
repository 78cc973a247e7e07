"""Taiwan's VDLive minutes read by their layout (`feed_layouts`): the lanes of all detectors of a file at once."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.feed_document import VALUE, FeedDocument
from simulator.formats.feed_layouts import NONE, OtherLayoutError, Parts, filled, moved, value_of
from simulator.formats.taiwan_vd_events import LiveDetector, LiveEvents
from simulator.formats.taiwan_vd_readings import MOST, lane_number, number_of
from simulator.formats.xml_events import event_parser
from simulator.frame import Array, Flags

LaneLoop = tuple[str, int]
"""The loop of a detector's lane."""
_KINDS = ("occupancy", "speed")
"""The numbers of a lane before its volumes."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedDetector:
    """A detector of L lanes: its name, which of its values its time, its status and the lanes' numbers (L,) are, or `NONE`.

    `texts`: the fixed ones of status and numbers. By number and lane, (N, L): which `value` of its own it is, or, where that is
    `NONE`, the number that it always is, `always`; N is 2, and 1 for each type of vehicles, of which a lane `without` (L,) has
    none. `loops` are known by the texts of lanes' numbers; None where one is none.
    """

    name: str
    time: int
    places: NDArray[np.intp]
    texts: tuple[str, ...]
    value: NDArray[np.intp]
    always: Array
    without: Flags
    loops: dict[tuple[str, ...], tuple[LaneLoop, ...] | None] = field(default_factory=dict)

    def loops_of(self, numbers: tuple[str, ...]) -> tuple[LaneLoop, ...] | None:
        """Return the loops of lanes with these numbers; None where one is no number of a lane."""
        if numbers not in self.loops:
            try:
                self.loops[numbers] = tuple((self.name, lane_number(text, 0, "")) for text in numbers)
            except UserError:
                self.loops[numbers] = None
        return self.loops[numbers]


@dataclass(frozen=True, slots=True, eq=False)
class LiveLayout:
    """A file's D `detectors`, with L lanes in all, and which values of the file their `times` (D,) are.

    `places` and `texts` (D + L,): those of each detector's status and lanes' numbers. `detector` (L,): the place of a lane's one.
    `value` and `always` (N, L) and `without` (L,) as those of detectors; types of vehicles that a lane does not have count 0.
    """

    detectors: tuple[LearnedDetector, ...]
    times: NDArray[np.intp]
    places: NDArray[np.intp]
    texts: tuple[str, ...]
    detector: NDArray[np.intp]
    value: NDArray[np.intp]
    always: Array
    without: Flags

    def states(self, document: FeedDocument) -> tuple[list[str], tuple[LaneLoop, ...]] | None:
        """Return the status (D,) of each detector, and the loop (L,) of each lane; None where one has no number of a lane."""
        read = iter(document.texts(self.places[self.places != NONE]))
        texts = [
            text if place == NONE else next(read) for place, text in zip(self.places.tolist(), self.texts, strict=True)
        ]
        statuses, loops, at = list[str](), list[LaneLoop](), 0
        for detector in self.detectors:
            end = at + len(detector.places)
            own = detector.loops_of(tuple(texts[at + 1 : end]))
            if own is None:
                return None
            statuses.append(texts[at])
            loops += own
            at = end
        return statuses, tuple(loops)

    def numbers(self, document: FeedDocument, faulty: Flags) -> tuple[Array, Array, Array] | None:
        """Return counts, occupancies [per cent] and speeds [km/h], each (L,), those of `faulty` detectors (D,) not known.

        None where one is no number, or no reading.
        """
        numbers = filled(document, self.value, self.always)
        if numbers is None:
            return None
        numbers[:, faulty[self.detector]] = np.nan
        volumes = len(numbers) - len(_KINDS)
        most = np.array([*(MOST[kind] for kind in _KINDS), *(MOST["volume"] for _ in range(volumes))])
        if (numbers > most[:, np.newaxis]).any():
            return None
        numbers[numbers < 0] = np.nan
        count = np.zeros(len(self.detector))
        for volume in numbers[len(_KINDS) :]:
            count += volume
        count[self.without | faulty[self.detector]] = np.nan
        return count, numbers[0], numbers[1]


def learn_detector(content: bytes) -> LearnedDetector:
    """Return the detector in a record. Raises OtherLayoutError, ExpatError, UserError."""
    found: list[LiveDetector] = []
    events = LiveEvents(found.append)
    event_parser(events.begins, events.texts).Parse(content, True)
    events.end_detector()
    if len(found) != 1:
        raise OtherLayoutError
    ((name, text, status, lanes),) = found
    time = value_of(text)
    if time is None or not name or VALUE.decode() in name:
        raise OtherLayoutError
    volumes = max((len(lane.volumes) for lane in lanes), default=0)
    value = np.full((len(_KINDS) + volumes, len(lanes)), NONE, dtype=np.intp)
    always = np.zeros(value.shape)
    for k, lane in enumerate(lanes):
        for n, own in enumerate((lane.occupancy, lane.speed, *lane.volumes)):
            place = value_of(own)
            if place is None:
                always[n, k] = number_of(own, _KINDS[n] if n < len(_KINDS) else "volume", "")
            else:
                value[n, k] = place
    said = [status, *(lane.number for lane in lanes)]
    places = [NONE if (place := value_of(own)) is None else place for own in said]
    texts = tuple(own if place == NONE else "" for place, own in zip(places, said, strict=True))
    without = np.array([not lane.volumes for lane in lanes], dtype=np.bool_)
    return LearnedDetector(name, time, np.array(places, dtype=np.intp), texts, value, always, without)


def compose(parts: Parts[LearnedDetector]) -> LiveLayout:
    """Return the layout of a file's detectors."""
    detectors = tuple(each for _, each in parts.records)
    lanes = [len(each.without) for each in detectors]
    value = np.full((max(len(each.value) for each in detectors), sum(lanes)), NONE, dtype=np.intp)
    always = np.zeros(value.shape)
    at = 0
    for first, each in parts.records:
        own = slice(len(each.value)), slice(at, at + len(each.without))
        value[own], always[own] = moved(each.value, first), each.always
        at += len(each.without)
    return LiveLayout(
        detectors,
        np.array([first + each.time for first, each in parts.records], dtype=np.intp),
        np.concatenate([moved(each.places, first) for first, each in parts.records]),
        tuple(text for each in detectors for text in each.texts),
        np.repeat(np.arange(len(detectors)), lanes),
        value,
        always,
        np.concatenate([each.without for each in detectors]),
    )
