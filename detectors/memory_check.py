"""The check behind a detector's promise about its memory of a site (`detectors.site_memory`)."""

import re

import numpy as np

from detectors.contract_checks import BrokenPromiseError, Make, first_difference, run
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.site_memory import Memory, memory_of, recall

NAME = re.compile(r"[a-z0-9_.]+")


def begins_with_its_memory(make: Make) -> None:
    """Check that a memory has its names, types and shapes from the start, is a copy, and is what a new detector begins with."""
    detector, untouched = make(CORRIDOR), make(CORRIDOR)
    first = memory_of(detector)
    for name, values in first.items():
        if not NAME.fullmatch(name) or not isinstance(values, np.ndarray) or values.dtype != np.float64:
            raise BrokenPromiseError(
                f"memory() has {name!r:.60} as {values!r:.60}, wanted arrays of float64 by small names"
            )
    run(detector, traffic())
    learned = memory_of(detector)
    if _shapes(learned) != _shapes(first):
        raise BrokenPromiseError(f"memory() has {_shapes(first)} of a new detector, and {_shapes(learned)} later")
    for values in memory_of(detector).values():
        values.fill(np.nan)  # of a copy
    _same(memory_of(detector), learned, "is changed by what is done to the arrays it has returned")
    heirs = make(CORRIDOR), make(CORRIDOR)
    for heir in heirs:
        recall(heir, learned)
        _same(memory_of(heir), learned, "is another one after recall(memory)")
    _same(memory_of(untouched), first, "of a detector is changed by what another one recalls")
    if first_difference(run(heirs[0], traffic(seed=9)), run(heirs[1], traffic(seed=9))) is not None:
        raise BrokenPromiseError("two detectors that recall the same memory decide differently (do they share arrays?)")


def _shapes(memory: Memory) -> dict[str, tuple[int, ...]]:
    return {name: values.shape for name, values in memory.items()}


def _same(memory: Memory, wanted: Memory, what: str) -> None:
    for name, values in wanted.items():
        if not np.array_equal(memory[name], values, equal_nan=True):
            raise BrokenPromiseError(f"memory() {what}: {name}")
