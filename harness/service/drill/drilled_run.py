"""One run through its detectors and the incident watch, matched with its truth: plain numbers, kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import nan
from typing import Any


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """An incident that the watch opened, as last told while it stood; `top_score` is the highest of its severity scores.

    `match`: a detection, neutral (a further one for the same incident, or in its queue), false, or unknown where the run's
    incidents are not. `of`: the number of the true incident that it belongs to, None where there is none. `true_kind`: what it
    should have been called.
    """

    id: str
    opened_s: float
    section: int
    position_m: float
    cleared_s: float
    first_kind: str
    kind: str
    first_severity: str
    severity: str
    first_score: float
    top_score: float
    changes: int
    returns: int
    match: str
    of: int | None
    true_kind: str


@dataclass(frozen=True, slots=True)
class TrueIncident:
    """An incident as it was; `counted`: with impact, and a frame recorded within its window. `opened`: incidents opened for it."""

    onset_s: float
    clearance_s: float
    section: int
    lanes: int
    delay_veh_h: float
    counted: bool
    opened: int
    first_opened_s: float


@dataclass(frozen=True, slots=True)
class DrilledRun:
    """One run: what was opened, what truly was, and how long it took.

    `corridor_days`: the time in which a false incident is counted. `detect_s`, `health_s`, `watch_s`: mean wall time of a frame
    in the detectors, in the tests of the loops and in the incident watch; `frame_p99_s` of all together.
    """

    name: str
    known: bool
    frames: int
    corridor_days: float
    opened: tuple[OpenedIncident, ...]
    incidents: tuple[TrueIncident, ...]
    detect_s: float
    health_s: float
    watch_s: float
    frame_p99_s: float


def as_fields(run: DrilledRun) -> dict[str, Any]:
    """Return a run as JSON's types; NaN is null once it is written."""
    return asdict(run)


def from_fields(fields: Mapping[str, Any]) -> DrilledRun:
    """Return the run that `as_fields` made JSON of. Raises TypeError where fields are not its own."""
    own = {**fields}
    opened = tuple(OpenedIncident(**_known(each, ("of",))) for each in own.pop("opened"))
    incidents = tuple(TrueIncident(**_known(each)) for each in own.pop("incidents"))
    return DrilledRun(opened=opened, incidents=incidents, **_known(own))


def _known(fields: Mapping[str, Any], maybe: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: nan if value is None and name not in maybe else value for name, value in fields.items()}
