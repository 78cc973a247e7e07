"""The folder of one run: its layout, and how the record of a finished run is written and read.

    decisions-DETECTOR.csv.gz   time_s,section,score,alarm: one row per frame and section, alarm 0 or 1
    estimates-DETECTOR.csv.gz   the fields of EstimateRow: one row per lane estimated to be blocked, or beside one
    causes-DETECTOR.csv         every alarm of a masked detector and of its mask, with its cause (`harness.records.cause_log`)
    reasons-DETECTOR.csv        every alarm of a detector that says why, with its reason (`harness.records.reason_log`)
    traffic-DETECTOR.npz        of a replay: what its page draws (`harness.reporting.traffic_sketch`)
    evidence-DETECTOR.npz       of a replay: the parts of the scores near alarms (`harness.reporting.kept_evidence`)
    run.json                    scenario, seed, detectors with their fingerprints, versions, platform, command;
                                written last: a run that has it is finished

The other files of a run folder are those of a recording (`simulator.recording.recording_folder`), its truth
(`simulator.recording.truth_files`) and its traffic (`simulator.recording.traffic_file`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_json
from harness.records.record_fields import RunFields, read_fields
from scenarios.errors import UserError
from scenarios.scenario import Scenario


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

    def reasons(self, detector: str) -> Path:
        """The reasons of one detector's alarms; no file from a detector that gives none."""
        return self.path / f"reasons-{detector}.csv"

    def traffic(self, detector: str) -> Path:
        """The traffic kept for the page of a replay; no file in a simulated run."""
        return self.path / f"traffic-{detector}.npz"

    def evidence(self, detector: str) -> Path:
        """The evidence by part near alarms, kept for the page of a replay; no file from a detector that gives none."""
        return self.path / f"evidence-{detector}.npz"

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors whose decisions are in the folder, in alphabetical order."""
        paths = self.path.glob("decisions-*.csv.gz")
        return tuple(sorted(path.name.removeprefix("decisions-").removesuffix(".csv.gz") for path in paths))


def write_record(folder: Path, record: Mapping[str, object]) -> None:
    """Write `run.json`, which marks the run as finished: write it last."""
    write_json(RunFolder(folder).record, record, lasting=True)


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
    return read_fields(RunFolder(folder).record, RunFields, "is the run not finished, or the folder a recording?")
