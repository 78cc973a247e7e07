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


def only_possible(name: str, recording: Recording) -> tuple[Recording, int]:
    """Return the recording with NaN for impossible values, and their number. Raises UserError where they are most of a kind."""
    period_s = recording.corridor.period_s
    most = most_possible(period_s)
    impossible = np.zeros(3, dtype=np.int64)
    frames = []
    for frame in recording.frames:
        wrong = [(values < 0) | (values > limit) for values, limit in zip(_values(frame), most, strict=True)]
        if any(each.any() for each in wrong):
            impossible += [int(each.sum()) for each in wrong]
            kept = [np.where(each, np.nan, values) for each, values in zip(wrong, _values(frame), strict=True)]
            frame = LoopFrame(frame.time_s, *kept)
        frames.append(frame)
    if not impossible.any():
        return recording, 0
    known = np.sum([[(~np.isnan(values)).sum() for values in _values(frame)] for frame in recording.frames], axis=0)
    refuse_impossible(f"recording {name}", impossible, known, period_s)
    return replace(recording, frames=tuple(frames)), int(impossible.sum())


def _values(frame: LoopFrame) -> tuple[Array, Array, Array]:
    return frame.count, frame.speed, frame.occupancy
