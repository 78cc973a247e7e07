"""A study of a user's own carriageway, as files: loops where there are none, a scenario, and a battery along the road."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.placed_loops import loops_every
from scenarios.adoption.study_clock import SHORTEST_INCIDENT_S, Clock, study_clock
from scenarios.adoption.study_text import battery_text, incident_text, scenario_text
from scenarios.blocked_place import possible_places_m
from scenarios.errors import UserError
from scenarios.files.additional_elements import additional_elements
from scenarios.files.corridor_edges import along
from scenarios.files.own_network import read_own_network
from scenarios.files.route_file import sumo_time_s
from scenarios.files.sumo_config_file import SumoConfig
from scenarios.files.sumo_loops import LOOP_TAGS
from scenarios.files.sumo_net_file import NetContent
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork

USUAL_SPACING_M = 800.0
"""Distance of stations where none stand, m. Chosen: half a mile, as on many freeways."""
INCIDENTS = 12
"""Incidents of a battery. Chosen: every part of a road and every lane once or more."""


@dataclass(frozen=True, slots=True)
class Study:
    """A carriageway's study: its road, the files written, and whether its stations were placed by us."""

    name: str
    road: OwnRoad
    scenario: Path
    battery: Path
    placed: bool


def write_study(
    config_file: Path,
    config: SumoConfig,
    content: NetContent,
    way: Carriageway,
    out: Path,
    spacing_m: float | None,
    period_s: float | None,
) -> Study:
    """Write loops (where wanted or needed), scenario and battery of a carriageway into `out`. Raises UserError.

    Loops that stand along it make its stations, unless a spacing is asked for or there are fewer than two.
    """
    if config.net_file is None:
        raise UserError(f"{config_file}: wanted a network (net-file), got none")
    if not config.route_files:
        raise UserError(f"{config_file}: wanted traffic (route-files), got none")
    period = period_s or _usual_period_s(config)
    own = OwnNetwork(
        net_file=config.net_file,
        route_files=config.route_files,
        additional_files=config.additional_files or (config.net_file,),
        corridor=tuple(edge.edge for edge in way.edges),
        lanes_without_loops=True,
        config=str(config_file.resolve()),
        settings=config.settings,
    )
    road = None if spacing_m is not None or not config.additional_files else _with_own_loops(own, period, content)
    placed = road is None
    if road is None:
        loops = out / f"{way.name}.loops.add.xml"
        edges = along(content, own.corridor).edges
        loops.write_text(loops_every(edges, spacing_m or USUAL_SPACING_M, period), encoding="utf-8")
        others = [file for file in config.additional_files if not _has_loops(Path(file))]
        own = own.model_copy(update={"additional_files": (*others, str(loops.resolve()))})
        road = read_own_network(own, period, content)
    clock = study_clock(config, period)
    text = scenario_text(config_file, road, out, clock, placed)
    scenario, battery = out / f"{way.name}.toml", out / f"{way.name}-battery.toml"
    incidents = _incidents(road, clock)
    scenario.write_text(f"{text}\n{incident_text(incidents[len(incidents) // 2])}", encoding="utf-8")
    battery.write_text(battery_text(way.name, text, incidents), encoding="utf-8")
    return Study(way.name, road, scenario, battery, placed)


def _with_own_loops(own: OwnNetwork, period_s: float, content: NetContent) -> OwnRoad | None:
    try:
        return read_own_network(own, period_s, content)
    except UserError as error:
        if "at least two stations" in str(error):
            return None
        raise


def _has_loops(path: Path) -> bool:
    return any(element.tag in LOOP_TAGS for _, element in additional_elements(path))


def _usual_period_s(config: SumoConfig) -> float:
    """The period of most loops; 30 s where there are none."""
    periods: Counter[float] = Counter()
    for file in config.additional_files:
        for _, element in additional_elements(Path(file)):
            if element.tag in LOOP_TAGS:
                period_s = sumo_time_s(element.get("period", element.get("freq", "")))
                if period_s >= 1 and period_s == round(period_s):
                    periods[period_s] += 1
    return periods.most_common(1)[0][0] if periods else 30.0


def _incidents(road: OwnRoad, clock: Clock) -> list[Incident]:
    """Incidents evenly along the road where they can be played: in the outer lanes in turn, in two where there are three."""
    first_m, last_m = road.corridor.stations[0].position_m, road.corridor.stations[-1].position_m
    found = []
    for number in range(INCIDENTS):
        position_m = round(first_m + (number + 0.5) / INCIDENTS * (last_m - first_m), 1)
        lanes = road.edge_at(position_m).lasting
        if len(lanes) < 2:
            continue
        choice = ((lanes[0],), (lanes[-1],), lanes[:2] if len(lanes) > 2 else (lanes[0],))[number % 3]
        incident = Incident(
            onset_s=clock.onset_s,
            duration_s=max(clock.duration_s, SHORTEST_INCIDENT_S),
            position_m=position_m,
            lanes=choice,
        )
        places_m = possible_places_m(road, incident)
        if places_m:
            found.append(incident.model_copy(update={"position_m": places_m[0]}))
    if not found:
        raise UserError(
            "no place of the road can be blocked: wanted an edge of 51 m or more with two lanes between two stations"
        )
    return found
