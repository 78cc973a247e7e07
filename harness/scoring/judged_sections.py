"""Which sections a detector can judge in a frame: those whose two stations each have a lane with what it needs.

What a detector needs is `detectors.catalogue_entry.Entry.needs`, sets of quantities of which one is enough. A run in which
`MOST_UNJUDGED` of the decisions or more are made without any of them is not judged: it has no figures, instead of misses and
false alarms that say nothing of the detector.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Flags, LoopFrame

LEAST_UNJUDGED = 0.1
"""Share of a detector's decisions without what it needs, from which it is told. Chosen: so much changes a detection rate."""
MOST_UNJUDGED = 0.5
"""Share from which a run is not judged. Chosen: at half, a miss is as likely the recording's as the detector's."""

Needs = tuple[frozenset[str], ...]
Readings = NDArray[np.float64] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sight:
    """The share of a detector's decisions that were made without what it needs, and what that is, in words."""

    unjudged: float = 0.0
    needs: str = ""

    @property
    def judged(self) -> bool:
        """Whether the run can be scored."""
        return self.unjudged < MOST_UNJUDGED

    @property
    def told(self) -> bool:
        """Whether so much is missing that a reader has to know."""
        return self.unjudged >= LEAST_UNJUDGED

    @property
    def text(self) -> str:
        """The share in words: `93 % of decisions without occupancy`."""
        return f"{100 * self.unjudged:.0f} % of decisions without {self.needs}"


SAW_ALL = Sight()
"""Nothing was missing, or nothing is stated of what the detector needs."""


class SightCount:
    """Counts the decisions that a detector makes without what it needs, frame by frame."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._unjudged = self._decisions = 0

    def watch(self, frames: Iterable[LoopFrame]) -> Iterator[LoopFrame]:
        """Yield the frames as they come, counted."""
        for frame in frames:
            if self._needs:
                judged = judged_sections(self._needs, frame.count, frame.speed, frame.occupancy)
                self._decisions += judged.size
                self._unjudged += int(judged.size - judged.sum())
            yield frame

    @property
    def sight(self) -> Sight:
        """What was counted so far."""
        return Sight(self._unjudged / max(self._decisions, 1), needs_text(self._needs))


def judged_sections(needs: Needs, count: Readings, speed: Readings, occupancy: Readings) -> Flags:
    """Return (..., N) whether a section can be judged; the readings are (..., S, L). Where nobody passed, no speed is lacking."""
    known = {
        "count": np.isfinite(count),
        "speed": np.isfinite(speed) | (count == 0),
        "occupancy": np.isfinite(occupancy),
    }
    sets = (reduce(np.logical_and, (known[name] for name in sorted(each))) for each in needs)
    stations = np.asarray(reduce(np.logical_or, sets).any(axis=-1))
    return np.asarray(stations[..., :-1] & stations[..., 1:])


def needs_text(needs: Needs) -> str:
    """Return what a detector needs, in words: `occupancy, or count and speed`."""
    return ", or ".join(" and ".join(sorted(each)) for each in needs)
