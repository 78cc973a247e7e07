"""A route loss study: days of a city, faults of its sensors, and the weights of losses, in one TOML file.

    name = "mine"
    description = "one line"
    city = "bypass"                 # a shipped city, or a city's TOML file, by its path from this file
    seed = 500                      # of the first day; each further day has the next one
    train_days = 7
    test_days = 7
    queries_per_hour = 1000         # origins and destinations, drawn for every period

All other fields have defaults, see `FaultStudy`.
"""

from pathlib import Path

from pydantic import Field, model_validator

from scenarios.errors import UserError, at
from scenarios.files.toml_file import named_path, read_toml, shipped_names
from scenarios.files.validation import validate
from scenarios.scenario import LARGEST_SEED
from scenarios.strict_model import StrictModel

STUDIES = Path(__file__).parents[1] / "studies" / "route_loss"
Range = tuple[float, float]
MOST_DAYS = 60
"""Days simulated to train on, and as many to test on. Chosen: each takes a minute or more."""
MOST_CLOSEST = 1000
"""Sensors that one is predicted from. Chosen: more than any city of ours has."""


class Sweep(StrictModel):
    """Values tried one at a time instead of the study's own."""

    fault_share: tuple[float, ...] = ()
    slack: tuple[float, ...] = ()
    magnitude: tuple[Range, ...] = ()
    fault_hours: tuple[float, ...] = ()
    between: tuple[tuple[str, str], ...] = ()


class FaultStudy(StrictModel):
    """All parameters of a study.

    `between`: origin and destination of all queries, two zones of the city (None: drawn as people drive). `magnitude`: a
    fault's share, from least to most, of the value (overcount) or of what exceeds the `level` (undercount), a quantile of the
    sensor's own values. A fault lasts `fault_hours`; `fault_share` is the probability of one, `slack` the b of the
    cumulative sums, `closest` the n of the predictor (None: the best on held-out days), `points` its training points at most,
    `restarts` the climbs for each threshold, `critical_s` the lambda of critical sensors, s a period.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    description: str
    city: str
    seed: int = Field(ge=0, le=LARGEST_SEED - 2 * MOST_DAYS)  # each day has the next seed
    train_days: int = Field(default=7, ge=2, le=MOST_DAYS)
    test_days: int = Field(default=7, ge=1, le=MOST_DAYS)
    queries_per_hour: int = Field(default=1000, ge=12, le=1_000_000)
    between: tuple[str, str] | None = None
    closest: int | None = Field(default=None, ge=1, le=MOST_CLOSEST)
    points: int = Field(default=300, ge=20, le=2000)
    slack: float = Field(default=0.5, ge=0, le=10)
    fault_share: float = Field(default=0.05, gt=0, lt=1)
    magnitude: Range = (0.2, 0.6)
    level: float = Field(default=0.5, ge=0, lt=1)
    fault_hours: float = Field(default=3.0, gt=0, le=24)
    restarts: int = Field(default=10, ge=1, le=1000)
    critical_s: float = Field(default=1.0, gt=0, le=86400)
    sweep: Sweep = Sweep()

    @model_validator(mode="after")
    def _sensible(self) -> "FaultStudy":
        for low, high in (self.magnitude, *self.sweep.magnitude):
            if not 0 < low <= high < 1:
                raise UserError(
                    f"magnitude: wanted shares from least to most, above 0 and below 1, got [{low:g}, {high:g}]"
                )
        for share in self.sweep.fault_share:
            if not 0 < share < 1:
                raise UserError(f"sweep.fault_share: wanted probabilities above 0 and below 1, got {share:g}")
        for hours in self.sweep.fault_hours:
            if not 0 < hours <= 24:
                raise UserError(f"sweep.fault_hours: wanted above 0 and at most 24 hours, got {hours:g}")
        for slack in self.sweep.slack:
            if not 0 <= slack <= 10:
                raise UserError(f"sweep.slack: wanted 0 to 10 deviations, got {slack:g}")
        return self


def route_loss_study_names() -> list[str]:
    """Return the names of the route loss studies in this package."""
    return shipped_names(STUDIES)


def load_route_loss_study(name_or_path: str) -> tuple[FaultStudy, Path]:
    """Return a shipped study by name, or a user's own by path, and its folder. Raises MissingFileError, UserError."""
    path = named_path(name_or_path, STUDIES, "study")
    raw = read_toml(path)
    try:
        return validate(FaultStudy, raw), path.parent
    except UserError as error:
        raise at(path, error) from None
