"""The reading schema `laneblock.readings/1` as types: what a message may hold, and its limits. In words: `readings_schema.md`.

Values are checked as far as that is possible without the corridor; which stations and lanes there are, the assembler knows.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from harness.service.sources.stamps import LONGEST_STAMP
from scenarios.corridor import MOST_LANES
from simulator.recording.corridor_file import LONGEST_NAME
from simulator.recording.loop_checks import MOST_SPEED_MPS

SCHEMA = "laneblock.readings/1"
"""Name and version of the schema. A field more is a new version; a reader refuses versions that it does not know."""
MOST_BYTES = 16 << 20
"""Size of a message, B. Chosen: a frame of 4,000 stations with 4 lanes has 2 MB."""
MOST_READINGS = 100_000
"""Readings in a message. Chosen: a frame of 4,000 stations with 4 lanes has 16,000."""

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
_Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Speed = Annotated[float, Field(ge=0, le=MOST_SPEED_MPS, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Stamp = Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, Field(max_length=LONGEST_STAMP)]
_Version = Literal["laneblock.readings/1"]


class ReadingFields(TypedDict):
    """One reading; a value that is null or missing is not known."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    station: _Name
    lane: Annotated[int, Field(ge=0, lt=MOST_LANES)]
    time: _Stamp
    count: NotRequired[_Amount | None]
    speed_mps: NotRequired[_Speed | None]
    occupancy: NotRequired[_Share | None]


class ReadingLine(ReadingFields):
    """One line of NDJSON: a reading, and the corridor it is of."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: NotRequired[_Version]
    corridor: _Name


class ReadingDocument(TypedDict):
    """A JSON message: readings of one corridor."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: _Version
    corridor: _Name
    readings: Annotated[list[ReadingFields], Field(max_length=MOST_READINGS)]


class DocumentHead(TypedDict):
    """A JSON message whose readings are still to be checked one by one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    schema: _Version
    corridor: _Name
    readings: Annotated[list[Any], Field(max_length=MOST_READINGS)]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a JSON message, and under `$defs` that of a line of NDJSON."""
    schema = TypeAdapter(ReadingDocument).json_schema()
    line = TypeAdapter(ReadingLine).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **{key: value for key, value in schema.items() if key != "title"},
        "$defs": {**schema.get("$defs", {}), **line.pop("$defs", {}), "ReadingLine": line},
    }
