"""The incidents of the API: lists, one, its timeline, and changes by people."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi import Path as PathPart

from harness.service.incidents.incident import Incident
from harness.service.web.access_tokens import Person, Role
from harness.service.web.api_errors import problems
from harness.service.web.api_json import event_json, incident_json
from harness.service.web.api_models import (
    Change,
    EventOut,
    IncidentOut,
    Incidents,
    MassAcknowledgement,
    MassAnswer,
    Word,
)
from harness.service.web.incident_changes import CHANGES, ChangeName, acknowledge_all, change
from harness.service.web.incident_filter import MOST_LISTED, IncidentFilter
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext

IncidentId = Annotated[Word, PathPart(description="an incident's id; it may hold slashes")]


def incident_routes(context: WebContext) -> APIRouter:
    """Return the routes of incidents."""
    router = APIRouter(prefix="/api", tags=["incidents"])
    view, operate = (Depends(needs(context.settings, role)) for role in (Role.VIEW, Role.OPERATE))
    service = context.view

    def shown(incident: Incident) -> dict[str, Any]:
        return incident_json(incident, service.corridors.get(incident.corridor))

    def known(name: str) -> Incident:
        incident = service.store.incident(name)
        if incident is None:
            raise HTTPException(404, "no such incident")
        return incident

    @router.get("/incidents", response_model=Incidents, dependencies=[view], responses=problems(401, 403, 422, 503))
    def list_incidents(
        wanted: Annotated[IncidentFilter, Depends()], limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 200
    ) -> dict[str, Any]:
        """List incidents, those opened last first."""
        number = service.store.last_number()  # before the incidents: a stream that goes on from there misses nothing
        return {"number": number, "incidents": [shown(each) for each in wanted.found(service.store, limit)]}

    @router.post("/incidents/acknowledge", response_model=MassAnswer, responses=problems(400, 401, 403, 413, 422, 503))
    def acknowledge_many(asked: MassAcknowledgement, person: Annotated[Person, operate]) -> dict[str, Any]:
        """Acknowledge many incidents; each one is changed or refused for itself."""
        done, refused = acknowledge_all(context, asked, person)
        return {
            "done": [shown(each) for each in done],
            "refused": [{"id": each.id, "why": why, "incident": now and shown(now)} for each, why, now in refused],
        }

    @router.get(
        "/incidents/{incident:path}/timeline",
        response_model=list[EventOut],
        dependencies=[view],
        responses=problems(401, 403, 404, 422, 503),
    )
    def list_events_of_an_incident(incident: IncidentId) -> list[dict[str, Any]]:
        """List an incident's events, in order."""
        known(incident)
        return [event_json(each) for each in service.store.timeline(incident)]

    @router.post(
        "/incidents/{incident:path}/{name}",
        response_model=IncidentOut,
        responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
        description="Change an incident, as a person: "
        + ", ".join(f"`{name}`" for name in CHANGES)
        + ". The body names the "
        "version that was shown; 409 where somebody else was quicker, with what they changed.",
    )
    def change_an_incident(
        incident: IncidentId, name: ChangeName, asked: Change, person: Annotated[Person, operate]
    ) -> dict[str, Any]:
        return shown(change(context, known(incident), name, asked, person))

    @router.get(
        "/incidents/{incident:path}",
        response_model=IncidentOut,
        dependencies=[view],
        responses=problems(401, 403, 404, 422, 503),
    )
    def show_an_incident(incident: IncidentId) -> dict[str, Any]:
        """Return one incident."""
        return shown(known(incident))

    return router
