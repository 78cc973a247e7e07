"""Vehicle types and vehicles, written as a SUMO route file.

The Krauss set is the default: capacity 2052 veh/h/lane, jam wave -15.5 km/h, no capacity drop (measured:
`python -m benchmarks.fundamental_diagram`). The IDM set has a drop of 4.5 % and is a second traffic model. Vehicles are written
one by one, because the state of a flow is not saved exactly; they enter a short edge with `departLane=best departPos=last
departSpeed=avg`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr
from zlib import crc32

import numpy as np

from scenarios.departures import Departure, departures
from scenarios.incident import Rain, SlowVehicles
from scenarios.scenario import Scenario
from scenarios.site import Site
from simulator.sumo.network import Road, on_ramp_edge

# Attributes of SUMO's vehicle types; SUMO's documentation defines each. Chosen together with the headways for the capacity and the
# jam wave above, with enough lane changing for drivers to leave a blocked lane.
LANE_CHANGING: Final = {
    "lcStrategic": "1",
    "lcCooperative": "1",
    "lcSpeedGain": "0.6",
    "lcKeepRight": "0.1",
    "lcAssertive": "1.3",
}
KRAUSS_CAR: Final = {"carFollowModel": "Krauss", "accel": "2.0", "decel": "4.0", "emergencyDecel": "9", "sigma": "0.5"}
KRAUSS_TRUCK: Final = KRAUSS_CAR | {"accel": "1.0"}
IDM_CAR: Final = {"carFollowModel": "IDM", "accel": "1.5", "decel": "2.5", "emergencyDecel": "9"}
IDM_TRUCK: Final = IDM_CAR | {"accel": "0.8"}
HEADWAY_S: Final = {"car": 1.2, "truck": 1.5}
"""Desired time headway. Chosen: sets the capacity."""
LENGTH_M: Final = {"car": 4.6, "truck": 14.0}
MIN_GAP_M: Final = 2.5
"""Gap between standing vehicles: SUMO's default."""
DESIRED_SPEEDS: Final = 7
"""Key of the random stream of desired speeds."""
SPEED_FACTOR: Final[dict[str, tuple[float, float, float, float]]] = {
    "car": (1.05, 0.08, 0.75, 1.3),
    "truck": (0.90, 0.05, 0.7, 1.1),
}
"""Desired speed over the limit: mean, deviation, least, most of a normal distribution. Chosen: most cars a little above
the limit, trucks below it. Drawn here, vehicle by vehicle: SUMO's own draw is lost when libsumo continues from a saved state."""

RAIN_LEVELS: Final = 8
"""Steps in which rain that sets in reaches its full effect: types of vehicles. Chosen: one is 2.5 % of the speed."""


def rain_level(rain: Rain | None, time_s: float) -> int:
    """Return the rain on a driver who enters at `time_s`: 0 (none) to RAIN_LEVELS."""
    return 0 if rain is None else round(RAIN_LEVELS * rain.share_at(time_s))


def _at_level(factor: float, level: int) -> float:
    """The part of a factor of rain that holds at a level."""
    return 1.0 + (factor - 1.0) * level / RAIN_LEVELS


def speed_factor(kind: str, rain: Rain | None, time_s: float, rng: np.random.Generator) -> float:
    """Return the desired speed over the limit of a driver who enters at `time_s`; 1 for slow trucks, whose type holds it."""
    if kind not in SPEED_FACTOR:
        return 1.0
    mean, deviation, least, most = SPEED_FACTOR[kind]
    drawn = least - 1
    while not least <= drawn <= most:
        drawn = float(rng.normal(mean, deviation))
    return drawn * (_at_level(rain.speed_factor, rain_level(rain, time_s)) if rain else 1.0)


def _vehicle_types(traffic: str, rain: Rain | None, slow: Iterable[SlowVehicles]) -> list[str]:
    """The `<vType>` elements of a traffic set ("krauss" or "idm") in this weather, with one per group of slow trucks."""
    following = {"krauss": (KRAUSS_CAR, KRAUSS_TRUCK), "idm": (IDM_CAR, IDM_TRUCK)}[traffic]
    rows = []
    for level in _levels(rain):
        headway_factor = _at_level(rain.headway_factor, level) if rain else 1.0
        for kind, model in zip(("car", "truck"), following, strict=True):
            rows.append(_type(_name(kind, rain, level), kind, model, HEADWAY_S[kind] * headway_factor, {}))
    for index, group in enumerate(slow):
        # They stay side by side, as a wide load with its escort does.
        stay = {"maxSpeed": f"{group.speed_mps}", "lcSpeedGain": "0", "lcKeepRight": "0", "lcCooperative": "0"}
        rows.append(_type(f"slow{index}", "truck", following[1], HEADWAY_S["truck"], stay))
    return rows


def _levels(rain: Rain | None) -> Iterable[int]:
    """The levels of rain that drivers of a run meet."""
    if rain is None:
        return (0,)
    return (RAIN_LEVELS,) if rain.all_run else range(RAIN_LEVELS + 1)


def _name(kind: str, rain: Rain | None, level: int) -> str:
    """The name of the `<vType>` of a kind at a level of rain: of its own only where rain begins or ends in the run."""
    return kind if rain is None or rain.all_run or not level else f"{kind}-rain{level}"


def _type(name: str, kind: str, model: dict[str, str], headway_s: float, more: dict[str, str]) -> str:
    attributes = {
        "id": name,
        "vClass": "truck" if kind == "truck" else "passenger",
        "length": f"{LENGTH_M[kind]}",
        "minGap": f"{MIN_GAP_M}",
        "tau": f"{headway_s:.3f}",
        **model,
        **LANE_CHANGING,
        **more,
    }
    return "<vType " + " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items()) + "/>"


def _type_of(vehicle: Departure, rain: Rain | None) -> str:
    """The name of its `<vType>`: for a slow vehicle `slow-GROUP-LANE` that of its group."""
    if vehicle.kind == "slow":
        return f"slow{vehicle.vehicle_id.split('-')[1]}"
    return _name(vehicle.kind, rain, rain_level(rain, vehicle.time_s))


def write_routes(path: Path, scenario: Scenario, site: Site, road: Road) -> None:
    """Write the scenario's types, one route per origin and destination, and every vehicle, in order of departure."""
    rows = _vehicle_types(scenario.traffic, scenario.rain, scenario.slow_vehicles)
    # One stream per origin: a surge at one ramp changes no driver of another.
    drivers: dict[str, np.random.Generator] = {}
    known: set[tuple[str, str]] = set()
    for vehicle in departures(scenario, site):
        route = f"{vehicle.origin}>{vehicle.destination}"
        if (vehicle.origin, vehicle.destination) not in known:
            known.add((vehicle.origin, vehicle.destination))
            edges = " ".join(_route_edges(vehicle.origin, vehicle.destination, site, road))
            rows.append(f"<route id={quoteattr(route)} edges={quoteattr(edges)}/>")
        if vehicle.origin not in drivers:
            key = crc32(vehicle.origin.encode()), DESIRED_SPEEDS
            drivers[vehicle.origin] = np.random.default_rng(np.random.SeedSequence(scenario.seed, spawn_key=key))
        desired = speed_factor(vehicle.kind, scenario.rain, vehicle.time_s, drivers[vehicle.origin])
        lane = "best" if vehicle.lane is None else str(vehicle.lane)
        kind = quoteattr(_type_of(vehicle, scenario.rain))
        rows.append(
            f"<vehicle id={quoteattr(vehicle.vehicle_id)} type={kind} route={quoteattr(route)} "
            f'depart="{vehicle.time_s:.2f}" departLane="{lane}" departPos="last" departSpeed="avg" speedFactor="{desired:.4f}"/>'
        )
    path.write_text("<routes>\n" + "\n".join(rows) + "\n</routes>\n", encoding="utf-8")


def _route_edges(origin: str, destination: str, site: Site, road: Road) -> list[str]:
    """The edges from the entry or an on-ramp to the end of the road or an off-ramp."""
    ramps = {ramp.name: ramp for ramp in site.ramp}
    start = ramps[origin].start_m if origin in ramps else road.pieces[0].start_m
    end = ramps[destination].end_m if destination in ramps else road.pieces[-1].end_m
    along = [piece.edge for piece in road.pieces if start <= piece.start_m and piece.end_m <= end]
    before = [on_ramp_edge(ramps[origin])] if origin in ramps else []
    after = [f"{destination}-exit"] if destination in ramps else []
    return [*before, *along, *after]
