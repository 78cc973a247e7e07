"""The score of a fault detector: faults found, how soon, and false alarms at healthy loops.

- A fault is **detected** by an alarm at its loop (either loop of a swap) that is raised after its onset and not later than
  `GRACE_S` after its end. Time to detection counts from the onset, the start of a ramp.
- An alarm is **false** where its loop had no fault at that time; for `GRACE_S` after a fault's end it is neither. An alarm
  that lasts is one alarm.
- **Loop-days** are those of loops with data in which an alarm would have been false. Alarms and loop-days are counted separately
  **during** an incident (onset to `RECOVERY_S` after clearance, anywhere on the corridor), because a blocked lane is no fault;
  and **beside** a faulty loop (at its station or the next ones, up to `GRACE_S` after its end), which misleads its
  neighbours. The others are **free**: thresholds are set for their rate.
- Faults that loops cannot show are counted too: a dead loop in the middle of the night, a swap of two lanes with equal traffic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, nan

import numpy as np

from harness.scoring.alarms import Alarm, alarms_of
from harness.scoring.rates import Proportion, Rate, Sample
from scenarios.corridor import Corridor
from scenarios.fault import SensorFault
from simulator.faults.corrupted_frames import faulty_loops
from simulator.frame import Array, Flags

GRACE_S = 1800.0
SOON_S = 1800.0
RECOVERY_S = 900.0
DAY_S = 86400.0
MONTH_DAYS = 30.0
RESAMPLING_SEED = 2017


@dataclass(frozen=True, slots=True)
class FoundFault:
    """A fault of a run: time to detection [s] (infinite: not detected) and true flow [veh/h] at its loop soon after the onset."""

    run: str
    fault: SensorFault
    ttd_s: float
    flow_vph: float

    @property
    def detected(self) -> bool:
        """Whether an alarm detected it."""
        return self.ttd_s < inf

    @property
    def soon(self) -> bool:
        """Whether an alarm detected it within SOON_S."""
        return self.ttd_s <= SOON_S


@dataclass(frozen=True, slots=True)
class FaultScore:
    """One fault detector at one operating point, over runs; false alarms per loop-day free, beside and during (see above)."""

    found: tuple[FoundFault, ...]
    free: Rate
    beside: Rate
    during: Rate

    @property
    def dr(self) -> Proportion:
        """Detection rate: detected faults / faults."""
        return Proportion(sum(each.detected for each in self.found), len(self.found))

    @property
    def soon(self) -> Proportion:
        """Faults detected within SOON_S / faults."""
        return Proportion(sum(each.soon for each in self.found), len(self.found))

    @property
    def ttd(self) -> Sample:
        """Times to detection [s] of the detected faults, in rising order."""
        return Sample(tuple(sorted(each.ttd_s for each in self.found if each.detected)), RESAMPLING_SEED)

    @property
    def per_loop_month(self) -> Rate:
        """Free false alarms per loop-month."""
        return self.free.per(MONTH_DAYS)

    def of(self, kinds: Sequence[str]) -> "FaultScore":
        """Return the score with the faults of these kinds alone."""
        kept = tuple(each for each in self.found if each.fault.kind in kinds)
        return replace(self, found=kept)


def score_faults(
    run: str,
    corridor: Corridor,
    times_s: Array,
    alarm: Flags,
    faults: Sequence[SensorFault],
    true_count: Array,
    incidents: Sequence[tuple[float, float]] = (),
) -> FaultScore:
    """Return the score of the alarms (T, S x L) of one run.

    `true_count` (T, S, L): vehicles that truly passed; `incidents`: onsets and clearances [s].
    """
    raised = alarms_of(alarm, times_s)
    names = [station.name for station in corridor.stations]
    found: list[FoundFault] = []
    detections: set[Alarm] = set()
    for fault in faults:
        station = names.index(fault.station)
        loops = {station * corridor.lanes + lane for lane in fault.loops(corridor.stations[station].lane_numbers)}
        until_s = fault.last_s + GRACE_S
        hits = [each for each in raised if each.section in loops and fault.onset_s < each.raised_s <= until_s]
        detections.update(hits)
        first_s = min((each.raised_s for each in hits), default=inf)
        early = (times_s > fault.onset_s) & (times_s <= min(fault.last_s, fault.onset_s + SOON_S))
        flow = true_count[early, station, fault.lane]
        flow_vph = float(np.nanmean(flow)) * 3600 / corridor.period_s if np.isfinite(flow).any() else nan
        found.append(FoundFault(run, fault, first_s - fault.onset_s, flow_vph))
    graced = [
        fault.model_copy(update={"end_s": fault.last_s + GRACE_S}) if fault.end_s is not None else fault
        for fault in faults
    ]
    at_fault = faulty_loops(times_s, corridor, graced).reshape(alarm.shape)
    healthy = np.isfinite(true_count).reshape(alarm.shape) & ~at_fault
    during = _during_incidents(times_s, incidents)[:, np.newaxis] & np.ones_like(at_fault)
    stations: Flags = np.asarray(at_fault.reshape(true_count.shape).any(axis=2))
    beside = _near(stations).repeat(corridor.lanes, axis=1) & ~during
    row = {float(time_s): k for k, time_s in enumerate(times_s)}
    places = [(row[each.raised_s], each.section) for each in raised if each not in detections]
    false = [place for place in places if not at_fault[place]]
    days = corridor.period_s / DAY_S
    rates = [
        Rate(sum(bool(where[place]) for place in false), float((healthy & where).sum()) * days)
        for where in (~beside & ~during, beside, during)
    ]
    return FaultScore(tuple(found), *rates)


def _during_incidents(times_s: Array, incidents: Sequence[tuple[float, float]]) -> Flags:
    during = np.zeros(len(times_s), dtype=np.bool_)
    for onset_s, clearance_s in incidents:
        during |= (times_s > onset_s) & ~(times_s > clearance_s + RECOVERY_S)
    return during


def _near(stations: Flags) -> Flags:
    """Stations (T, S) with a fault, and their neighbours."""
    near = stations.copy()
    near[:, 1:] |= stations[:, :-1]
    near[:, :-1] |= stations[:, 1:]
    return near


def combined_fault_score(scores: Sequence[FaultScore]) -> FaultScore:
    """Return the score over several runs from the score of each."""
    return FaultScore(
        tuple(each for score in scores for each in score.found),
        _total(score.free for score in scores),
        _total(score.beside for score in scores),
        _total(score.during for score in scores),
    )


def _total(rates: Iterable[Rate]) -> Rate:
    known = list(rates)
    return Rate(sum(rate.events for rate in known), sum(rate.exposure for rate in known))
