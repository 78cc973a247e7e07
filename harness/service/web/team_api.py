"""Teams of the API: what each is doing, and what people tell of them."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as PathPart
from pydantic import BaseModel, ConfigDict, Field

from harness.service.incidents.incident_event import EventKind
from harness.service.teams.team import TeamState
from harness.service.web.access_tokens import Person, Role
from harness.service.web.api_errors import WORDS, problems
from harness.service.web.api_models import LONGEST_WORD, Note, Problem, Word
from harness.service.web.incident_changes import actor
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext
from scenarios.errors import UserError

TeamName = Annotated[str, PathPart(min_length=1, max_length=LONGEST_WORD)]


class TeamChangeName(StrEnum):
    """What a person tells of a team, as the last part of the address."""

    SET_OFF = "set-off"
    ARRIVED = "arrived"
    RELEASE = "release"


TEAM_CHANGES = {
    TeamChangeName.SET_OFF: EventKind.TEAM_SET_OFF,
    TeamChangeName.ARRIVED: EventKind.TEAM_ARRIVED,
    TeamChangeName.RELEASE: EventKind.TEAM_RELEASED,
}
"""The event that each is."""


class TeamOut(BaseModel):
    """A team. Times are data time in s, null where it has not happened."""

    name: str
    type: str
    state: TeamState
    corridors: list[str] = Field(description="the corridors that it serves")
    incident: str = Field(description="where it is sent, empty where nowhere")
    assigned_s: float | None
    set_off_s: float | None
    arrived_s: float | None
    expected_s: float | None = Field(
        description="when it is expected there: as when it set off; if it has not, as if it did now"
    )
    may: list[TeamChangeName] = Field(description="what can be told of it now")


class TeamChange(BaseModel):
    """What a person tells of a team."""

    model_config = ConfigDict(extra="forbid")

    note: Note = ""
    by: Word = Field(
        default="", description="who, where the service runs without tokens; with tokens the token's name counts"
    )


def team_routes(context: WebContext) -> APIRouter:
    """Return the routes of teams; without any the list is empty."""
    router = APIRouter(prefix="/api", tags=["teams"])
    view, operate = (Depends(needs(context.settings, role)) for role in (Role.VIEW, Role.OPERATE))

    @router.get("/teams", response_model=list[TeamOut], dependencies=[view], responses=problems(401, 403, 503))
    def list_teams() -> list[dict[str, Any]]:
        """List the teams by name, and what each is doing."""
        return [] if context.teams is None else [team_json(each) for each in context.teams.status()]

    @router.post(
        "/teams/{team}/{name}",
        response_model=TeamOut,
        responses={**problems(400, 401, 403, 404, 413, 422, 503), 409: {"model": Problem, "description": WORDS[409]}},
    )
    def tell_of_a_team(
        team: TeamName, name: TeamChangeName, told: TeamChange, person: Annotated[Person, operate]
    ) -> dict[str, Any]:
        """Tell that a team has set off, is there, or is released: it is then free for others, and not sent there again."""
        if context.teams is None:
            raise HTTPException(404, "no such team")
        try:
            context.tell(context.teams.change(team, TEAM_CHANGES[name], actor(person, told.by), told.note))
        except KeyError:
            raise HTTPException(404, "no such team") from None
        except UserError as error:
            raise HTTPException(409, str(error)) from None
        return next(team_json(each) for each in context.teams.status() if each["name"] == team)

    return router


def team_json(shown: dict[str, Any]) -> dict[str, Any]:
    """Return a team's status as the API tells it."""
    names = {kind.value: name.value for name, kind in TEAM_CHANGES.items()}
    return {**shown, "may": [names[kind] for kind in shown["may"]]}
