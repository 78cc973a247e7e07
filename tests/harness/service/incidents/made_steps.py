"""Roads, frames and steps made for tests of incidents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import nan

import numpy as np

from detectors.detector import Decision, Estimate, no_estimate
from harness.records.decisions import Step
from harness.service.incidents.incident_event import Event
from harness.service.incidents.incident_watch import IncidentWatch
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

PERIOD_S = 30.0


def road(sections: int = 6, length_m: float = 800.0, lanes: int = 4, name: str = "road") -> Corridor:
    """A road of equal sections."""
    return Corridor(name, PERIOD_S, tuple(Station(f"S{k}", length_m * k, lanes) for k in range(sections + 1)))


def frame(corridor: Corridor, time_s: float, silent: Iterable[int] = (), slow: Iterable[int] = ()) -> LoopFrame:
    """Ten vehicles per lane and frame at 30 m/s; `silent` stations send nothing, `slow` ones have traffic at 5 m/s."""
    count, speed, occupancy = (np.full((len(corridor.stations), corridor.lanes), value) for value in (10.0, 30.0, 0.05))
    speed[list(slow)] = 5.0
    for values in (count, speed, occupancy):
        values[list(silent)] = np.nan
    return LoopFrame(time_s, count, speed, occupancy)


def estimate(
    corridor: Corridor,
    time_s: float,
    section: int,
    lanes: Sequence[int] = (1,),
    posterior: float = 0.9,
    queue_veh: float = 10.0,
    place: float = 0.5,
    symptom: str = "",
) -> Estimate:
    """An estimate of an incident in one section."""
    made = no_estimate(corridor, time_s)
    probability = np.full(corridor.sections, np.nan)
    probability[section] = posterior
    for lane in lanes:
        made.blocked[section, lane] = True
        made.queue[section, lane] = queue_veh / len(lanes)
    made.position_m[section] = corridor.stations[section].position_m + place * corridor.section_length_m(section)
    made.onset_s[section] = time_s - 60.0
    symptoms = tuple(symptom if each == section else "" for each in range(corridor.sections))
    return replace(made, posterior=probability, symptom=symptoms)


def step(
    corridor: Corridor,
    time_s: float,
    alarmed: Iterable[int] = (),
    estimated: Estimate | None = None,
    of: LoopFrame | None = None,
    unjudged: Iterable[int] = (),
    high: float = 1.0,
) -> Step:
    """A detector's step with an alarm in each of the sections `alarmed`, at the score `high`."""
    alarm = np.zeros(corridor.sections, dtype=np.bool_)
    alarm[list(alarmed)] = True
    score = high * alarm.astype(np.float64)
    score[list(unjudged)] = nan
    return Step(of or frame(corridor, time_s), Decision(time_s, score, alarm), estimated)


def watched(
    watch: IncidentWatch, corridor: Corridor, alarms: Mapping[int, Iterable[int]], frames: int, detector: str = "one"
) -> list[Event]:
    """The events of so many frames; `alarms` names the sections alarmed by the frame's number, from 1."""
    events: list[Event] = []
    for number in range(1, frames + 1):
        made = step(corridor, PERIOD_S * number, alarms.get(number, ()))
        events += watch.step(made.frame, {detector: made})
    return events
