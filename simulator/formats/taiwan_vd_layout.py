"""Taiwan's VDLive minutes read by their layout (`feed_layouts`): the lanes of all detectors of a file at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.feed_document import VALUE, FeedDocument
from simulator.formats.feed_layouts import OtherLayoutError, Parts, value_of
from simulator.formats.taiwan_vd_events import LiveDetector, LiveEvents
from simulator.formats.taiwan_vd_readings import MOST, lane_number, number_of
from simulator.formats.xml_events import event_parser
from simulator.frame import Array, Flags

_FIXED = -1
"""In place of a value of the file where a text is the same in all files."""
LaneLoop = tuple[str, int]
"""The loop of a detector's lane."""
Learned = tuple[int, str]
"""Which of a detector's values a text is, or `_FIXED` and the text."""


@dataclass(frozen=True, slots=True)
class LearnedDetector:
    """A detector: its name, which of its values its time is, its status, and each lane's number, occupancy, speed and volumes."""

    name: str
    time: int
    status: Learned
    lanes: tuple[tuple[Learned, Learned, Learned, tuple[Learned, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class LiveLayout:
    """A file's D detectors and L lanes.

    `times` (D,): which values of the file they are. `status` and `lane` are texts: values of the file, or fixed ones. `detector`
    (L,): the place of a lane's detector. By number and lane, (N, L): which `value` of the file it is, or, where it is none, the
    number that it always is, `fixed`; N is 2, and 1 for each type of vehicles. Types that a lane does not have count 0, and the
    count of lanes `without` (L,) any is not known.
    """

    names: tuple[str, ...]
    times: NDArray[np.intp]
    status: tuple[Learned, ...]
    lane: tuple[Learned, ...]
    detector: NDArray[np.intp]
    value: NDArray[np.intp]
    fixed: Array
    without: Flags
    known: dict[tuple[str, ...], tuple[LaneLoop, ...] | None] = field(default_factory=dict)

    def statuses(self, document: FeedDocument) -> list[str]:
        """Return the status (D,) of each detector."""
        return _texts(self.status, document)

    def loops(self, document: FeedDocument) -> tuple[LaneLoop, ...] | None:
        """Return the loop of each lane; None where one has no number of a lane."""
        texts = tuple(_texts(self.lane, document))
        if texts not in self.known:
            try:
                lanes = [lane_number(text, 0, "") for text in texts]
                self.known[texts] = tuple(
                    (self.names[k], lane) for k, lane in zip(self.detector.tolist(), lanes, strict=True)
                )
            except UserError:
                self.known[texts] = None
        return self.known[texts]

    def numbers(self, document: FeedDocument, faulty: Flags) -> tuple[Array, Array, Array] | None:
        """Return counts, occupancies [per cent] and speeds [km/h], each (L,), those of `faulty` detectors (D,) not known.

        None where one is no number, or no reading.
        """
        varies = self.value != _FIXED
        read = document.numbers(self.value[varies])
        if read is None:
            return None
        numbers = self.fixed.copy()
        numbers[varies] = read
        numbers[:, faulty[self.detector]] = np.nan
        volumes = len(numbers) - 2
        most = np.array([MOST["occupancy"], MOST["speed"], *(MOST["volume"] for _ in range(volumes))])
        if (numbers > most[:, np.newaxis]).any():
            return None
        numbers[numbers < 0] = np.nan
        count = np.zeros(len(self.detector))
        for volume in numbers[2:]:
            count += volume
        count[self.without | faulty[self.detector]] = np.nan
        return count, numbers[0], numbers[1]


def learn_detector(content: bytes) -> LearnedDetector:
    """Return the detector in a record. Raises OtherLayoutError, ExpatError."""
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
    own = tuple(
        (_learned(lane.number), _learned(lane.occupancy), _learned(lane.speed), tuple(map(_learned, lane.volumes)))
        for lane in lanes
    )
    return LearnedDetector(name, time, _learned(status), own)


def compose(parts: Parts[LearnedDetector]) -> LiveLayout:
    """Return the layout of a file's detectors. Raises UserError for a fixed text that is no number."""
    lanes = [(d, first, lane) for d, (first, each) in enumerate(parts.records) for lane in each.lanes]
    types = max((len(volumes) for _, _, (_, _, _, volumes) in lanes), default=0)
    value = np.full((2 + types, len(lanes)), _FIXED, dtype=np.intp)
    fixed = np.zeros(value.shape)
    for k, (_, first, (_, occupancy, speed, volumes)) in enumerate(lanes):
        for n, each in enumerate((occupancy, speed, *volumes)):
            place, text = _placed(first, each)
            value[n, k] = place
            if place == _FIXED:
                fixed[n, k] = number_of(text, ("occupancy", "speed")[n] if n < 2 else "volume", "")
    return LiveLayout(
        tuple(each.name for _, each in parts.records),
        np.array([first + each.time for first, each in parts.records], dtype=np.intp),
        tuple(_placed(first, each.status) for first, each in parts.records),
        tuple(_placed(first, lane[0]) for _, first, lane in lanes),
        np.array([d for d, _, _ in lanes], dtype=np.intp),
        value,
        fixed,
        np.array([not lane[3] for _, _, lane in lanes], dtype=np.bool_),
    )


def _learned(text: str) -> Learned:
    value = value_of(text)
    return (_FIXED, text) if value is None else (value, "")


def _placed(first: int, learned: Learned) -> Learned:
    place, text = learned
    return (_FIXED, text) if place == _FIXED else (first + place, "")


def _texts(learned: Sequence[Learned], document: FeedDocument) -> list[str]:
    read = iter(document.texts(np.array([place for place, _ in learned if place != _FIXED], dtype=np.intp)))
    return [text if place == _FIXED else next(read) for place, text in learned]
