"""The response of the API: how channels are, and what the dispatcher has to read out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as PathPart
from pydantic import BaseModel, Field

from harness.service.response.outbox_rows import Outgoing
from harness.service.web.access_tokens import Person, Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import LARGEST_NUMBER
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext


class RadioMessage(BaseModel):
    """A message to be read out."""

    number: int
    incident: str
    reason: str
    severity: str
    exercise: bool = Field(description="traffic is simulated or replayed; the text says so too")
    text: str
    wall_s: float = Field(description="since when it waits, in s since 1970 UTC")


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

    @router.post("/radio/{number}/read", status_code=204, responses=problems(401, 403, 404, 422, 503))
    def note_that_it_was_read_out(
        number: Annotated[int, PathPart(ge=1, le=LARGEST_NUMBER)], person: Annotated[Person, operate]
    ) -> None:
        """Take a message from the list: it was read out."""
        if context.response is None or not context.response.read_out(number, person.name):
            raise HTTPException(404, "no such message waits")

    return router


def _shown(message: Outgoing) -> dict[str, Any]:
    names = ("number", "incident", "reason", "severity", "exercise", "text")
    return {**{name: getattr(message, name) for name in names}, "wall_s": message.created_s}
