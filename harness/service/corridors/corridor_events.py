"""Events of a corridor that no detector brings: its clock jumped, frames were shed, deciding on a frame failed."""

from harness.service.assembling.facts import Fact
from harness.service.incidents.incident_event import Event, EventKind


def clock_jumped(corridor: str, fact: Fact) -> Event:
    """Return what is told of a gap or a jump in the clock of the readings."""
    data = {"what": fact.kind.value, "from_s": fact.from_s, "to_s": fact.to_s}
    key = f"{corridor}/{EventKind.CLOCK_JUMPED.value}/{fact.time_s!r}/{fact.to_s!r}"
    return Event(key, corridor, fact.time_s, EventKind.CLOCK_JUMPED, note=fact.kind.value, data=data)


def frames_shed(corridor: str, time_s: float, frames: int, from_s: float, to_s: float) -> Event:
    """Return what is told of `frames` frames, ending at `from_s` to `to_s`, that were shed before the one that ends at `time_s`."""
    data = {"frames": frames, "from_s": from_s, "to_s": to_s}
    note = f"overload: {frames} frames were not decided on"
    key = f"{corridor}/{EventKind.FRAMES_SHED.value}/{from_s!r}"
    return Event(key, corridor, time_s, EventKind.FRAMES_SHED, note=note, data=data)


def deciding_failed(corridor: str, time_s: float, error: str, traceback: str) -> Event:
    """Return what is told of a frame that could not be decided on; `traceback` is the name of a file."""
    data = {"detector": "incidents", "error": error, "traceback": traceback}
    note = f"deciding failed: {error}; nothing is known of this frame"
    return Event(f"{corridor}/failed/{time_s!r}", corridor, time_s, EventKind.DETECTOR_FAILED, note=note, data=data)
