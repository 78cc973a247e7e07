"""A small catalogue for ensembles: detectors that score one reading, and one that is trained."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detectors.catalogue_entry import Entry, unknown_detector
from detectors.detector import Decision, Detector, check_frame
from detectors.ensemble.member_source import MemberSource
from detectors.fingerprints import fingerprint_of
from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingExtraError, UserError
from simulator.frame import Array, LoopFrame
from tests.detectors.known_runs import Known, Run

CORRIDOR = Corridor("two sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 1) for s in range(3)))


class Reader:
    """Scores what `read` finds in a frame, times a gain."""

    def __init__(self, corridor: Corridor, read: Callable[[LoopFrame], Array], gain: float = 1.0) -> None:
        self._corridor, self._read, self._gain = corridor, read, gain
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Score the frame, and never alarm."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        score = self._gain * self._read(frame)
        return Decision(frame.time_s, score, np.zeros(len(score), dtype=np.bool_))


def occupancy(frame: LoopFrame) -> Array:
    """Return (N,) the occupancy upstream."""
    return np.nanmean(frame.occupancy[:-1], axis=1) if np.isfinite(frame.occupancy).any() else np.full(2, np.nan)


def slowness(frame: LoopFrame) -> Array:
    """Return (N,) how far the speed upstream is below 30 m/s."""
    return np.asarray(30.0 - frame.speed[:-1, 0])


def broken(frame: LoopFrame) -> Array:
    """Fail in the third frame."""
    if frame.time_s > 60.0:
        raise ZeroDivisionError("no such lane")
    return occupancy(frame)


def _gain(parameters: Path | None) -> float:
    if parameters is None:
        return 1.0
    try:
        return float(json.loads(parameters.read_text(encoding="utf-8"))["gain"])
    except KeyError:
        raise UserError(f"{parameters}: gain: wanted, but missing") from None


def entry_of(name: str, read: Callable[[LoopFrame], Array]) -> Entry:
    """Return the entry of a reader with settings."""
    return Entry(name, name, lambda corridor, path, aim: Reader(corridor, read, _gain(path)))


def trained_entry(calls: list[list[int]]) -> Entry:
    """Return the entry of a detector that is trained, and writes down on which runs: by the times at which they end."""

    def calibrate(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        if sum(len(run.incidents) for run in runs) < 2:
            raise UserError("wanted two incidents, got fewer")
        calls.append([int(run.frames[-1].time_s) for run in runs])
        out.write_text(json.dumps({"gain": float(len(calls))}), encoding="utf-8")

    def build(corridor: Corridor, path: Path | None, aim: float) -> Detector:
        return Reader(corridor, occupancy, _gain(path))

    return Entry("trained", "trained", build, calibrate, suffix=".json")


def no_extra(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
    """Fail as training without scikit-learn does."""
    raise MissingExtraError("training needs scikit-learn: pip install 'laneblock[learned]'")


def source_of(*entries: Entry) -> MemberSource:
    """Return the catalogue of these entries."""
    known = {entry.name: entry for entry in entries}

    def entry(name: str) -> Entry:
        if name not in known:
            raise unknown_detector("detector", name, known)
        return known[name]

    def build(name: str, corridor: Corridor, path: Path | None, aim: float) -> Detector:
        return entry(name).build(corridor, path, aim)

    def fingerprint(name: str, file: Path | bytes | None, aim: float) -> str:
        return fingerprint_of(entry(name).name, file, (aim,))

    return MemberSource(entry, build, fingerprint)


def frame(time_s: float, occupancies: Array, speeds: Array) -> LoopFrame:
    """Return a frame of stations (3,) of one lane."""
    return LoopFrame(time_s, np.full((3, 1), 10.0), speeds[:, None], occupancies[:, None])


def recorded(seed: int, incident: bool = True, frames: int = 120) -> Run:
    """Noise, and in the middle an incident in the first section that raises its occupancy and lowers its speed."""
    rng = np.random.default_rng(seed)
    occupancies, speeds = 0.1 + 0.02 * rng.normal(size=(frames, 3)), 27.0 + rng.normal(size=(frames, 3))
    known: tuple[Known, ...] = ()
    if incident:
        known = (Known(1800.0, 2400.0, 400.0),)
        occupancies[62:80, 0] += 0.1
        speeds[62:80, 0] -= 5.0
    made = tuple(frame(30.0 * (k + 1), occupancies[k], speeds[k]) for k in range(frames))
    return Run(CORRIDOR, made, known)


RUNS = [recorded(seed, incident=seed < 6, frames=120 + seed) for seed in range(9)]
OCCUPANCY, SLOWNESS = entry_of("occupancy", occupancy), entry_of("slowness", slowness)
