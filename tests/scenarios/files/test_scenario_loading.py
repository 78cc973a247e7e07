import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.files.battery_file import battery_names, load_battery
from scenarios.files.scenario_loading import load_scenario, scenario_names
from scenarios.files.site_file import load_site
from scenarios.scenario import Scenario

Write = Callable[[str], Path]

PLAIN = 'seed = 1\nsite = "sr91"\nend_s = 3600\n'
INCIDENT = PLAIN + "[[incidents]]\nonset_s = 1000\nduration_s = 600\nposition_m = 2245\nlanes = [1]\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def refused(path: Path) -> str:
    """The one message a wrong scenario file is refused with; it names the file."""
    with pytest.raises(ValueError, match=r"mine.toml: ") as caught:
        load_scenario(str(path))
    return str(caught.value)


def test_a_file_is_called_after_itself(write: Write) -> None:
    assert load_scenario(str(write(PLAIN))).scenario.name == "mine"


@pytest.mark.parametrize(("share", "position_m"), [(0, 0.0), (0.25, 2011.7), (1, 8046.7)])
def test_a_share_of_the_road_becomes_a_position(write: Write, share: float, position_m: float) -> None:
    text = PLAIN + f"[incident]\nonset_s = 1000\nduration_s = 600\nroad_place = {share}\nlanes = [0]\n"
    assert load_scenario(str(write(text))).scenario.incidents[0].position_m == pytest.approx(position_m)


def test_section_and_place_become_a_position(write: Write) -> None:
    text = PLAIN + "[incident]\nonset_s = 1000\nduration_s = 600\nsection = 0\nplace = 0.5\nlanes = [0]\n"
    assert load_scenario(str(write(text))).scenario.incidents[0].position_m == pytest.approx(273.6)


def test_a_clearance_becomes_a_duration(write: Write) -> None:
    assert load_scenario(str(write(INCIDENT.replace("duration_s = 600", "clearance_s = 1700")))).scenario.incidents[
        0
    ].duration_s == pytest.approx(700)


def test_a_tail_ends_the_run_a_whole_period_after_the_last_clearance(write: Write) -> None:
    # 1000 + 600 + 95 = 1695 s, up to the next multiple of 30 s.
    assert load_scenario(str(write(INCIDENT.replace("end_s = 3600", "tail_s = 95")))).scenario.end_s == 1710


def test_an_unmodified_dump_is_the_same_scenario() -> None:
    scenario = load_scenario("sr91-incident").scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = 1\nend_s = = 3\n", r"no valid TOML.*line 2"),
        ("seed = 1\nend_s = 3600\ndemnad_vphpl = 3\n", "demnad_vphpl: unknown key; did you mean 'demand_vphpl'"),
        ("end_s = 3600\n", "seed: wanted, but missing"),
        ("seed = 1\n", "end_s: wanted, but missing"),
        ('seed = "1"\nend_s = 3600\n', "seed: wanted a valid integer, got '1'"),
        (PLAIN + "period_s = -30\n", "period_s: wanted greater than 0, got -30"),
        (PLAIN + "period_s = 0.5\n", "period_s: wanted whole seconds"),
        (PLAIN + "warm_up_s = 901\n", "warm_up_s: wanted a whole number of periods"),
        ("seed = 1\nend_s = 900\n", "end_s: wanted at least one period after the warm-up, 930 s"),
        ("seed = 1\nend_s = inf\n", "end_s: wanted a finite number"),
        ("seed = -1\nend_s = 3600\n", "seed: wanted 0 to"),
        ("seed = 1\nend_s = 1e9\n", "end_s: wanted at most a week"),
        (PLAIN + 'traffic = "kraus"\n', "traffic: wanted 'krauss', 'idm', 'mixed' or 'mixed-idm', got 'kraus'"),
        (PLAIN + 'demand_vphpl = "1500"\n', r"demand_vphpl: wanted vehicles per hour and lane as a number.*got '1500'"),
        (PLAIN + "demand_vphpl = 6000\n", "demand_vphpl: wanted 0 to 2600.*for all lanes together"),
        (PLAIN + "demand_vphpl = -1\n", "demand_vphpl: wanted 0 to 2600"),
        (
            PLAIN + "demand_vphpl = [[0, 900], [600, 1000], [600, 1200]]\n",
            "steps in order of time, got 600 s after 600",
        ),
        (PLAIN + "demand_vphpl = [[60, 900]]\n", "from time 0 on"),
        (PLAIN + "demand_vphpl = []\n", "from time 0 on"),
        (PLAIN + "ramp_shares = { on-9 = 0.1 }\n", "ramp_shares.on-9: site 'sr91' has no such ramp.*did you mean 'on-"),
        (PLAIN + "ramp_shares = { on-1 = 6 }\n", r"ramp_shares.on-1: wanted a share.*percentage"),
        (PLAIN + "ramp_shares = { on-1 = 0.9 }\n", "on-ramp 'on-1': its one lane takes at most 2600"),
        (
            PLAIN + '[[surges]]\ntime_s = 1\nduration_s = 9\nfactor = 2\nramp = "off-1"\n',
            r"surges\[0\].ramp: site 'sr91' has no such ramp 'off-1', wanted one of: on-1",
        ),
        (PLAIN + "[[surges]]\ntime_s = 1000\nduration_s = 9\nfactor = 2\n", "surges: they lift the demand to 3000"),
        (PLAIN + "[[slow_vehicles]]\ntime_s = 1\nspeed_mps = 9\nlanes = [4]\n", r"slow_vehicles\[0\].lanes: lane 4"),
        (PLAIN + 'site = "x"\n', r"no valid TOML.*line 4"),
        (PLAIN + '[network]\nnet_file = "x.net.xml"\n', "site and network: wanted one of them, got both"),
        (INCIDENT.replace("[1]", "[4]"), r"incidents\[0\].lanes: lane 4 does not exist: wanted 0 to 3.*counted from 1"),
        (INCIDENT.replace("[1]", "[1, 1]"), r"incidents\[0\].lanes: lane 1 is named twice"),
        (INCIDENT.replace("[1]", "[0, 1, 2, 3]"), r"incidents\[0\].lanes: all 4 lanes are blocked"),
        (INCIDENT.replace("[1]", "[]"), r"incidents\[0\].lanes: "),
        (INCIDENT.replace("[1]", "1"), r"incidents\[0\].lanes: wanted a list of lane numbers.*got 1"),
        (INCIDENT.replace("lanes", "lane"), r"incidents\[0\].lane: unknown key; did you mean 'lanes'"),
        (
            INCIDENT.replace("2245", "9000"),
            r"incidents\[0\].position_m: wanted a place between.*0 to 8047 m, got 9000 m",
        ),
        (INCIDENT.replace("2245", "nan"), r"incidents\[0\].position_m: wanted a finite number"),
        (INCIDENT.replace("1000", "920"), r"incidents\[0\].onset_s: wanted after the first recorded period, 930 s"),
        (
            INCIDENT.replace("duration_s = 600", "duration_s = 2700"),
            r"incidents\[0\]: wanted its clearance while recording, by end_s 3600 s",
        ),
        (
            INCIDENT.replace("duration_s = 600", "duration_s = -1"),
            r"incidents\[0\].duration_s: wanted greater than 0, got -1",
        ),
        (INCIDENT.replace("duration_s = 600", "duration_s = 10"), r"duration_s: wanted 30 s or more.*in minutes"),
        (INCIDENT.replace("duration_s = 600", "clearance_s = 900"), r"incidents\[0\].clearance_s: wanted a time after"),
        (INCIDENT.replace("duration_s = 600\n", ""), r"incidents\[0\]: wanted duration_s or clearance_s, got neither"),
        (INCIDENT + "clearance_s = 1600\n", r"incidents\[0\]: wanted duration_s or clearance_s, got both"),
        (INCIDENT + "section = 1\nplace = 0.1\n", r"incidents\[0\]: wanted position_m, or section and place, got both"),
        (INCIDENT.replace("position_m = 2245", "section = 7\nplace = 0.1"), r"section: wanted a section 0 to 6"),
        (INCIDENT.replace("position_m = 2245", "section = 1\nplace = 15"), r"place: wanted a share.*is it metres"),
        (INCIDENT.replace("position_m = 2245", "section = 1"), r"wanted section and place together, got only section"),
        (INCIDENT.replace("position_m = 2245\n", ""), r"incidents\[0\]: wanted position_m, or section and place"),
        (INCIDENT + "road_place = 0.5\n", r"incidents\[0\]: wanted road_place or position_m, got both"),
        (INCIDENT.replace("position_m", "road_place"), r"road_place: wanted a share.*got 2245 \(is it metres"),
        (INCIDENT.replace("[[incidents]]", "[incident]").replace("[1]", "[7]"), r"incident.lanes: lane 7"),
        (PLAIN + "[[incident]]\n", "incident: wanted"),
        (PLAIN + "tail_s = 3\n", "end_s and tail_s: wanted one of them"),
        ("seed = 1\ntail_s = 60\n", "tail_s: it counts from the last clearance, but nothing is blocked"),
        (PLAIN + 'name = "../x"\n', "name: wanted letters"),
        (INCIDENT + INCIDENT[len(PLAIN) :], r"incidents\[1\]: it needs a lane that incidents\[0\] blocks"),
        ("[[scenarios]]\n", "this is a battery"),
    ],
)
def test_a_wrong_file_is_refused_with_one_message(write: Write, text: str, message: str) -> None:
    said = refused(write(text))
    assert re.search(message, said), said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("position_m", "border"),
    [(830 + 150, "'off-1'"), (3600 + 250, "'on-2', whose auxiliary lane ends at 3600"), (5650, "'off-3'")],
)
def test_a_blocked_place_near_an_auxiliary_lane_is_refused(write: Write, position_m: float, border: str) -> None:
    said = refused(write(INCIDENT.replace("2245", str(position_m)) + "rubbernecking_mps = 14\n"))
    assert "incidents[0].position_m: " in said
    assert border in said


def test_a_blocked_place_just_downstream_of_another_s_onlookers_is_refused(write: Write) -> None:
    second = "[[incidents]]\nonset_s = 2000\nduration_s = 600\nposition_m = 2345\nlanes = [2]\n"
    said = refused(write(INCIDENT + "rubbernecking_mps = 14\n" + second))
    assert "the place where drivers look at incidents[0]" in said


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"seed = \xff\n")
    assert "UTF-8" in refused(path)


def test_an_unknown_site_is_answered_with_the_likely_one(write: Write) -> None:
    with pytest.raises(FileNotFoundError, match=r"mine.toml: no site 'sr19'.*did you mean 'sr91'"):
        load_scenario(str(write('seed = 1\nend_s = 3600\nsite = "sr19"\n')))


def test_an_unknown_name_is_answered_with_the_likely_one() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean 'sr91-incident'"):
        load_scenario("sr91-incidnet")


@pytest.mark.parametrize("name", ["", "/", "a/b", "x" * 5000, "nul\0", "sr91/", "sr91/no"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises((FileNotFoundError, ValueError)):
        load_scenario(name)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got a folder"):
        load_scenario(str(tmp_path))


def test_every_shipped_name_loads_the_scenario_of_that_name() -> None:
    names = scenario_names()
    assert len(names) == len(set(names))
    for name in (*names[:4], names[-1]):
        assert load_scenario(name).scenario.name == name


def test_a_scenario_of_a_battery_is_found_by_both_names() -> None:
    assert load_scenario("sr91/incident-07") == load_scenario("incident-07")


def test_a_scenario_of_ones_own_battery_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\n[[scenarios]]\nname = "one"\nseed = 3\nend_s = 1200\n')
    assert load_scenario(f"{path}/one").scenario.seed == 3


def test_the_corridor_has_the_sections_of_the_site() -> None:
    corridor = load_scenario("sr91-incident").corridor
    miles = [round(corridor.section_length_m(section) / 1609.344, 2) for section in range(corridor.sections)]
    assert miles == [0.34, 0.78, 0.55, 1.02, 0.65, 0.88, 0.78]
    assert corridor.lanes == 4


def test_a_site_of_ones_own_is_found_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "site.toml").write_text(SITE)
    path = tmp_path / "mine.toml"
    path.write_text('seed = 1\nsite = "town"\nend_s = 1200\n')
    run = load_scenario(str(path))
    assert run.scenario.site == os.fspath((tmp_path / "town").resolve())
    assert run.corridor.lanes == 2


SITE = """
name = "town"
lanes = 2
speed_limit_mps = 25
feeder_m = 1000
run_out_m = 300
station = [{ name = "a", position_m = 0 }, { name = "b", position_m = 900 }]
ramp = [{ name = "in", kind = "on", start_m = 300, end_m = 500, share = 0.1 }]
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("900", "-1", "strictly downstream"),
        ("end_m = 500", "end_m = 200", r"ramp\[0\]: wanted its auxiliary lane within"),
        ('"in"', '"main"', r"ramp\[0\].name"),
        ("lanes = 2", "lanes = 0", "lanes: wanted greater than or equal to 1"),
        ("share", "shares", r"ramp\[0\].shares: unknown key; did you mean 'share'"),
        ("feeder_m = 1000", "", "feeder_m: wanted, but missing"),
        ("lanes = 2", "lanes = 2.5", "lanes: wanted a valid integer"),
        ('"town"', '""', "name: wanted a text of one line"),
        ('"b"', '" "', r"station\[1\].name: wanted a text of one line"),
        ("= 25", "= 105", "speed_limit_mps: wanted at most 45 m/s, got 105 .is it in km/h"),
        ("lanes = 2", "lanes = 2\nloop_length_m = 180", "loop_length_m: wanted at most 20 m"),
        ("900", "900000", "station: wanted a road of at most 500 km"),
        ("end_m = 500", "end_m = 300.5", "ramp: wanted 20 m or more between .* got 300 and 300.5 m"),
        ("end_m = 500", "end_m = 1199", "ramp: wanted 20 m or more between .* got 1199 and 1200 m"),
        ('"in"', '"n1"', r"ramp\[0\].name"),
    ],
)
def test_a_wrong_site_is_refused_with_its_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "site.toml").write_text(SITE.replace(old, new, 1))
    with pytest.raises(ValueError, match=message) as caught:
        load_site(str(tmp_path))
    assert "site.toml: " in str(caught.value)


def test_batteries_are_scenarios_of_different_names() -> None:
    assert {"sr91", "sr91-calibration", "sr91-smoke"} <= set(battery_names())
    names = [scenario.name for battery in battery_names() for scenario in load_battery(battery).scenarios]
    assert len(names) == len(set(names))


def test_faults_of_loops_are_listed_or_named_by_their_file(tmp_path: Path) -> None:
    schedule = '[[faults]]\nstation = "S3"\nlane = 1\nkind = "dead"\nonset_s = 900\n'
    (tmp_path / "faults.toml").write_text("seed = 1\n" + schedule, encoding="utf-8")
    (tmp_path / "listed.toml").write_text("seed = 1\nend_s = 1800\n" + schedule, encoding="utf-8")
    (tmp_path / "named.toml").write_text('seed = 1\nend_s = 1800\nfaults = "faults.toml"\n', encoding="utf-8")
    listed, named = (load_scenario(str(tmp_path / f"{name}.toml")).scenario for name in ("listed", "named"))
    assert listed.faults == named.faults
    assert listed.faults[0].kind == "dead"
    assert Scenario.model_validate(listed.model_dump(mode="json")) == listed


def test_faults_of_loops_that_are_not_there_are_refused(tmp_path: Path) -> None:
    text = 'seed = 1\nend_s = 1800\n[[faults]]\nstation = "S99"\nlane = 1\nkind = "dead"\nonset_s = 900\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"faults\[0\].station: no station 'S99' on 'sr91'; there are S1"):
        load_scenario(str(tmp_path / "mine.toml"))


def test_a_record_older_than_a_field_reads_back_as_the_scenario_with_its_default() -> None:
    scenario = load_scenario("sr91-incident").scenario
    record = scenario.model_dump(mode="json")
    del record["faults"]
    assert Scenario.model_validate(record) == scenario
