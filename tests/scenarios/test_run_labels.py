from scenarios.files.site_file import load_site
from scenarios.incident import Incident, Rain, SlowVehicles
from scenarios.run_labels import OWN_ROUTES, run_labels
from scenarios.scenario import OwnNetwork, Scenario

CORRIDOR = load_site("sr91").corridor(30.0)


def test_an_incident_s_factors_by_hand() -> None:
    # 2934 m is 0.15 of section 3, which is 1.02 miles long; the demand at onset is the second step's.
    incident = Incident(onset_s=1300, duration_s=600, position_m=2934, lanes=(1, 2))
    scenario = Scenario(name="a", seed=1, end_s=3600, demand_vphpl=((0, 800), (1200, 1700)), incidents=(incident,))
    assert run_labels(scenario, CORRIDOR) == {
        "kind": "incident",
        "condition": "plain",
        "demand": 1700.0,
        "lanes_blocked": 2.0,
        "position": "early",
        "section_length": "long",
        "duration_min": 10.0,
    }


def test_the_demand_of_an_own_network_is_that_of_its_routes() -> None:
    network = OwnNetwork(net_file="a", route_files=("b",), additional_files=("c",), corridor=("d",))
    scenario = Scenario(name="a", seed=1, end_s=3600, network=network)
    assert run_labels(scenario, CORRIDOR)["demand"] == OWN_ROUTES


def test_each_incident_of_a_run_has_its_own_factors() -> None:
    first = Incident(onset_s=1300, duration_s=600, position_m=2934, lanes=(1, 2))
    second = Incident(onset_s=2300, duration_s=300, position_m=100, lanes=(0,))
    scenario = Scenario(name="a", seed=1, end_s=3600, incidents=(first, second))
    assert run_labels(scenario, CORRIDOR, 1)["section_length"] == "short"


def test_what_else_goes_on_is_named() -> None:
    slow = SlowVehicles(time_s=0, speed_mps=12, lanes=(0,))
    scenario = Scenario(name="a", seed=1, end_s=3600, demand_vphpl=200, rain=Rain(), slow_vehicles=(slow,))
    found = run_labels(scenario, CORRIDOR)
    assert found["kind"] == "incident-free"
    assert found["condition"] == "night + rain + moving bottleneck"
