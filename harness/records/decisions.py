"""A detector's output for one run, decisions and estimates, and their files."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np

from detectors.alarm_causes import Evidence
from detectors.detector import Decision, Estimate
from detectors.explained_detector import Reasons
from harness.records.atomic_files import atomic_file
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.csv_columns import number_text, numbers, read_columns
from simulator.recording.csv_output import write_columns
from simulator.recording.row_file import open_rows, read_rows


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One frame with its decision, the estimate of a detector that makes one, and the `evidence` of a masked detector.

    `reasons`: why each section's score is what it is, from a detector that says so.
    """

    frame: LoopFrame
    decision: Decision
    estimate: Estimate | None
    evidence: Evidence | None = None
    reasons: Reasons | None = None


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """The estimate for one lane of one section at the end of one frame; NaN or "" where a value is not estimated.

    There is a row for each lane estimated to be blocked and each lane beside one. `lane_changing` (share) and `queue` [veh]
    belong to blocked lanes, `beside` [veh] to lanes beside; the fields from `evidence` on are the section's and
    repeat in each of its rows (`detectors.detector.Estimate` defines them).
    """

    time_s: float
    section: int
    lane: int
    blocked: bool
    lane_changing: float
    queue: float
    beside: float
    evidence: float
    upper: float
    lower: float
    onset_s: float
    clearance_s: float
    position_m: float
    symptom: str
    posterior: float = nan
    tail_m: float = nan


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Every decision of one run: `times_s` (T,) ends of frames, `score` and `alarm` (T, N).

    The arrays are read-only copies. Raises ValueError where their shapes do not fit.
    """

    times_s: Array
    score: Array
    alarm: Flags

    def __post_init__(self) -> None:
        times_s = np.array(self.times_s, dtype=np.float64)
        score = np.array(self.score, dtype=np.float64)
        alarm = np.array(self.alarm, dtype=np.bool_)
        if times_s.ndim != 1 or score.ndim != 2 or len(score) != len(times_s) or alarm.shape != score.shape:
            raise ValueError(
                "decisions need times (T,), scores and alarms (T, N), "
                f"got {times_s.shape}, {score.shape}, {alarm.shape}"
            )
        for name, values in (("times_s", times_s), ("score", score), ("alarm", alarm)):
            values.flags.writeable = False
            object.__setattr__(self, name, values)


class DecisionLog:
    """Gathers the decisions of one run about N sections: nine bytes for each, without an object per frame."""

    def __init__(self, sections: int) -> None:
        self._sections = sections
        self._times_s, self._score, self._alarm = array("d"), array("d"), array("b")

    def add(self, decision: Decision) -> None:
        """Add the decision on the next frame."""
        self._times_s.append(decision.time_s)
        self._score.frombytes(decision.score.tobytes())
        self._alarm.frombytes(decision.alarm.tobytes())

    @property
    def decisions(self) -> Decisions:
        """All decisions so far."""
        shape = (len(self._times_s), self._sections)
        return Decisions(
            times_s=np.asarray(self._times_s),
            score=np.asarray(self._score).reshape(shape),
            alarm=np.asarray(self._alarm).reshape(shape).astype(np.bool_),
        )


_COLUMNS = ("time_s", "section", "score", "alarm")


def write_decisions(path: Path, decisions: Decisions) -> None:
    """Write all decisions of a run in one step; equal decisions give equal bytes."""
    rows = (
        (number_text(time_s), str(section), number_text(score), "1" if alarm else "0")
        for time_s, scores, alarms in zip(decisions.times_s.tolist(), decisions.score, decisions.alarm, strict=True)
        for section, (score, alarm) in enumerate(zip(scores.tolist(), alarms.tolist(), strict=True))
    )
    with atomic_file(path, ".csv.gz") as part:
        write_columns(part, _COLUMNS, rows)


def read_decisions(path: Path) -> Decisions:
    """Read what `write_decisions` wrote. Raises UserError naming the file where rows are missing or do not fit."""
    table = read_columns(path, _COLUMNS)
    time_s, section, score, alarm = (
        numbers(fields, table.lines, name, path, known=name != "score", infinite=name == "score")
        for name, fields in zip(_COLUMNS, table.columns, strict=True)
    )
    sections = int(section.max()) + 1 if len(section) else 0
    frames = len(time_s) // sections if sections else 0
    grid = (frames, sections)
    complete = len(time_s) == frames * sections and np.array_equal(section, np.tile(np.arange(sections), frames))
    times_s = time_s.reshape(grid) if complete else time_s
    if not complete or not (times_s == times_s[:, :1]).all() or not np.isin(alarm, (0, 1)).all():
        raise UserError(
            f"{path}: wanted one row per frame and section, section by section, alarm 0 or 1 (is it cut off?)"
        )
    return Decisions(times_s[:, 0] if frames else np.empty(0), score.reshape(grid), alarm.reshape(grid) == 1)


@contextmanager
def open_estimates(path: Path) -> Iterator[Callable[[Iterable[EstimateRow]], None]]:
    """Yield a function that writes the next rows; the file is there when the block ends, and not where it fails."""
    with atomic_file(path, ".csv.gz") as part, open_rows(part, EstimateRow) as write:
        yield write


def write_estimates(path: Path, rows: Iterable[EstimateRow]) -> None:
    """Write the estimates of a run in one step."""
    with open_estimates(path) as write:
        write(rows)


def read_estimates(path: Path) -> tuple[EstimateRow, ...]:
    """Read what `write_estimates` wrote. Raises UserError naming file and line for what does not fit."""
    return read_rows(path, EstimateRow)
