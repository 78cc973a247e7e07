"""One corridor's incidents, watched: the steps of its detectors in, frame by frame, events out.

    watch = IncidentWatch(corridor, settings)
    events = watch.step(frame, {"sequential": step})  # or of several detectors
    state = watch.pack()                              # after any frame; watch.unpack(state) in a new one goes on exactly there

Ids and keys depend on corridor, time and section alone: the same frames give the same events. What persons do is not known here
and changes nothing; `harness.service.incidents.life_cycle` joins both.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np

from detectors.health.loop_states import LoopStates
from harness.records.decisions import Step
from harness.service.incidents.alarm_reasons import strongest_reasons, values_of
from harness.service.incidents.changes_to_tell import changed_fields
from harness.service.incidents.correlation import Correlation, Standing
from harness.service.incidents.described_incident import Guidance, described
from harness.service.incidents.highest_scores import highest_scores
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_facts import facts_of
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_values import BEFORE, CARRIED, all_values, as_json
from harness.service.incidents.life_cycle import apply
from harness.service.incidents.planned_works import silencing
from harness.service.incidents.road_state import RoadNow, RoadState
from harness.service.incidents.severity_score import GROWTH_OVER_S, growth_mps
from harness.service.incidents.watch_state import Followed, WatchState, pack_watch, unpack_watch
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class IncidentWatch:
    """The incidents of one corridor; for one stream of frames, in order."""

    def __init__(
        self, corridor: Corridor, settings: IncidentSettings | None = None, guidance: Guidance | None = None
    ) -> None:
        self._corridor, self._settings = corridor, settings or IncidentSettings()
        given = guidance or Guidance()
        self._guidance = replace(given, works=tuple(work for work in given.works if work.corridor == corridor.name))
        self._road = RoadState(corridor, self._settings.utc_offset_s)
        self._correlation = Correlation(corridor, self._settings)
        self._followed: dict[int, Followed] = {}

    @property
    def standing(self) -> tuple[Incident, ...]:
        """The incidents that are not forgotten, as they were told: without what persons did."""
        return tuple(each.told for each in self._followed.values())

    def step(self, frame: LoopFrame, steps: Mapping[str, Step], health: LoopStates | None = None) -> list[Event]:
        """Return what happened in a frame, given the step of each detector, by its name, always in the same order.

        `health`: what is known of the loops after this frame. A detector that failed is left out; where all did, nothing is known,
        and nothing happens. Raises ValueError for the step of another frame.
        """
        time_s = frame.time_s
        others = {step.decision.time_s for step in steps.values()} - {time_s}
        if others:
            raise ValueError(f"wanted the steps of the frame at {time_s} s, got those of {sorted(others)}")
        road = self._road.step(frame)
        if not steps:
            return []
        found = self._correlation.step(
            time_s,
            {name: step.decision.alarm for name, step in steps.items()},
            {name: ~np.isnan(step.decision.score) for name, step in steps.items()},
            road.silent[:-1] | road.silent[1:],
            road.slow[:-1] | road.slow[1:],
        )
        for gone in found.forgotten:
            del self._followed[gone.number]
        events = []
        for standing in self._correlation.standing:
            if standing.cleared and standing not in found.cleared:
                continue
            event = self._follow(standing, time_s, steps, road, health, standing in found.returned)
            if event is not None:
                events.append(event)
        return events

    def pack(self) -> bytes:
        """Return the whole state after the last frame; settings, actions and works are no part of it."""
        return pack_watch(self._corridor, WatchState(self._road.arrays, self._correlation.state, self._followed))

    def unpack(self, state: bytes) -> None:
        """Go on from what `pack` returned, before the first frame. Raises UserError for that of another corridor or version."""
        read = unpack_watch(self._corridor, state)
        self._road.recall(read.road)
        self._correlation.state, self._followed = read.correlation, read.followed

    def _follow(
        self,
        standing: Standing,
        time_s: float,
        steps: Mapping[str, Step],
        road: RoadNow,
        health: LoopStates | None,
        returned: bool,
    ) -> Event | None:
        """Return the event of one incident in this frame; None where nothing changed that matters."""
        followed = self._followed.get(standing.number)
        if followed is not None and standing.cleared:
            return self._tell(followed, EventKind.CLEARED, time_s, _untold_reasons(followed))
        bounds_m = [each.position_m for each in self._corridor.stations[standing.head : standing.head + 2]]
        if followed is not None and standing.last_s < time_s:  # without an alarm nothing new is known of it
            silenced_by = silencing(self._guidance.works, time_s, followed.told.position_m, bounds_m)
            return self._changed(followed, replace(followed.told, silenced_by=silenced_by), time_s, returned)
        facts = facts_of(standing, steps, road, self._corridor, health)
        queues_m = [] if followed is None else [q for q in followed.queues_m if q[0] > time_s - GROWTH_OVER_S]
        queues_m += [(time_s, facts.queue_m)] if isfinite(facts.queue_m) else []
        reasons = strongest_reasons({} if followed is None else followed.reasons, standing.head, steps, facts.posterior)
        scores = highest_scores({} if followed is None else followed.scores, (standing.head,), steps)
        most_sure = max(0.0 if followed is None else followed.most_sure, np.nan_to_num(facts.posterior))
        values = described(
            standing,
            facts,
            growth_mps(queues_m),
            reasons,
            None if followed is None else followed.told,
            self._settings,
            self._guidance,
            time_s,
            most_sure,
            bounds_m,
        )
        values["scores"] = scores
        if followed is None:
            event = self._opened(standing, time_s, values)
            self._followed[standing.number] = Followed(apply(None, event), queues_m, {}, most_sure, reasons, scores)
            return event
        followed.queues_m, followed.most_sure, followed.reasons = queues_m, most_sure, reasons
        followed.scores = scores
        return self._changed(followed, replace(followed.told, **values), time_s, returned)

    def _changed(self, followed: Followed, now: Incident, time_s: float, returned: bool) -> Event | None:
        """Return the event of what changed and matters; None where nothing does, unless the incident `returned`."""
        changed, followed.differs = changed_fields(followed.told, now, followed.differs, self._settings)
        if not changed and not returned:
            return None
        # A change that does not stand yet is not told with one that does.
        told, new = all_values(followed.told), all_values(now)
        data = {name: new[name] for name in CARRIED if name not in followed.differs and new[name] != told[name]}
        data[BEFORE] = {name: told[name] for name in changed}
        return self._tell(followed, EventKind.RETURNED if returned else EventKind.CHANGED, time_s, data)

    def _opened(self, standing: Standing, time_s: float, values: dict[str, Any]) -> Event:
        name = incident_id(self._corridor, time_s, standing.opened_section)
        data = {each: as_json(values[each]) for each in CARRIED}
        return Event(f"{name}/opened", self._corridor.name, time_s, EventKind.OPENED, name, data=data)

    def _tell(self, followed: Followed, kind: EventKind, time_s: float, data: dict[str, Any]) -> Event:
        name = followed.told.id
        event = Event(
            f"{name}/{kind.value}/{number_in_name(time_s)}", self._corridor.name, time_s, kind, name, data=data
        )
        followed.told = apply(followed.told, event)
        return event


def _untold_reasons(followed: Followed) -> dict[str, Any]:
    """Return why the detectors alarmed and their highest scores, where that is stronger than what was told.

    What is over is told as it was at its height.
    """
    now = {**values_of(followed.reasons), "scores": followed.scores}
    told = {name: as_json(value) for name, value in now.items()}
    return {
        name: value for name, value in told.items() if value not in (None, "", as_json(getattr(followed.told, name)))
    }


def incident_id(corridor: Corridor, time_s: float, section: int) -> str:
    """Return the id of the incident opened at this time in this section: fit for addresses and file names.

    >>> from scenarios.corridor import Station
    >>> incident_id(Corridor("sr91", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2))), 5430.0, 0)
    'sr91-5430-0'
    """
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", corridor.name).strip("-")[:40]
    if plain != corridor.name:  # what names differ in must not be lost with the signs that are left out
        plain = f"{plain}-{sha256(corridor.name.encode()).hexdigest()[:8]}".strip("-")
    return f"{plain}-{number_in_name(time_s)}-{section}"


def number_in_name(value: float) -> str:
    """Return a number to the millisecond, without zeros at its end.

    >>> number_in_name(1767225600.0), number_in_name(90.5)
    ('1767225600', '90.5')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")
