"""The findings of a replay, read back from the files of its results: what its page is made of.

    replay.json                   recordings, detectors, notices, and how to repeat it
    score.json, alarms.csv, ...   of each detector, as `harness.reporting.replay_results` writes them

Conventions: times in s on a recording's clock, positions in m; NaN where nothing is known.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from harness.scoring.rates import Proportion, Rate, Sample
from scenarios.errors import MissingFileError, UserError
from simulator.recording.incident_log import SHOULDER
from simulator.recording.json_file import read_object

REPLAY_FILE, REPORT_FILE = "replay.json", "report.html"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class AlarmFinding:
    """One alarm between two stations, its kind (`harness.scoring.matching.Kind`), and why it was raised, where that is told."""

    run: str
    section: int
    upstream: str
    downstream: str
    raised_s: float
    ended_s: float
    kind: str
    why: str
    group: int
    head: bool


@dataclass(frozen=True, slots=True)
class IncidentFinding:
    """One known incident; `counted` in DR, `first_trace_s` where its log states tolerances."""

    run: str
    incident: int
    onset_s: float
    clearance_s: float
    position_m: float
    lanes: str
    section: int
    counted: bool
    detected: bool
    alarm_s: float
    first_trace_s: float

    @property
    def lanes_text(self) -> str:
        """The blocked lanes for people; a log need not name them, or says that there was none."""
        return "none (shoulder)" if self.lanes == SHOULDER else self.lanes.replace(";", ", ") or "not known"


@dataclass(frozen=True, slots=True)
class DetectorFinding:
    """One detector's findings. `score` is the content of its score.json: empty where no incidents are known, without figures where
    it lacked what it needs (`judged` is false). `unjudged` names its lacks by run."""

    name: str
    score: Mapping[str, Any]
    unjudged: Mapping[str, Mapping[str, Any]]
    alarms: tuple[AlarmFinding, ...]
    incidents: tuple[IncidentFinding, ...]
    recorded_days: float

    @property
    def known(self) -> bool:
        """Whether incidents of a recording are known."""
        return bool(self.score)

    @property
    def judged(self) -> bool:
        """Whether it saw enough in one recording at least."""
        if self.known:
            return self.score.get("incidents") is not None
        return not self.unjudged or any(lack["judged"] for lack in self.unjudged.values())

    @property
    def dr(self) -> Proportion:
        """Detected incidents / incidents with impact."""
        return Proportion(*(int(self.score.get(name) or 0) for name in ("detected", "incidents")))

    @property
    def days(self) -> float:
        """Corridor-days in which an alarm would be false; all that were recorded, where incidents are not known."""
        return float(self.score.get("corridor_days") or 0.0) if self.known else self.recorded_days

    @property
    def false_alarms(self) -> Rate:
        """False alarms per corridor-day; all alarms, where incidents are not known."""
        return Rate(int(self.score.get("false_alarms") or 0) if self.known else len(self.alarms), self.days)

    @property
    def false_groups(self) -> Rate:
        """The same in groups."""
        heads = sum(alarm.head for alarm in self.alarms)
        return Rate(int(self.score.get("false_alarm_groups") or 0) if self.known else heads, self.days)

    @property
    def ttd(self) -> Sample:
        """Alarm minus onset [s], from the log."""
        return Sample(tuple(self.score.get("ttd_s") or ()))

    @property
    def ttd_trace(self) -> Sample:
        """Alarm minus first trace [s] of detected incidents whose log states tolerances."""
        found = (one.alarm_s - one.first_trace_s for one in self.incidents if one.counted and one.detected)
        return Sample(tuple(value for value in found if not math.isnan(value)))

    @property
    def shown_alarms(self) -> tuple[AlarmFinding, ...]:
        """The alarms that a reader asks about: the false ones, or all where incidents are not known."""
        return tuple(alarm for alarm in self.alarms if alarm.kind in ("false", "unknown"))


@dataclass(frozen=True, slots=True)
class ReplayFindings:
    """A replay: names of recordings, the findings of its detectors, the first one first, notices, and the record as written."""

    folder: Path
    recordings: tuple[str, ...]
    detectors: tuple[DetectorFinding, ...]
    notices: tuple[str, ...]
    record: Mapping[str, Any]


def read_findings(folder: Path) -> ReplayFindings:
    """Read the results of a replay. Raises MissingFileError where there are none, UserError naming a file that cannot be read."""
    path = folder / REPLAY_FILE
    if not path.is_file():
        raise MissingFileError(
            f"{folder}: holds no {REPLAY_FILE}, so no results of a replay (made by an older version?)"
        )
    record = read_object(path)
    try:
        days = math.fsum(float(told["days"]) for told in record["recordings"].values())
        detectors = tuple(
            _detector(folder, name, f"-{name}" if place else "", told.get("unjudged") or {}, days)
            for place, (name, told) in enumerate(record["detectors"].items())
        )
        return ReplayFindings(folder, tuple(record["recordings"]), detectors, tuple(record["notices"]), record)
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: not the record of a replay of this version ({error!r}); replay again") from None


def _detector(
    folder: Path, name: str, own: str, unjudged: Mapping[str, Mapping[str, Any]], recorded_days: float
) -> DetectorFinding:
    score, incidents = folder / f"score{own}.json", folder / f"incidents{own}.csv"
    return DetectorFinding(
        name,
        read_object(score) if score.is_file() else {},
        unjudged,
        tuple(_rows(folder / f"alarms{own}.csv", _alarm)),
        tuple(_rows(incidents, _incident)) if incidents.is_file() else (),
        recorded_days,
    )


def _rows(path: Path, read: Callable[[Mapping[str, str]], Row]) -> Sequence[Row]:
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file; it belongs to the results of a replay (replay again)")
    with path.open(encoding="utf-8", newline="") as text:
        try:
            return [read(row) for row in csv.DictReader(text)]
        except (KeyError, ValueError, TypeError) as error:
            raise UserError(f"{path}: not a table of a replay of this version ({error!r}); replay again") from None


def _alarm(row: Mapping[str, str]) -> AlarmFinding:
    return AlarmFinding(
        *(row["run"], int(row["section"]), row["upstream"], row["downstream"]),
        *(float(row["raised_s"]), float(row["ended_s"]), row["kind"], row["symptom"]),
        *(int(row["group"]), row["head"] == "1"),
    )


def _incident(row: Mapping[str, str]) -> IncidentFinding:
    return IncidentFinding(
        *(row["run"], int(row["incident"]), float(row["onset_s"]), _known(row["clearance_s"])),
        *(float(row["position_m"]), row["lanes"], int(row["section"])),
        *(row["impact"] == "1" and row["observed"] == "1", row["detected"] == "1"),
        *(_known(row["alarm_s"]), _known(row.get("first_trace_s") or "")),
    )


def _known(text: str) -> float:
    return float(text) if text else math.nan
