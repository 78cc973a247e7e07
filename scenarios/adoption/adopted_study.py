"""A study of a user's own carriageway, as files: loops where there are none, a scenario, and a battery along the road."""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.placed_loops import loops_every
from scenarios.blocked_place import possible_places_m
from scenarios.errors import UserError
from scenarios.files.additional_elements import additional_elements
from scenarios.files.own_network import read_own_network
from scenarios.files.route_file import sumo_time_s
from scenarios.files.sumo_config_file import SumoConfig
from scenarios.files.sumo_loops import LOOP_TAGS
from scenarios.files.sumo_net_file import NetContent, along
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork

USUAL_RUN_S = 3600.0
"""Length of a run where the configuration has no end, s. Chosen: an hour."""
LONGEST_WARM_UP_S, WARM_UP_SHARE = 900.0, 0.2
"""Warm-up: this share of a run, at most so long. Chosen: vehicles need some minutes to fill the road."""
LONGEST_INCIDENT_S, INCIDENT_SHARE = 600.0, 0.4
"""Duration of an incident: this share of the recorded time, at most so long. Chosen: as in the battery sr91."""
SHORTEST_INCIDENT_S = 60.0
ONSET_S = 7.0
"""Time of an onset after the end of a period, s. Chosen: an onset at a period's border would be a special case."""
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


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of a study's runs, s."""

    warm_up_s: float
    end_s: float
    period_s: float

    @property
    def onset_s(self) -> float:
        """The onset of incidents: in the third recorded period."""
        return self.warm_up_s + 2 * self.period_s + ONSET_S

    @property
    def duration_s(self) -> float:
        """The duration of incidents, whole periods."""
        share_s = (self.end_s - self.warm_up_s) * INCIDENT_SHARE
        return max(self.period_s, min(LONGEST_INCIDENT_S, share_s) // self.period_s * self.period_s)


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
    clock = _clock(config, period)
    text = _scenario_text(config_file, road, out, clock, placed)
    scenario, battery = out / f"{way.name}.toml", out / f"{way.name}-battery.toml"
    incidents = _incidents(road, clock)
    scenario.write_text(f"{text}\n{_incident_text(incidents[len(incidents) // 2])}", encoding="utf-8")
    battery.write_text(_battery_text(way.name, text, incidents), encoding="utf-8")
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


def _clock(config: SumoConfig, period_s: float) -> Clock:
    begin_s = sumo_time_s(dict(config.settings).get("begin", "0"))
    end_s = sumo_time_s(config.end or "")
    if not end_s > begin_s:  # not given, or -1: until all have arrived
        end_s = begin_s + USUAL_RUN_S
    end_s -= (end_s - begin_s) % period_s
    warm_up_s = min(LONGEST_WARM_UP_S, (end_s - begin_s) * WARM_UP_SHARE)
    clock = Clock(begin_s + warm_up_s // period_s * period_s, end_s, period_s)
    least_s = ONSET_S + 4 * period_s + SHORTEST_INCIDENT_S
    if end_s - clock.warm_up_s < least_s:
        raise UserError(
            f"the configuration simulates {end_s - begin_s:g} s, wanted {least_s / (1 - WARM_UP_SHARE):.0f} s or more with periods "
            f"of {period_s:g} s (a later end, or a shorter --period?)"
        )
    return clock


def _incidents(road: OwnRoad, clock: Clock) -> list[Incident]:
    """Incidents evenly along the road where they can be played: in the outer lanes in turn, in two where there are three."""
    first_m, last_m = road.corridor.stations[0].position_m, road.corridor.stations[-1].position_m
    found = []
    for number in range(INCIDENTS):
        position_m = round(first_m + (number + 0.5) / INCIDENTS * (last_m - first_m), 1)
        lanes = road.edge_at(position_m).lane_numbers
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


def _scenario_text(config_file: Path, road: OwnRoad, out: Path, clock: Clock, placed: bool) -> str:
    network = road.network
    lines = [
        f"# Adopted from {config_file.name}: seed, times and incident are laneblock's, all else is the configuration's.",
        *("seed = 1", f"period_s = {clock.period_s:g}", f"warm_up_s = {clock.warm_up_s:g}", f"end_s = {clock.end_s:g}"),
        *("", "[network]", f"config = {_quoted(_from(out, config_file))}"),
    ]
    if placed:
        files = ", ".join(_quoted(_from(out, Path(file))) for file in network.additional_files)
        lines.append(f"additional_files = [{files}]")
    lines += ["lanes_without_loops = true", f"corridor = {json.dumps(list(network.corridor), ensure_ascii=False)}", ""]
    return "\n".join(lines)


def _incident_text(incident: Incident) -> str:
    return (
        f"[incident]\nonset_s = {incident.onset_s:g}\nduration_s = {incident.duration_s:g}\n"
        f"position_m = {incident.position_m:g}\nlanes = {list(incident.lanes)}\n"
    )


def _battery_text(name: str, scenario: str, incidents: list[Incident]) -> str:
    comment, _, rest = scenario.partition("\n")
    defaults = rest.replace("seed = 1\n", "", 1).replace("[network]", "[defaults.network]")
    first = incidents[0]
    places = ", ".join(f"{incident.position_m:g}" for incident in incidents)
    lanes = ", ".join(str(list(incident.lanes)) for incident in incidents)
    return (
        f"{comment}\nname = {_quoted(name)}\n\n[defaults]\n{defaults}\n[[scenarios]]\n"
        f'name = "{name}-{{number:02d}}"\nseed = 101\n'
        f"incident = {{ onset_s = {first.onset_s:g}, duration_s = {first.duration_s:g} }}\n\n"
        f"[[scenarios.cycle]]\nincident.position_m = [{places}]\nincident.lanes = [{lanes}]\n\n"
        f'[[scenarios]]\nname = "{name}-free-{{seed}}"\nseeds = [201, 202]\n'
    )


def _from(folder: Path, file: Path) -> str:
    """The path of a file from a folder, as files name it."""
    return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
