"""Which alarm detects which incident, which alarms are neutral, and which are false.

Conventions (the contract of every figure that is scored):
- Times in s on one clock; a frame's time is its end, and an alarm's time is that of the frame that raised it.
  Section n lies between stations n and n + 1.
- An incident's **window** is onset < t <= clearance + `grace_s` (no end where the clearance is NaN: never cleared). The grace is
  one period at least (`grace_of`): the frame in which an incident ends holds it, however long frames are.
- An alarm is **eligible** for an incident when it is raised in the incident's section within its window. So is one in
  the next section upstream, at a frame in which the station between the two truly carries this incident's queue: a
  frame of a span of `truth.carrying` whose first frame ended after the onset. (A span that had begun before is
  another incident's queue: such an alarm is neutral, and detects nothing.) It counts as detected, but not as located. A span that
  lasts to the clearance counts to the end of the window, as the incident's own section does.
  A station whose blocked lane has emptied against the twin carries it too, queue or not (`simulator.emptied_lane`): drivers left
  the lane before the station, so the section upstream is the one whose two stations differ.
- **Detection**: one alarm, one incident. Of all one-to-one assignments of eligible alarms to incidents with impact, one that
  detects the most incidents is taken, and of these the one with the least sum of TTD; of alarms raised at
  once, a located one is preferred. An incident that shares no alarm with another is thus detected by its earliest one.
- **Neutral**, neither hit nor false: every further alarm that is eligible for an incident (ten alarms for one
  incident detect it once), every alarm eligible for an incident without impact, and every alarm raised in a section
  of which one of the two stations carries an incident's queue or clearing wave at that frame (truth, never the
  detector, says so). So is one at what a user's own SUMO files do (`truth.own_effects`), in its sections, within its time and
  `grace_s`: a closed lane, a speed sign, a calibrator, a short stop. A longer stop of theirs is an incident as any other.
- **False**: any other alarm. One raised before the onset is false even when it lasts into the incident.
- An incident without impact, or without a single frame within its window (a gap in a recording), is left out of DR
  and reported.
- **Counted decisions**: the sections x frames in which an alarm, were it raised there, would be false. They are the
  denominator of every false alarm rate, so no false alarm lies outside them.

Recordings without truth state when and where an incident was, not its effect (`truth_of_recording`): every incident is
taken to have had impact, and no queue is known. Alarms in its section are neutral until clearance + `grace_s`, or for
`recovery_s` longer where such an allowance is stated; alarms in its queue upstream count as false (not in `incident_extent`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness.scoring.alarms import Alarm
from harness.scoring.assignment import assign
from harness.scoring.neutral_reasons import Reason, at_own_effects, own_reason
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags
from simulator.truth import Carrying, ObservedIncident, Truth

GRACE_S = 60.0

Kind = Literal["detection", "neutral", "false", "unknown"]


@dataclass(frozen=True, slots=True)
class Matching:
    """Outcome of each alarm and of each incident, in the order given.

    Per alarm: `kinds`, `reasons`, and `incident_of`, the incident it is matched to or is a further alarm of. Per
    incident: `alarm_of`, the alarm matched to it, `located` (it is in the incident's own section) and `observed` (a
    frame lies in its window). An incident without impact keeps the alarm that would have detected it: it is neutral.
    """

    kinds: tuple[Kind, ...]
    reasons: tuple[Reason, ...]
    incident_of: tuple[int | None, ...]
    alarm_of: tuple[int | None, ...]
    located: tuple[bool, ...]
    observed: tuple[bool, ...]


def grace_of(corridor: Corridor, grace_s: float) -> float:
    """Return the grace that holds on a corridor: `grace_s`, or one of its periods where that is longer."""
    return max(grace_s, corridor.period_s)


def window_end_s(incident: ObservedIncident, grace_s: float) -> float:
    """Return the last time at which an alarm can detect `incident`: infinite where it was never cleared."""
    return math.inf if math.isnan(incident.clearance_s) else incident.clearance_s + grace_s


def eligible(alarm: Alarm, incident: ObservedIncident, truth: Truth, corridor: Corridor, grace_s: float) -> bool:
    """Return whether `alarm` may detect `incident` (see the conventions above)."""
    if alarm.section == incident.section:
        return incident.onset_s < alarm.raised_s <= window_end_s(incident, grace_s)
    raised_s = np.array([alarm.raised_s])
    return alarm.section == incident.section - 1 and bool(
        upstream_window(incident, truth, corridor, raised_s, grace_s)[0]
    )


def upstream_window(
    incident: ObservedIncident, truth: Truth, corridor: Corridor, times_s: Array, grace_s: float
) -> Flags:
    """Return the times (T,) at which an alarm in the section upstream of `incident` may detect it (see the conventions above)."""
    carried = np.zeros(times_s.shape, dtype=np.bool_)
    for span in _own_spans(incident, truth, corridor):
        until_s = math.inf if _lasts_to_clearance(span, incident) else span.to_s
        carried |= (span.from_s < times_s) & (times_s <= until_s)
    return carried & (incident.onset_s < times_s) & (times_s <= window_end_s(incident, grace_s))


def _own_spans(incident: ObservedIncident, truth: Truth, corridor: Corridor) -> list[Carrying]:
    """The spans in which the station just upstream carries this incident: those that had begun before are another one's."""
    own = [span for span in truth.carrying if span.station == incident.section]
    return [span for span in own if span.from_s + corridor.period_s > incident.onset_s]


def _lasts_to_clearance(span: Carrying, incident: ObservedIncident) -> bool:
    return span.from_s < incident.clearance_s <= span.to_s


def counted_decisions(
    corridor: Corridor, times_s: Array, truth: Truth, grace_s: float = GRACE_S, recovery_s: float = 0.0
) -> Flags:
    """Return where an alarm would be false: (T, N), true in the sections x frames that false alarm rates are counted over."""
    counted = np.ones((times_s.size, corridor.sections), dtype=np.bool_)
    for incident in truth.incidents:
        within = (incident.onset_s < times_s) & (times_s <= window_end_s(incident, grace_s + recovery_s))
        counted[within, incident.section] = False
        if any(_lasts_to_clearance(span, incident) for span in _own_spans(incident, truth, corridor)):
            counted[within & (times_s > incident.clearance_s), max(incident.section - 1, 0)] = False
    for span in truth.carrying:
        within = (span.from_s < times_s) & (times_s <= span.to_s)
        counted[within, max(span.station - 1, 0) : span.station + 1] = False
    return counted & ~at_own_effects(times_s, corridor.sections, truth, grace_s + recovery_s)


def _costs(incidents: Sequence[ObservedIncident], alarms: Sequence[Alarm], may: Flags) -> NDArray[np.float64]:
    """TTD in s, with two tie-breaks far below a frame: located first, and earlier alarms for earlier incidents."""
    ttd = np.array([[alarm.raised_s - incident.onset_s for alarm in alarms] for incident in incidents])
    elsewhere = np.array([[alarm.section != incident.section for alarm in alarms] for incident in incidents])
    longest = float(ttd[may].max()) if may.any() else 1.0
    return np.where(may, ttd + 1e-3 * elsewhere + 1e-4 * (ttd / longest) ** 2, np.inf)


def match(
    alarms: Sequence[Alarm],
    truth: Truth,
    corridor: Corridor,
    times_s: Array,
    grace_s: float = GRACE_S,
    recovery_s: float = 0.0,
) -> Matching:
    """Match alarms with incidents one to one and classify every alarm (see the conventions above)."""
    incidents = truth.incidents
    observed = [
        bool(np.any((incident.onset_s < times_s) & (times_s <= window_end_s(incident, grace_s))))
        for incident in incidents
    ]
    allowed = np.array(
        [[eligible(alarm, incident, truth, corridor, grace_s) for alarm in alarms] for incident in incidents],
        dtype=np.bool_,
    ).reshape(len(incidents), len(alarms))
    alarm_of: list[int | None] = [None] * len(incidents)
    incident_of: list[int | None] = [None] * len(alarms)
    # Incidents with impact are matched first; those without get the remaining alarms.
    for impact in (True, False):
        incidents_now = [index for index, incident in enumerate(incidents) if incident.impact is impact]
        free = [index for index, taken in enumerate(incident_of) if taken is None]
        if not (incidents_now and free):
            continue
        costs = _costs(
            [incidents[i] for i in incidents_now], [alarms[j] for j in free], allowed[np.ix_(incidents_now, free)]
        )
        for row, column in enumerate(assign(costs)):
            if column is not None:
                alarm_of[incidents_now[row]], incident_of[free[column]] = free[column], incidents_now[row]

    counted = counted_decisions(corridor, times_s, truth, grace_s, recovery_s)
    beyond_queue = counted_decisions(corridor, times_s, truth, grace_s, 0.0)
    kinds: list[Kind] = []
    reasons: list[Reason] = []
    for index, alarm in enumerate(alarms):
        frame = int(np.searchsorted(times_s, alarm.raised_s))
        of = incident_of[index]
        kind: Kind = "neutral"
        reason: Reason = ""
        if of is not None and incidents[of].impact:
            kind = "detection"
        elif of is not None:
            reason = "without impact"
        elif allowed[:, index].any():
            shared = sorted(np.flatnonzero(allowed[:, index]).tolist(), key=lambda i: not incidents[i].impact)
            incident_of[index] = shared[0]
            reason = "same incident" if incidents[shared[0]].impact else "without impact"
        elif counted[frame, alarm.section]:
            kind = "false"
        else:
            recovers = beyond_queue[frame, alarm.section]
            reason = own_reason(alarm, truth, grace_s) or ("recovery" if recovers else "queue")
        kinds.append(kind)
        reasons.append(reason)
    located = tuple(
        chosen is not None and alarms[chosen].section == incident.section
        for chosen, incident in zip(alarm_of, incidents, strict=True)
    )
    return Matching(tuple(kinds), tuple(reasons), tuple(incident_of), tuple(alarm_of), located, tuple(observed))
