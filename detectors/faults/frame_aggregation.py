"""Vehicles of each loop per step of several frames, live; NaN where too little is known.

Steps end at whole multiples of `step_s` on the frames' clock. Where at least KNOWN_SHARE of a step is known, the rest is taken
to be like it.
"""

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame

STEP_S = 300.0
"""Step of the fault detectors, s (Ghafouri et al. 2017: 5 min)."""
KNOWN_SHARE = 0.5
"""Share of a step's frames that must be known. Chosen."""


class StepCounts:
    """Adds up the vehicles of each loop, step by step."""

    def __init__(self, step_s: float, period_s: float, loops: int) -> None:
        ratio = step_s / period_s
        if ratio < 1 or abs(ratio - round(ratio)) > 1e-6:
            raise UserError(f"a step is whole frames of {period_s:g} s, got {step_s:g} s")
        self._step_s, self._frames = step_s, round(ratio)
        self._sum, self._known = np.zeros(loops), np.zeros(loops)
        self._number: int | None = None

    def add(self, frame: LoopFrame) -> Array | None:
        """Return (S x L,) the vehicles of the step that ends with `frame`, or None. A step cut off by a gap is left out."""
        number = int(np.ceil(frame.time_s / self._step_s - 1e-6))
        if number != self._number:
            self._sum[:] = self._known[:] = 0
            self._number = number
        count = frame.count.ravel()
        known = np.isfinite(count)
        self._sum[known] += count[known]
        self._known += known
        if frame.time_s < number * self._step_s - 1e-6:
            return None
        enough = self._known >= KNOWN_SHARE * self._frames
        scale = np.divide(self._frames, self._known, out=np.full(len(enough), np.nan), where=enough)
        return np.asarray(self._sum * scale)


def step_counts(frames: tuple[LoopFrame, ...], step_s: float, period_s: float) -> Array:
    """Return (T, S x L) the values of a recording."""
    steps = StepCounts(step_s, period_s, frames[0].count.size)
    values = [value for value in map(steps.add, frames) if value is not None]
    return np.array(values).reshape(len(values), frames[0].count.size)


def anscombe(values: Array) -> Array:
    """Return 2 sqrt(n + 3/8) (Anscombe 1948): counts with the same noise in dense and in thin traffic.

    >>> anscombe(np.array([0.625])).tolist()
    [2.0]
    """
    return np.asarray(2 * np.sqrt(np.maximum(values, 0) + 0.375))
