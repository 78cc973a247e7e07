"""The score over runs: decisions become alarms, alarms are matched with incidents, outcomes are counted.

Conventions: those of `harness.scoring.run_verdicts` (classes of alarms), `harness.scoring.characterization` (estimates) and
`harness.scoring.detection_score`. A run whose incidents are not known (`truth` None) has alarms of kind "unknown",
and adds to no rate.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np

from harness.records.decisions import EstimateRow
from harness.scoring.alarm_groups import Grouped, alarm_groups
from harness.scoring.alarms import Alarm, alarms_of, check_stream, persistent
from harness.scoring.characterization import LATER_FRAMES, AlarmEstimate, EstimateIndex, LaneErrors, lane_errors
from harness.scoring.detection_score import Score
from harness.scoring.incident_extent import Extent
from harness.scoring.judged_sections import SAW_ALL, Sight
from harness.scoring.matching import GRACE_S, Matching, grace_of
from harness.scoring.matching_checks import validate
from harness.scoring.onset_interval import interval_end_s
from harness.scoring.outcomes import AlarmOutcome, Factors, IncidentOutcome, RunOutcome, incident_labels
from harness.scoring.run_verdicts import verdicts_by_extents, verdicts_by_truth
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from simulator.frame import Array, Flags
from simulator.truth import Truth

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRun:
    """One run to score: raw decisions `alarm` (T, N) at frame ends `times_s` (T,), and the truth.

    `estimates` is None for a detector that does not estimate; `factors` are the run's labels (demand, traffic, ...)
    and `incident_factors`, where given, those of each incident of the truth; `truth` is None where incidents are not
    known. `reasons`: why an alarm was raised, by its section and its raise in whole ms, of a detector that says so.
    `sight`: how much of what the detector needs was there; where it is too little the run adds to no rate.
    `extents`: where the log states tolerances, those of its incidents; `truth` then as `truth_by_extents` says.
    """

    name: str
    corridor: Corridor
    times_s: Array
    alarm: Flags
    truth: Truth | None
    estimates: Sequence[EstimateRow] | None = None
    factors: Factors = field(default_factory=dict)
    incident_factors: Sequence[Factors] | None = None
    reasons: Mapping[tuple[int, int], str] = field(default_factory=dict)
    sight: Sight = SAW_ALL
    extents: Sequence[Extent] | None = None


def score_runs(runs: Sequence[ScoredRun], persistence: int, grace_s: float = GRACE_S, recovery_s: float = 0.0) -> Score:
    """Return the score over all `runs`, at one persistence (see `harness.scoring.matching` for `grace_s` and `recovery_s`).

    The score's `grace_s` is the longest that holds on any of the runs.

    Raises UserError naming the run that cannot be scored.
    """
    names = [run.name for run in runs]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"runs are identified by their names, got {name!r} twice (is a folder given twice?)")
    incidents: list[IncidentOutcome] = []
    alarms: list[AlarmOutcome] = []
    counts: list[RunOutcome] = []
    for run in runs:
        try:
            of_incidents, of_alarms, of_run = _score_run(run, persistence, grace_s, recovery_s)
        except UserError as error:
            raise at(f"run {run.name!r}", error) from error
        incidents += of_incidents
        alarms += of_alarms
        counts.append(of_run)
    longest_s = max((grace_of(run.corridor, grace_s) for run in runs), default=grace_s)
    return Score(persistence, longest_s, recovery_s, tuple(incidents), tuple(alarms), tuple(counts))


def _score_run(
    run: ScoredRun, persistence: int, grace_s: float, recovery_s: float
) -> tuple[list[IncidentOutcome], list[AlarmOutcome], RunOutcome]:
    check_stream(run.alarm, run.times_s)
    raised = alarms_of(persistent(run.alarm, persistence), run.times_s)
    groups = alarm_groups(raised, run.corridor)
    estimates = EstimateIndex(run.estimates)
    matching, decisions, false_groups = None, 0, 0
    incidents: list[IncidentOutcome] = []
    if run.truth is not None and run.sight.judged:
        validate(run.corridor, run.times_s, run.alarm, run.truth, grace_s, recovery_s)
        if run.extents is None:
            grace_s = grace_of(run.corridor, grace_s)
            found = verdicts_by_truth(raised, groups, run.truth, run.corridor, run.times_s, grace_s, recovery_s)
        else:
            found = verdicts_by_extents(raised, run.extents, run.corridor, run.times_s)
        matching, decisions, false_groups = found.matching, int(found.counted.sum()), found.false_groups
        incidents = _incidents(run, run.truth, raised, matching, estimates)
    alarms = _alarms(run, raised, groups, matching, estimates)
    return (
        incidents,
        alarms,
        RunOutcome(
            run=run.name,
            factors=run.factors,
            known=run.truth is not None,
            frames=int(run.times_s.size),
            sections=run.corridor.sections,
            decisions=decisions,
            section_hours=decisions * run.corridor.period_s / HOUR_S,
            incidents=sum(incident.counted for incident in incidents),
            detected=sum(incident.hit for incident in incidents),
            alarms=len(alarms),
            false_alarms=sum(alarm.kind == "false" for alarm in alarms),
            neutral_alarms=sum(alarm.kind == "neutral" for alarm in alarms),
            groups=sum(alarm.head for alarm in alarms),
            false_groups=false_groups,
            sight=run.sight,
        ),
    )


def _alarm_estimate(run: ScoredRun, alarm: Alarm, estimates: EstimateIndex) -> AlarmEstimate:
    found = estimates.at_alarm(alarm, _next_frame_s(run, alarm), alarm.raised_s + LATER_FRAMES * run.corridor.period_s)
    reason = run.reasons.get((alarm.section, round(alarm.raised_s * 1000)))
    return replace(found, symptom=reason) if reason else found


def _next_frame_s(run: ScoredRun, alarm: Alarm) -> float:
    index = int(np.searchsorted(run.times_s, alarm.ended_s, side="right"))
    return float(run.times_s[index]) if index < run.times_s.size else math.nan


def _incidents(
    run: ScoredRun, truth: Truth, raised: Sequence[Alarm], matching: Matching, estimates: EstimateIndex
) -> list[IncidentOutcome]:
    own = [{} for _ in truth.incidents] if run.incident_factors is None else run.incident_factors
    if len(own) != len(truth.incidents):
        raise ValueError(f"wanted factors for each of {len(truth.incidents)} incidents, got {len(own)}")
    scores = []
    for index, (incident, extent) in enumerate(zip(truth.incidents, run.extents or repeat(None), strict=False)):
        chosen = matching.alarm_of[index]
        alarm = None if chosen is None else raised[chosen]
        alarm_s = math.nan if alarm is None else alarm.raised_s
        errors = LaneErrors() if run.estimates is None else lane_errors(index, incident, truth, estimates)
        scores.append(
            IncidentOutcome(
                run=run.name,
                incident=index,
                onset_s=incident.onset_s,
                clearance_s=incident.clearance_s,
                section=incident.section,
                position_m=incident.position_m,
                lanes=incident.lanes,
                factors={**run.factors, **incident_labels(incident, run.corridor), **own[index]},
                impact=incident.impact,
                observed=matching.observed[index],
                detected=alarm is not None,
                located=matching.located[index],
                alarm_s=alarm_s,
                ttd_s=alarm_s - incident.onset_s,
                ttd_intervals_s=math.nan
                if alarm is None
                else alarm_s - interval_end_s(incident.onset_s, float(run.times_s[0]), run.corridor.period_s),
                floor_s=incident.floor_s,
                delay_veh_h=incident.delay_veh_h,
                queue_max_veh=incident.queue_max_veh,
                suspected_s=math.nan
                if alarm is None
                else estimates.suspected_s(alarm.section, incident.onset_s, alarm.raised_s),
                estimate=AlarmEstimate() if alarm is None else _alarm_estimate(run, alarm, estimates),
                queue=errors.queue,
                lane_changing=errors.changing,
                beside=errors.beside,
                trace=None if extent is None else extent.trace,
                first_trace_s=math.nan if extent is None else extent.first_trace_s,
                no_lane=incident.no_lane,
            )
        )
    return scores


def _alarms(
    run: ScoredRun,
    raised: Sequence[Alarm],
    groups: Sequence[Grouped],
    matching: Matching | None,
    estimates: EstimateIndex,
) -> list[AlarmOutcome]:
    stations = run.corridor.stations
    return [
        AlarmOutcome(
            run=run.name,
            section=alarm.section,
            upstream=stations[alarm.section].name,
            downstream=stations[alarm.section + 1].name,
            raised_s=alarm.raised_s,
            ended_s=alarm.ended_s,
            kind="unknown" if matching is None else matching.kinds[index],
            reason="" if matching is None else matching.reasons[index],
            incident=None if matching is None else matching.incident_of[index],
            estimate=_alarm_estimate(run, alarm, estimates),
            group=groups[index].group,
            head=groups[index].head,
        )
        for index, alarm in enumerate(raised)
    ]
