"""What `laneblock check` says of a user's own SUMO simulation, or of a scenario or battery file, before anything runs."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harness.commands.console import say

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

MOST_CHECKED = 6
"""Carriageways of a configuration that are checked, the largest first; as many are adopted."""
KINDS = (".sumocfg", ".toml")
"""Endings of the files that are checked."""


def check_files(path: Path) -> None:
    """Print what is read, left out and moved, without simulating. Raises UserError for what cannot run, MissingFileError."""
    if path.suffix == ".sumocfg":
        _check_config(path)
    else:
        _check_toml(path)


def _check_config(path: Path) -> None:
    from scenarios.adoption.adopted_study import write_study
    from scenarios.adoption.carriageways import find_carriageways
    from scenarios.adoption.network_edges import read_network
    from scenarios.errors import UserError
    from scenarios.files.scenario_loading import load_scenario
    from scenarios.files.sumo_config_file import read_sumo_config
    from scenarios.files.sumo_net_file import read_content

    config = read_sumo_config(path)
    if config.net_file is None:
        raise UserError(f"{path}: wanted a network (net-file), got none")
    ways = find_carriageways(read_network(Path(config.net_file)))
    if not ways:
        raise UserError(f"{config.net_file}: wanted a carriageway of 500 m or more, found none")
    content = read_content(Path(config.net_file), [edge.edge for way in ways[:MOST_CHECKED] for edge in way.edges])
    with tempfile.TemporaryDirectory() as folder:
        for way in ways[:MOST_CHECKED]:
            print(f"{way.name}: {way.length_m / 1000:.2f} km, edges {', '.join(edge.edge for edge in way.edges)}")
            try:
                study = write_study(path, config, content, way, Path(folder), None, None)
            except UserError as error:
                print(f"  cannot be adopted: {error}")
                continue
            stations = study.road.corridor.stations
            print(f"  {len(stations)} stations{', placed by laneblock' if study.placed else ''}")
            _tell(load_scenario(str(study.scenario)).scenario)
    say(f"laneblock adopt {path} writes scenarios and batteries of these carriageways")


def _check_toml(path: Path) -> None:
    from scenarios.files.battery_file import load_battery
    from scenarios.files.scenario_loading import load_scenario
    from scenarios.files.toml_file import read_toml

    scenarios = (
        load_battery(str(path)).scenarios if "scenarios" in read_toml(path) else (load_scenario(str(path)).scenario,)
    )
    print(f"{path}: {len(scenarios)} run{'s' if len(scenarios) > 1 else ''}, all possible")
    seen: set[object] = set()
    told: set[str] = set()
    for scenario in scenarios:
        key = scenario.network or scenario.site
        if key not in seen:
            seen.add(key)
            _tell(scenario, told)


def _tell(scenario: "Scenario", told: set[str] | None = None) -> None:
    """Let SUMO read the files of a scenario, and print the notes on them that are not `told` yet."""
    told = set() if told is None else told
    from simulator.sumo.prepare import prepare

    with tempfile.TemporaryDirectory() as work:
        for note in prepare(scenario, Path(work)).notes or ("nothing is left out",):
            if note not in told:
                print(f"  - {note}")
                told.add(note)
