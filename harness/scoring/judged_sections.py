"""Which sections a detector can judge in a frame: those whose two stations each have what it needs (`detectors.needs`).

A run in which `MOST_UNJUDGED` of the decisions or more are made without any of it, or none has a score, is not judged: it has no
figures, instead of misses and false alarms that say nothing of the detector. Of a detector that states no needs, decisions
without a score count, where a reading is missing. Decisions that it made without one of its parts (`detectors.needs.PartNeeds`)
are scored, and told.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from detectors.catalogue_entry import Entry
from detectors.needs import LANES, QUANTITIES, Needs, needs_text
from simulator.frame import Array, Flags, LoopFrame

LEAST_UNJUDGED = 0.1
"""Share of a detector's decisions without what it needs, from which it is told. Chosen: so much changes a detection rate."""
MOST_UNJUDGED = 0.5
"""Share from which a run is not judged. Chosen: at half, a miss is as likely the recording's as the detector's."""
NOT_STATED = "a score, where readings are missing"
UNSCORED = "a score, as while it learns the road"
_LEAST_LANES = 2
_WHOLE: Needs = (frozenset(QUANTITIES),)

Readings = NDArray[np.float64] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PartSight:
    """The share of a detector's decisions that were made `without` what a part of it needs: there it does not judge `what`."""

    share: float
    without: str
    what: str


@dataclass(frozen=True, slots=True)
class Sight:
    """The share of a detector's decisions that were made without what it `needs`, in words; `unscored`: the share of those
    that have no score though all it needs was there; `parts`: what the others were made without."""

    unjudged: float = 0.0
    needs: str = ""
    unscored: float = 0.0
    parts: tuple[PartSight, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether the run can be scored."""
        return self.unjudged < MOST_UNJUDGED and self.unjudged + self.unscored < 1.0

    @property
    def lacks(self) -> tuple[tuple[float, str], ...]:
        """What so many decisions lack that a reader has to know: shares, and of what in words."""
        shares = ((self.unjudged, self.needs), (self.unscored, UNSCORED))
        return tuple((share, what) for share, what in shares if share >= LEAST_UNJUDGED)

    @property
    def lost(self) -> tuple[PartSight, ...]:
        """The parts that so many decisions were made without that a reader has to know."""
        return tuple(part for part in self.parts if part.share >= LEAST_UNJUDGED) if self.judged else ()

    @property
    def text(self) -> str:
        """The share without what it needs, in words: `93 % of decisions without occupancy`."""
        return f"{100 * self.unjudged:.0f} % of decisions without {self.needs}"


SAW_ALL = Sight()
"""Nothing was missing."""


class SightCount:
    """Counts the decisions that a detector makes without what it needs, frame by frame; without an entry it counts nothing."""

    def __init__(self, entry: Entry | None, needs: Needs = ()) -> None:
        self._counts, self._needs = entry is not None, needs
        self._scores_all = entry is not None and entry.scores_all
        self._parts = () if entry is None else entry.parts
        self._without_part = [0] * len(self._parts)
        self._unjudged = self._unscored = self._decisions = 0

    def add(self, frame: LoopFrame, score: Array) -> None:
        """Add a frame and the scores (N,) of the decision on it."""
        if not self._counts:
            return
        scored = np.isfinite(score)
        judged = judged_sections(self._needs or _WHOLE, frame.count, frame.speed, frame.occupancy)
        if not self._needs:
            judged = judged | scored
        self._decisions += judged.size
        self._unjudged += int(judged.size - judged.sum())
        for number, part in enumerate(self._parts):
            seen = judged_sections(part.needs, frame.count, frame.speed, frame.occupancy)
            self._without_part[number] += int((judged & ~seen).sum())
        if self._scores_all:
            self._unscored += int((judged & ~scored).sum())

    @property
    def sight(self) -> Sight:
        """What was counted so far."""
        if not self._decisions:
            return SAW_ALL
        without = needs_text(self._needs) or NOT_STATED
        parts = tuple(
            PartSight(lacking / self._decisions, needs_text(part.needs), part.what)
            for part, lacking in zip(self._parts, self._without_part, strict=True)
        )
        return Sight(self._unjudged / self._decisions, without, self._unscored / self._decisions, parts)


def judged_sections(needs: Needs, count: Readings, speed: Readings, occupancy: Readings) -> Flags:
    """Return (..., N) whether a section can be judged; the readings are (..., S, L). Where nobody passed, no speed is lacking."""
    known = {
        "count": np.isfinite(count),
        "speed": np.isfinite(speed) | (count == 0),
        "occupancy": np.isfinite(occupancy),
    }
    stations = np.asarray(reduce(np.logical_or, (_lanes(known, each) for each in needs)))
    return np.asarray(stations[..., :-1] & stations[..., 1:])


def _lanes(known: dict[str, Flags], each: frozenset[str]) -> Flags:
    """(..., S) whether a station has enough lanes in which every quantity of the set is known."""
    lanes = np.asarray(reduce(np.logical_and, (known[name] for name in sorted(each - {LANES}))).sum(axis=-1))
    return np.asarray(lanes >= (_LEAST_LANES if LANES in each else 1))
