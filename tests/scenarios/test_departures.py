import math
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.departures import Departure, arrival_times, departures
from scenarios.files.site_file import load_site
from scenarios.incident import Incident, SlowVehicles, Surge
from scenarios.scenario import Scenario

SITE = load_site("sr91")
ON_RAMPS = [ramp for ramp in SITE.ramp if ramp.kind == "on"]


def vehicles(**fields: object) -> tuple[Departure, ...]:
    raw: Mapping[str, object] = {"name": "test", "seed": 1, "end_s": 3600.0, "demand_vphpl": 1500.0, **fields}
    return departures(Scenario.model_validate(raw), SITE)


def number(found: tuple[Departure, ...], origin: str, from_s: float = 0, to_s: float = 3600) -> int:
    return sum(1 for vehicle in found if vehicle.origin == origin and from_s <= vehicle.time_s < to_s)


def within_poisson(got: float, wanted: float) -> bool:
    """Within 4 standard deviations of Poisson; headways of ours vary less than that."""
    return abs(got - wanted) <= 4 * math.sqrt(wanted) + 1


@pytest.mark.parametrize("demand", [50, 400, 1000, 1800])
def test_the_mainline_sends_its_demand(demand: float) -> None:
    assert within_poisson(number(vehicles(demand_vphpl=demand), "main"), 4 * demand)


def test_an_on_ramp_sends_its_share_of_the_mainline() -> None:
    found = vehicles(demand_vphpl=1500, ramp_shares={"on-2": 0.2})
    for ramp in ON_RAMPS:
        share = 0.2 if ramp.name == "on-2" else ramp.share
        assert within_poisson(number(found, ramp.name), 6000 * share)


def test_no_demand_sends_no_vehicle() -> None:
    assert vehicles(demand_vphpl=0) == ()


def test_demand_follows_its_steps() -> None:
    found = vehicles(demand_vphpl=((0, 600), (1200, 1800), (2400, 0)))
    assert within_poisson(number(found, "main", 0, 1200), 800)
    assert within_poisson(number(found, "main", 1200, 2400), 2400)
    assert number(found, "main", 2400) == 0


def test_a_surge_multiplies_demand_while_it_lasts() -> None:
    found = vehicles(demand_vphpl=1000, surges=(Surge(time_s=1000, duration_s=900, factor=1.5),))
    assert within_poisson(number(found, "main", 1000, 1900), 4000 * 0.25 * 1.5)
    assert within_poisson(number(found, "main", 1900), 4000 * 1700 / 3600)


def test_a_ramp_s_surge_leaves_the_mainline_s_vehicles_as_they_are() -> None:
    surge = Surge(time_s=1000, duration_s=900, factor=3, ramp="on-1")
    calm, surged = vehicles(), vehicles(surges=(surge,))
    assert number(surged, "on-1") > number(calm, "on-1")
    assert [v for v in calm if v.origin != "on-1"] == [v for v in surged if v.origin != "on-1"]


def test_flow_stays_nearly_the_same_along_the_site() -> None:
    found = vehicles(demand_vphpl=1500, end_s=3600)
    flow = number(found, "main")
    for ramp in sorted(SITE.ramp, key=lambda ramp: ramp.start_m):
        if ramp.kind == "on":
            flow += number(found, ramp.name)
        else:
            flow -= sum(1 for vehicle in found if vehicle.destination == ramp.name)
        assert abs(flow - 6000) < 0.1 * 6000
    assert within_poisson(flow, 6000)


def test_each_off_ramp_takes_its_share_of_those_who_pass_it() -> None:
    found = vehicles()
    leaving = sum(1 for vehicle in found if vehicle.origin == "main" and vehicle.destination == "off-1")
    assert within_poisson(leaving, 0.06 * number(found, "main"))


def test_nobody_leaves_upstream_of_where_they_came_in() -> None:
    starts = {ramp.name: ramp.start_m for ramp in SITE.ramp} | {"main": math.inf}
    from_ramps = [vehicle for vehicle in vehicles() if vehicle.origin != "main"]
    assert {vehicle.origin for vehicle in from_ramps} == {ramp.name for ramp in ON_RAMPS}
    for vehicle in from_ramps:
        assert starts[vehicle.destination] > starts[vehicle.origin]


def test_trucks_have_their_share() -> None:
    kinds = Counter(vehicle.kind for vehicle in vehicles(truck_share=0.2))
    assert within_poisson(kinds["truck"], 0.2 * (kinds["truck"] + kinds["car"]))


def test_the_same_seed_gives_the_same_vehicles() -> None:
    assert vehicles(seed=7) == vehicles(seed=7)


def test_another_seed_gives_other_vehicles() -> None:
    assert vehicles(seed=7) != vehicles(seed=8)


def test_incidents_and_rain_change_no_vehicle() -> None:
    incident = Incident(onset_s=1000, duration_s=600, position_m=2245, lanes=(1,))
    assert vehicles(incidents=(incident,), rain={"speed_factor": 0.8}) == vehicles()


def test_another_ramp_s_share_changes_no_other_origin_s_times() -> None:
    def times(found: tuple[Departure, ...]) -> list[float]:
        return [vehicle.time_s for vehicle in found if vehicle.origin == "on-2"]

    assert times(vehicles()) == times(vehicles(ramp_shares={"on-1": 0.3, "off-1": 0.2}))


def test_origins_are_independent() -> None:
    # Counts per minute of two origins, over ten hours: their correlation is within 4 standard errors of 0.
    found = vehicles(end_s=36000, demand_vphpl=1000)
    counts = [
        np.histogram([vehicle.time_s for vehicle in found if vehicle.origin == origin], bins=600, range=(0, 36000))[0]
        for origin in ("main", "on-1", "on-2")
    ]
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.corrcoef(counts[a], counts[b])[0, 1]) < 4 / math.sqrt(600)


def test_slow_vehicles_enter_side_by_side_in_their_lanes() -> None:
    found = vehicles(slow_vehicles=(SlowVehicles(time_s=1200, speed_mps=12, lanes=(0, 2)),))
    slow = [vehicle for vehicle in found if vehicle.kind == "slow"]
    assert [(vehicle.time_s, vehicle.vehicle_id, vehicle.lane) for vehicle in slow] == [
        (1200, "slow-0-0", 0),
        (1200, "slow-0-2", 2),
    ]
    assert [vehicle for vehicle in found if vehicle.kind != "slow"] == list(vehicles())


def test_dense_traffic_arrives_more_evenly_than_light_traffic() -> None:
    def spread(rate: float) -> float:
        """Variance over mean of counts per minute: 1 where arrivals are at random."""
        times = arrival_times(((0.0, rate),), 360000.0, 1, np.random.default_rng(3))
        counts = np.histogram(times, bins=6000, range=(0, 360000))[0]
        return float(counts.var() / counts.mean())

    assert spread(60.0) == pytest.approx(1, abs=0.1)
    assert spread(1800.0) == pytest.approx(0.25, abs=0.05)  # (1 - 0.5)^2: half of the headway is not left to chance


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**31 - 1),
    demand=st.floats(0, 2600),
    end_s=st.floats(60, 1800),
    trucks=st.floats(0, 1),
)
def test_vehicles_come_in_order_of_time_with_ids_of_their_own(
    seed: int, demand: float, end_s: float, trucks: float
) -> None:
    found = vehicles(seed=seed, demand_vphpl=demand, end_s=end_s, truck_share=trucks)
    times = [vehicle.time_s for vehicle in found]
    assert times == sorted(times)
    assert all(0 <= time_s < end_s for time_s in times)
    assert len({vehicle.vehicle_id for vehicle in found}) == len(found)
    assert within_poisson(number(found, "main", 0, end_s), 4 * demand * end_s / 3600)
