"""A straight freeway as data: stations, ramps, lanes; the simulator turns it into a SUMO network."""

from typing import Literal

from pydantic import Field

from scenarios.corridor import Corridor, Station
from scenarios.incident import Event


class SiteStation(Event):
    """A loop in every through lane at `position_m`."""

    name: str
    position_m: float


class Ramp(Event):
    """An on- or off-ramp with an auxiliary lane from `start_m` to `end_m`.

    `share` is its demand as a share of the mainline demand at the entry (off-ramp: the share of mainline vehicles
    that leave there).
    """

    name: str
    kind: Literal["on", "off"]
    start_m: float
    end_m: float
    share: float = Field(ge=0, le=1)


class Site(Event):
    """A straight freeway along +x: `lanes` through lanes, entry feeder upstream of the first station, a run-out behind the last.

    Positions are metres downstream of the first station, except that the feeder lies at negative positions.
    """

    name: str
    description: str = ""
    lanes: int = Field(ge=1, le=8)
    speed_limit_mps: float = Field(gt=0)
    feeder_m: float = Field(gt=400)
    run_out_m: float = Field(gt=100)
    loop_length_m: float = Field(default=1.8, ge=0)
    station: tuple[SiteStation, ...] = Field(min_length=2)
    ramp: tuple[Ramp, ...] = ()

    def corridor(self, period_s: float) -> Corridor:
        """The corridor its loops see, read every `period_s` seconds."""
        stations = tuple(Station(station.name, station.position_m, self.lanes) for station in self.station)
        return Corridor(self.name, period_s, stations)
