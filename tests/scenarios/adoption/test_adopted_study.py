"""Studies written of a road by hand: stations of its own or placed, times that fit, incidents that can be played."""

from pathlib import Path

import pytest

from scenarios.adoption.adopted_study import Study, write_study
from scenarios.adoption.carriageways import Carriageway, find_carriageways
from scenarios.adoption.network_edges import read_network
from scenarios.files.battery_file import load_battery
from scenarios.files.scenario_loading import load_scenario
from scenarios.files.sumo_config_file import read_sumo_config
from scenarios.files.sumo_net_file import read_content
from tests.scenarios.files.freeway_by_hand import LOOPS, NET

CONFIG = """<configuration>
<net-file value="town.net.xml"/><route-files value="town.rou.xml"/>{loops}<end value="{end}"/><step-length value="0.5"/>
</configuration>"""
WITH_LOOPS = '<additional-files value="loops.add.xml"/>'


def study(folder: Path, loops: str = WITH_LOOPS, end: str = "3600", spacing_m: float | None = None) -> Study:
    shaped = NET.replace('length="1000"', 'length="1000" shape="0,0 1000,0"')
    for name, text in (("town.net.xml", shaped), ("loops.add.xml", LOOPS), ("town.rou.xml", "<routes/>")):
        (folder / name).write_text(text)
    path = folder / "my.sumocfg"
    path.write_text(CONFIG.format(loops=loops, end=end))
    out = folder / "study"
    out.mkdir()
    content = read_content(folder / "town.net.xml", ("a", "b", "c"))
    return write_study(path, read_sumo_config(path), content, _way(folder), out, spacing_m, None)


def _way(folder: Path) -> Carriageway:
    return next(way for way in find_carriageways(read_network(folder / "town.net.xml")) if len(way.edges) == 3)


def test_loops_that_stand_there_are_the_stations(tmp_path: Path) -> None:
    found = study(tmp_path)
    assert not found.placed
    assert [station.name for station in found.road.corridor.stations] == ["up", "mid", "down"]


def test_without_loops_stations_are_placed_in_every_through_lane(tmp_path: Path) -> None:
    found = study(tmp_path, loops="")
    assert found.placed
    assert [(station.position_m, station.lanes) for station in found.road.corridor.stations] == [
        *((400.0, 2), (1200.0, 2), (2000.0, 2)),
    ]


def test_a_spacing_asked_for_leaves_own_loops_out(tmp_path: Path) -> None:
    found = study(tmp_path, spacing_m=500.0)
    assert len(found.road.corridor.stations) == 5
    assert all(station.name.startswith("S") for station in found.road.corridor.stations)


def test_the_scenario_and_the_battery_can_be_loaded_and_keep_the_users_settings(tmp_path: Path) -> None:
    found = study(tmp_path)
    run = load_scenario(str(found.scenario)).scenario
    assert run.network is not None
    assert dict(run.network.settings) == {"step-length": "0.5"}
    assert (run.warm_up_s, run.end_s, run.incidents[0].duration_s) == (720.0, 3600.0, 600.0)
    battery = load_battery(str(found.battery))
    assert len([run for run in battery.scenarios if run.incidents]) == 12
    assert len(battery.scenarios) == 14


def test_incidents_are_spread_between_the_first_and_the_last_station(tmp_path: Path) -> None:
    runs = load_battery(str(study(tmp_path).battery)).scenarios
    places_m = [run.incidents[0].position_m for run in runs if run.incidents]
    assert places_m == sorted(places_m)
    assert 402.5 < places_m[0] < 550
    assert 1950 < places_m[-1] < 2100


def test_a_simulation_that_is_too_short_is_refused_with_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the configuration simulates 120 s, wanted \d+ s or more"):
        study(tmp_path, end="120")
