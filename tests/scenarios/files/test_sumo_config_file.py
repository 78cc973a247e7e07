"""SUMO configurations: files as SUMO finds them, settings that are kept, and those that are not, told."""

import re
import shlex
from pathlib import Path

import pytest

from scenarios.files.scenario_loading import load_scenario
from scenarios.files.sumo_config_file import config_notes, read_sumo_config, settings_in
from scenarios.scenario import OwnNetwork
from tests.scenarios.files.freeway_by_hand import LOOPS, NET

CONFIG = """<configuration>
    <input>
        <net-file value="../net/town.net.xml"/>
        <route-files value="town.rou.xml, more.rou.xml"/>
        <a v="loops.add.xml"/>
    </input>
    <time><begin value="0"/><end value="480"/><step-length value="0.5"/></time>
    <processing><lateral-resolution value="0.8"/></processing>
    <output><summary-output value="s.xml"/></output>
    <random_number><seed value="42"/></random_number>
    <gui_only><start value="true"/></gui_only>
</configuration>
"""


def config(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "cfg" / "mine.sumocfg"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_taken_from_the_configurations_folder(tmp_path: Path) -> None:
    found = read_sumo_config(config(tmp_path))
    assert found.net_file == str(tmp_path / "net" / "town.net.xml")
    assert found.route_files == (str(tmp_path / "cfg" / "town.rou.xml"), str(tmp_path / "cfg" / "more.rou.xml"))
    assert found.additional_files == (str(tmp_path / "cfg" / "loops.add.xml"),)


def test_a_file_whose_name_holds_a_comma_is_one_file(tmp_path: Path) -> None:
    path = config(tmp_path, CONFIG.replace("town.rou.xml, more.rou.xml", "A9, north.rou.xml"))
    (path.parent / "A9, north.rou.xml").write_text("<routes/>")
    assert read_sumo_config(path).route_files == (str(path.parent / "A9, north.rou.xml"),)


def test_settings_of_the_simulation_are_kept(tmp_path: Path) -> None:
    assert read_sumo_config(config(tmp_path)).settings == (("step-length", "0.5"), ("lateral-resolution", "0.8"))


def test_what_is_not_used_is_told(tmp_path: Path) -> None:
    assert read_sumo_config(config(tmp_path)).notes == (
        "setting seed = '42' of mine.sumocfg is not used: the scenario's seed is",
        "not used, as it says what SUMO writes: summary-output of mine.sumocfg",
        "not used, as it says what SUMO shows or controls: start of mine.sumocfg",
    )


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wanted a SUMO configuration .*got <routes>"):
        read_sumo_config(config(tmp_path, "<routes/>"))


def scenario(folder: Path, network: str) -> Path:
    for name, text in (("town.net.xml", NET), ("loops.add.xml", LOOPS), ("town.rou.xml", "<routes/>")):
        (folder / name).write_text(text)
    config(
        folder, CONFIG.replace("../net/", "../").replace('"loops', '"../loops').replace("town.rou.xml, more", "../town")
    )
    path = folder / "mine.toml"
    path.write_text(f"seed = 1\nwarm_up_s = 60\nend_s = 480\n[network]\n{network}\ncorridor = ['a', 'b', 'c']\n")
    return path


def test_a_scenario_may_name_the_configuration_alone(tmp_path: Path) -> None:
    run = load_scenario(str(scenario(tmp_path, 'config = "cfg/mine.sumocfg"')))
    assert run.scenario.network is not None
    assert run.scenario.network.net_file == str(tmp_path / "town.net.xml")
    assert dict(run.scenario.network.settings) == {"step-length": "0.5", "lateral-resolution": "0.8"}
    assert [station.name for station in run.corridor.stations] == ["up", "mid", "down"]


def test_a_scenarios_own_settings_come_before_those_of_its_configuration(tmp_path: Path) -> None:
    own = "settings = { lateral-resolution = 0.4, scale = 1.2 }"
    run = load_scenario(str(scenario(tmp_path, f'config = "cfg/mine.sumocfg"\n{own}')))
    assert run.scenario.network is not None
    assert dict(run.scenario.network.settings) == {"step-length": "0.5", "lateral-resolution": "0.4", "scale": "1.2"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("seed", 3, "seed: laneblock sets this itself"),
        ("e", 900, "e: laneblock sets this itself"),
        ("summary-output", "s.xml", "summary-output: laneblock sets this itself"),
        ("route-files", "a.rou.xml", "files are named in .network. itself, as route_files"),
        ("scale", [1.2], r"settings.scale: wanted a number, .* got \[1.2\]"),
    ],
)
def test_a_setting_that_a_scenario_cannot_have_is_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings_in({name: value})


def test_settings_of_a_configuration_beside_that_nobody_named_are_told(tmp_path: Path) -> None:
    scenario(tmp_path, "")
    (tmp_path / "mine.sumocfg").write_text(CONFIG.replace("../net/", ""))
    network = OwnNetwork(
        net_file=str(tmp_path / "town.net.xml"), route_files=("r",), additional_files=("a",), corridor=("a",)
    )
    (note,) = config_notes(network)
    assert note.startswith(
        "mine.sumocfg beside the network sets step-length = 0.5, lateral-resolution = 0.8, which is not used"
    )


@pytest.mark.parametrize("name", ["mine.sumocfg", "mine.sumo.cfg", "my own.xml"])
def test_a_configuration_given_as_a_scenario_is_refused_with_the_way_to_go(tmp_path: Path, name: str) -> None:
    path = config(tmp_path).rename(tmp_path / name)
    command = re.escape(f"`laneblock adopt {shlex.quote(str(path))} --out study`")
    with pytest.raises(ValueError, match=rf"this is a SUMO configuration, wanted a scenario: {command} writes one"):
        load_scenario(str(path))


def test_another_xml_file_given_as_a_scenario_is_refused(tmp_path: Path) -> None:
    (tmp_path / "road.net.xml").write_text("<net/>")
    with pytest.raises(ValueError, match=r"road.net.xml: this is XML, wanted TOML"):
        load_scenario(str(tmp_path / "road.net.xml"))
