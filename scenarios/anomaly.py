"""Anomalies by kind, and what a study says of each of them.

A **class** is how a reading is unusual (Chandola, Banerjee and Kumar, ACM Computing Surveys 41, 2009): *point*, by itself;
*contextual*, only at this hour; *collective*, only as a sequence. The **extent** is how much deviates: *local*, one station or
section; *corridor*, every station for a while; *network*, every station, because the whole day's demand has another shape. One
corridor's loops cannot show whether other roads deviate too: corridor and network differ here in cause and duration alone.

Conventions: `onset_s` in seconds of the day; positions as in a scenario (section and the share of its length).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from scenarios.demand import HIGHEST_DEMAND
from scenarios.errors import UserError
from scenarios.fault import KindName
from scenarios.incident import FASTEST_MPS, LONGEST_RUN_S, MOST_SURGE, SLOWEST_MPS
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely

AnomalyClass = Literal["point", "contextual", "collective"]
Extent = Literal["local", "corridor", "network"]
DAY_S = 86400.0
"""Seconds of a day."""


@dataclass(frozen=True, slots=True)
class AnomalyKind:
    """A kind of anomaly: class, extent, the fields that one of this kind needs and may have, and what happens, in a few words.

    `made_by` says where it is made: "traffic" in the simulation, "loops" in the readings, "profile" as a day of another shape.
    `incident`: an alarm of an incident detector is right.
    """

    anomaly_class: AnomalyClass
    extent: Extent
    made_by: Literal["traffic", "loops", "profile"]
    text: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    incident: bool = False


ANOMALY_KINDS: Mapping[str, AnomalyKind] = MappingProxyType(
    {
        "spike": AnomalyKind(
            "point", "local", "loops", "one loop's reading of one frame is a burst", ("station", "lane")
        ),
        "level": AnomalyKind(
            "contextual", "corridor", "traffic", "demand usual at another hour", ("duration_s", "demand_vphpl")
        ),
        "rain": AnomalyKind(
            "collective",
            "corridor",
            "traffic",
            "rain sets in slowly: speeds fall, headways grow",
            ("duration_s",),
            ("ramp_s", "speed_factor", "headway_factor"),
        ),
        "incident": AnomalyKind(
            "collective",
            "local",
            "traffic",
            "one or two lanes blocked",
            ("duration_s", "section", "place", "lanes"),
            ("rubbernecking_mps",),
            True,
        ),
        "closure": AnomalyKind(
            "collective",
            "local",
            "traffic",
            "all lanes but one blocked",
            ("duration_s", "section", "place", "free_lane"),
            ("rubbernecking_mps",),
            True,
        ),
        "surge": AnomalyKind("collective", "corridor", "traffic", "demand multiplied", ("duration_s", "factor")),
        "holiday": AnomalyKind("contextual", "network", "profile", "a day's demand of another shape"),
        "fault": AnomalyKind(
            "collective",
            "local",
            "loops",
            "a loop reads wrongly for a while",
            ("duration_s", "station", "lane", "fault"),
            ("magnitude",),
        ),
    }
)
"""Kinds in the order of tables. Simulated drivers must be able to pass, so a closure leaves one lane open."""


def _known_kind(kind: str) -> str:
    if kind not in ANOMALY_KINDS:
        raise UserError(f"wanted one of {', '.join(ANOMALY_KINDS)}, got {kind!r}{likely(kind, ANOMALY_KINDS)}")
    if kind == "holiday":
        raise UserError("a holiday is a run's whole day: holiday = true in [[runs]], got it as an anomaly")
    return kind


class PlannedAnomaly(StrictModel):
    """One anomaly of a run: its kind, its onset [s of the day], and the fields that its kind has."""

    kind: Annotated[str, AfterValidator(_known_kind)]
    onset_s: float = Field(ge=0, le=DAY_S)
    duration_s: float | None = Field(default=None, gt=0, le=DAY_S)
    station: str | None = None
    lane: int | None = Field(default=None, ge=0)
    fault: KindName | None = None
    magnitude: float | None = None
    demand_vphpl: float | None = Field(default=None, ge=0, le=HIGHEST_DEMAND)
    factor: float | None = Field(default=None, ge=0, le=MOST_SURGE)
    ramp_s: float | None = Field(default=None, ge=0, le=LONGEST_RUN_S)
    speed_factor: float | None = Field(default=None, gt=0, le=1.5)
    headway_factor: float | None = Field(default=None, gt=0, le=3)
    section: int | None = Field(default=None, ge=0)
    place: float | None = Field(default=None, ge=0, le=1)
    lanes: tuple[int, ...] | None = None
    free_lane: int | None = Field(default=None, ge=0)
    rubbernecking_mps: float | None = Field(default=None, ge=SLOWEST_MPS, le=FASTEST_MPS)

    @model_validator(mode="after")
    def _fits(self) -> "PlannedAnomaly":
        kind = ANOMALY_KINDS[self.kind]
        for name in sorted(set(type(self).model_fields) - {"kind", "onset_s"}):
            given = getattr(self, name) is not None
            if given and name not in (*kind.needs, *kind.may):
                raise UserError(f"{self.kind} has no {name}; it has onset_s, {', '.join((*kind.needs, *kind.may))}")
            if not given and name in kind.needs:
                raise UserError(f"{name}: {self.kind} needs it, got none")
        return self

    def end_s(self, period_s: float) -> float:
        """Return its end [s of the day]; a spike lasts one period."""
        return self.onset_s + (period_s if self.duration_s is None else self.duration_s)
