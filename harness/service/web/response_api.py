"""The response of the API: how channels are, and what the dispatcher has to read out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi import Path as PathPart
from pydantic import BaseModel, Field

from harness.service.response.outgoing import Outgoing
from harness.service.web.access_tokens import Person, Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import LARGEST_NUMBER, Input, Word
from harness.service.web.incident_changes import actor
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext

MOST_READ = 200
"""Messages of the past that are listed at most. Chosen: a busy shift."""


class RadioMessage(BaseModel):
    """A message to be read out."""

    number: int
    incident: str
    reason: str
    severity: str
    exercise: bool = Field(description="traffic is simulated or replayed; the text says so too")
    text: str
    wall_s: float = Field(description="since when it waits, in s since 1970 UTC")


class ReadMessage(RadioMessage):
    """A message that was read out."""

    read_by: str
    read_s: float = Field(description="when, in s since 1970 UTC")


class ReadOut(Input):
    """Who read it out, where the service runs without tokens; with tokens the token's name counts."""

    by: Word = ""


class ResponseState(BaseModel):
    """How channels are."""

    channels: dict[str, dict[str, Any]] = Field(description="by name: state (ok, or words), messages by their state")
    missing_media: list[str] = Field(description="what the policy asks for and no channel offers")
    events_passed_over: int = Field(description="events of which nobody was told, for a bug")


def response_routes(context: WebContext) -> APIRouter:
    """Return the routes of the response; without one they say that there is none."""
    router = APIRouter(prefix="/api", tags=["response"])
    view, operate = (Depends(needs(context.settings, role)) for role in (Role.VIEW, Role.OPERATE))

    @router.get("/response", response_model=ResponseState, dependencies=[view], responses=problems(401, 403, 503))
    def show_channels() -> dict[str, Any]:
        """Return how channels are, and what waits for them."""
        if context.response is None:
            return {"channels": {}, "missing_media": [], "events_passed_over": 0}
        return context.response.status()

    @router.get("/radio", response_model=list[RadioMessage], dependencies=[view], responses=problems(401, 403, 503))
    def list_what_is_to_be_read_out() -> list[dict[str, Any]]:
        """List what the dispatcher has to read out, the oldest first."""
        return [] if context.response is None else [_shown(each) for each in context.response.radio()]

    @router.get(
        "/radio/read", response_model=list[ReadMessage], dependencies=[view], responses=problems(401, 403, 422, 503)
    )
    def list_what_was_read_out(limit: Annotated[int, Query(ge=1, le=MOST_READ)] = 20) -> list[dict[str, Any]]:
        """List what was read out, the last first, with by whom and when."""
        read = [] if context.response is None else context.response.was_read_out(limit)
        return [{**_shown(message), "read_by": who, "read_s": read_s} for message, who, read_s in read]

    @router.post("/radio/{number}/read", status_code=204, responses=problems(400, 401, 403, 404, 413, 422, 503))
    def note_that_it_was_read_out(
        number: Annotated[int, PathPart(ge=1, le=LARGEST_NUMBER)],
        person: Annotated[Person, operate],
        asked: ReadOut | None = None,
    ) -> None:
        """Take a message from the list: it was read out."""
        if context.response is None or not context.response.read_out(number, actor(person, asked.by if asked else "")):
            raise HTTPException(404, "no such message waits")

    return router


def _shown(message: Outgoing) -> dict[str, Any]:
    names = ("number", "incident", "reason", "severity", "exercise", "text")
    return {**{name: getattr(message, name) for name in names}, "wall_s": message.created_s}
