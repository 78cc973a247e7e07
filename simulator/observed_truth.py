"""Truth of a run, from its log and the logs of its twins. Definitions: `simulator.truth`."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from scenarios.corridor import Corridor
from simulator.emptied_lane import emptied_stations
from simulator.evidence_and_impact import carrying, earliest_evidence_s, has_impact
from simulator.frame import Array, Flags, LoopFrame
from simulator.run_log import RunLog
from simulator.sumo.lane_changes import read_lane_changes
from simulator.sumo.prepare import Prepared
from simulator.sumo.session import SumoSession
from simulator.sumo.statistic_file import read_statistic
from simulator.truth import Carrying, LaneChanges, LaneTruth, ObservedIncident, OwnEffect, SeenBlockage, Truth


def observed_truth(
    prepared: Prepared,
    session: SumoSession,
    incidents: Sequence[SeenBlockage],
    run: RunLog,
    twins: Sequence[RunLog | None],
    own_effects: tuple[OwnEffect, ...] = (),
) -> Truth:
    """Return the truth of a run: `session` is closed, and each of `incidents` has its twin, None where it is not exact.

    Raises RuntimeError where SUMO left incomplete files.
    """
    statistic = read_statistic(session.statistic_file)
    if not incidents:
        return Truth((), (), (), (), statistic.collisions, statistic.teleports, own_effects)
    warm_up_s, corridor = prepared.scenario.warm_up_s, prepared.corridor
    frames = run.recorded(warm_up_s)
    observed: list[ObservedIncident] = []
    waves: list[Carrying] = []
    for index, (blockage, twin) in enumerate(zip(incidents, twins, strict=True)):
        others = frames if twin is None else twin.recorded(warm_up_s)
        incident = _observed(index, blockage, frames, run, twin, prepared)
        queued = queue_over_stations(index, incident.position_m, frames, run, corridor)
        queued |= emptied_stations(frames, None if twin is None else others, blockage, corridor)
        observed.append(incident)
        waves += carrying(frames, others, incident.onset_s, incident.clearance_s, queued)
    changes = read_lane_changes(session.lane_change_file, prepared.road, corridor, observed)
    lanes = lane_truth(observed, changes, run, corridor.period_s)
    counts = statistic.collisions, statistic.teleports
    return Truth(tuple(observed), tuple(waves), lanes, changes, *counts, own_effects)


def _observed(
    index: int,
    blockage: SeenBlockage,
    frames: Sequence[LoopFrame],
    run: RunLog,
    twin: RunLog | None,
    prepared: Prepared,
) -> ObservedIncident:
    onset_s, clearance_s = blockage.onset_s, blockage.clearance_s
    ends_s = math.inf if math.isnan(clearance_s) else clearance_s
    section = prepared.corridor.section_at(blockage.position_m)
    others = None if twin is None else twin.recorded(prepared.scenario.warm_up_s)
    queues = [view.queue for (number, _), views in run.views.items() if number == index for view in views]
    return ObservedIncident(
        onset_s=onset_s,
        clearance_s=clearance_s,
        position_m=blockage.position_m,
        lanes=blockage.lanes,
        section=section,
        earliest_evidence_s=math.nan if others is None else earliest_evidence_s(frames, others, onset_s, section),
        impact=others is None or has_impact(frames, others, onset_s, ends_s, section),
        delay_veh_h=math.nan if twin is None else _delay_veh_h(run, twin, prepared),
        queue_max_veh=float(max(queues, default=0)),
    )


def _delay_veh_h(run: RunLog, twin: RunLog, prepared: Prepared) -> float:
    """Vehicle-hours lost against the twin: vehicles that are still there and in the twin are not, over time.

    On a ring all stay there: what counts are the vehicles that have not yet passed the last station, which did in the twin.
    """
    if prepared.road.around is not None and prepared.road.around.ring:
        passed = [np.cumsum([np.nansum(frame.count[-1]) for frame in log.frames]) for log in (twin, run)]
        lost = passed[0] - passed[1]
    else:
        lost = np.array(run.in_system) - np.array(twin.in_system)
    return float(lost.sum()) * prepared.corridor.period_s / 3600


def queue_over_stations(
    index: int, position_m: float, frames: Sequence[LoopFrame], run: RunLog, corridor: Corridor
) -> Flags:
    """Return (T, S) whether the queue of incident `index`, chained back from `position_m`, reaches over each station."""
    flags = np.zeros((len(frames), len(corridor.stations)), dtype=np.bool_)
    for row, frame in enumerate(frames):
        views = run.views.get((index, frame.time_s), [])
        tail_m = min((view.tail_m for view in views), default=position_m)
        for station, at in enumerate(corridor.stations):
            flags[row, station] = tail_m <= at.position_m < position_m
    return flags


def lane_truth(
    observed: Sequence[ObservedIncident], changes: Sequence[LaneChanges], run: RunLog, period_s: float
) -> tuple[LaneTruth, ...]:
    """Return one row per incident, frame that it touches, and lane."""
    counts = {frame.time_s: frame.count for frame in run.frames}
    left, came = Counter[tuple[int, float, int]](), Counter[tuple[int, float, int]]()
    for change in changes:
        if change.side == "up":
            left[change.incident, change.time_s, change.from_lane] += change.vehicles
            came[change.incident, change.time_s, change.to_lane] += change.vehicles
    rows = []
    for (index, time_s), views in sorted(run.views.items()):
        incident = observed[index]
        before = run.views.get((index, time_s - period_s))
        if time_s <= incident.onset_s or before is None:
            continue
        for view, earlier in zip(views, before, strict=True):
            arrived = _count(counts[time_s][incident.section], view.lane)
            gone = float(left[index, time_s, view.lane])
            there = arrived + earlier.upstream + came[index, time_s, view.lane]
            # A loop counts a vehicle when its rear has passed, the view when its front has: gone may exceed there by one.
            share = min(1.0, gone / there) if there > 0 else math.nan
            rows.append(
                LaneTruth(time_s, index, view.lane, view.queue, view.upstream, view.downstream, arrived, gone, share)
            )
    return tuple(rows)


def _count(station: Array, lane: int) -> float:
    """The vehicles that a station counted in a lane; NaN where the lane does not pass it."""
    return float(station[lane]) if lane < len(station) else math.nan
