"""A user's own network as the road of a placement study: its stations, and the same network with loops at more places.

Loops do not change traffic, and the first and last stations stay, so the same scenario has the same vehicles with any stations. The
network's own loops stay too; the others are put in by an additional file.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.adoption.placed_loops import loops_at
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from scenarios.files.own_network import STATION_M, read_own_network
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork, Scenario
from scenarios.site import Ramp

LOOPS_FILE = "dense.loops.add.xml"
OWN_SAME_M = STATION_M + 5.0
"""Positions within this distance are one on an own network. Chosen: loops within `STATION_M` are one station, and a loop near an
edge's end is moved by 5 m."""


@dataclass(frozen=True, slots=True)
class OwnStudyRoad:
    """The road of a study on an own network, with what a site has too: name, stations, lanes, ramps (not known: none)."""

    road: OwnRoad
    same_m: float = OWN_SAME_M
    ramp: tuple[Ramp, ...] = ()
    feeder_m: float = 0.0

    @property
    def name(self) -> str:
        """The network's name."""
        return self.road.corridor.name

    @property
    def lanes(self) -> int:
        """The number of lanes of its stations, those that begin or end on the way included."""
        return self.road.corridor.lanes

    @property
    def station(self) -> tuple[Station, ...]:
        """Its stations, in downstream order."""
        return self.road.corridor.stations


@dataclass(frozen=True, slots=True)
class OwnDenseRoad:
    """An own network with loops at every position to record: `text` is the additional file with those put in."""

    road: OwnRoad
    text: str

    @property
    def name(self) -> str:
        """The network's name."""
        return self.road.corridor.name

    def corridor(self, period_s: float) -> Corridor:
        """Return the corridor of all loops. Raises UserError for another period than that of the network's loops."""
        if period_s != self.road.corridor.period_s:
            raise UserError(f"wanted a period of {self.road.corridor.period_s:g} s, got {period_s:g} s")
        return self.road.corridor

    def digest(self) -> str:
        """Return a digest of the network, the loops on it, and those put in."""
        network = self.road.network
        files = [Path(file).read_bytes() for file in (network.net_file, *network.additional_files[:-1])]
        words = (" ".join(network.corridor), self.text, *(hashlib.sha256(each).hexdigest() for each in files))
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def own_dense_road(road: OwnStudyRoad, positions_m: Sequence[float]) -> OwnDenseRoad:
    """Return the network with loops in all lanes at `positions_m` too, where no station stands within `OWN_SAME_M`.

    Raises UserError for a position outside its corridor.
    """
    own = road.road
    taken_m = [station.position_m for station in road.station]
    first_m, last_m = taken_m[0], taken_m[-1]
    more_m: list[float] = []
    for position_m in positions_m:
        if not first_m <= position_m <= last_m:
            raise UserError(
                f"wanted positions between the first and the last station of {road.name!r}, {first_m:g} to {last_m:g} m, "
                f"got {position_m:g} m (are they in feet, or measured from another zero?)"
            )
        if all(abs(position_m - at_m) > OWN_SAME_M for at_m in (*taken_m, *more_m)):
            more_m.append(position_m)
    text = loops_at(own.edges, sorted(more_m), own.corridor.period_s)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / LOOPS_FILE
        file.write_text(text, encoding="utf-8")
        dense = read_own_network(with_loops(own.network, str(file)), own.corridor.period_s)
    return OwnDenseRoad(dense, text)


def with_loops(network: OwnNetwork, file: str) -> OwnNetwork:
    """Return the network with one more additional file, of loops."""
    files = (*network.additional_files, file)
    return network.model_copy(update={"additional_files": files, "lanes_without_loops": True})


def on_dense_road(scenario: Scenario, file: str) -> Scenario:
    """Return a scenario on an own network with the loops of `file` too."""
    assert scenario.network is not None
    return scenario.model_copy(update={"network": with_loops(scenario.network, file)})
