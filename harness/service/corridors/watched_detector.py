"""One detector that may fail: its traceback is kept, it is built anew with what it had learned, its sections are blind meanwhile.

    frame --> step --> Step
               \\--> it raises --> DETECTOR_FAILED, blind --> built anew --> first decision --> DETECTOR_BACK

A new detector begins with the site's memory of the one that failed, as it was at the last mark of `MEMORY_EVERY_S` on the
data's clock: what a failed step left behind may be half changed, and a mark that does not depend on checkpoints gives the same
decisions after a crash. One that fails at once again waits twice as many frames each time.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from detectors.detector import Detector
from detectors.explained_detector import Reasons
from detectors.site_memory import Memory, memory_of, recall
from harness.records.decisions import Step
from harness.running.feed_detector import step_once
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.incident_event import Event, EventKind
from scenarios.corridor import Corridor
from scenarios.errors import UserError, in_one_line
from simulator.frame import LoopFrame

MEMORY_EVERY_S = 600.0
"""Time between two copies of the memory, s. Chosen: what is learned in ten minutes is little beside days; a copy costs a step."""
LONGEST_WAIT = 64
"""Frames without a try at most. Chosen: half an hour of 30-s frames; a broken detector costs little, mended input is soon used."""
KeepTraceback = Callable[[str, float, str], str]
"""Keeps the traceback of a detector's failure at a data time, and returns the name of its file."""


@dataclass(slots=True)
class _State:
    """What is packed. `wait`: frames left without a try; `failures` in a row; blind since `blind_s`, None while it decides.

    `failed`: failures in all; `error`: what it raised last.
    """

    detector: Detector
    memory: dict[str, Any]
    memory_s: float | None = None
    previous_s: float | None = None
    wait: int = 0
    failures: int = 0
    blind_s: float | None = None
    failed: int = 0
    error: str = ""


class WatchedDetector:
    """A detector of one corridor; `step` never raises."""

    def __init__(self, choice: DetectorChoice, corridor: Corridor, keep_traceback: KeepTraceback) -> None:
        self._choice, self._corridor, self._keep = choice, corridor, keep_traceback
        self._state = _State(choice.build(corridor), {})

    @property
    def health(self) -> dict[str, object]:
        """How it is, as JSON: whether it decides, since when it does not, what it raised, how often it failed."""
        state = self._state
        return {
            "name": self._choice.name,
            "deciding": state.blind_s is None,
            "blind_since_s": state.blind_s,
            "error": state.error if state.blind_s is not None else "",
            "failures": state.failed,
        }

    def step(self, frame: LoopFrame) -> tuple[Step | None, list[Event]]:
        """Return its step on a frame, None while it is blind, and what happened to it."""
        state = self._state
        if state.wait:
            state.wait -= 1
            return None, []
        try:
            if state.blind_s is not None:
                self._begin_anew()
            step = step_once(state.detector, frame, self._corridor, state.previous_s)
            self._remember(frame.time_s)
        except Exception as error:  # whatever a detector raises: the others go on
            return None, self._failed(frame.time_s, error)
        state.previous_s, state.failures = frame.time_s, 0
        back = [] if state.blind_s is None else [self._event(EventKind.DETECTOR_BACK, frame.time_s, "decides again")]
        state.blind_s = None
        return replace(step, reasons=None if step.reasons is None else _SafeReasons(step.reasons)), back

    def state(self) -> object:
        """Return what `resume` needs, for `pack_state`."""
        return self._state

    def resume(self, state: object) -> None:
        """Go on with the state of another one of the same fingerprint. Raises UserError for something else."""
        if not isinstance(state, _State):
            raise UserError(f"no state of {self._choice.name}: {type(state).__name__}")
        self._state = state

    def memory(self) -> Memory:
        """Return what it has learned of its site; what was kept last while it is blind."""
        return self._state.memory if self._state.blind_s is not None else memory_of(self._state.detector)

    def recall(self, memory: Memory) -> None:
        """Begin with what another version has learned. Raises UserError where that does not fit."""
        recall(self._state.detector, memory)
        self._state.memory = dict(memory)

    def _begin_anew(self) -> None:
        state = self._state
        state.detector, state.previous_s = self._choice.build(self._corridor), None
        if state.memory:
            recall(state.detector, state.memory)

    def _remember(self, time_s: float) -> None:
        state = self._state
        if state.memory_s is None or time_s // MEMORY_EVERY_S != state.memory_s // MEMORY_EVERY_S:
            state.memory = {name: np.array(values) for name, values in memory_of(state.detector).items()}
            state.memory_s = time_s

    def _failed(self, time_s: float, error: Exception) -> list[Event]:
        state = self._state
        state.wait = min(2**state.failures, LONGEST_WAIT) - 1
        state.failures += 1
        state.failed += 1
        state.error = in_one_line(error)
        if state.blind_s is not None:
            return []
        state.blind_s = time_s
        text = "".join(traceback.format_exception(error))
        data = {"error": state.error, "traceback": self._keep(self._choice.name, time_s, text)}
        return [self._event(EventKind.DETECTOR_FAILED, time_s, f"failed: {state.error}; its sections are blind", data)]

    def _event(self, kind: EventKind, time_s: float, what: str, data: dict[str, str] | None = None) -> Event:
        name = self._choice.name
        key = f"{self._corridor.name}/{kind}/{name}/{time_s!r}"
        return Event(
            key, self._corridor.name, time_s, kind, note=f"{name} {what}", data={"detector": name, **(data or {})}
        )


class _SafeReasons:
    """Reasons whose text may fail as the detector may: then there is none."""

    def __init__(self, reasons: Reasons) -> None:
        self._reasons = reasons

    def text(self, section: int) -> str:
        """Return the reason; "" where there is none, or where giving it fails."""
        try:
            return self._reasons.text(section)
        except Exception:  # whatever a detector raises
            return ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._reasons, name)
