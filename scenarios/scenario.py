"""One run, whole: where, how much traffic, what happens, and the seed everything random comes from."""

from typing import Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from scenarios.fault import SensorFault
from scenarios.incident import Event, Incident, Rain, ShoulderStop, SlowVehicles, Surge


class OwnNetwork(Event):
    """A user's own SUMO files instead of a site of ours; paths are absolute once loaded.

    Stations and sections follow from the E1 loops in `additional_files` along the edges `corridor`
    (SUMO edge ids in downstream order). Through lanes without a loop are refused, unless `lanes_without_loops` says that
    they are meant: nothing is known of them then (NaN).
    """

    net_file: str
    route_files: tuple[str, ...] = Field(min_length=1)
    additional_files: tuple[str, ...] = Field(min_length=1)
    corridor: tuple[str, ...] = Field(min_length=1)
    lanes_without_loops: bool = False


class Scenario(Event):
    """Everything a run needs, and nothing else: two equal scenarios give the same frames on one platform.

    `demand_vphpl` is the mainline demand in vehicles per hour and lane, constant or as (time_s, demand) steps;
    recording starts at `warm_up_s` and ends at `end_s`, on the simulation's clock. `faults` are of loops, not of traffic:
    SUMO never knows of them.
    """

    name: str
    seed: int
    site: str = "sr91"
    network: OwnNetwork | None = None
    traffic: Literal["krauss", "idm"] = "krauss"
    period_s: float = Field(default=30, gt=0)
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

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Without `faults` where there are none, so that results made before there were any go on as they are."""
        content: dict[str, object] = handler(self)
        return content if self.faults else {key: value for key, value in content.items() if key != "faults"}

    def without_incidents(self) -> "Scenario":
        """The twin: the same run with nothing blocked."""
        return self.model_copy(update={"incidents": ()})
