"""Lines of text on a live run, frame by frame: alarms, suspicions and estimates.

    00:20:30  sheu2004  section 3 (D to E)  SUSPECTED lane 1: evidence 1.2, decides at -2.9 and 4.6; left lane quiet
    00:21:00  sheu2004  section 3 (D to E)  ALARM lane 1: since 00:20:07, queue 6 veh, 22 % change lanes; group 1
    00:31:30  sheu2004  section 3 (D to E)  alarm ended after 10 min 30 s
    00:35:00  gp_cusum  FAULTY LOOP D lane 2: incident 12 %, faulty loop 60 %, nothing 28 %
    00:55:00  gp_cusum  loop D lane 2 right again after 20 min 00 s

A detector that says why does so on the first line of an alarm (`detectors.explained_detector`):

    00:20:30  ewma      section 3 (D to E)  ALARM; ewma at 1.9 times its control limit (alarms above 1.8): ...; group 1

Alarms of one event are one group; one that is not its group's head names the head (`harness.scoring.alarm_groups`).
Behind a mask, alarms name their probable causes (`detectors.alarm_causes`), and a fault alarm at a loop gets one line.

Conventions: clock times are the simulation's, as SUMO's GUI shows them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from detectors.alarm_causes import Evidence, causes_of_loop_alarm, causes_of_section_alarm
from detectors.detector import Estimate
from detectors.explained_detector import Reasons
from detectors.faults.loop_index import loop_at
from harness.records.cause_log import causes_text
from harness.records.decisions import Step
from harness.records.reason_log import one_line
from harness.running.live_groups import after_decision, group_texts
from harness.running.progress import duration_text
from harness.scoring.alarms import Alarm
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

QUIET_S = 600.0
"""A line on the traffic at least this often. Chosen."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """What earlier lines reported: start [s] of each alarm by detector and section, suspicions, time of the last line.

    `raised`: all alarms so far by detector. `mask` is the name of the fault detector, "" without one; `faulty_since`: start [s] of
    each fault alarm by loop.
    """

    alarms: Mapping[tuple[str, int], float] = field(default_factory=dict)
    suspected: frozenset[tuple[str, int]] = frozenset()
    last_s: float = -math.inf
    raised: Mapping[str, tuple[Alarm, ...]] = field(default_factory=dict)
    mask: str = ""
    faulty_since: Mapping[int, float] = field(default_factory=dict)


def live_lines(corridor: Corridor, steps: Mapping[str, Step], state: LiveState) -> tuple[list[str], LiveState]:
    """Return the lines for one frame after all detectors have decided, and the state after them."""
    lines: list[str] = []
    alarms, suspected = dict(state.alarms), set(state.suspected)
    width = max(len(name) for name in (*steps, state.mask))
    first = next(iter(steps.values()))
    frame = first.frame
    faulty_since = dict(state.faulty_since)
    if first.evidence is not None:
        loop_lines, faulty_since = _loop_lines(corridor, first.evidence, frame.time_s, faulty_since)
        lines += [f"{clock(frame.time_s)}  {state.mask:{width}}  {text}" for text in loop_lines]
    raised = dict(state.raised)
    for name, step in steps.items():
        going_on = {section: start_s for (of, section), start_s in state.alarms.items() if of == name}
        raised[name] = after_decision(raised.get(name, ()), going_on, step.decision)
        groups = group_texts(raised[name], frame.time_s, corridor)
        for section in range(corridor.sections):
            key = name, section
            head = f"{clock(frame.time_s)}  {name:{width}}  {section_text(corridor, section)}"
            estimated = estimate_text(step.estimate, section) if step.estimate is not None else ""
            if step.decision.alarm[section]:
                of = (
                    "" if step.evidence is None else f"; {causes_text(causes_of_section_alarm(step.evidence, section))}"
                )
                why = "" if key in alarms else f"{_why(step.reasons, section)}; {groups[section]}"
                lines.append(f"{head}  {'alarm' if key in alarms else 'ALARM'}{estimated and ' ' + estimated}{why}{of}")
                alarms.setdefault(key, frame.time_s)
                suspected.discard(key)
            else:
                if key in alarms:
                    lines.append(f"{head}  alarm ended after {duration_text(frame.time_s - alarms.pop(key))}")
                if step.estimate is not None and step.estimate.blocked[section].any():
                    mark = "suspected" if key in suspected else "SUSPECTED"
                    lines.append(f"{head}  {mark} {estimated}{_test(step.estimate, section, key not in suspected)}")
                    suspected.add(key)
                elif key in suspected:
                    lines.append(f"{head}  suspicion dropped")
                    suspected.discard(key)
    last_s = frame.time_s if lines else state.last_s
    if not lines and frame.time_s - state.last_s >= QUIET_S:
        lines.append(f"{clock(frame.time_s)}  {traffic_text(corridor, frame)}")
        last_s = frame.time_s
    return lines, LiveState(alarms, frozenset(suspected), last_s, raised, state.mask, faulty_since)


def _loop_lines(
    corridor: Corridor, evidence: Evidence, time_s: float, earlier: Mapping[int, float]
) -> tuple[list[str], dict[int, float]]:
    """The lines on fault alarms that begin or end with this frame, and the start of each that lasts."""
    since, lines = dict(earlier), []
    for number, doubted in enumerate(evidence.doubted.tolist()):
        loop = loop_at(corridor, number)
        name = f"{corridor.stations[loop.station].name} lane {loop.lane}"
        if doubted and number not in since:
            since[number] = time_s
            used = "" if evidence.hidden[number] else "; still used"
            lines.append(f"FAULTY LOOP {name}: {causes_text(causes_of_loop_alarm(evidence, number))}{used}")
        elif not doubted and number in since:
            lines.append(f"loop {name} right again after {duration_text(time_s - since.pop(number))}")
    return lines, since


def clock(time_s: float) -> str:
    """Return a time on the simulation's clock.

    >>> clock(3930.0)
    '01:05:30'
    """
    seconds = round(time_s)
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def section_text(corridor: Corridor, section: int) -> str:
    """Return a section and the stations that bound it as text."""
    upstream, downstream = corridor.stations[section], corridor.stations[section + 1]
    return f"section {section} ({upstream.name} to {downstream.name})"


def estimate_text(estimate: Estimate, section: int) -> str:
    """Return the estimate of an incident in a section: lanes, onset, queue, lane changing; "" where no lane is blocked."""
    lanes = np.flatnonzero(estimate.blocked[section])
    if not lanes.size:
        return ""
    parts = []
    if math.isfinite(estimate.onset_s[section]):
        parts.append(f"since {clock(float(estimate.onset_s[section]))}")
    if math.isfinite(estimate.clearance_s[section]):
        parts.append(f"until {clock(float(estimate.clearance_s[section]))}")
    queue, changing = estimate.queue[section, lanes], estimate.lane_changing[section, lanes]
    if np.isfinite(queue).any():
        parts.append(f"queue {' and '.join(f'{value:.0f}' for value in queue)} veh")
    if np.isfinite(changing).any():
        parts.append(f"{' and '.join(f'{100 * value:.0f}' for value in changing)} % change lanes")
    beside = [f"lane {lane} {value:.0f} veh" for lane, value in enumerate(estimate.beside[section]) if value >= 0]
    if beside:
        parts.append(f"beside: {', '.join(beside)}")
    named = f"lane{'s' if lanes.size > 1 else ''} {' and '.join(str(lane) for lane in lanes)}"
    return f"{named}: {', '.join(parts)}" if parts else named


def _why(reasons: Reasons | None, section: int) -> str:
    """The reason of an alarm that is raised, after a semicolon; "" where none is told."""
    reason = "" if reasons is None else one_line(reasons.text(section))
    return f"; {reason}" if reason else ""


def _test(estimate: Estimate, section: int, first: bool) -> str:
    evidence, lower, upper = (float(x[section]) for x in (estimate.evidence, estimate.lower, estimate.upper))
    text = f"; evidence {evidence:.1f}" if math.isfinite(evidence) else ""
    if text and math.isfinite(lower) and math.isfinite(upper):
        text += f", decides at {lower:.1f} and {upper:.1f}"
    return text + (f"; {estimate.symptom[section]}" if first and estimate.symptom[section] else "")


def traffic_text(corridor: Corridor, frame: LoopFrame) -> str:
    """Return the traffic in one line: flow at the first station, and the slowest station."""
    known = np.isfinite(frame.count[0])
    flow = "not known" if not known.any() else f"{frame.count[0][known].sum() * 3600 / corridor.period_s:.0f} veh/h"
    vehicles = np.where(np.isfinite(frame.speed), frame.count, 0.0)
    passed = np.nansum(vehicles, axis=1)
    moving = passed > 0
    if not moving.any():
        return f"{corridor.stations[0].name}: {flow}; no vehicle passes a loop"
    mean = np.full(len(corridor.stations), np.inf)
    mean[moving] = (
        np.nansum(np.where(np.isfinite(frame.speed), frame.speed, 0.0) * vehicles, axis=1)[moving] / passed[moving]
    )
    slowest = int(np.argmin(mean))
    name, kmh = corridor.stations[slowest].name, mean[slowest] * 3.6
    return f"{corridor.stations[0].name}: {flow}; slowest at {name}: {kmh:.0f} km/h"
