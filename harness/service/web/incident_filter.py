"""Which incidents are asked for: the query of lists and of exports."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query

from harness.service.incidents.incident import CLOSED, Incident, IncidentKind, Severity, State
from harness.service.store.event_store import EventStore
from harness.service.web.api_models import Word

MOST_LISTED = 1000
"""Incidents in one answer. Chosen: more than a page shows; an export has more."""
MOST_EXPORTED = 100_000
"""Incidents in an export, and looked through by a filter. Chosen: a year of a busy district."""


class IncidentFilter:
    """A filter by corridor, openness, states, severities and kinds; what is left out lets all pass."""

    def __init__(
        self,
        corridor: Annotated[Word | None, Query(description="of this corridor")] = None,
        open_only: Annotated[bool, Query(alias="open", description="only those that no person has closed")] = False,
        state: Annotated[list[State] | None, Query(description="in one of these states")] = None,
        severity: Annotated[list[Severity] | None, Query(description="of one of these severities")] = None,
        kind: Annotated[list[IncidentKind] | None, Query(description="of one of these kinds")] = None,
    ) -> None:
        self._corridor, self._open_only = corridor or None, open_only
        self._wanted: Mapping[str, list[str]] = {
            name: [str(each) for each in values]
            for name, values in (("state", state), ("severity", severity), ("kind", kind))
            if values
        }

    def found(self, store: EventStore, limit: int) -> list[Incident]:
        """Return incidents that pass, those opened last first. Raises MachineError."""
        looked_at = MOST_EXPORTED if self._wanted else limit
        incidents = store.incidents(self._corridor, self._open_only, looked_at)
        return [each for each in incidents if self._passes(each)][:limit]

    def _passes(self, incident: Incident) -> bool:
        if self._open_only and incident.state in CLOSED:
            return False
        return all(str(getattr(incident, name)) in values for name, values in self._wanted.items())
