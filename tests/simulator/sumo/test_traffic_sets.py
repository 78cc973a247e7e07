"""Drivers of the traffic sets as their route files have them."""

from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import numpy as np
import pytest

from scenarios.files.site_file import load_site
from scenarios.scenario import Scenario
from simulator.sumo.network import build_network
from simulator.sumo.own_settings import STEP_S
from simulator.sumo.traffic import HEADWAY_S, write_routes
from simulator.sumo.traffic_sets import HEADWAY_CLASSES

TrafficName = Literal["krauss", "idm", "mixed", "mixed-idm"]


def drivers(folder: Path, traffic: TrafficName) -> tuple[dict[str, float], list[str], list[float], list[str]]:
    """Headways by type, and each car's type, desired speed and departure."""
    site = load_site("roads/two-lanes-close")
    folder.mkdir()
    scenario = Scenario(name="a", seed=3, site=site.name, end_s=3600, demand_vphpl=1000, truck_share=0, traffic=traffic)
    write_routes(folder / "a.rou.xml", scenario, site, build_network(site, (), folder))
    root = ElementTree.parse(folder / "a.rou.xml").getroot()
    taus = {
        str(one.get("id")): float(one.get("tau", "nan")) for one in root.iter("vType") if "car" in str(one.get("id"))
    }
    cars = list(root.iter("vehicle"))
    speeds = [float(one.get("speedFactor", "nan")) for one in cars]
    return taus, [str(one.get("type")) for one in cars], speeds, [str(one.get("depart")) for one in cars]


def test_plain_sets_have_one_kind_of_car(tmp_path: Path) -> None:
    plain: tuple[TrafficName, ...] = ("krauss", "idm")
    for traffic in plain:
        taus, types, speeds, _ = drivers(tmp_path / traffic, traffic)
        assert taus == {"car": HEADWAY_S["car"]}
        assert set(types) == {"car"}
        assert np.std(speeds) == pytest.approx(0.08, rel=0.1)


def test_mixed_drivers_differ_in_headway_and_speed(tmp_path: Path) -> None:
    taus, types, speeds, _ = drivers(tmp_path / "mixed", "mixed")
    assert sorted(taus.values()) == pytest.approx([HEADWAY_S["car"] * each for each in HEADWAY_CLASSES])
    assert min(taus.values()) >= STEP_S  # drivers who react faster than SUMO steps run into each other
    shares = [types.count(name) / len(types) for name in taus]
    assert shares == pytest.approx([0.2] * 5, abs=0.03)  # 2000 cars: 0.009 is one standard error
    assert np.std(speeds) == pytest.approx(0.15, rel=0.1)


def test_a_traffic_set_changes_nobody_s_departure(tmp_path: Path) -> None:
    assert drivers(tmp_path / "krauss", "krauss")[3] == drivers(tmp_path / "mixed", "mixed")[3]
