"""SUMO configurations: files as SUMO finds them, settings that are kept, and those that are not, told."""

import re
import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from scenarios.files.scenario_loading import load_scenario
from scenarios.files.sumo_config_file import SumoConfig, config_notes, read_sumo_config, settings_in
from scenarios.scenario import OwnNetwork
from tests.scenarios.files.freeway_by_hand import LOOPS, NET

WRITTEN = (
    *("vehroute-output.sorted", "fcd-output.filter-edges.input-file", "device.rerouting.output", "netstate-dump"),
    *(
        "netstate-dump.precision",
        "output-prefix",
        "output-suffix",
        "output.format",
        "save-state.times",
        "save-template",
    ),
    *("precision", "log", "log.timestamps"),
)
FILES: dict[str, Any] = {"route_files": ("r",), "additional_files": ("a",), "corridor": ("a",)}
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
        "setting seed = '42' of mine.sumocfg, line 10 is not used: the scenario's seed is",
        "not used, as it says what SUMO writes: summary-output (mine.sumocfg, line 9)",
        "not used, as it says what SUMO shows or controls: start (mine.sumocfg, line 11)",
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


def read(folder: Path, *settings: str, root: str = "configuration") -> SumoConfig:
    return read_sumo_config(config(folder, f"<{root}>{''.join(settings)}</{root}>"))


@pytest.mark.parametrize("root", ["configuration", "sumoConfiguration"])
@pytest.mark.parametrize(
    ("net", "routes", "more"), [("n", "r", "a"), ("net", "routes", "additional"), ("net-file", "route-files", "a")]
)
def test_files_may_be_named_by_sumos_other_names_for_them(
    tmp_path: Path, root: str, net: str, routes: str, more: str
) -> None:
    found = read(tmp_path, *(f'<{name} value="{name}.xml"/>' for name in (net, routes, more)), root=root)
    folder = tmp_path / "cfg"
    assert found.net_file == str(folder / f"{net}.xml")
    assert (found.route_files, found.additional_files) == (
        (str(folder / f"{routes}.xml"),),
        (str(folder / f"{more}.xml"),),
    )


def test_files_may_be_separated_by_semicolons_and_an_empty_name_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, '<route-files value="one.xml;two.xml, "/>')
    assert [Path(name).name for name in found.route_files] == ["one.xml", "two.xml"]


@pytest.mark.parametrize(
    ("setting", "used"),
    [
        ("random", "the scenario's seed is"),
        ("thread-rngs", "2048 generators are"),
        ("collision.action", "`warn` is"),
    ],
)
def test_what_laneblock_decides_is_told_with_what_is_used_instead(tmp_path: Path, setting: str, used: str) -> None:
    found = read(tmp_path, f'<{setting} value="7"/>')
    assert found.settings == ()
    assert found.notes == (f"setting {setting} = '7' of mine.sumocfg, line 1 is not used: {used}",)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        *((name, "writes") for name in WRITTEN),
        *((name, "shows or controls") for name in ("delay", "remote-port", "c")),
    ],
)
def test_what_is_written_shown_or_controlled_is_told_by_name(tmp_path: Path, name: str, what: str) -> None:
    found = read(tmp_path, f'<{name} value="7"/>')
    assert found.settings == ()
    told = "configuration-file" if name == "c" else name
    assert found.notes == (f"not used, as it says what SUMO {what}: {told} (mine.sumocfg, line 1)",)


@pytest.mark.parametrize("name", ["no-step-log", "xml-validation.net", "verbose"])
def test_what_sumo_prints_is_left_out_without_a_word(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, f'<{name} value="true"/>')
    assert (found.settings, found.notes) == ((), ())


def test_a_begin_is_kept_and_an_end_is_not_a_setting(tmp_path: Path) -> None:
    found = read(tmp_path, '<b value="21600"/>', '<e value="25200"/>')
    assert (found.settings, found.end) == ((("begin", "21600"),), "25200")


@pytest.mark.parametrize("name", ["weight-files", "astar.all-distances", "device.fcd-replay.files", "phemlight-path"])
def test_files_that_the_simulation_reads_are_settings_with_absolute_paths(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, f'<{name} value="w.xml,v.xml"/>')
    folder = tmp_path / "cfg"
    assert found.settings == ((name, f"{folder / 'w.xml'},{folder / 'v.xml'}"),)


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.replace("../net/town", "other"),
        '<configuration><net-file value="town.net.xml"/><end value="480"/></configuration>',
        "<configuration><net-file",
    ],
    ids=["of another network", "without a setting", "broken"],
)
def test_another_configuration_beside_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.sumocfg").write_text(text)
    assert config_notes(OwnNetwork(net_file=str(tmp_path / "town.net.xml"), **FILES)) == ()


def test_of_many_settings_beside_twelve_are_told(tmp_path: Path) -> None:
    settings = "".join(f'<option{number} value="{number}"/>' for number in range(13))
    (tmp_path / "mine.sumocfg").write_text(f'<configuration><n value="town.net.xml"/>{settings}</configuration>')
    (note,) = config_notes(OwnNetwork(net_file=str(tmp_path / "town.net.xml"), **FILES))
    assert "option11 = 11, which is not used" in note


def test_environment_variables_are_read_as_sumo_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET_DIR", "../net")
    monkeypatch.delenv("NOT_SET", raising=False)
    text = CONFIG.replace("../net/", "${NET_DIR}/").replace("more.rou", "${NOT_SET}.rou")
    found = read_sumo_config(config(tmp_path, text))
    assert found.net_file == str(tmp_path / "net" / "town.net.xml")
    assert found.route_files[1] == str(tmp_path / "cfg" / "${NOT_SET}.rou.xml")


@pytest.mark.parametrize(("value", "refused"), [("true", True), ("1", True), ("false", False)])
def test_the_mesoscopic_model_is_refused(tmp_path: Path, value: str, refused: bool) -> None:
    path = scenario(tmp_path, f'config = "cfg/mine.sumocfg"\nsettings = {{ mesosim = "{value}" }}')
    with pytest.raises(ValueError, match=r"mesosim: .* no lanes") if refused else nullcontext():
        load_scenario(str(path))


def test_files_that_neither_the_scenario_nor_its_configuration_names_are_told(tmp_path: Path) -> None:
    path = scenario(tmp_path, 'config = "cfg/mine.sumocfg"')
    configuration = tmp_path / "cfg" / "mine.sumocfg"
    configuration.write_text(configuration.read_text().replace('<a v="../loops.add.xml"/>', ""))
    message = (
        r"network.additional_files: wanted here or in mine.sumocfg \(additional-files\), got neither; `laneblock adopt`"
    )
    with pytest.raises(ValueError, match=message):
        load_scenario(str(path))
