"""The traffic that a replay keeps for its page: mean speeds in steps over all days, and the frames near alarms and incidents.

    steps of decisions -> SketchLog -> TrafficSketch -> runs/NAME/traffic-DETECTOR.npz

A recording is read once: what its page draws is kept as frames pass, so a page needs neither a second reading nor the recording.
Of a month of 20 stations the speeds are 0.9 MB; frames are kept in half precision, `MOST_FRAMES` of them at most.

Conventions: K steps of the clock, F frames, S stations, L lanes, N sections; times in s on the recording's clock, speeds in m/s.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.records.decisions import Step
from harness.records.kept_arrays import read_kept, write_kept
from harness.reporting.figures.run_picture import STANDING_OCCUPANCY
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

STEP_S = 120.0
"""Step of the speeds over days, s; a longer period is its own step. Chosen: a day is as wide as a screen."""
BESIDE_S = 1200.0
"""Time before and after an alarm's raise in which frames are kept, s. Chosen: a queue of 20 minutes is seen to grow."""
MOST_FRAMES = 20_000
"""Frames kept of one recording at most. Chosen: 250 windows of 30-s frames, 10 MB on 20 stations of four lanes."""
KEY = "traffic of a replay, 1"
"""Version of the file: another one is not read."""


@dataclass(frozen=True, slots=True, eq=False)
class TrafficSketch:
    """A recording's traffic: `speed` (K, S) in the `steps` (K,) of its clock, `step_s` long, and frames near alarms.

    Of the frames `times_s` (F,): `count`, `lane_speed`, `occupancy` (F, S, L), and the decisions `score`, `decided` (F, N).
    """

    corridor: Corridor
    step_s: float
    steps: NDArray[np.int64]
    speed: Array
    times_s: Array
    count: Array
    lane_speed: Array
    occupancy: Array
    score: Array
    decided: Flags


class SketchLog:
    """Keeps the traffic of one recording as one detector decides on it; `moments_s` are times to keep frames around, too.

    Without `days` only frames near alarms are kept: the speeds are those of another detector's log.
    """

    def __init__(self, corridor: Corridor, moments_s: Sequence[float] = (), days: bool = True) -> None:
        self._corridor, self._moments_s, self._days = corridor, sorted(moments_s), days
        self._step_s = max(STEP_S, corridor.period_s)
        self._passing: deque[Step] = deque(maxlen=int(BESIDE_S / corridor.period_s) + 1)
        self._kept: list[Step] = []
        self._until_s, self._last_s = -np.inf, -np.inf
        self._on: Flags = np.zeros(corridor.sections, dtype=np.bool_)
        self._step, self._in_step = 0, list[LoopFrame]()
        self._steps, self._speed = list[int](), list[Array]()

    def add(self, step: Step) -> None:
        """Add one step."""
        time_s = step.frame.time_s
        if self._days:
            number = int(np.floor((time_s - self._corridor.period_s / 2) / self._step_s))
            if number != self._step:
                self._end_step()
                self._step = number
            self._in_step.append(step.frame)
        raised = bool((step.decision.alarm & ~self._on).any())
        moment = bisect_right(self._moments_s, time_s) > bisect_right(self._moments_s, self._last_s)
        self._on, self._last_s = step.decision.alarm, time_s
        self._passing.append(step)
        if (raised or moment) and len(self._kept) < MOST_FRAMES:
            self._until_s = time_s + BESIDE_S
        if time_s <= self._until_s:
            self._kept += [each for each in self._passing if each.frame.time_s > time_s - BESIDE_S]
            self._passing.clear()

    def sketch(self) -> TrafficSketch:
        """Return what was kept so far."""
        self._end_step()
        stations, lanes = len(self._corridor.stations), self._corridor.lanes

        def of_frames(name: str) -> Array:
            return np.array([getattr(each.frame, name) for each in self._kept]).reshape(-1, stations, lanes)

        decisions = [each.decision for each in self._kept]
        return TrafficSketch(
            self._corridor,
            self._step_s,
            np.array(self._steps, dtype=np.int64),
            np.array(self._speed).reshape(-1, stations),
            np.array([each.frame.time_s for each in self._kept]),
            of_frames("count"),
            of_frames("speed"),
            of_frames("occupancy"),
            np.array([each.score for each in decisions]).reshape(-1, stations - 1),
            np.array([each.alarm for each in decisions], dtype=np.bool_).reshape(-1, stations - 1),
        )

    def _end_step(self) -> None:
        if self._in_step:
            self._steps.append(self._step)
            self._speed.append(mean_speeds(self._in_step))
            self._in_step = []


def mean_speeds(frames: Sequence[LoopFrame]) -> Array:
    """Return the mean speed of the vehicles at each station (S,); 0 where nobody passed a standing queue, NaN where nobody did."""
    count, speed, occupancy = (np.array([getattr(frame, name) for frame in frames]) for name in _READINGS)
    known = np.isfinite(speed) & np.isfinite(count)
    weight = np.where(known, count, 0.0)
    total = weight.sum(axis=(0, 2))
    moved = (weight * np.where(known, speed, 0.0)).sum(axis=(0, 2))
    mean = np.divide(moved, total, out=np.full(total.shape, np.nan), where=total > 0)
    standing = (np.nan_to_num(occupancy) > STANDING_OCCUPANCY).any(axis=(0, 2))
    mean[np.isnan(mean) & standing] = 0.0
    return np.asarray(mean, dtype=np.float64)


_READINGS = ("count", "speed", "occupancy")
_HALVES = ("speed", "count", "lane_speed", "occupancy")


def write_sketch(path: Path, sketch: TrafficSketch) -> None:
    """Write the sketch, complete or not at all."""
    corridor = sketch.corridor
    stations = corridor.stations
    write_kept(
        path,
        KEY,
        {
            **{name: getattr(sketch, name).astype(np.float16) for name in _HALVES},
            "score": sketch.score.astype(np.float32),
            **{name: getattr(sketch, name) for name in ("steps", "times_s", "decided")},
            "step_s": sketch.step_s,
            "period_s": corridor.period_s,
            "road": corridor.name,
            "keeps_left": corridor.keeps_left,
            "names": [station.name for station in stations],
            "positions_m": [station.position_m for station in stations],
            "lanes": [station.lanes for station in stations],
        },
    )


def read_sketch(path: Path) -> TrafficSketch | None:
    """Return the sketch; None where the file is missing, broken or of another version. Lanes' first numbers are not kept."""
    kept: dict[str, NDArray[Any]] | None = read_kept(path, KEY)
    if kept is None:
        return None
    columns = (kept[name].tolist() for name in ("names", "positions_m", "lanes"))
    stations = tuple(Station(str(name), position_m, lanes) for name, position_m, lanes in zip(*columns, strict=True))
    return TrafficSketch(
        Corridor(
            str(kept["road"]), float(kept["period_s"]), stations, "keeps_left" in kept and bool(kept["keeps_left"])
        ),
        float(kept["step_s"]),
        kept["steps"],
        kept["speed"].astype(np.float64),
        kept["times_s"],
        kept["count"].astype(np.float64),
        kept["lane_speed"].astype(np.float64),
        kept["occupancy"].astype(np.float64),
        kept["score"].astype(np.float64),
        kept["decided"],
    )
