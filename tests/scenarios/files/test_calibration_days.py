"""The battery `calibration-days`: several mornings of each road, the same loops faulty on all of them, and incidents."""

from collections import defaultdict

from scenarios.fault import KINDS
from scenarios.files.battery_file import load_battery
from scenarios.scenario import Scenario

RUNS = load_battery("calibration-days").scenarios


def by_road(incidents: bool) -> dict[str, list[Scenario]]:
    """The runs of each road, with an incident or without."""
    found = defaultdict(list)
    for run in RUNS:
        if bool(run.incidents) == incidents:
            found[run.site].append(run)
    return found


def test_every_road_has_three_mornings_and_six_incidents() -> None:
    assert {len(runs) for runs in by_road(incidents=False).values()} == {3}
    assert {len(runs) for runs in by_road(incidents=True).values()} == {6}
    assert by_road(incidents=False).keys() == by_road(incidents=True).keys()


def test_a_road_keeps_its_drivers_its_bottleneck_and_its_faulty_loops() -> None:
    for runs in by_road(incidents=False).values():
        assert len({(run.traffic, tuple(run.ramp_shares.items())) for run in runs}) == 1
        lasting = [{(f.station, f.lane, f.kind) for f in run.faults if f.end_s is None} for run in runs]
        assert lasting[0]
        assert all(each == lasting[0] for each in lasting)


def test_mornings_of_a_road_differ_in_seed_demand_and_passing_faults() -> None:
    for runs in by_road(incidents=False).values():
        assert len({run.seed for run in runs}) == len({run.demand_vphpl for run in runs}) == len(runs)
        assert len({tuple(f.onset_s for f in run.faults if f.end_s is not None) for run in runs}) > 1


def test_night_and_rush_hour_are_in_every_morning() -> None:
    for runs in by_road(incidents=False).values():
        for run in runs:
            assert isinstance(run.demand_vphpl, tuple)
            demands = [demand for _, demand in run.demand_vphpl]
            assert min(demands) < 200
            assert max(demands) > 1200


def test_traffic_sets_and_kinds_of_fault_are_many() -> None:
    assert {run.traffic for run in RUNS} == {"krauss", "idm", "mixed", "mixed-idm"}
    kinds = {fault.kind for run in RUNS for fault in run.faults}
    assert {"dropped", "dead", "stuck", "zeros", "missed", "double"} <= kinds
    assert kinds <= set(KINDS)


def test_its_seeds_are_its_own() -> None:
    assert all(50000 <= run.seed < 51000 for run in RUNS)
