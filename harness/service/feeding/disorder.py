"""Readings as a real line brings them: late, in another order, twice, or not at all. Reproducible by its seed.

Each reading arrives up to `shuffle_within_s` of data time after its own, with equal chance; a share comes twice, a share never.
What arrives within one period is one batch.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harness.service.sources.reading import Reading, ReadingBatch
from scenarios.errors import UserError

LONGEST_SHUFFLE_S = 86400.0
"""Chosen: a day; the readings of so much time are in memory."""


@dataclass(frozen=True, slots=True)
class Disorder:
    """How readings arrive: shares of them, 0 to 1; seconds of data time."""

    shuffle_within_s: float = 0.0
    duplicate: float = 0.0
    drop: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("duplicate", "drop"):
            if not 0 <= getattr(self, name) <= 1:
                raise UserError(f"{name}: wanted a share, 0 to 1, got {getattr(self, name)} (is it a percentage?)")
        if not 0 <= self.shuffle_within_s <= LONGEST_SHUFFLE_S:
            raise UserError(f"shuffle-within: wanted 0 to {LONGEST_SHUFFLE_S:g} s, got {self.shuffle_within_s}")
        if self.seed < 0:
            raise UserError(f"seed: wanted a whole number, 0 or more, got {self.seed}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The readings that arrive until `time_s` of data time, since the arrival before."""

    time_s: float
    batch: ReadingBatch


def arrivals(batches: Iterator[ReadingBatch], period_s: float, disorder: Disorder) -> Iterator[Arrival]:
    """Yield what arrives of a stream's batches, which come in order of time, period by period."""
    rng = np.random.default_rng(disorder.seed)
    waiting: list[tuple[float, int, Reading]] = []
    number, time_s, corridor = 0, 0.0, ""
    for batch in batches:
        corridor, time_s = batch.corridor, batch.readings[0].time_s
        count = len(batch.readings)
        kept = rng.random(count) >= disorder.drop
        twice = rng.random(count) < disorder.duplicate
        delays_s = rng.uniform(0.0, disorder.shuffle_within_s, (2, count)).tolist()
        for index, reading in enumerate(batch.readings):
            for copy in range(int(kept[index]) * (1 + int(twice[index]))):
                number += 1
                heapq.heappush(waiting, (reading.time_s + delays_s[copy][index], number, reading))
        yield from _arrived(corridor, time_s, waiting)
    while waiting:
        time_s += period_s
        yield from _arrived(corridor, time_s, waiting)


def _arrived(corridor: str, time_s: float, waiting: list[tuple[float, int, Reading]]) -> Iterator[Arrival]:
    come = []
    while waiting and waiting[0][0] <= time_s:
        come.append(heapq.heappop(waiting)[2])
    if come:
        yield Arrival(time_s, ReadingBatch(corridor, tuple(come)))
