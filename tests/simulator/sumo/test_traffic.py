"""The route file of a scenario: who drives as in rain, and that rain changes nobody's way."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from scenarios.files.site_file import load_site
from scenarios.incident import Rain
from scenarios.scenario import Scenario
from simulator.sumo.network import build_network
from simulator.sumo.traffic import RAIN_LEVELS, rain_level, write_routes


def routes(folder: Path, rain: Rain | None) -> ElementTree.Element:
    site = load_site("roads/two-lanes-close")
    folder.mkdir()
    scenario = Scenario(name="a", seed=3, site="roads/two-lanes-close", end_s=1200, demand_vphpl=600, rain=rain)
    write_routes(folder / "a.rou.xml", scenario, site, build_network(site, (), folder))
    return ElementTree.parse(folder / "a.rou.xml").getroot()


def test_rain_sets_in_by_levels() -> None:
    rain = Rain(onset_s=100, ramp_s=800)
    assert [rain_level(rain, time_s) for time_s in (0, 100, 200, 500, 900, 2000)] == [0, 0, 1, 4, 8, 8]
    assert rain_level(None, 500) == 0
    assert rain_level(Rain(), 0) == RAIN_LEVELS


def test_drivers_who_enter_in_the_rain_are_slower_and_keep_longer_headways(tmp_path: Path) -> None:
    dry = routes(tmp_path / "dry", None)
    wet = routes(tmp_path / "wet", Rain(onset_s=600, speed_factor=0.8, headway_factor=1.5))
    taus = {one.get("id"): float(one.get("tau", "nan")) for one in wet.iter("vType")}
    assert taus["car-rain8"] == pytest.approx(1.5 * taus["car"])
    for before, after in zip(dry.iter("vehicle"), wet.iter("vehicle"), strict=True):
        assert before.get("id") == after.get("id")
        assert before.get("depart") == after.get("depart")
        raining = float(after.get("depart", "nan")) >= 600
        assert str(after.get("type")).endswith("-rain8") == raining
        share = float(after.get("speedFactor", "nan")) / float(before.get("speedFactor", "nan"))
        assert abs(share - (0.8 if raining else 1.0)) < 1e-3


def test_rain_of_the_whole_run_has_the_types_of_a_dry_one(tmp_path: Path) -> None:
    names = [one.get("id") for one in routes(tmp_path / "wet", Rain()).iter("vType")]
    assert names == ["car", "truck"]
