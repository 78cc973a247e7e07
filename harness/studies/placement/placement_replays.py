"""A detector replayed on placements, from the dense recording: without simulation, and with few repeated replays.

Two ways with the same result (a test compares them):

plain replay    the frames of the placement's stations through the detector, run by run. It suits every detector.
pairs           a detector of PAIRWISE decides on a section from its two stations and their distance only, so its scores belong to
                the pair of stations. Many pairs of all runs are replayed at once, end to end on one long corridor, and kept:
                a further placement costs only its new pairs.

`sequential` reads the stations upstream of a section, and the alarm rules of `sheu2004` have no score: plain replay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from detectors.catalogue import DETECTORS, build
from harness.studies.placement.dense_runs import DenseRecordings, DenseRun
from harness.studies.placement.placement import EquippedStation, Placement
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

PAIRWISE = ("california7", "california8", "apid", "delos", "snd", "mcmaster", "trees", "mlp", "pnn")
"""Detectors whose score of a section depends only on the frames of its two stations and their distance."""
MOST_BYTES = 400_000_000  # of pairs' scores kept
MOST_REPLAYED = 100  # placements whose plain replay is kept: threshold and score use the same one
STATIONS_AT_ONCE = 12_000  # on the long corridor
MOST_PADDING = 1.3  # runs replayed at once are no longer than the shortest of them times this
GAP_M = 100.0  # between two pairs on the long corridor; the score of that section is not used

Pair = tuple[EquippedStation, EquippedStation]


@dataclass(frozen=True, slots=True, eq=False)
class PlacementReplay:
    """A detector on one run under a placement: `scores` (T, N), and `alarms` (T, N) where its own rules raise them."""

    scores: Array
    alarms: Flags | None


class PlacementReplays:
    """Replays of one detector under placements, on all runs of one recording; the latest are kept."""

    def __init__(self, dense: DenseRecordings, detector: str, aim: float) -> None:
        self._dense, self._detector, self._aim = dense, detector, aim
        self._own_rules = DETECTORS[detector].thresholds is None
        self.pairwise = detector in PAIRWISE
        self._pairs = PairScores(dense, detector, aim)
        self._replayed: dict[Placement, list[PlacementReplay]] = {}

    def prepare(self, placements: Iterable[Placement]) -> None:
        """Replay the pairs of several placements at once, for a detector of PAIRWISE."""
        if self.pairwise:
            self._pairs.prepare(pair for placement in placements for pair in placement.pairs)

    def replay(self, placement: Placement) -> list[PlacementReplay]:
        """Return the replays under a placement, run by run."""
        if self.pairwise:
            return [PlacementReplay(scores, None) for scores in self._pairs.scores(placement)]
        if placement not in self._replayed:
            if len(self._replayed) >= MOST_REPLAYED:
                del self._replayed[next(iter(self._replayed))]
            self._replayed[placement] = [self._replay_run(run, placement) for run in self._dense.runs]
        return self._replayed[placement]

    def _replay_run(self, run: DenseRun, placement: Placement) -> PlacementReplay:
        corridor = placement.corridor(self._dense.corridor)
        detector = build(self._detector, corridor, aim=self._aim)
        decisions = [detector.step(frame) for frame in placement_frames(run, placement)]
        scores = np.array([decision.score for decision in decisions])
        alarms = np.array([decision.alarm for decision in decisions], dtype=np.bool_)
        return PlacementReplay(scores, alarms if self._own_rules else None)


def placement_frames(run: DenseRun, placement: Placement) -> tuple[LoopFrame, ...]:
    """Return the frames of the placement's loops; lanes without a loop, or with a dead one, are NaN."""
    at = [equipped.station for equipped in placement.stations]
    equipped_lanes = np.zeros((len(at), run.count.shape[2]), dtype=np.bool_)
    for row, equipped in enumerate(placement.stations):
        equipped_lanes[row, list(equipped.lanes)] = True
    count, speed, occupancy = (
        np.where(equipped_lanes, each[:, at], np.nan) for each in (run.count, run.speed, run.occupancy)
    )
    return tuple(
        LoopFrame(float(time_s), count[frame], speed[frame], occupancy[frame])
        for frame, time_s in enumerate(run.times_s)
    )


class PairScores:
    """Scores of station pairs over all frames of all runs, replayed many at once and kept up to `most_bytes`."""

    def __init__(self, dense: DenseRecordings, detector: str, aim: float, most_bytes: int = MOST_BYTES) -> None:
        self._dense, self._detector, self._aim = dense, detector, aim
        lengths = [len(run.times_s) for run in dense.runs]
        self._start = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        self._groups = _groups(lengths)
        self._most = max(int(most_bytes / (8 * max(int(self._start[-1]), 1))), 1)
        self._kept: dict[Pair, Array] = {}

    def prepare(self, pairs: Iterable[Pair]) -> None:
        """Replay the pairs that are not kept; the oldest are dropped where there are too many."""
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in self._kept]
        for first in range(0, len(missing), self._most):
            self._replay(missing[first : first + self._most])

    def scores(self, placement: Placement) -> list[Array]:
        """Return the scores (T, N) of a placement, run by run."""
        pairs = placement.pairs
        self.prepare(pairs)
        columns = np.stack([self._one(pair) for pair in pairs], axis=1)
        return [columns[start:end] for start, end in pairwise(self._start)]

    def _one(self, pair: Pair) -> Array:
        if pair not in self._kept:  # dropped: one placement has more pairs than are kept
            self._replay([pair])
        return self._kept[pair]

    def _replay(self, pairs: Sequence[Pair]) -> None:
        found = np.full((len(pairs), int(self._start[-1])), np.nan)
        for group in self._groups:
            step = max(STATIONS_AT_ONCE // (2 * len(group)), 1)
            for first in range(0, len(pairs), step):
                part = pairs[first : first + step]
                scores = self._replay_group(part, group)
                for number, run in enumerate(group):
                    start, end = self._start[run], self._start[run + 1]
                    found[first : first + len(part), start:end] = scores[: end - start, number].T
        for pair, scores_of in zip(pairs, found, strict=True):
            self._kept[pair] = scores_of
        for pair in list(self._kept)[: max(len(self._kept) - self._most, 0)]:
            del self._kept[pair]

    def _replay_group(self, pairs: Sequence[Pair], group: Sequence[int]) -> Array:
        """Return the (T, R, P) scores of the pairs on the runs of a group."""
        runs = [self._dense.runs[index] for index in group]
        corridor = self._long_corridor(pairs, len(runs))
        detector = build(self._detector, corridor, aim=self._aim)
        at = np.array([equipped.station for pair in pairs for equipped in pair])
        lanes = self._dense.corridor.lanes
        silent = np.ones((len(at), lanes), dtype=np.bool_)
        for row, equipped in enumerate(equipped for pair in pairs for equipped in pair):
            silent[row, list(equipped.lanes)] = False
        length = max(len(run.times_s) for run in runs)
        # NaN after the end of a run; the scores there are not used
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
                stations.append(Station(f"{run}-{number}u", start_m, one.lanes, one.first_lane))
                stations.append(Station(f"{run}-{number}d", start_m + length_m, other.lanes, other.first_lane))
                start_m = float(np.ceil(start_m + length_m + GAP_M))
        return Corridor("pairs", dense.period_s, tuple(stations))


def _groups(lengths: Sequence[int]) -> list[list[int]]:
    """Return the runs in groups of similar length, so that few frames are padded."""
    groups: list[list[int]] = []
    for run in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if groups and lengths[run] <= MOST_PADDING * lengths[groups[-1][0]]:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups
