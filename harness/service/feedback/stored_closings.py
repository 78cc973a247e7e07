"""How a store's incidents were closed: those to learn from, and the others, counted by why they are left out.

    resolved            a true one            false_alarm    a false one
    duplicate, planned  unclear: something was there, and it says nothing of the section
    test                left out              anything else  open: nobody has judged it yet

Of an incident that was closed twice the last closing counts. A closing is of one detector: the one that opened the incident. Scores
of another detector, of other parameters (`scored_by` of its first event), below the threshold at hand, or of before there were any
in the store are left out too.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from detectors.calibration.closings import Closing
from harness.service.corridors.detecting_engine import SCORED_BY
from harness.service.incidents.incident import Incident, State
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.suggestion import likely

JUDGED: Mapping[State, bool] = {State.RESOLVED: True, State.FALSE_ALARM: False}
UNCLEAR = (State.DUPLICATE, State.PLANNED)
DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class StoredClosings:
    """What a store says of one corridor and detector.

    `closings` to learn from; `unclear` by section, `left_out` by why; `from_s`, `to_s`: when the first and the last of the closings
    was opened, on the data's clock; `days` of frames; `digest`: SHA-256 over all that is learned from.
    """

    corridor: Corridor
    closings: tuple[Closing, ...]
    unclear: Mapping[int, int]
    left_out: Mapping[str, int]
    from_s: float
    to_s: float
    days: float
    digest: str

    @property
    def false(self) -> int:
        """How many were closed as false alarms."""
        return sum(not each.true for each in self.closings)


@dataclass(slots=True)
class _Gathered:
    found: list[tuple[Incident, Closing]] = field(default_factory=list)
    unclear: Counter[int] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def closed_corridor(store: SqlStore, named: str | None) -> Corridor:
    """Return the corridor to learn of: the one `named`, or the only one. Raises UserError, listing those there are."""
    known = store.corridors()
    if not known:
        raise UserError("--feedback: the store knows no corridor (has a service written it?)")
    if named is None and len(known) > 1:
        raise UserError(f"--feedback: the store has several corridors: wanted --corridor, one of {', '.join(known)}")
    name = next(iter(known)) if named is None else named
    if name not in known:
        raise UserError(
            f"--corridor: the store has no {name!r}; there are {', '.join(known)}{likely(name, list(known))}"
        )
    return known[name]


def stored_closings(
    store: SqlStore, corridor: Corridor, detector: str, score_fingerprint: str, threshold: float
) -> StoredClosings:
    """Return how the incidents that `detector` opened on a corridor, above `threshold`, were closed.

    Raises UserError where none teach anything.
    """
    gathered = _Gathered()
    for name in store.incident_ids():
        incident = store.incident(name)
        if incident is not None and incident.corridor == corridor.name:
            _gather(gathered, store, incident, corridor, detector, score_fingerprint, threshold)
    if not gathered.found:
        reasons = ", ".join(f"{count} {why}" for why, count in gathered.left_out.items())
        unclear = f"{gathered.unclear.total()} as duplicate or planned" if gathered.unclear else ""
        there = "; ".join(filter(None, (reasons, unclear))) or "none at all"
        raise UserError(
            f"--feedback: wanted incidents of {detector} on {corridor.name} closed as resolved or false alarm, got {there}"
        )
    opened = [incident.opened_s for incident, _ in gathered.found]
    return StoredClosings(
        corridor,
        tuple(closing for _, closing in gathered.found),
        dict(gathered.unclear),
        dict(gathered.left_out),
        min(opened),
        max(opened),
        store.frames_decided(corridor.name) * corridor.period_s / DAY_S,
        _digest(gathered.found),
    )


def _gather(
    gathered: _Gathered,
    store: SqlStore,
    incident: Incident,
    corridor: Corridor,
    detector: str,
    fingerprint: str,
    threshold: float,
) -> None:
    """Put one incident where it belongs."""
    if incident.detector != detector:
        gathered.left_out[f"opened by {incident.detector}"] += 1
    elif incident.state is State.TEST:
        gathered.left_out["closed as test"] += 1
    elif incident.state in UNCLEAR:
        gathered.unclear[incident.section] += 1
    elif incident.state not in JUDGED:
        gathered.left_out["still open"] += 1
    elif not 0 <= incident.section < corridor.sections:
        gathered.left_out["in a section that is no more"] += 1
    elif incident.section not in incident.scores.get(detector, {}):
        gathered.left_out["without scores (by a version before they were kept)"] += 1
    elif store.timeline(incident.id)[0].event.data.get(SCORED_BY, {}).get(detector) != fingerprint:
        gathered.left_out[f"scored by {detector} with other parameters"] += 1
    elif not incident.scores[detector][incident.section] > threshold:
        gathered.left_out[f"scored no higher than {threshold:.3g}, the threshold of --aim (was it another one?)"] += 1
    else:
        closing = Closing(incident.section, JUDGED[incident.state], incident.scores[detector])
        gathered.found.append((incident, closing))


def _digest(found: list[tuple[Incident, Closing]]) -> str:
    lines = [
        f"{incident.id} {incident.state.value} {closing.section} {sorted(closing.peaks.items())}"
        for incident, closing in found
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
