"""What is known of an incident after a frame: what its detectors estimate, and what the loops around its head tell.

Conventions: h is the head's section, its upstream station is h, its downstream one h + 1. Of several detectors the estimate with
the highest posterior in h counts; NaN where nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isnan, nan

import numpy as np

from detectors.alarm_causes import causes_of_section_alarm
from detectors.detector import Estimate
from detectors.health.loop_states import LoopStates
from harness.records.decisions import Step
from harness.service.incidents.correlation import Standing
from harness.service.incidents.road_state import RoadNow
from scenarios.corridor import Corridor


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one incident after a frame.

    `posterior`: probability of an incident; `lanes` blocked, of `lanes_there`; `queue_veh`, `tail_m`, `queue_m`: the queue of the
    blocked lanes, and its length by the tail or by slow stations. `demand_vphpl`: flow upstream of the queue, `flow_down`
    past the head; `speed_up`, `speed_down` as shares of the free speed. `faulty_loops`: share of the head's loops that are not
    trusted; `faulty_cause`: probability that a faulty loop is the cause. `slow_days`: share of earlier days on which
    the head's upstream station was slow at this time of day, of `days`. `usual_flow`: flow here over that usual at this time of
    day. `head_mps`: speed at which the head moved downstream, where it moved more than once.
    """

    section: int
    position_m: float
    onset_s: float
    posterior: float
    lanes: tuple[int, ...]
    lanes_there: int
    queue_veh: float
    tail_m: float
    queue_m: float
    demand_vphpl: float
    flow_down: float
    speed_up: float
    speed_down: float
    faulty_loops: float
    faulty_cause: float
    slow_days: float
    days: float
    usual_flow: float
    head_mps: float

    @property
    def lanes_share(self) -> float:
        """Share of the lanes that are blocked; NaN where none is named."""
        return len(self.lanes) / self.lanes_there if self.lanes else nan


def facts_of(
    standing: Standing, steps: Mapping[str, Step], road: RoadNow, corridor: Corridor, health: LoopStates | None
) -> Facts:
    """Return the facts about a standing incident."""
    section = standing.head
    estimate = _estimate(section, steps)
    up, down = corridor.stations[section], corridor.stations[section + 1]
    position_m, tail_m, queue_veh, posterior, onset_s = nan, nan, nan, nan, nan
    lanes: tuple[int, ...] = ()
    if estimate is not None:
        position_m, onset_s = float(estimate.position_m[section]), float(estimate.onset_s[section])
        lanes = tuple(np.flatnonzero(estimate.blocked[section]).tolist())
        queue = estimate.queue[section][estimate.blocked[section]]
        queue_veh = float(queue[~np.isnan(queue)].sum()) if not np.isnan(queue).all() else nan
        tail_m = nan if estimate.tail_m is None else float(estimate.tail_m[section])
        posterior = nan if estimate.posterior is None else float(estimate.posterior[section])
    if not up.position_m <= position_m <= down.position_m:
        position_m = (up.position_m + down.position_m) / 2
    reach = _first_slow(section, road)
    queue_m = max(position_m - each for each in (tail_m, corridor.stations[reach].position_m) if not isnan(each))
    before = max(reach - 1, 0)
    flow = road.flow_vphpl
    return Facts(
        section=section,
        position_m=position_m,
        onset_s=onset_s,
        posterior=posterior,
        lanes=lanes,
        lanes_there=min(up.lanes, down.lanes),
        queue_veh=queue_veh,
        tail_m=tail_m,
        queue_m=max(queue_m, 0.0) if road.slow[section] or isfinite(tail_m) else 0.0,
        demand_vphpl=_largest(flow[before], flow[section]),
        flow_down=float(flow[section + 1]),
        speed_up=float(road.speed_mps[section] / road.free_mps[section]),
        speed_down=float(road.speed_mps[section + 1] / road.free_mps[section + 1]),
        faulty_loops=_faulty(section, corridor, health),
        faulty_cause=_faulty_cause(section, steps),
        slow_days=float(road.slow_days[section] / road.days[section]) if road.days[section] else nan,
        days=float(road.days[section]),
        head_mps=_head_mps(standing, corridor),
        usual_flow=_largest(*(flow[section : section + 2] / road.usual_vphpl[section : section + 2]).tolist()),
    )


def _estimate(section: int, steps: Mapping[str, Step]) -> Estimate | None:
    """Return the estimate that names a lane or a probability in the section, of several the one with the highest posterior."""
    best, highest = None, -1.0
    for step in steps.values():
        estimate = step.estimate
        if estimate is None:
            continue
        posterior = nan if estimate.posterior is None else float(estimate.posterior[section])
        if isnan(posterior) and not estimate.blocked[section].any():
            continue
        value = 0.0 if isnan(posterior) else posterior
        if value > highest:
            best, highest = estimate, value
    return best


def _first_slow(section: int, road: RoadNow) -> int:
    """Return the most upstream station of the stretch of slow stations that ends at the section's upstream one."""
    first = section
    while first > 0 and road.slow[first - 1] and road.slow[first]:
        first -= 1
    return first


def _largest(*values: float) -> float:
    known = [float(each) for each in values if isfinite(each)]
    return max(known) if known else nan


def _head_mps(standing: Standing, corridor: Corridor) -> float:
    """Return the speed [m/s] at which the head moved downstream; NaN where it moved less than twice."""
    if standing.moves < 2:
        return nan
    ends = [corridor.stations[each].position_m for each in (standing.opened_section, standing.head)]
    return (ends[1] - ends[0]) / (standing.moved_s - standing.opened_s) if standing.moved_s > standing.opened_s else nan


def _faulty(section: int, corridor: Corridor, health: LoopStates | None) -> float:
    if health is None:
        return nan
    loops = sum(station.lanes for station in corridor.stations[section : section + 2])
    return float(health.faulty[section : section + 2].sum()) / loops


def _faulty_cause(section: int, steps: Mapping[str, Step]) -> float:
    """Return the highest probability that a detector with masked loops gives to a faulty loop; NaN without such a detector."""
    return _largest(
        *(
            causes_of_section_alarm(step.evidence, section).faulty_loop
            for step in steps.values()
            if step.evidence is not None and np.isfinite(step.evidence.rare[section])
        )
    )
