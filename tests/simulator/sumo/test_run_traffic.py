"""What becomes of a run's traffic, by SUMO itself: planned, departed, lost, and what SUMO warns of."""

from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.files.scenario_loading import load_scenario
from scenarios.scenario import Scenario
from simulator.run import Simulation
from simulator.sumo.connection import Backend
from simulator.sumo.network import build_network
from simulator.traffic_account import TrafficAccount
from tests.simulator.own_files import SITE

pytestmark = pytest.mark.sumo

SCENARIO = """
seed = 3
warm_up_s = 30
end_s = 120
[network]
net_file = "road.net.xml"
route_files = ["cars.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["m0", "m1"]
"""
HEAD = '<routes><vType id="car"/><route id="r" edges="m0 m1"/>'


def cars(name: str, number: int) -> str:
    return "".join(f'<vehicle id="{name}{n}" type="car" route="r" depart="{2 * n}"/>' for n in range(number))


def account(folder: Path, routes: str, backend: Backend = "libsumo", more: str = "") -> TrafficAccount:
    """What becomes of the traffic of these routes on a road of 2.4 km; with `more` in the scenario."""
    build_network(SITE, (), folder)
    loops = "".join(
        f'<e1Detector id="{name}{lane}" lane="m1_{lane}" pos="{pos}" period="30" file="x.xml"/>'
        for name, pos in (("up", 100), ("down", 900))
        for lane in range(SITE.lanes)
    )
    (folder / "cars.rou.xml").write_text(f"{HEAD}{routes}</routes>", encoding="utf-8")
    (folder / "loops.add.xml").write_text(f"<additional>{loops}</additional>", encoding="utf-8")
    (folder / "own.toml").write_text(SCENARIO + more, encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    with Simulation(load_scenario(str(folder / "own.toml")).scenario, work, backend) as simulation:
        list(simulation.frames())
        return simulation.finish().traffic


@pytest.mark.parametrize("backend", ["libsumo", "traci"])
def test_vehicles_of_an_unsorted_route_file_are_lost_and_sumo_says_why(tmp_path: Path, backend: Backend) -> None:
    found = account(tmp_path, cars("a", 50) + cars("b", 50), backend)
    assert (found.planned, found.departed, found.lost) == (100, 51, 49)
    (said,) = found.messages
    assert (said.kind, said.count) == ("Route file should be sorted by departure time, ignoring '%'!", 49)


def test_every_vehicle_of_a_sorted_file_departs_and_sumo_says_nothing(tmp_path: Path) -> None:
    found = account(tmp_path, cars("a", 70) + '<vehicle id="late" type="car" route="r" depart="500"/>')
    assert (found.planned, found.departed, found.lost, found.messages) == (60, 60, 0, ())
    assert found.departed == found.arrived + found.on_road


def test_flows_are_counted_as_sumo_does(tmp_path: Path) -> None:
    flows = '<flow id="f" type="car" route="r" begin="0" end="120" vehsPerHour="777"/>'
    found = account(tmp_path, flows)
    assert found.planned is not None
    assert abs(found.planned - found.departed - found.waiting) <= 1
    assert found.lost == 0


def test_vehicles_that_find_no_room_wait(tmp_path: Path) -> None:
    many = "".join(f'<vehicle id="v{n}" type="car" route="r" depart="1" departLane="0"/>' for n in range(500))
    found = account(tmp_path, many)
    assert found.planned == 500 == found.departed + found.waiting
    assert found.waiting > 300


def test_route_files_without_a_vehicle_for_the_run_are_refused_before_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cars.rou.xml: wanted vehicles that depart before end_s, 120 s"):
        account(tmp_path, "")


def test_a_run_in_which_no_vehicle_departs_is_refused_after_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no vehicle departed in 120 s: some were planned"):
        account(tmp_path, '<vehicle id="v" type="car" route="r" depart="triggered"/>')


def test_messages_are_those_of_the_run_and_not_of_its_twin(tmp_path: Path) -> None:
    more = "[incident]\nonset_s = 61\nduration_s = 30\nposition_m = 1000\nlanes = [0]\n"
    found = account(tmp_path, cars("a", 50) + cars("b", 50), more=more)
    assert [said.count for said in found.messages] == [49]


def test_on_a_site_every_planned_vehicle_departs_or_waits(tmp_path: Path) -> None:
    scenario = Scenario(name="short", seed=11, warm_up_s=60, end_s=300, demand_vphpl=1800)
    with Simulation(scenario, tmp_path) as simulation:
        list(simulation.frames())
        found = simulation.finish().traffic
    assert found.planned == found.departed + found.waiting
    assert (found.lost, found.messages) == (0, ())


def test_the_road_of_a_site_may_be_empty(tmp_path: Path) -> None:
    scenario = Scenario(name="empty", seed=11, warm_up_s=0, end_s=60, demand_vphpl=0)
    with Simulation(scenario, tmp_path) as simulation:
        list(simulation.frames())
        assert simulation.finish().traffic == TrafficAccount(0, 0, 0, 0, 0, ())
