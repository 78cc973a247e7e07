"""The folder of one run: its layout, and how decisions, estimates and the record of a finished run are written and read.

    decisions-DETECTOR.csv.gz   time_s,section,score,alarm: one row per frame and section, alarm 0 or 1
    estimates-DETECTOR.csv.gz   the fields of EstimateRow: one row per lane estimated to be blocked, or beside one
    causes-DETECTOR.csv         every alarm of a masked detector and of its mask, with its cause (`harness.records.cause_log`)
    run.json                    scenario, seed, detectors with their fingerprints, versions, platform, command;
                                written last: a run that has it is finished

The other files of a run folder are those of a recording (`simulator.recording.recording_folder`) and its truth
(`simulator.recording.truth_files`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.records.atomic_files import atomic_file, write_json
from harness.records.decisions import Decisions, EstimateRow
from scenarios.errors import UserError
from scenarios.scenario import Scenario
from simulator.recording.csv_columns import number_text, numbers, read_columns, write_columns
from simulator.recording.json_file import read_object
from simulator.recording.row_file import read_rows, write_rows

_COLUMNS = ("time_s", "section", "score", "alarm")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run and the paths in it; none of them needs to exist."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def corridor(self) -> Path:
        """Stations and period."""
        return self.path / "corridor.toml"

    @property
    def loops(self) -> Path:
        """The frames."""
        return self.path / "loops.csv.gz"

    @property
    def twin_loops(self) -> Path:
        """The twin's frames."""
        return self.path / "twin_loops.csv.gz"

    @property
    def record(self) -> Path:
        """The record of a finished run."""
        return self.path / "run.json"

    @property
    def finished(self) -> bool:
        """Whether the run is finished."""
        return self.record.is_file()

    def decisions(self, detector: str) -> Path:
        """One detector's decisions."""
        return self.path / f"decisions-{detector}.csv.gz"

    def estimates(self, detector: str) -> Path:
        """One detector's estimates; no file where a detector estimates nothing."""
        return self.path / f"estimates-{detector}.csv.gz"

    def causes(self, detector: str) -> Path:
        """The causes of the alarms of one detector and of its mask; no file without a mask."""
        return self.path / f"causes-{detector}.csv"

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors whose decisions are in the folder, in alphabetical order."""
        paths = self.path.glob("decisions-*.csv.gz")
        return tuple(sorted(path.name.removeprefix("decisions-").removesuffix(".csv.gz") for path in paths))


def finished_runs(battery: Path) -> tuple[RunFolder, ...]:
    """Return the finished runs in a battery's folder, in order of name."""
    paths = sorted((battery / "runs").glob("*/run.json"))
    return tuple(RunFolder(path.parent) for path in paths if not path.parent.name.startswith("."))


def write_decisions(path: Path, decisions: Decisions) -> None:
    """Write all decisions of a run in one step; equal decisions give equal bytes."""
    rows = (
        (number_text(time_s), str(section), number_text(score), "1" if alarm else "0")
        for time_s, scores, alarms in zip(
            decisions.times_s.tolist(), decisions.score.tolist(), decisions.alarm.tolist(), strict=True
        )
        for section, (score, alarm) in enumerate(zip(scores, alarms, strict=True))
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


def write_estimates(path: Path, rows: Iterable[EstimateRow]) -> None:
    """Write the estimates of a run in one step."""
    with atomic_file(path, ".csv.gz") as part:
        write_rows(part, EstimateRow, rows)


def read_estimates(path: Path) -> tuple[EstimateRow, ...]:
    """Read what `write_estimates` wrote. Raises UserError naming file and line for what does not fit."""
    return read_rows(path, EstimateRow)


def write_record(folder: Path, record: Mapping[str, object]) -> None:
    """Write `run.json`, which marks the run as finished: write it last."""
    write_json(RunFolder(folder).record, record)


def recorded_scenario(folder: Path) -> Scenario | None:
    """Return the scenario in `run.json`, None where it holds none. Raises as `read_record`, UserError for one that is not valid."""
    scenario = read_record(folder).get("scenario")
    if scenario is None:
        return None
    try:
        return Scenario.model_validate(scenario)
    except ValueError as error:
        raise UserError(f"{RunFolder(folder).record}: no scenario of this version: {error}") from None


def read_record(folder: Path) -> dict[str, object]:
    """Read `run.json`. Raises MissingFileError where the run is unfinished, UserError where the file is broken."""
    return read_object(RunFolder(folder).record, "is the run not finished, or the folder a recording?")
