"""A watch over steps that keeps them, and an engine with it."""

import pickle
from collections.abc import Mapping, Sequence

from detectors.health.loop_states import LoopStates
from harness.records.decisions import Step
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.incident_event import Event
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class KeptSteps:
    """Keeps the steps of every frame, and makes no events."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Step]] = []
        self.packed = 0

    def step(self, frame: LoopFrame, steps: Mapping[str, Step], health: LoopStates | None = None) -> list[Event]:
        self.steps.append(dict(steps))
        return []

    def pack(self) -> bytes:
        return pickle.dumps(len(self.steps))

    def unpack(self, state: bytes) -> None:
        self.packed = pickle.loads(state)


class Tracebacks:
    """Keeps tracebacks in memory."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, name: str, time_s: float, text: str) -> str:
        self.texts.append(text)
        return f"{name}-{time_s:g}.log"


def engine_of(
    corridor: Corridor,
    choices: Sequence[DetectorChoice],
    watch: KeptSteps | None = None,
    kept: Tracebacks | None = None,
) -> DetectingEngine:
    return DetectingEngine(corridor, choices, watch or KeptSteps(), kept or Tracebacks())
