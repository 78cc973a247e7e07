"""What a detector says of a placement, from the dense recording: nothing is simulated, and little is replayed twice.

Two ways, the same answer (a test holds them equal):

plain replay    frames of the placement's stations, one run after another, through the detector. Right for every detector.
pairs           a detector of PAIRWISE judges a section by its two stations alone (and how far they are apart), so its scores
                belong to the pair, whatever stands elsewhere. Many pairs of all runs are replayed at once, laid end to end on
                one long corridor, and kept: one more placement costs only the pairs it does not share with those before.

`sequential` looks at the stations upstream of a section and `sheu2004`'s alarm rules have no score to threshold: plain replay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from detectors.catalogue import DETECTORS, build
from harness.studies.placement.dense_runs import Dense, DenseRun
from harness.studies.placement.placement import Equipped, Placement
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

PAIRWISE = ("california7", "california8", "apid", "delos", "snd", "mcmaster", "trees", "mlp", "pnn")
"""Detectors whose score of a section depends on its two stations' frames and their distance alone."""
MOST_BYTES = 400_000_000  # of pairs' scores kept
MOST_REPLAYED = 100  # placements whose plain replay is kept: a threshold and a judgement want the same one
STATIONS_AT_ONCE = 12_000  # on the long corridor
MOST_PADDING = 1.3  # runs replayed at once are no longer than the shortest of them times this
GAP_M = 100.0  # between two pairs on the long corridor; nobody looks at that section

Pair = tuple[Equipped, Equipped]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a detector said of one run under a placement: `scores` (T, N), and `alarms` (T, N) where its own rules raise them."""

    scores: Array
    alarms: Flags | None


class Replays:
    """What one detector says of placements on the runs of one recording."""

    def __init__(self, dense: Dense, detector: str, aim: float) -> None:
        self._dense, self._detector, self._aim = dense, detector, aim
        self._own_rules = DETECTORS[detector].thresholds is None
        self.pairwise = detector in PAIRWISE
        self._pairs = PairScores(dense, detector, aim)
        self._replayed: dict[Placement, list[Said]] = {}

    def prepare(self, placements: Iterable[Placement]) -> None:
        """Replay at once what several placements will want."""
        if self.pairwise:
            self._pairs.need(pair for placement in placements for pair in placement.pairs)

    def said(self, placement: Placement) -> list[Said]:
        """Run by run."""
        if self.pairwise:
            return [Said(scores, None) for scores in self._pairs.scores(placement)]
        if placement not in self._replayed:
            if len(self._replayed) >= MOST_REPLAYED:
                del self._replayed[next(iter(self._replayed))]
            self._replayed[placement] = [self._replay(run, placement) for run in self._dense.runs]
        return self._replayed[placement]

    def _replay(self, run: DenseRun, placement: Placement) -> Said:
        corridor = placement.corridor(self._dense.corridor)
        detector = build(self._detector, corridor, aim=self._aim)
        decisions = [detector.step(frame) for frame in frames_of(run, placement)]
        scores = np.array([decision.score for decision in decisions])
        alarms = np.array([decision.alarm for decision in decisions], dtype=np.bool_)
        return Said(scores, alarms if self._own_rules else None)


def frames_of(run: DenseRun, placement: Placement) -> tuple[LoopFrame, ...]:
    """The frames that the placement's loops report: what is not equipped, or dead, is NaN."""
    at = [equipped.station for equipped in placement.stations]
    there = np.zeros((len(at), run.count.shape[2]), dtype=np.bool_)
    for row, equipped in enumerate(placement.stations):
        there[row, list(equipped.lanes)] = True
    count, speed, occupancy = (np.where(there, each[:, at], np.nan) for each in (run.count, run.speed, run.occupancy))
    return tuple(
        LoopFrame(float(time_s), count[frame], speed[frame], occupancy[frame])
        for frame, time_s in enumerate(run.times_s)
    )


class PairScores:
    """Scores of station pairs over all frames of all runs, replayed many at once and kept up to `most_bytes`."""

    def __init__(self, dense: Dense, detector: str, aim: float, most_bytes: int = MOST_BYTES) -> None:
        self._dense, self._detector, self._aim = dense, detector, aim
        lengths = [len(run.times_s) for run in dense.runs]
        self._start = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        self._groups = _groups(lengths)
        self._most = max(int(most_bytes / (8 * max(int(self._start[-1]), 1))), 1)
        self._kept: dict[Pair, Array] = {}

    def need(self, pairs: Iterable[Pair]) -> None:
        """Replay the pairs that are not kept. The oldest are let go where they are too many."""
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in self._kept]
        for first in range(0, len(missing), self._most):
            self._replay(missing[first : first + self._most])

    def scores(self, placement: Placement) -> list[Array]:
        """(T, N) run by run."""
        pairs = placement.pairs
        self.need(pairs)
        columns = np.stack([self._one(pair) for pair in pairs], axis=1)
        return [columns[start:end] for start, end in pairwise(self._start)]

    def _one(self, pair: Pair) -> Array:
        if pair not in self._kept:  # let go since: more pairs in one placement than are kept
            self._replay([pair])
        return self._kept[pair]

    def _replay(self, pairs: Sequence[Pair]) -> None:
        found = np.full((len(pairs), int(self._start[-1])), np.nan)
        for group in self._groups:
            step = max(STATIONS_AT_ONCE // (2 * len(group)), 1)
            for first in range(0, len(pairs), step):
                some = pairs[first : first + step]
                scores = self._long(some, group)
                for number, run in enumerate(group):
                    start, end = self._start[run], self._start[run + 1]
                    found[first : first + len(some), start:end] = scores[: end - start, number].T
        for pair, scores_of in zip(pairs, found, strict=True):
            self._kept[pair] = scores_of
        for pair in list(self._kept)[: max(len(self._kept) - self._most, 0)]:
            del self._kept[pair]

    def _long(self, pairs: Sequence[Pair], group: Sequence[int]) -> Array:
        """(T, R, P) scores of the pairs on the runs of a group, all at once."""
        runs = [self._dense.runs[index] for index in group]
        corridor = self._long_corridor(pairs, len(runs))
        detector = build(self._detector, corridor, aim=self._aim)
        at = np.array([equipped.station for pair in pairs for equipped in pair])
        lanes = self._dense.corridor.lanes
        silent = np.ones((len(at), lanes), dtype=np.bool_)
        for row, equipped in enumerate(equipped for pair in pairs for equipped in pair):
            silent[row, list(equipped.lanes)] = False
        length = max(len(run.times_s) for run in runs)
        # NaN behind a run's end: no loop reports there, and nobody reads the scores
        values = np.full((3, length, len(runs), len(at), lanes), np.nan)
        for number, run in enumerate(runs):
            for row, each in enumerate((run.count, run.speed, run.occupancy)):
                values[row, : len(each), number] = np.where(silent, np.nan, each[:, at])
        values = values.reshape(3, length, len(runs) * len(at), lanes)
        scores = [
            detector.step(LoopFrame((frame + 1) * corridor.period_s, *values[:, frame])).score[::2]
            for frame in range(length)
        ]
        return np.array(scores).reshape(length, len(runs), len(pairs))

    def _long_corridor(self, pairs: Sequence[Pair], runs: int) -> Corridor:
        stations, dense, start_m = [], self._dense.corridor, 0.0
        for run in range(runs):
            for number, (up, down) in enumerate(pairs):
                one, other = dense.stations[up.station], dense.stations[down.station]
                length_m = other.position_m - one.position_m
                stations.append(Station(f"{run}-{number}u", start_m, one.lanes))
                stations.append(Station(f"{run}-{number}d", start_m + length_m, other.lanes))
                start_m = float(np.ceil(start_m + length_m + GAP_M))
        return Corridor("pairs", dense.period_s, tuple(stations))


def _groups(lengths: Sequence[int]) -> list[list[int]]:
    """Runs of about one length, so that few frames are padded."""
    groups: list[list[int]] = []
    for run in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if groups and lengths[run] <= MOST_PADDING * lengths[groups[-1][0]]:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups
