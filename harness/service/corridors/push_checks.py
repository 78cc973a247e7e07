"""Pushed readings sorted out before they are kept: those that can be, by corridor; what is wrong with the others, in words."""

from collections.abc import Iterable, Sequence

from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.assembling.reading_checks import ReadingChecks
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.sources.reading import Reading, ReadingBatch

MOST_TOLD = 20
"""Refusals told in an answer."""


class PushChecks:
    """Checks readings of some corridors; any thread may use it."""

    def __init__(self, corridors: Iterable[CorridorSetup]) -> None:
        self._checks = {setup.corridor.name: ReadingChecks(setup.corridor, setup.assembling) for setup in corridors}

    def sort_out(self, batches: Sequence[ReadingBatch]) -> tuple[list[ReadingBatch], int, tuple[str, ...]]:
        """Return batches of the readings that can be, how many cannot, and why (MOST_TOLD at most)."""
        found: list[ReadingBatch] = []
        refused, told = 0, list[str]()
        for batch in batches:
            checks = self._checks.get(batch.corridor)
            if checks is None:
                refused += len(batch.readings)
                told.append(f"no corridor {batch.corridor[:80]!r}; there are {', '.join(self._checks)}"[:300])
                continue
            counts = AssemblingCounts()
            good: list[Reading] = [each for each in batch.readings if checks.place(each, counts) is not None]
            refused += len(batch.readings) - len(good)
            told += counts.examples.values()
            if good:
                found.append(ReadingBatch(batch.corridor, tuple(good)))
        return found, refused, tuple(told[:MOST_TOLD])
