"""One run as data: where, how much traffic, what happens, and the seed of everything random."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from scenarios.corridor import LONGEST_PERIOD_S
from scenarios.errors import UserError
from scenarios.fault import SensorFault
from scenarios.folder_name import check_name
from scenarios.incident import LONGEST_RUN_S, Incident, Rain, ShoulderStop, SlowVehicles, Surge
from scenarios.strict_model import StrictModel

LARGEST_SEED = 2**31 - 1
"""SUMO's seeds have 32 bits, with a sign."""


def _whole_seconds(period_s: float) -> float:
    if period_s != round(period_s):
        raise UserError(f"wanted whole seconds (SUMO's step is 1 s), got {period_s:g}")
    return period_s


PeriodS = Annotated[float, Field(gt=0, le=LONGEST_PERIOD_S), AfterValidator(_whole_seconds)]


class OwnNetwork(StrictModel):
    """A user's own SUMO files instead of a site of ours; paths are absolute once loaded.

    Stations and sections follow from the E1 loops in `additional_files` along the edges `corridor`
    (SUMO edge ids in downstream order). A file may name its SUMO configuration instead of the files: `config`; its `settings` are
    SUMO's options by name, and hold in every run. Through lanes without a loop are refused, unless `lanes_without_loops` says that
    they are intended: their readings are then unknown (NaN).
    """

    net_file: str
    route_files: tuple[str, ...] = Field(min_length=1)
    additional_files: tuple[str, ...] = Field(min_length=1)
    corridor: tuple[str, ...] = Field(min_length=1)
    lanes_without_loops: bool = False
    config: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


class Scenario(StrictModel):
    """Everything a run needs, and nothing else: two equal scenarios give the same frames on one platform.

    `demand_vphpl` is the mainline demand in vehicles per hour and lane, constant or as (time_s, demand) steps;
    recording starts at `warm_up_s` and ends at `end_s`, on the simulation's clock. `faults` change what loops read, not traffic:
    SUMO does not see them.
    """

    name: str
    seed: int
    site: str = "sr91"
    network: OwnNetwork | None = None
    traffic: Literal["krauss", "idm", "mixed", "mixed-idm"] = "krauss"
    period_s: PeriodS = 30
    warm_up_s: float = Field(default=900, ge=0)
    end_s: float = Field(gt=0)
    demand_vphpl: float | tuple[tuple[float, float], ...] = 1500
    truck_share: float = Field(default=0.06, ge=0, le=1)
    ramp_shares: dict[str, float] = Field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    shoulder_stops: tuple[ShoulderStop, ...] = ()
    slow_vehicles: tuple[SlowVehicles, ...] = ()
    surges: tuple[Surge, ...] = ()
    rain: Rain | None = None
    faults: tuple[SensorFault, ...] = ()

    @property
    def stops(self) -> list[tuple[str, Incident | ShoulderStop]]:
        """All events for which vehicles stop, each after its name in a file, as "incidents[0]"."""
        incidents = [(f"incidents[{index}]", event) for index, event in enumerate(self.incidents)]
        return incidents + [(f"shoulder_stops[{index}]", event) for index, event in enumerate(self.shoulder_stops)]


def check_clock(scenario: Scenario) -> None:
    """Refuse a name, a seed, a period or times that no run can have. Raises UserError."""
    check_name(scenario.name)
    if not 0 <= scenario.seed <= LARGEST_SEED:
        raise UserError(f"seed: wanted 0 to {LARGEST_SEED}, got {scenario.seed}")
    if scenario.end_s > LONGEST_RUN_S:
        raise UserError(f"end_s: wanted at most a week, {LONGEST_RUN_S:.0f} s, got {scenario.end_s:g}")
    if scenario.warm_up_s % scenario.period_s:
        raise UserError(
            f"warm_up_s: wanted a whole number of periods of {scenario.period_s:g} s, got {scenario.warm_up_s:g}"
        )
    if scenario.end_s < scenario.warm_up_s + scenario.period_s:
        raise UserError(
            f"end_s: wanted at least one period after the warm-up, {scenario.warm_up_s + scenario.period_s:g} s or "
            f"later, got {scenario.end_s:g} (end_s is on the simulation's clock, warm-up included)"
        )
