"""One corridor, watched: frames in, events out. The same frames give the same events, whatever the wall clock does."""

from collections.abc import Sequence
from typing import Protocol

from harness.service.incidents.incident_event import Event
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class CorridorEngine(Protocol):
    """The detectors of one corridor and what becomes of their alarms."""

    @property
    def corridor(self) -> Corridor:
        """The road it watches."""
        ...

    def step(self, frame: LoopFrame) -> Sequence[Event]:
        """Decide on one frame and return what happened, in order. A detector that fails is restarted and its section told blind."""
        ...

    def pack(self) -> bytes:
        """Return its whole state after the last frame."""
        ...

    def unpack(self, state: bytes) -> None:
        """Begin with a state that `pack` made; called before the first frame. Raises UserError for that of other detectors."""
        ...
