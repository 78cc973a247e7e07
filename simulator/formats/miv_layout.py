"""Minutes of Meten in Vlaanderen read by their layout (`feed_layouts`): the traffic of all points of a file at once."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.formats.feed_document import FeedDocument
from simulator.formats.feed_layouts import NONE, OtherLayoutError, Parts, filled, value_of
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import Loop
from simulator.formats.miv_points import (
    AVAILABLE,
    COUNT,
    MOST,
    MOST_KMH,
    OBSERVED,
    PUBLISHED,
    SHARE,
    SPEED,
    STATES,
    MivPoint,
    PointEvents,
    number,
)
from simulator.formats.xml_events import event_parser
from simulator.frame import Array

_OWN = (SHARE, *STATES, AVAILABLE)


@dataclass(frozen=True, slots=True)
class LearnedPoint:
    """A point: its name, which of its values its time is, and by text either which value it is, or the number it always is."""

    name: str
    time: int
    texts: tuple[tuple[int | None, float], ...]
    classes: int


@dataclass(frozen=True, slots=True, eq=False)
class MivLayout:
    """A file's P points in `through`: their `names` and `loops`, and which values of the file their `times` are.

    By number of a text and point, (N, P): which `value` of the file it is, or, where it is none, the number that it always is,
    `fixed`. N is 4, and 2 for each class of vehicles; classes that a point does not have count 0, and the traffic of points
    `without` (P,) any is not known. `most` (N,): the largest numbers. `points` are all of the file, of which `unknown` are in no
    configuration.
    """

    names: tuple[str, ...]
    loops: tuple[Loop, ...]
    published: int | None
    times: NDArray[np.intp]
    value: NDArray[np.intp]
    fixed: Array
    most: Array
    without: NDArray[np.bool_]
    points: int
    unknown: int

    def numbers(self, document: FeedDocument) -> Array | None:
        """Return the numbers (N, P); None where one is none, or not one of its text."""
        numbers = filled(document, self.value, self.fixed, comma=True)
        if numbers is None:
            return None
        lengths = document.ends - document.starts
        states = self.value[1 : len(_OWN)]
        # A state is a single digit, and is compared with it; 00 is another.
        if (lengths[states[states != NONE]] != 1).any():
            return None
        return None if ((numbers < -1) | (numbers > self.most[:, np.newaxis])).any() else numbers


def traffic(layout: MivLayout, numbers: Array) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Return (P,): counts, occupancies, speeds [m/s], as `miv_minutes` computes them, and whether a point is not sound."""
    numbers = np.where(numbers < 0, np.nan, numbers)
    total, known, weighted_kmh = (np.zeros(len(layout.names)) for _ in range(3))
    for count, speed_kmh in zip(numbers[len(_OWN) :: 2], numbers[len(_OWN) + 1 :: 2], strict=True):
        total += count
        moves = (count > 0) & (speed_kmh <= MOST_KMH)
        known += np.where(moves, count, 0.0)
        weighted_kmh += np.where(moves, count * speed_kmh, 0.0)
    total[layout.without] = np.nan
    speed_mps = np.full(len(total), np.nan)
    np.divide(weighted_kmh, known, out=speed_mps, where=(known > 0) & ~np.isnan(total))
    share, *states, available = numbers[: len(_OWN)]
    unsound = (np.array(states) != 0).any(axis=0) | (available == 0)
    for values in (total, share, speed_mps):
        values[unsound] = np.nan
    return total, share / 100, speed_mps / KMH_PER_MPS, unsound


def learn_point(content: bytes) -> LearnedPoint:
    """Return the point in a record. Raises OtherLayoutError, ExpatError and UserError for what only `miv_minutes` should judge."""
    found: list[MivPoint] = []

    def refuse(_: str) -> None:
        raise OtherLayoutError

    events = PointEvents(found.append, refuse)
    event_parser(events.begins, events.texts).Parse(content, True)
    events.end_point()
    if len(found) != 1:
        raise OtherLayoutError
    ((name, texts, classes),) = found
    time = value_of(texts.get(OBSERVED, ""))
    if time is None:
        raise OtherLayoutError
    own = [_learned(texts.get(SHARE, ""), SHARE)]
    own += [_state(texts.get(state, ""), ("", "0")) for state in STATES]
    own += [_state(texts.get(AVAILABLE, ""), ("0",), 0.0, 1.0)]
    every = [*own, *(_learned(each.get(text, ""), text) for each in classes for text in (COUNT, SPEED))]
    return LearnedPoint(name, time, tuple(every), len(classes))


def compose(through: Container[str], known: Container[str], parts: Parts[LearnedPoint]) -> MivLayout:
    """Return the layout of a file's points."""
    points = [(first, point) for first, point in parts.records if point.name in through]
    classes = max((point.classes for _, point in points), default=0)
    rows = len(_OWN) + 2 * classes
    value = np.full((rows, len(points)), NONE, dtype=np.intp)
    fixed = np.zeros((rows, len(points)))
    for k, (first, point) in enumerate(points):
        for n, (place, always) in enumerate(point.texts):
            value[n, k] = NONE if place is None else first + place
            fixed[n, k] = always
    most = [MOST[SHARE], *(9.0 for _ in _OWN[1:]), *(MOST[text] for _ in range(classes) for text in (COUNT, SPEED))]
    return MivLayout(
        tuple(point.name for _, point in points),
        tuple((point.name, 0) for _, point in points),
        parts.head.get(PUBLISHED),
        np.array([first + point.time for first, point in points], dtype=np.intp),
        value,
        fixed,
        np.array(most),
        np.array([not point.classes for _, point in points], dtype=np.bool_),
        len(parts.records),
        sum(point.name not in known for _, point in parts.records),
    )


def _learned(text: str, name: str) -> tuple[int | None, float]:
    value = value_of(text)
    return (value, 0.0) if value is not None else (None, -1.0 if np.isnan(fixed := number(text, name, "")) else fixed)


def _state(text: str, among: Sequence[str], inside: float = 0.0, outside: float = 1.0) -> tuple[int | None, float]:
    value = value_of(text)
    return (value, 0.0) if value is not None else (None, inside if text in among else outside)
