"""The engine of one corridor: each detector by itself, then the correlation that makes events of their steps.

    frame --> StationWatch --> stations silent, or back
          --> WatchedDetector, one after another --> steps of those that decided --> IncidentWatch --> events
          --> LoopHealth ----------------------------------------------------------/

Packed is a mapping in pickle (`harness.records.state_pickle`):

    format      FORMAT, a text
    detectors   by name: fingerprint, state (bytes), memory (bytes): what it has learned of the site, for another version
    incidents   bytes of the incident watch
    loops       bytes of what is known of loops and stations
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from detectors.health.loop_states import LoopStates
from harness.records.decisions import Step
from harness.records.recorded_detectors import short
from harness.records.state_pickle import pack_state, unpack_state
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.watched_detector import KeepTraceback, WatchedDetector
from harness.service.corridors.watched_loops import WatchedLoops
from harness.service.incidents.incident_event import Event, EventKind
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from simulator.frame import LoopFrame

SCORED_BY = "scored_by"
"""Where the data of OPENED holds the score fingerprint of each detector, by name: which closings can be learned from together."""
FORMAT = "laneblock corridor state 1"


class StepWatch(Protocol):
    """Makes events of the detectors' steps; `IncidentWatch`."""

    def step(self, frame: LoopFrame, steps: Mapping[str, Step], health: LoopStates | None = None) -> Sequence[Event]:
        """Return what happened in the frame, in order; a detector that is not in `steps` is blind."""
        ...

    def pack(self) -> bytes:
        """Return its state after the last frame."""
        ...

    def unpack(self, state: bytes) -> None:
        """Begin with a state that `pack` made. Raises UserError."""
        ...


class DetectingEngine:
    """The detectors of one corridor and the watch over its incidents: frames in, events out.

    The same frames give the same events, whatever the wall clock does.
    """

    def __init__(
        self, corridor: Corridor, choices: Sequence[DetectorChoice], watch: StepWatch, keep_traceback: KeepTraceback
    ) -> None:
        self._corridor, self._watch = corridor, watch
        self._choices = {choice.name: choice for choice in choices}
        self._fingerprints = {choice.name: choice.fingerprint() for choice in choices}
        self._scored_by = {choice.name: choice.score_fingerprint() for choice in choices}
        self._detectors = {choice.name: WatchedDetector(choice, corridor, keep_traceback) for choice in choices}
        self._loops = WatchedLoops(corridor)

    @property
    def corridor(self) -> Corridor:
        """The road it watches."""
        return self._corridor

    @property
    def health(self) -> list[dict[str, object]]:
        """How each detector is, as JSON."""
        return [detector.health for detector in self._detectors.values()]

    @property
    def silent_stations(self) -> list[str]:
        """Names of the stations that are silent."""
        return self._loops.silent_stations

    def step(self, frame: LoopFrame) -> list[Event]:
        """Decide on one frame and return what happened, in order."""
        events, health = self._loops.step(frame)
        steps, happened = self._detect(frame)
        told = [self._with_scored_by(event) for event in self._watch.step(frame, steps, health)]
        return [*events, *happened, *told]

    def _with_scored_by(self, event: Event) -> Event:
        """Return the event; one that opens an incident says by what its scores were computed."""
        if event.kind is not EventKind.OPENED:
            return event
        return replace(event, data={**event.data, SCORED_BY: self._scored_by})

    def warm_up(self, frame: LoopFrame) -> None:
        """Let the detectors observe a frame that was decided on before: no events, and incidents stay as they are."""
        self._loops.step(frame)
        self._detect(frame)

    def _detect(self, frame: LoopFrame) -> tuple[dict[str, Step], list[Event]]:
        steps: dict[str, Step] = {}
        events: list[Event] = []
        for name, detector in self._detectors.items():
            step, happened = detector.step(frame)
            events += happened
            if step is not None:
                steps[name] = step
        return steps, events

    def pack(self) -> bytes:
        """Return its whole state after the last frame. Raises what pickle raises for a detector that cannot be packed."""
        detectors = {
            name: {
                "fingerprint": self._fingerprints[name],
                "state": pack_state(detector.state()),
                "memory": pack_state(dict(detector.memory())),
            }
            for name, detector in self._detectors.items()
        }
        incidents, loops = self._watch.pack(), pack_state(self._loops.state())
        return pack_state({"format": FORMAT, "detectors": detectors, "incidents": incidents, "loops": loops})

    def unpack(self, state: bytes) -> None:
        """Begin with a state that `pack` made. Raises UserError for that of other detectors."""
        content = _content(state)
        kept = content["detectors"]
        if set(kept) != set(self._detectors):
            raise UserError(f"wanted a state of {', '.join(self._detectors)}, got one of {', '.join(map(str, kept))}")
        for name, fingerprint in self._fingerprints.items():
            if kept[name]["fingerprint"] != fingerprint:
                raise UserError(
                    f"wanted a state of {name} {short(fingerprint)}, got one of {short(kept[name]['fingerprint'])}: another "
                    "version, or other parameters"
                )
        states = {name: unpack_state(kept[name]["state"], self._choices[name].packages) for name in kept}
        loops = unpack_state(content["loops"])
        self._watch.unpack(content["incidents"])
        self._loops.resume(loops)
        for name, detector in self._detectors.items():
            detector.resume(states[name])

    def recall(self, state: bytes) -> list[str]:
        """Begin with what detectors of another version have learned of the site, from a state that `unpack` refuses.

        Returns a line for each detector that begins anew, and why. Raises UserError where the bytes are no state.
        """
        content = _content(state)
        told = []
        try:
            self._watch.unpack(content["incidents"])
        except UserError as error:
            told.append(f"incidents: {error}")
        for name, detector in self._detectors.items():
            try:
                if name not in content["detectors"]:
                    raise UserError("nothing is remembered of it")
                detector.recall(_memory(content["detectors"][name]["memory"]))
            except UserError as error:
                told.append(str(at(name, error)))
        return told


def _content(state: bytes) -> dict[str, Any]:
    content = unpack_state(state)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else type(content).__name__
        raise UserError(f"wanted a state of format {FORMAT!r}, got {found!r:.60}")
    return content


def _memory(packed: bytes) -> dict[str, Any]:
    memory = unpack_state(packed)
    if not isinstance(memory, dict) or not all(isinstance(values, np.ndarray) for values in memory.values()):
        raise UserError("its memory is no arrays by name")
    return memory
