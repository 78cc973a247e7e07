import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from scenarios.files.battery_file import Battery, load_battery
from scenarios.files.site_file import load_site
from scenarios.run_labels import run_labels
from scenarios.site import Site

SR91 = load_site("sr91").corridor(30.0)
SHIPPED = ("sr91", "sr91-calibration", "sr91-smoke")

CROSSED = """
name = "crossed"
[defaults]
demand_vphpl = 700
truck_share = 0.1
[[scenarios]]
name = "run-{number:02d}-{seed}-{duration_s}"
seed = 100
demand_vphpl = 1000
tail_s = 60
incident = { onset_s = 1000, section = 2, place = 0.5 }
[scenarios.matrix]
truck_share = [0.0, 0.5]
incident.duration_s = [60, 120, 180]
[[scenarios.cycle]]
"incident.lanes" = [[0], [1], [2], [3]]
"""


def battery(folder: Path, text: str) -> Battery:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_battery(str(path))


def test_a_matrix_crosses_its_factors_the_last_one_fastest(tmp_path: Path) -> None:
    runs = battery(tmp_path, CROSSED).scenarios
    assert [(run.truck_share, run.incidents[0].duration_s) for run in runs] == [
        *((0.0, 60.0), (0.0, 120.0), (0.0, 180.0)),
        *((0.5, 60.0), (0.5, 120.0), (0.5, 180.0)),
    ]


def test_a_cycle_steps_row_by_row(tmp_path: Path) -> None:
    runs = battery(tmp_path, CROSSED).scenarios
    assert [run.incidents[0].lanes[0] for run in runs] == [0, 1, 2, 3, 0, 1]


def test_one_seed_counts_up_row_by_row(tmp_path: Path) -> None:
    assert [run.seed for run in battery(tmp_path, CROSSED).scenarios] == [100, 101, 102, 103, 104, 105]


def test_several_seeds_repeat_every_row(tmp_path: Path) -> None:
    runs = battery(tmp_path, CROSSED.replace("seed = 100", "seeds = { first = 7, count = 2 }")).scenarios
    assert [run.seed for run in runs] == [7, 8] * 6
    assert [run.incidents[0].lanes[0] for run in runs[:4]] == [0, 0, 1, 1]


def test_a_group_s_field_replaces_the_default(tmp_path: Path) -> None:
    assert {run.demand_vphpl for run in battery(tmp_path, CROSSED).scenarios} == {1000}


def test_names_hold_number_seed_and_factors(tmp_path: Path) -> None:
    assert battery(tmp_path, CROSSED).scenarios[4].name == "run-05-104-120"


def test_factors_of_one_cycle_table_step_together(tmp_path: Path) -> None:
    text = 'name = "b"\n[[scenarios]]\nname = "r{number}"\nseed = 1\nend_s = 1200\n[[scenarios.cycle]]\n'
    runs = battery(tmp_path, text + "demand_vphpl = [700, 800]\ntruck_share = [0.1, 0.2]\n").scenarios
    assert [(run.demand_vphpl, run.truck_share) for run in runs] == [(700, 0.1), (800, 0.2)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 100\n", "", r"scenarios\[0\] \(run.*seeds have no default"),
        ("seed = 100", "seed = 100\nseeds = [1]", "seeds have no default"),
        ("seed = 100", "seeds = [1, 1]", "seeds: one is there twice"),
        ("seed = 100", "seeds = []", "seeds: wanted a list"),
        ("seed = 100", "seeds = { first = 1, cuont = 2 }", "seeds: wanted first and count.*did you mean 'count'"),
        ("seed = 100", "seed = 1.5", "seed: wanted a whole number"),
        ("run-{number:02d}-{seed}-{duration_s}", "run", "two are called 'run'"),
        ("{number:02d}", "{nubmer}", r"wanted one of: .*did you mean 'number'"),
        ("[0.0, 0.5]", "[]", "matrix.truck_share: wanted a list of values"),
        ("[0.0, 0.5]", "[0.0, 5.0]", r"scenarios\[0\] .*, row 4, truck_share = 5.0.*truck_share: wanted less than or"),
        ("[3]]", "[4]]", r"row 4, .*lanes = \[4\]: incident.lanes: lane 4 does not exist"),
        ('"incident.lanes"', '"incident.lane"', r"incident.lane: unknown key; did you mean 'lanes'"),
        ('"incident.lanes"', '"incidents.lanes"', "incident and incidents: wanted one"),
        ('"incident.lanes"', "truck_share", "truck_share: wanted a factor in matrix or in one cycle, got it twice"),
        ('"incident.lanes"', "seed", "seed: this cannot be a factor"),
        ('"incident.lanes"', '"tail_s.x"', "tail_s.x: tail_s is no table"),
        (
            "[[scenarios.cycle]]",
            "[[scenarios.cycle]]\ntail_s = [1, 2]",
            r"cycle\[0\]: factors of one table step together",
        ),
        ("truck_share = 0.1", "truk_share = 0.1", "truk_share: unknown key; did you mean 'truck_share'"),
        ("truck_share = 0.1", "seed = 1", "defaults.seed: this belongs to each group"),
        ('name = "crossed"', 'nmae = "crossed"', "nmae: unknown key; did you mean 'name'"),
        ('name = "crossed"', "", "name, description: wanted texts"),
        ("[[scenarios]]", "[scenarios]", "scenarios: wanted at least one group|no valid TOML"),
        ("[0.0, 0.5]", f"[{', '.join(['0.1'] * 5000)}]", "wanted at most 10000 runs, got 15000"),
        ("seed = 100", "seeds = { first = 1, count = 2000000000 }", "wanted at most 10000 runs"),
        ("[0.0, 0.5]", "[0.0, 0.5", "no valid TOML.*line"),
    ],
)
def test_a_wrong_battery_is_refused_with_file_and_row(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in CROSSED
    with pytest.raises(ValueError, match=r"mine.toml: ") as caught:
        battery(tmp_path, CROSSED.replace(old, new, 1))
    assert re.search(message, str(caught.value)), caught.value


def test_an_unknown_battery_is_answered_with_the_likely_one() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean 'sr91-smoke'"):
        load_battery("sr91-smok")


def test_sr91_holds_36_incidents_and_at_least_ten_hours_without() -> None:
    runs = load_battery("sr91").scenarios
    assert sum(len(run.incidents) for run in runs) == 36
    assert sum(run.end_s - run.warm_up_s for run in runs if not run.incidents) >= 10 * 3600


@pytest.mark.parametrize("name", ["sr91", "sr91-calibration"])
def test_the_incidents_cover_every_lane_pair_place_and_section(name: str) -> None:
    runs = [run for run in load_battery(name).scenarios if run.incidents]
    found = [run_labels(run, SR91) for run in runs]
    assert {run.incidents[0].lanes for run in runs} == {(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3)}
    assert {factor["position"] for factor in found} == {"early", "middle", "late"}
    assert {factor["section_length"] for factor in found} == {"short", "medium", "long"}
    assert {SR91.section_at(run.incidents[0].position_m) for run in runs} == set(range(7))
    assert {run.incidents[0].rubbernecking_mps for run in runs} == {14.0}
    assert all(300 <= run.incidents[0].duration_s <= 1200 for run in runs)


@pytest.mark.parametrize("name", ["sr91", "sr91-calibration"])
def test_no_factor_of_the_incidents_goes_with_another(name: str) -> None:
    runs = [run for run in load_battery(name).scenarios if run.incidents]
    sections = [SR91.section_at(run.incidents[0].position_m) for run in runs]
    places = [
        (run.incidents[0].position_m - SR91.stations[section].position_m) / SR91.section_length_m(section)
        for run, section in zip(runs, sections, strict=True)
    ]
    demands = [float(run_labels(run, SR91)["demand"]) for run in runs]
    durations = [run.incidents[0].duration_s for run in runs]
    blocked = [float(len(run.incidents[0].lanes)) for run in runs]
    where = np.array([np.array(sections, dtype=float), places])
    what = np.array([demands, durations, blocked])
    assert np.abs(np.corrcoef(what, where)[:3, 3:]).max() < 0.15


@pytest.mark.parametrize("name", SHIPPED)
def test_no_onset_falls_on_a_frame_s_end(name: str) -> None:
    onsets = [incident.onset_s for run in load_battery(name).scenarios for incident in run.incidents]
    assert onsets
    assert not [onset_s for onset_s in onsets if onset_s % 30 == 0]


@pytest.mark.parametrize("name", ["sr91", "sr91-calibration"])
def test_what_fools_detectors_is_in_the_incident_free_hours(name: str) -> None:
    runs = [run for run in load_battery(name).scenarios if not run.incidents]
    conditions = Counter(str(run_labels(run, SR91)["condition"]) for run in runs)
    wanted = {"plain", "night", "ramp", "moving bottleneck", "surge", "rain", "shoulder stop"}
    assert wanted <= set(conditions)
    assert any(condition.count("+") >= 2 for condition in conditions)


def test_batteries_share_no_seed() -> None:
    seeds = [{run.seed for run in load_battery(name).scenarios} for name in SHIPPED]
    assert [len(found) for found in seeds] == [len(load_battery(name).scenarios) for name in SHIPPED]
    for before, after in [*pairwise(seeds), (seeds[0], seeds[2])]:
        assert not before & after


def test_the_smoke_battery_simulates_little() -> None:
    # Twins included; about 10 s of computing for every hour simulated.
    runs = load_battery("sr91-smoke").scenarios
    assert sum(run.end_s * (2 if run.incidents else 1) for run in runs) < 3 * 3600


def test_a_battery_knows_the_corridors_of_its_scenarios_each_once() -> None:
    assert load_battery("sr91").corridors == (SR91,)


def test_a_battery_reads_each_site_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def counted(name: str) -> Site:
        read.append(name)
        return load_site(name)

    monkeypatch.setattr("scenarios.files.place_file.load_site", counted)
    load_battery("sr91")
    assert read == ["sr91"]
