"""The road that a log's incidents are looked for on: a recording's corridor, and what its files do not say of it.

A recording knows positions in metres and seconds on one clock; logs know roads, mileposts, coordinates and wall clocks. Between
the two stands a small TOML file:

    road = "I-90"                             # one name, or a list of all names that logs use
    direction = "EB"                          # E, EB, East and eastbound are one
    zero = "2024-06-11T00:00:00-05:00"        # the wall clock at 0 s of the recording
    milepost = 10.0                           # at the corridor's 0 m; falling = true where they fall downstream
    milepost_m = 1609.344                     # metres in one; 1000 where posts count kilometres
    day_first = false                         # 6/11/2024 is the 11th of June
    lanes_from = "left"                       # the side from which the log counts lanes
    [[point]]                                 # two or more, along the road, for logs with coordinates
    position_m = 0
    latitude = 41.9
    longitude = -87.9

Without the file, `zero` is taken from corridor.toml (a key that other readers ignore), mileposts from station names that say
"MP 10.56", road and direction from a corridor's name such as "I-90 EB"; what was assumed is reported.
"""

import math
import re
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.files.toml_file import read_toml
from scenarios.run_labels import MILE_M
from scenarios.strict_model import StrictModel

_NAME = re.compile(r"(?P<road>\S.*?)[ ,]+(?P<way>[NSEW]B?|(?:north|south|east|west)(?:bound)?)", re.IGNORECASE)
_POST = re.compile(r"\b(?:MP|MM|PM|milepost)\s*(\d+(?:\.\d+)?)", re.IGNORECASE)


class RoadPoint(StrictModel):
    """A place on the corridor and its coordinates, degrees."""

    position_m: float
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class IncidentRoad(StrictModel):
    """How a log names the corridor's road, where mileposts and coordinates stand on it, and when its clock began."""

    road: tuple[str, ...] = ()
    direction: str = ""
    zero: datetime | None = None
    milepost: float | None = Field(default=None, ge=0, le=5000)
    falling: bool = False
    milepost_m: float = Field(default=MILE_M, gt=0, le=10_000)
    day_first: bool | None = None
    lanes_from: Literal["left", "right"] = "left"
    point: tuple[RoadPoint, ...] = ()

    @field_validator("road", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def position_of_milepost(self, milepost: float) -> float:
        """Return the place of a milepost along the corridor, m; NaN where the road has none."""
        if self.milepost is None:
            return math.nan
        return (self.milepost - milepost if self.falling else milepost - self.milepost) * self.milepost_m


def read_road(recording: Path, corridor: Corridor, table: Path | None) -> tuple[IncidentRoad, tuple[str, ...]]:
    """Return the road of a recording, and what was assumed of it, in phrases.

    Raises UserError naming the file and the wrong key, or what neither file says; MissingFileError.
    """
    values = {} if table is None else read_toml(table)
    assumed: list[str] = []
    if "zero" not in values:
        written = read_toml(recording / "corridor.toml").get("zero")
        if written is None:
            raise UserError(
                f"{recording / 'corridor.toml'}: no zero: wanted the wall clock at 0 s of the recording, "
                'as zero = "2024-06-11T00:00:00-05:00", here or in the file of --road'
            )
        values["zero"] = written
    if "milepost" not in values:
        values |= _mileposts_of_names(corridor, values, assumed)
    if "road" not in values and "direction" not in values and (name := _NAME.fullmatch(corridor.name.strip())):
        values |= {"road": name["road"], "direction": name["way"]}
        assumed.append(f"road {name['road']}, direction {name['way']} are those of the corridor's name")
    try:
        road = IncidentRoad.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "its tables"
        raise UserError(f"{table or recording / 'corridor.toml'}: {key}: {first['msg']}") from None
    if road.zero is not None and road.zero.tzinfo is None:
        raise UserError(
            f"{table or recording / 'corridor.toml'}: zero: wanted a time zone too, as -05:00, got {road.zero}"
        )
    if not road.road or not road.direction:
        assumed.append(
            "all roads and directions are taken for the corridor's (no road and direction in the file of --road)"
        )
    return road, tuple(assumed)


def _mileposts_of_names(corridor: Corridor, values: dict[str, object], assumed: list[str]) -> dict[str, object]:
    posts = [(station.position_m, match) for station in corridor.stations if (match := _POST.search(station.name))]
    if len(posts) < len(corridor.stations):
        return {}
    (first_m, first), (_, last) = posts[0], posts[-1]
    begins, ends = float(first[1]), float(last[1])
    if begins == ends:
        return {}
    found: dict[str, object] = {"falling": ends < begins}
    unit = values.get("milepost_m", MILE_M)
    per_post_m = float(unit) if isinstance(unit, int | float) else MILE_M
    found["milepost"] = begins + (first_m if ends < begins else -first_m) / per_post_m
    assumed.append(f"mileposts are those of the stations' names, {begins:g} to {ends:g}")
    return found
