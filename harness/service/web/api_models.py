"""The types of the API, as its OpenAPI document describes them. Times are data time in s unless a name says otherwise."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from harness.service.incidents.incident import IncidentKind, Severity, State
from harness.service.incidents.incident_event import EventKind

LONGEST_NOTE = 1000
"""Characters of a note. Chosen: what is longer belongs into a report."""
LONGEST_WORD = 200
"""Characters of a name or an id. Chosen: longer than any of ours."""
MOST_AT_ONCE = 200
"""Incidents acknowledged at once. Chosen: as many as a list shows."""
LARGEST_NUMBER = 2**53 - 1
"""Largest whole number, that of JSON readers with doubles."""


_LINE, _LINES = r"^[^\x00-\x1f\x7f-\x9f]*$", r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""Texts without control characters, which no store keeps or a terminal obeys; of one line, and of several."""
Word = Annotated[str, Field(max_length=LONGEST_WORD, pattern=_LINE)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE, pattern=_LINES), AfterValidator(str.strip)]


def _number(value: object) -> object:
    """Return a value that JSON may have for a whole number. Raises ValueError for those that would be taken for one."""
    if isinstance(value, str | bool):
        raise ValueError("wanted a whole number")
    return value


Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER), BeforeValidator(_number)]


class Input(BaseModel):
    """What is asked for: nothing but what is known."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class IncidentOut(BaseModel):
    """An incident: what its events make of it. What is not known is null."""

    id: str
    corridor: str
    detector: str = Field(description="the detector that opened it")
    joined_by: list[str] = Field(description="other detectors that saw it too")
    state: State
    version: int = Field(description="counts its events; a change names the version it was decided on")
    kind: IncidentKind
    kind_rule: str = Field(description="the rule that chose the kind")
    kind_values: dict[str, float | None] = Field(description="what that rule looked at")
    severity: Severity
    severity_score: float | None = Field(description="0 to 1")
    severity_parts: dict[str, float | None] = Field(description="the parts of the score, each 0 to 1")
    section: int = Field(description="counted from 0, upstream to downstream")
    sections: list[int]
    position_m: float | None
    place: str = Field(description="where it is, in words")
    lanes: list[int] = Field(
        description="lanes estimated to be blocked; 0 is the outermost on the side of slow traffic"
    )
    lanes_words: str = Field(description="those lanes in words")
    lanes_there: int = Field(description="lanes of the section")
    opened_s: float
    changed_s: float
    onset_s: float | None = Field(description="when it began, as the detector estimates")
    cleared_s: float | None = Field(description="since when the detectors see it no more")
    closed_s: float | None = Field(description="when a person closed it")
    confidence: float | None = Field(description="probability of an incident when the detector was most sure")
    queue_veh: float | None
    tail_m: float | None = Field(description="position of the queue's tail")
    scores: dict[str, dict[str, float]] = Field(
        description="by detector, the highest score in the section and those beside it, by section"
    )
    evidence: str = Field(description="why the detector alarmed, when it was most sure")
    actions: list[str] = Field(description="what is recommended")
    silenced_by: str = Field(description="the planned work that silences it, empty for none")
    duplicate_of: str
    acknowledged_by: str
    exercise: bool = Field(description="traffic is simulated or replayed: nobody is to be sent out")
    allowed: list[EventKind] = Field(description="what a person may do with it now")


class EventOut(BaseModel):
    """An event; `number` grows in the order in which events became visible."""

    number: int
    wall_s: float = Field(description="when it was stored, in s since 1970 UTC")
    key: str
    corridor: str
    time_s: float
    kind: EventKind
    incident: str = Field(description="empty where it is about the corridor")
    actor: str
    note: str
    data: dict[str, Any]


class Incidents(BaseModel):
    """Incidents, those opened last first; `number` is that of the last event before they were read: a stream goes on from there."""

    number: int
    incidents: list[IncidentOut]


class Events(BaseModel):
    """Events in order, and the number of the last one there is."""

    number: int
    events: list[EventOut]


class Change(Input):
    """A change by a person."""

    version: Number = Field(description="the incident's version as it was shown when the person decided")
    note: Note = ""
    by: Word = Field(
        default="", description="who, where the service runs without tokens; with tokens the token's name counts"
    )
    duplicate_of: Word = Field(default="", description="for a duplicate: the other incident's id")


class KnownIncident(Input):
    """An incident at the version that was shown."""

    id: Word
    version: Number


class MassAcknowledgement(Input):
    """Incidents to be acknowledged together."""

    incidents: Annotated[list[KnownIncident], Field(min_length=1, max_length=MOST_AT_ONCE)]
    note: Note = ""
    by: Word = ""


class Refused(BaseModel):
    """An incident that was not changed, and why; `incident` is what it is now, null where there is none."""

    id: str
    why: str
    incident: IncidentOut | None


class MassAnswer(BaseModel):
    """What became of each."""

    done: list[IncidentOut]
    refused: list[Refused]


class Conflict(BaseModel):
    """Somebody else was quicker, or the state does not allow the change: the incident as it is now, and the events since."""

    detail: str
    incident: IncidentOut
    events: list[EventOut]


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
    errors: list[str] = Field(default=[], description="what was wrong, one line each")


class ReadingAnswer(BaseModel):
    """What became of pushed readings: those accepted are safe against a crash."""

    detail: str
    accepted: int
    refused_count: int
    refused: list[str] = Field(description="why, 20 at most")


class StationOut(BaseModel):
    """A station; positions in m, downstream."""

    name: str
    position_m: float
    lanes: int
    first_lane: int = Field(description="number of its first lane: above 0 where a lane begins further downstream")


class CorridorOut(BaseModel):
    """A corridor, its stations in order downstream."""

    name: str
    period_s: float
    keeps_left: bool = Field(description="traffic keeps left: lane 0 is the leftmost, else the rightmost")
    stations: list[StationOut]


class Frames(BaseModel):
    """Frames of a corridor by time, station (and lane). What is not known is null."""

    corridor: str
    stations: list[StationOut]
    time_s: list[float] = Field(description="ends of the frames")
    speed_mps: list[list[float | None]] | list[list[list[float | None]]]
