"""Vehicle types and vehicles, written as a SUMO route file.

The traffic sets are in `traffic_sets.py`. Vehicles are written one by one, because the state of a flow is not saved exactly; they
enter a short edge with `departLane=best departPos=last departSpeed=avg`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr
from zlib import crc32

import numpy as np

from scenarios.departures import Departure, departures
from scenarios.incident import Rain, SlowVehicles
from scenarios.scenario import Scenario
from scenarios.site import Site
from simulator.sumo.network import on_ramp_edge
from simulator.sumo.road import Road
from simulator.sumo.traffic_sets import LANE_CHANGING, TRAFFIC_SETS, SpeedFactors, TrafficSet

HEADWAY_S: Final = {"car": 1.2, "truck": 1.5}
"""Desired time headway. Chosen: sets the capacity."""
LENGTH_M: Final = {"car": 4.6, "truck": 14.0}
MIN_GAP_M: Final = 2.5
"""Gap between standing vehicles: SUMO's default."""
DESIRED_SPEEDS: Final = 7
"""Key of the random stream of desired speeds."""
HEADWAY_CLASS: Final = 8
"""Key of the random stream of headway classes."""

RAIN_LEVELS: Final = 8
"""Steps in which rain that sets in reaches its full effect: types of vehicles. Chosen: one is 2.5 % of the speed."""


def rain_level(rain: Rain | None, time_s: float) -> int:
    """Return the rain on a driver who enters at `time_s`: 0 (none) to RAIN_LEVELS."""
    return 0 if rain is None else round(RAIN_LEVELS * rain.share_at(time_s))


def _at_level(factor: float, level: int) -> float:
    """The part of a factor of rain that holds at a level."""
    return 1.0 + (factor - 1.0) * level / RAIN_LEVELS


def speed_factor(kind: str, rain: Rain | None, time_s: float, factors: SpeedFactors, rng: np.random.Generator) -> float:
    """Return the desired speed over the limit of a driver who enters at `time_s`; 1 for slow trucks, whose type holds it."""
    if kind not in factors:
        return 1.0
    mean, deviation, least, most = factors[kind]
    drawn = least - 1
    while not least <= drawn <= most:
        drawn = float(rng.normal(mean, deviation))
    return drawn * (_at_level(rain.speed_factor, rain_level(rain, time_s)) if rain else 1.0)


def _vehicle_types(drivers: TrafficSet, rain: Rain | None, slow: Iterable[SlowVehicles]) -> list[str]:
    """The `<vType>` elements of a traffic set in this weather, with one per group of slow trucks."""
    rows = []
    for level in _levels(rain):
        weather = _at_level(rain.headway_factor, level) if rain else 1.0
        for kind in ("car", "truck"):
            for index, own in enumerate(drivers.headway_classes):
                name, headway_s = _name(kind, rain, level, index), HEADWAY_S[kind] * weather * own
                rows.append(_type(name, kind, headway_s, {**drivers.following(kind), **LANE_CHANGING}))
    for index, group in enumerate(slow):
        # They stay side by side, as a wide load with its escort does.
        stay = {"maxSpeed": f"{group.speed_mps}", "lcSpeedGain": "0", "lcKeepRight": "0", "lcCooperative": "0"}
        rows.append(_type(f"slow{index}", "truck", HEADWAY_S["truck"], {**drivers.truck, **LANE_CHANGING, **stay}))
    return rows


def _levels(rain: Rain | None) -> Iterable[int]:
    """The levels of rain that drivers of a run meet."""
    if rain is None:
        return (0,)
    return (RAIN_LEVELS,) if rain.all_run else range(RAIN_LEVELS + 1)


def _name(kind: str, rain: Rain | None, level: int, headway_class: int) -> str:
    """The name of a `<vType>`: it names the level of rain only where that changes in the run, and no first class of headway."""
    weather = "" if rain is None or rain.all_run or not level else f"-rain{level}"
    return f"{kind}{weather}" + (f"-headway{headway_class}" if headway_class else "")


def _type(name: str, kind: str, headway_s: float, more: Mapping[str, str]) -> str:
    attributes = {
        "id": name,
        "vClass": "truck" if kind == "truck" else "passenger",
        "length": f"{LENGTH_M[kind]}",
        "minGap": f"{MIN_GAP_M}",
        "tau": f"{headway_s:.3f}",
        **more,
    }
    return "<vType " + " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items()) + "/>"


def _type_of(vehicle: Departure, rain: Rain | None, headway_class: int) -> str:
    """The name of its `<vType>`: for a slow vehicle `slow-GROUP-LANE` that of its group."""
    if vehicle.kind == "slow":
        return f"slow{vehicle.vehicle_id.split('-')[1]}"
    return _name(vehicle.kind, rain, rain_level(rain, vehicle.time_s), headway_class)


def write_routes(path: Path, scenario: Scenario, site: Site, road: Road) -> None:
    """Write the scenario's types, one route per origin and destination, and every vehicle, in order of departure."""
    drivers = TRAFFIC_SETS[scenario.traffic]
    rows = _vehicle_types(drivers, scenario.rain, scenario.slow_vehicles)
    # One stream per origin: a surge at one ramp changes no driver of another.
    speeds: dict[str, np.random.Generator] = {}
    headways: dict[str, np.random.Generator] = {}
    classes = len(drivers.headway_classes)
    known: set[tuple[str, str]] = set()
    for vehicle in departures(scenario, site):
        route = f"{vehicle.origin}>{vehicle.destination}"
        if (vehicle.origin, vehicle.destination) not in known:
            known.add((vehicle.origin, vehicle.destination))
            edges = " ".join(_route_edges(vehicle.origin, vehicle.destination, site, road))
            rows.append(f"<route id={quoteattr(route)} edges={quoteattr(edges)}/>")
        if vehicle.origin not in speeds:
            speeds[vehicle.origin], headways[vehicle.origin] = (
                _stream(scenario, vehicle.origin, use) for use in (DESIRED_SPEEDS, HEADWAY_CLASS)
            )
        desired = speed_factor(
            vehicle.kind, scenario.rain, vehicle.time_s, drivers.speed_factor, speeds[vehicle.origin]
        )
        headway_class = int(headways[vehicle.origin].integers(classes)) if classes > 1 else 0
        lane = "best" if vehicle.lane is None else str(vehicle.lane)
        kind = quoteattr(_type_of(vehicle, scenario.rain, headway_class))
        rows.append(
            f"<vehicle id={quoteattr(vehicle.vehicle_id)} type={kind} route={quoteattr(route)} "
            f'depart="{vehicle.time_s:.2f}" departLane="{lane}" departPos="last" departSpeed="avg" speedFactor="{desired:.4f}"/>'
        )
    path.write_text("<routes>\n" + "\n".join(rows) + "\n</routes>\n", encoding="utf-8")


def _stream(scenario: Scenario, origin: str, use: int) -> np.random.Generator:
    """The random stream of the drivers of an origin for one use."""
    return np.random.default_rng(np.random.SeedSequence(scenario.seed, spawn_key=(crc32(origin.encode()), use)))


def _route_edges(origin: str, destination: str, site: Site, road: Road) -> list[str]:
    """The edges from the entry or an on-ramp to the end of the road or an off-ramp."""
    ramps = {ramp.name: ramp for ramp in site.ramp}
    start = ramps[origin].start_m if origin in ramps else road.pieces[0].start_m
    end = ramps[destination].end_m if destination in ramps else road.pieces[-1].end_m
    along = [piece.edge for piece in road.pieces if start <= piece.start_m and piece.end_m <= end]
    before = [on_ramp_edge(ramps[origin])] if origin in ramps else []
    after = [f"{destination}-exit"] if destination in ramps else []
    return [*before, *along, *after]
