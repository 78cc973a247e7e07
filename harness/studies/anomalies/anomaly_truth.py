"""The truth of anomalies: where and when an alarm finds each, and where and when an alarm is not false.

Conventions: times in s on the run's clock; a frame's time is its end; section n lies between stations n and n + 1.

- The **window** of an anomaly is onset < t <= end, in its **sections**. An alarm that *begins* there finds it.
    - a spike or fault of a loop: the one or two sections that its station bounds; until GRACE_S after its last frame
    - level, surge, rain: all sections; until the last vehicle it concerns can have left the road, at the speed limit
    - a holiday: one anomaly for each span of the day in which its demand is unlike a normal day's; all sections
    - incident, closure: observed onset and clearance, and the section upstream by the rule of `harness.scoring.matching`; until
      GRACE_S after clearance
- **Disturbed** are sections and frames in which an alarm is not counted as false: windows, and until RECOVERY_S later; of anomalies
  in the traffic in all sections; of loops in the sections beside theirs too, where neighbours' readings enter the normal. Of a
  holiday nothing is normal.
- **Earliest** is the end of the first frame that can show it: for incidents the truth's earliest evidence, else the first frame
  that ends after the onset.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path

import numpy as np

from detectors.calibration.aims import RECOVERY_S
from harness.scoring.matching import GRACE_S, upstream_window
from harness.studies.anomalies.anomaly_scenarios import StudyRun
from harness.studies.anomalies.day_demand import deviating_spans
from scenarios.anomaly import ANOMALY_KINDS, AnomalyKind, PlannedAnomaly
from scenarios.corridor import Corridor
from scenarios.files.anomaly_study_file import AnomalyStudy
from scenarios.site import Site
from simulator.frame import Array, Flags
from simulator.truth import Truth

UNLIKE = 0.3
"""Share of a normal day's demand by which a holiday's differs where it counts as an anomaly. Chosen: ten times how days differ."""
LEAST_SPAN_S = 3600.0
"""Shortest such span, s. Chosen: shorter ones are edges of two profiles' steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Anomaly:
    """One anomaly as it was: `window` (T, N) where an alarm that begins finds it, `disturbed` (T, N) where none is false.

    `sections` are those of the window; `counted` is false for an incident without impact on the loops; `detail` says what it
    was, in a few words; `station` and `lane` are those of a loop's anomaly.
    """

    run: str
    kind: str
    onset_s: float
    end_s: float
    earliest_s: float
    sections: tuple[int, ...]
    window: Flags
    disturbed: Flags
    counted: bool
    detail: str
    station: int | None = None
    lane: int | None = None

    @property
    def what(self) -> AnomalyKind:
        """Class, extent and the rest of its kind."""
        return ANOMALY_KINDS[self.kind]


@dataclass(frozen=True, slots=True, eq=False)
class AnomalousRun:
    """A finished run with anomalies: the ends of its frames (T,), its folder and its anomalies."""

    name: str
    folder: Path
    times_s: Array
    anomalies: tuple[Anomaly, ...]


def anomalies_of(study: AnomalyStudy, run: StudyRun, times_s: Array, truth: Truth) -> tuple[Anomaly, ...]:
    """Return the anomalies of a run whose frames end at `times_s` (T,)."""
    found: list[Anomaly] = []
    if run.planned is not None and run.planned.holiday:
        found += _holiday(study, run, times_s)
    for planned in () if run.planned is None else run.planned.anomalies:
        if planned.kind in ("incident", "closure"):
            found.append(_incident(run, planned, times_s, truth, len([one for one in found if one.what.incident])))
        else:
            found.append(_other(study, run, planned, times_s))
    return tuple(found)


def passage_s(site: Site) -> float:
    """Return the time [s] from the entry to the last station at the speed limit."""
    return (site.feeder_m + site.station[-1].position_m) / site.speed_limit_mps


def _holiday(study: AnomalyStudy, run: StudyRun, times_s: Array) -> list[Anomaly]:
    assert study.holiday is not None  # the study's file is checked
    spans = deviating_spans(study.day.demand_vphpl, study.holiday.demand_vphpl, UNLIKE, LEAST_SPAN_S)
    every = tuple(range(run.placed.corridor.sections))
    anomalies = []
    for from_s, until_s in spans:
        onset_s, end_s = (run.run_clock_s(each) for each in (from_s, until_s))
        onset_s, end_s = max(onset_s, run.placed.scenario.warm_up_s), end_s + passage_s(_site(run))
        window = _span(times_s, onset_s, end_s, every, run.placed.corridor)
        if window.any():
            all_day = np.ones_like(window)
            detail = f"{from_s / 3600:g} to {until_s / 3600:g} h of the day"
            earliest_s = _first_frame_s(times_s, onset_s)
            anomalies.append(
                Anomaly(run.name, "holiday", onset_s, end_s, earliest_s, every, window, all_day, True, detail)
            )
    return anomalies


def _other(study: AnomalyStudy, run: StudyRun, planned: PlannedAnomaly, times_s: Array) -> Anomaly:
    corridor = run.placed.corridor
    onset_s, end_s = run.run_clock_s(planned.onset_s), run.run_clock_s(planned.end_s(study.period_s))
    station: int | None = None
    if ANOMALY_KINDS[planned.kind].made_by == "loops":
        station = [one.name for one in corridor.stations].index(planned.station or "")
        sections = tuple(n for n in (station - 1, station) if 0 <= n < corridor.sections)
        beside = tuple(n for n in range(station - 2, station + 2) if 0 <= n < corridor.sections)
        end_s += GRACE_S
        detail = f"{planned.fault or 'burst'} at {planned.station}, lane {planned.lane}"
    else:
        sections = beside = tuple(range(corridor.sections))
        end_s += passage_s(_site(run))
        detail = _traffic_detail(planned)
    window = _span(times_s, onset_s, end_s, sections, corridor)
    disturbed = _span(times_s, onset_s, end_s + RECOVERY_S, beside, corridor)
    return Anomaly(
        run.name,
        planned.kind,
        onset_s,
        end_s,
        _first_frame_s(times_s, onset_s),
        sections,
        window,
        disturbed,
        True,
        detail,
        station,
        planned.lane,
    )


def _traffic_detail(planned: PlannedAnomaly) -> str:
    if planned.kind == "level":
        return f"{planned.demand_vphpl:g} veh/h/lane"
    return f"{planned.factor:g} times the demand" if planned.kind == "surge" else "rain"


def _incident(run: StudyRun, planned: PlannedAnomaly, times_s: Array, truth: Truth, number: int) -> Anomaly:
    corridor, incident = run.placed.corridor, truth.incidents[number]
    end_s = incident.clearance_s + GRACE_S
    sections = tuple(n for n in (incident.section - 1, incident.section) if n >= 0)
    window = _span(times_s, incident.onset_s, end_s, (incident.section,), corridor)
    disturbed = _span(times_s, incident.onset_s, end_s + RECOVERY_S, tuple(range(corridor.sections)), corridor)
    if incident.section > 0:
        window[:, incident.section - 1] = upstream_window(incident, truth, corridor, times_s, GRACE_S)
    for carrying in truth.carrying:
        disturbed[(carrying.from_s < times_s) & (times_s <= carrying.to_s)] = True
    lanes = ", ".join(map(str, incident.lanes))
    earliest_s = incident.earliest_evidence_s
    if isnan(earliest_s):
        earliest_s = _first_frame_s(times_s, incident.onset_s)
    return Anomaly(
        run.name,
        planned.kind,
        incident.onset_s,
        end_s,
        earliest_s,
        sections,
        window,
        disturbed,
        incident.impact,
        f"lanes {lanes} at {incident.position_m:.0f} m",
    )


def _first_frame_s(times_s: Array, onset_s: float) -> float:
    """The end of the first frame that ends after the onset; NaN without one."""
    later = times_s[times_s > onset_s]
    return float(later[0]) if later.size else nan


def _span(times_s: Array, from_s: float, until_s: float, sections: Sequence[int], corridor: Corridor) -> Flags:
    """(T, N): true in the frames that end in `from_s` < t <= `until_s`, in the sections."""
    found = np.zeros((len(times_s), corridor.sections), dtype=np.bool_)
    found[np.ix_((from_s < times_s) & (times_s <= until_s), np.array(sections, dtype=np.intp))] = True
    return found


def _site(run: StudyRun) -> Site:
    assert isinstance(run.placed.place, Site)  # a study names a site
    return run.placed.place
