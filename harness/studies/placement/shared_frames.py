"""What recordings have in common: a recording with a planted incident is its source but for some frames.

    run 0   a a a a a a a a a          replayed whole, counted whole
    run 1   a a a b b a a a a          parent 0, from frame 3 to frame 5: begins with what the detector knew of run 0 at frame 3

Frames that two recordings share are the same time of the same day: they are replayed once, and their false alarms counted once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Flags

Digests = NDArray[np.int64]
"""(T,) numbers of frames, equal where their times and readings are."""
WHOLE = -1
"""Parent of a recording that shares its first frame with none before it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A recording's own frames are `start` to `stop` (exclusive); those before `start` are those of run `parent` (WHOLE: none).

    `counted` is the first frame of those that count: with an incident, its onset, or earlier where the frames before are
    of no other recording.
    """

    parent: int
    start: int
    stop: int
    counted: int


def shares_of(digests: Sequence[Digests], first_s: Sequence[int], last_s: Sequence[int]) -> tuple[Share, ...]:
    """Return what each of K recordings has of its own.

    `digests` K arrays (T,) of whole numbers, equal where time and readings of a frame are; `first_s` and `last_s` the frames of
    each recording in which its first incident begins and alarms for its last one count no more (0 and 0 without an incident).
    """
    found: list[Share] = []
    seen: Digests = np.zeros(0, dtype=np.int64)
    for number, own in enumerate(digests):
        common = [_common(own, other) for other in digests[:number]]
        new, seen = ~np.isin(own, seen), np.union1d(seen, own)
        start = max(common, default=0)
        if not start:
            found.append(Share(WHOLE, 0, len(own), 0))
            continue
        rows = np.flatnonzero(new)
        stop = max(int(rows[-1]) + 1 if len(rows) else 0, last_s[number], start)
        counted = _counted_from(new, start, first_s[number]) if last_s[number] else start
        found.append(Share(common.index(start), start, min(stop, len(own)), counted))
    return _reaching(found)


def _common(one: Digests, other: Digests) -> int:
    """Number of frames at the beginning that are equal."""
    length = min(len(one), len(other))
    differs = np.flatnonzero(one[:length] != other[:length])
    return int(differs[0]) if len(differs) else length


def _counted_from(new: Flags, start: int, onset: int) -> int:
    """The first of the `new` frames (T,) without a break before the incident of frame `onset` shows, or that frame."""
    shows = onset + int(np.argmax(new[onset:])) if new[onset:].any() else onset
    shared = np.flatnonzero(~new[:shows])
    return min(int(shared[-1]) + 1 if len(shared) else start, onset)


def _reaching(found: Sequence[Share]) -> tuple[Share, ...]:
    """Each recording replayed at least to where another one leaves it."""
    stops = [share.stop for share in found]
    for share in reversed(found):
        if share.parent != WHOLE:
            stops[share.parent] = max(stops[share.parent], share.start)
    return tuple(
        Share(share.parent, share.start, stop, share.counted) for share, stop in zip(found, stops, strict=True)
    )
