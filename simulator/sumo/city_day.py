"""A day in a city as its loop stations measure it, simulated with SUMO's mesoscopic model.

The mesoscopic model moves vehicles from queue to queue instead of step by step: a day of 260 000 trips takes half a minute
instead of half an hour, at the price of lanes (a station's loops are read as one) and of drivers that overtake. Every vehicle
takes the fastest route at its departure, by the speeds of the last minutes with some error (SUMO's rerouting device, at
departure only). Loops stand in the middle of every freeway section. Days are kept in files and not simulated again.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import numpy as np

from scenarios.city import City, Link
from scenarios.city_trips import Trip, draw_trips
from scenarios.errors import MachineError
from simulator.frame import Array
from simulator.sumo.netconvert import write_network
from simulator.sumo.sumo_programs import QUIET, run_program

PERIOD_S = 300.0
HOUR_S = 3600.0
SEGMENT_M = 500.0
"""Length of a queue of the mesoscopic model. Chosen: about the distance of stations; longer ones are faster and coarser."""
ERROR_OF_ROUTING = 1.25
"""Largest factor of error of a driver's travel time, drawn per link and driver. Chosen: spreads drivers over similar routes."""
FORMAT = 1
"""Version of kept files: a change of this module that changes days raises it."""


@dataclass(frozen=True, slots=True, eq=False)
class CityDay:
    """One day: `times_s` (T,) ends of periods [s of the day]; `flow` [veh/h], `occupancy` [share], `speed` [m/s] (T, S) of the
    stations; `link_s` (H, E) every link's mean travel time by the hour [s]. NaN: not known, no vehicle."""

    times_s: Array
    flow: Array
    occupancy: Array
    speed: Array
    link_s: Array


def play_day(city: City, seed: int, work: Path, kept: Path, made_with: str = "") -> CityDay:
    """Return the day of this seed: from the file `kept` if it has the same key, else simulated in `work`.

    The key holds city, seed and `made_with`, the code and the SUMO that simulate. Raises MachineError with SUMO's message
    where it fails.
    """
    key = hashlib.sha256(repr((FORMAT, city, seed, SEGMENT_M, ERROR_OF_ROUTING, made_with)).encode()).hexdigest()
    found = _kept(kept, key)
    if found is not None:
        return found
    work.mkdir(parents=True, exist_ok=True)
    _build_network(city, work / "city.net.xml")
    _write_trips(work / "day.rou.xml", draw_trips(city, seed))
    _write_loops(work / "day.add.xml", city)
    _simulate(city, seed, work)
    day = _read(city, work)
    for name in ("day.rou.xml", "loops.xml", "links.xml"):
        (work / name).unlink()
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f".{kept.name}.part")
    with part.open("wb") as stream:
        np.savez_compressed(stream, key=key, **{name: getattr(day, name) for name in CityDay.__slots__})
    part.replace(kept)
    return day


def _kept(kept: Path, key: str) -> CityDay | None:
    if not kept.is_file():
        return None
    try:
        with np.load(kept, allow_pickle=False) as stored:
            if str(stored["key"]) == key:
                return CityDay(**{name: stored[name] for name in CityDay.__slots__})
    except (ValueError, OSError, KeyError, EOFError):
        pass  # a broken file, as after an interruption: the day is simulated again
    return None


def _build_network(city: City, net: Path) -> None:
    nodes = [f'<node id={quoteattr(at.name)} x="{at.x_m:.1f}" y="{at.y_m:.1f}"/>' for at in city.junctions]
    write_network(net, {"nodes": nodes, "edges": [_edge(link) for link in city.links]}, (), f"city {city.name!r}")


def _edge(link: Link) -> str:
    return (
        f'<edge id={quoteattr(link.name)} from={quoteattr(link.start)} to={quoteattr(link.end)} numLanes="{link.lanes}" '
        f'speed="{link.limit_mps}" length="{link.length_m:.1f}" priority="{9 if link.kind == "freeway" else 3}"/>'
    )


def _write_trips(path: Path, trips: list[Trip]) -> None:
    rows = [
        f'<trip id="{number}" type="car" depart="{trip.time_s:.1f}" fromJunction={quoteattr(trip.origin)} '
        f"toJunction={quoteattr(trip.destination)}/>"
        for number, trip in enumerate(trips)
    ]
    vehicle_type = '<vType id="car" speedFactor="normc(1.05,0.08,0.75,1.3)"/>'
    path.write_text("<routes>\n" + vehicle_type + "\n" + "\n".join(rows) + "\n</routes>\n", encoding="utf-8")


def _write_loops(path: Path, city: City) -> None:
    rows = [
        f'<inductionLoop id={quoteattr(city.links[number].name)} lane="{city.links[number].name}_0" '
        f'pos="{city.links[number].length_m / 2:.1f}" period="{PERIOD_S:g}" file="loops.xml"/>'
        for number in city.stations
    ]
    rows.append(f'<edgeData id="links" period="{HOUR_S:g}" file="links.xml" writeAttributes="traveltime speed"/>')
    path.write_text("<additional>\n" + "\n".join(rows) + "\n</additional>\n", encoding="utf-8")


def _simulate(city: City, seed: int, work: Path) -> None:
    hours = city.demand.hours
    options = [
        *("--net-file", str(work / "city.net.xml"), "--route-files", str(work / "day.rou.xml")),
        *("--additional-files", str(work / "day.add.xml"), "--mesosim", "true", "--meso-edgelength", f"{SEGMENT_M:g}"),
        *("--begin", f"{hours[0] * HOUR_S:g}", "--end", f"{(hours[-1] + 1) * HOUR_S:g}", "--seed", str(seed)),
        *("--device.rerouting.probability", "1", "--device.rerouting.period", "0"),
        *("--weights.random-factor", f"{ERROR_OF_ROUTING:g}", "--device.rerouting.adaptation-interval", "60"),
        *QUIET,
        *("--time-to-teleport", "600", "--ignore-route-errors", "true", "--junction-taz", "true"),
    ]
    code, message = run_program("sumo", options)
    if code:
        raise MachineError(f"SUMO could not simulate a day in {city.name!r}; it said: {message}")


def _read(city: City, work: Path) -> CityDay:
    hours = city.demand.hours
    start_s, periods = hours[0] * HOUR_S, round(len(hours) * HOUR_S / PERIOD_S)
    flow, occupancy, speed = (np.full((periods, len(city.stations)), np.nan) for _ in range(3))
    station = {name: number for number, name in enumerate(city.station_names)}
    for _, row in ElementTree.iterparse(work / "loops.xml"):
        if row.tag == "interval":
            at = round((float(row.attrib["begin"]) - start_s) / PERIOD_S), station[row.attrib["id"]]
            flow[at] = float(row.get("flow", 0.0))
            occupancy[at] = min(float(row.get("occupancy", 0.0)) / 100, 1.0)
            speed[at] = float(row.get("speed", "nan"))
            row.clear()
    speed[speed < 0] = np.nan
    link_s = np.full((len(hours), len(city.links)), np.nan)
    number = {link.name: at for at, link in enumerate(city.links)}
    hour = -1
    for event, row in ElementTree.iterparse(work / "links.xml", events=("start", "end")):
        if row.tag == "interval" and event == "start":
            hour += 1
        elif row.tag == "edge" and event == "end":
            link_s[hour, number[row.attrib["id"]]] = float(row.get("traveltime", "nan"))
            row.clear()
    times_s: Array = start_s + PERIOD_S * np.arange(1.0, periods + 1.0)
    return CityDay(times_s, flow, occupancy, speed, link_s)
