"""Values that no loop measures, made unknown: a recording with them would be refused when it is read."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame
from simulator.recording.loop_checks import MOST_SPEED_MPS, MOST_VEHICLES_PER_S
from simulator.recording.recording_folder import Recording

IMPOSSIBLE = "impossible values (taken as unknown)"
_MOST_IMPOSSIBLE = 0.5
"""Share of impossible values above which a recording is refused. Chosen: faulty loops stay far below, another unit far above."""
_KINDS = ("count", "speed", "occupancy")
_NONE: NDArray[np.int64] = np.zeros(3, dtype=np.int64)


def most_possible(period_s: float) -> tuple[float, float, float]:
    """Return the largest count, speed [m/s] and occupancy [share] that a loop measures in a period."""
    return max(2.0, MOST_VEHICLES_PER_S * period_s), MOST_SPEED_MPS, 1.0


def refuse_impossible(place: object, impossible: NDArray[np.int64], known: NDArray[np.int64], period_s: float) -> None:
    """Refuse readings of which more than half of one kind cannot be; numbers (3,) by kind. Raises UserError that names `place`."""
    for kind, wrong, every, most in zip(
        _KINDS, impossible.tolist(), known.tolist(), most_possible(period_s), strict=True
    ):
        if wrong > _MOST_IMPOSSIBLE * every:
            raise UserError(
                f"{place}: {wrong:,} of {every:,} values of {kind} cannot be (below 0 or over {most:g}: are columns exchanged, or "
                "in another unit?)"
            )


def possible_frame(frame: LoopFrame, period_s: float) -> tuple[LoopFrame, NDArray[np.int64]]:
    """Return the frame with NaN for impossible values, and their number (3,) by kind."""
    most = most_possible(period_s)
    wrong = [(values < 0) | (values > limit) for values, limit in zip(_values(frame), most, strict=True)]
    numbers = np.array([int(each.sum()) for each in wrong]) if any(each.any() for each in wrong) else _NONE
    if numbers is not _NONE:
        kept = [np.where(each, np.nan, values) for each, values in zip(wrong, _values(frame), strict=True)]
        frame = LoopFrame(frame.time_s, *kept)
    return frame, numbers


def refuse_mostly_impossible(name: str, recording: Recording, impossible: NDArray[np.int64]) -> None:
    """Refuse a recording that has so many impossible values (3,) where they are most of a kind. Raises UserError."""
    if impossible.any():
        known = np.zeros(3, dtype=np.int64)
        for frame in recording.frames:
            known += [int((~np.isnan(values)).sum()) for values in _values(frame)]
        refuse_impossible(f"recording {name}", impossible, known, recording.corridor.period_s)


def only_possible(name: str, recording: Recording) -> tuple[Recording, int]:
    """Return the recording with NaN for impossible values, and their number. Raises UserError where they are most of a kind."""
    impossible = np.zeros(3, dtype=np.int64)
    frames = []
    for frame in recording.frames:
        kept, wrong = possible_frame(frame, recording.corridor.period_s)
        impossible += wrong
        frames.append(kept)
    if not impossible.any():
        return recording, 0
    refuse_mostly_impossible(name, recording, impossible)
    return replace(recording, frames=tuple(frames)), int(impossible.sum())


def _values(frame: LoopFrame) -> tuple[Array, Array, Array]:
    return frame.count, frame.speed, frame.occupancy
