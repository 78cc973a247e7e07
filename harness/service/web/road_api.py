"""The road in the API: corridors, their frames, the status, and the list of events."""

from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from harness.service.incidents.incident_values import as_json
from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.api_json import corridor_json, event_json, lane_mean_speeds, numbers_json
from harness.service.web.api_models import LARGEST_NUMBER, CorridorOut, Events, Frames, Word
from harness.service.web.request_access import needs
from harness.service.web.service_condition import conditions
from harness.service.web.web_context import WebContext

RECENT_S = 3600.0
"""Time of the frames that are sent where none is asked for, s. Chosen: a queue's growth and its decay fit."""
MOST_VALUES = 500_000
"""Speeds in one answer. Chosen: 3 MB of JSON; an hour of 1,000 stations."""
Seconds = Annotated[float | None, Query(ge=-1e11, le=1e11)]


def road_routes(context: WebContext) -> APIRouter:
    """Return the routes of corridors, frames, status and events."""
    router = APIRouter(prefix="/api", dependencies=[Depends(needs(context.settings, Role.VIEW))])
    service = context.view

    @router.get("/corridors", tags=["road"], response_model=list[CorridorOut], responses=problems(401, 403))
    def list_corridors() -> list[dict[str, Any]]:
        """List the corridors that are watched, and their stations."""
        return [{**corridor_json(each), "name": name} for name, each in service.corridors.items()]

    @router.get("/frames", tags=["road"], response_model=Frames, responses=problems(401, 403, 404, 413, 422, 503))
    def list_frames(
        corridor: Word,
        after_s: Seconds = None,
        until_s: Seconds = None,
        first_station: Annotated[int, Query(ge=0, le=100_000)] = 0,
        last_station: Annotated[int, Query(ge=0, le=100_000)] = 100_000,
        lanes: Annotated[Literal["mean", "each"], Query(description="mean by vehicles, or every lane")] = "mean",
    ) -> JSONResponse:
        """Return speeds of frames that end after `after_s` and not after `until_s`; without `after_s`, of the last hour."""
        road = service.corridors.get(corridor)
        if road is None:
            raise HTTPException(404, "no such corridor")
        if after_s is None:
            end_s = until_s if until_s is not None else service.store.last_frame_s(corridor)
            after_s = None if end_s is None else end_s - RECENT_S
        part = slice(first_station, last_station + 1)
        stations = corridor_json(road)["stations"][part]
        most = MOST_VALUES // max(1, len(stations) * (road.lanes if lanes == "each" else 1))
        frames = list(islice(service.store.frames(corridor, after_s, until_s), most + 1))
        if len(frames) > most:
            raise HTTPException(413, f"wanted {MOST_VALUES} values at most (a shorter time, or fewer stations?)")
        speeds = [(each.speed if lanes == "each" else lane_mean_speeds(each))[part] for each in frames]
        content = {
            "corridor": corridor,
            "stations": stations,
            "time_s": [each.time_s for each in frames],
            "speed_mps": [numbers_json(each, 1) for each in speeds],
        }
        return JSONResponse(content)

    @router.get("/status", tags=["status"], responses=problems(401, 403, 503))
    def show_status() -> dict[str, Any]:
        """Return how the service is: totals, rates, buffers, subscribers, store; corridors, sources and detectors."""
        status = service.status()
        own = {"subscribers": context.tail.subscribers, "conditions": conditions(status, service.corridors)}
        found: dict[str, Any] = jsonable_encoder(as_json({**status, **own}))
        return found

    @router.get("/events/list", tags=["events"], response_model=Events, responses=problems(401, 403, 422, 503))
    def list_events(
        after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="events after this number")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        """List events in order, those that a stream sends: for readers that hold no connection."""
        number = service.store.last_number()
        return {"number": number, "events": [event_json(each) for each in service.store.events_after(after, limit)]}

    return router
