"""A baseline: detectors' results for every run and incident of a battery, in one file small enough to commit.

    laneblock_baseline   1, the format
    battery              its name
    persistence, grace_s of the scoring                                        (harness.scoring.matching)
    made_with            versions, system, machine, command
    runs                 by name: digests of the scenario and of every number in the frames, period
    detectors            by name: fingerprint, that of its mask, and by run alarms, false alarms, decisions, incidents

Conventions: times in s on the run's clock, NaN written as null; a digest is the first 16 hex digits of a SHA-256. The
digest of frames is of their numbers, so two files with the same numbers have the same digest. `said` is the digest of the alarms,
without scores, whose last digits differ between processors. A fingerprint is "" where none is known: no mask, or a baseline
from before fingerprints.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.records.atomic_files import write_text
from harness.scoring.rates import Proportion, Rate, Sample
from scenarios.corridor import LATEST_S
from scenarios.errors import UserError, at
from scenarios.files.validation import validate
from simulator.recording.json_file import read_object

MOST_PERSISTENCE = 1000
"""Largest persistence, as of the option: eight hours of frames of 30 s."""
LONGEST_GRACE_S = 86400.0
"""Longest time after clearance in which an alarm counts. Chosen: a day; results are made with a minute."""
FORMAT = 1
Count = Annotated[int, Field(ge=0)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class IncidentResult(_Kept):
    """The result for one incident; DR is over those that are `counted`; `ttd_s` is null where it was not detected."""

    onset_s: Annotated[float, Field(ge=-LATEST_S, le=LATEST_S)]
    section: int
    counted: bool
    detected: bool
    located: bool
    ttd_s: float | None

    @model_validator(mode="after")
    def _time_where_detected(self) -> Self:
        if self.detected != (self.ttd_s is not None):
            raise ValueError(f"wanted ttd_s where detected is true, and only there, got {self.detected}, {self.ttd_s}")
        return self

    @property
    def hit(self) -> bool:
        """Counted and detected."""
        return self.counted and self.detected


class RunResult(_Kept):
    """One detector's result for one run."""

    alarms: Count
    false_alarms: Count
    neutral_alarms: Count
    decisions: Count
    corridor_days: float = Field(ge=0)
    said: str
    incidents: tuple[IncidentResult, ...]


class DetectorResult(_Kept):
    """One detector's results for all runs; every rate is a property of the counts, as in a score."""

    fingerprint: str = ""
    mask_fingerprint: str = ""
    runs: dict[str, RunResult]

    @property
    def counted(self) -> tuple[IncidentResult, ...]:
        """The incidents that DR is counted over, in the order of the runs."""
        return tuple(one for run in self.runs.values() for one in run.incidents if one.counted)

    @property
    def incidents(self) -> int:
        """Number of incidents that DR is counted over."""
        return len(self.counted)

    @property
    def detected(self) -> int:
        """Number of them that are detected."""
        return sum(one.detected for one in self.counted)

    @property
    def dr(self) -> Proportion:
        """DR = detected / incidents."""
        return Proportion(self.detected, self.incidents)

    @property
    def false_alarms(self) -> int:
        """Number of false alarms."""
        return sum(run.false_alarms for run in self.runs.values())

    @property
    def decisions(self) -> int:
        """Decisions (sections x frames) in which an alarm would have been false."""
        return sum(run.decisions for run in self.runs.values())

    @property
    def corridor_days(self) -> float:
        """The decisions as days of the whole corridor."""
        return math.fsum(run.corridor_days for run in self.runs.values())

    @property
    def false_alarms_per_day(self) -> Rate:
        """False alarms per corridor-day."""
        return Rate(self.false_alarms, self.corridor_days)

    @property
    def ttd(self) -> Sample:
        """TTD [s] of every detected incident, in rising order."""
        return Sample(tuple(sorted(one.ttd_s for one in self.counted if one.ttd_s is not None)))


class RunIdentity(_Kept):
    """Digests of a run's scenario and frames, and its period [s]."""

    scenario: str
    frames: str
    period_s: float = Field(gt=0)


class MadeWith(_Kept):
    """Origin of the frames (`sumo` empty: recordings of unknown origin), and the versions that scored them."""

    sumo: str
    system: str
    machine: str
    versions: dict[str, str | None]
    command: str

    @property
    def platform(self) -> tuple[str, str, str]:
        """SUMO version, system and machine, on which SUMO's results depend."""
        return self.sumo, self.system, self.machine


class Accepted(_Kept):
    """An accepted change: the reason, and each detector's detected, incidents, false alarms and mean TTD before it."""

    because: str
    before: dict[str, tuple[int, int, int, float | None]]


class Baseline(_Kept):
    """A baseline: results, and what identifies their runs and detectors."""

    laneblock_baseline: int = Field(default=FORMAT, ge=FORMAT, le=FORMAT)
    battery: str
    persistence: Annotated[int, Field(ge=0, le=MOST_PERSISTENCE)]
    grace_s: Annotated[float, Field(ge=0, le=LONGEST_GRACE_S)]
    made_with: MadeWith
    runs: dict[str, RunIdentity]
    detectors: dict[str, DetectorResult]
    accepted: tuple[Accepted, ...] = ()


def read_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises MissingFileError, or UserError where the file is not one."""
    if path.is_dir():
        raise UserError(f"{path}: wanted a baseline's file, got a folder (are BASELINE and DIR swapped?)")
    content = read_object(path, "laneblock baseline save DIR --out FILE makes one")
    if "laneblock_baseline" not in content:
        raise UserError(f"{path}: not a baseline (laneblock baseline save DIR --out FILE makes one)")
    if content["laneblock_baseline"] != FORMAT:
        raise UserError(f"{path}: wanted a baseline of format {FORMAT}, got {content['laneblock_baseline']!r}")
    for detector in content["detectors"].values() if isinstance(content.get("detectors"), dict) else ():
        if isinstance(detector, dict) and "fingerprint" not in detector:
            # Baselines from before fingerprints hold the digest of a parameter file, which identifies no shipped detector.
            detector.pop("parameters", None)
    try:
        return validate(Baseline, content)
    except UserError as error:
        raise at(path, error) from None


def write_baseline(path: Path, baseline: Baseline, new: bool = False) -> None:
    """Write a baseline in one step, with a line per run, so that a change is one line in a diff.

    A `new` one replaces no other. Raises FileExistsError.
    """
    write_text(path, _lines(baseline.model_dump(mode="json")) + "\n", new=new)


def _lines(content: object, depth: int = 0) -> str:
    """Return JSON with a line for each value that holds no object."""
    if not isinstance(content, Mapping) or not any(isinstance(value, Mapping) for value in content.values()):
        return json.dumps(content, ensure_ascii=False)
    parts = [f"{' ' * (depth + 1)}{json.dumps(key)}: {_lines(value, depth + 1)}" for key, value in content.items()]
    return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
