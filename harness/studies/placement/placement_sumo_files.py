"""The chosen placement as SUMO files, and a scenario that `laneblock run` takes as it is.

    sumo/loops.add.xml     the chosen loops: an additional file for the network beside it
    sumo/road.net.xml      the site's road; its edges are cut for this scenario
    sumo/traffic.rou.xml   the traffic of one test scenario
    sumo/scenario.toml     laneblock run sumo/scenario.toml

A study on a user's own network names the user's files where they are, its additional files copied without their loops. A site
becomes an own network: its positions count from the first edge, so they are the site's plus its feeder's length.
"""

import json
from dataclasses import replace
from pathlib import Path

from harness.studies.placement.candidate_stations import StudyRoad
from harness.studies.placement.placement import Placement
from scenarios.corridor import Corridor
from scenarios.own_road import Loop
from scenarios.scenario import Scenario
from simulator.sumo.loops import write_e1_loops
from simulator.sumo.own_settings import SITE_ROAD
from simulator.sumo.prepare import Prepared, prepare

LOOPS, NETWORK, SCENARIO = "loops.add.xml", "road.net.xml", "scenario.toml"
OUTPUT = "loops.xml"
TRIAL = "trial.loops.add.xml"


def write_sumo(folder: Path, placement: Placement, dense: Corridor, site: StudyRoad, scenario: Scenario) -> None:
    """Write the four files; SUMO's netconvert makes the network. `scenario` is one on the site. Raises MachineError."""
    folder.mkdir(parents=True, exist_ok=True)
    prepared = prepare(scenario, folder)
    corridor = placement.corridor(dense)
    wanted = {
        (round(at.position_m, 2), lane)
        for at, equipped in zip(corridor.stations, placement.stations, strict=True)
        for lane in equipped.lanes
    }
    loops = [
        _named(loop)
        for loop in prepared.loops
        if (round(prepared.corridor.stations[loop.station].position_m, 2), loop.lane) in wanted
    ]
    write_e1_loops(folder / LOOPS, loops, scenario.period_s, OUTPUT)
    # an own network's other loops are left out, so lanes of its own stations may have none either
    all_lanes = scenario.network is None and all(len(equipped.lanes) == site.lanes for equipped in placement.stations)
    text = _scenario_text(scenario, site, prepared, folder, all_lanes)
    (folder / SCENARIO).write_text(text, encoding="utf-8")
    (folder / TRIAL).unlink(missing_ok=True)
    for part in folder.glob("road.???.xml"):
        if part.name != NETWORK:
            part.unlink()


def _named(loop: Loop) -> Loop:
    """Return the loop with an id without spaces, as SUMO requires."""
    return replace(loop, detector_id=loop.detector_id.replace(" ", ""))


def _from(folder: Path, file: str) -> str:
    """The name of a file in the folder, else its absolute path."""
    path = Path(file).absolute()
    return path.name if path.parent == folder else path.as_posix()


def _scenario_text(scenario: Scenario, site: StudyRoad, prepared: Prepared, folder: Path, all_lanes: bool) -> str:
    """Return the scenario file, which uses the files beside it; `all_lanes`: every lane of every station has a loop."""
    here = folder.absolute()
    net_file, *routes = (_from(here, file) for file in (str(prepared.road.net_file), *prepared.route_files))
    additional = [LOOPS, *(_from(here, file) for file in prepared.additional_files)]
    settings = SITE_ROAD if scenario.network is None else dict(scenario.network.settings)
    lines = [
        f"# {scenario.name} of the test battery, with the chosen loops. To run it: laneblock run {SCENARIO}",
        f"name = {json.dumps(scenario.name + '-placed')}",
        f"seed = {scenario.seed}",
        f"period_s = {scenario.period_s:g}",
        f"warm_up_s = {scenario.warm_up_s:g}",
        f"end_s = {scenario.end_s:g}",
        "",
        "[network]",
        f"net_file = {json.dumps(net_file)}",
        f"route_files = {json.dumps(routes)}",
        f"additional_files = {json.dumps(additional)}",
        f"corridor = {json.dumps([piece.edge for piece in prepared.road.pieces])}",
        *([] if all_lanes else ["lanes_without_loops = true      # some lanes have no loop"]),
        *([f"settings = {json.dumps(list(settings.items()))}"] if settings else []),
    ]
    for incident in scenario.incidents:
        fields = incident.model_dump(exclude_none=True) | {"position_m": incident.position_m + site.feeder_m}
        lines += ["", "[[incidents]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    return "\n".join(lines) + "\n"
