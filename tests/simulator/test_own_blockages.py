"""Stops of a user's own vehicles as observed: which are incidents, which are one, and where alarms are neutral."""

import math
from pathlib import Path

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.files.route_file import PlannedVehicles
from scenarios.own_event import OwnEvent, OwnStop
from scenarios.scenario import Scenario
from simulator.own_blockages import MOST_INCIDENTS, own_blockages, own_events_seen
from simulator.sumo.prepare import Prepared
from simulator.sumo.road import Road
from simulator.sumo.stop_file import StandingVehicle
from simulator.truth import OwnEffect

ROAD = Road(
    Path("made.net.xml"),
    (CorridorEdge("m0", 0.0, 1000.0, (0, 1, 2)), CorridorEdge("m1", 1000.0, 4000.0, (1, 2, 3, 4), ending_from=3)),
)
CORRIDOR = Corridor("made", 30.0, tuple(Station(f"s{k}", 500.0 + 1000.0 * k, 3) for k in range(4)))
"""Stations at 500, 1500, 2500, 3500 m."""
WRITTEN = (OwnStop("vehicle 'broken' of the user (cars.rou.xml, line 6)", 0, 2000.0),)


def standing(
    lane: str = "m1_1", pos_m: float = 1000.0, from_s: float = 300.0, to_s: float = 500.0, vehicle: str = "broken"
) -> StandingVehicle:
    return StandingVehicle(vehicle, lane, pos_m, False, from_s, to_s)


def seen(
    *stops: StandingVehicle, events: tuple[OwnEvent, ...] = ()
) -> tuple[list[tuple[float, float]], list[OwnEffect]]:
    """Onset and clearance of the incidents, and all effects."""
    scenario = Scenario(name="made", seed=1, site="roads/two-lanes-close", warm_up_s=90, end_s=900)
    prepared = Prepared(scenario, CORRIDOR, ROAD, (), (), (), PlannedVehicles(0, 0), events=events, stops=WRITTEN)
    found = own_events_seen(prepared, stops, {"ours"})
    return [(each.onset_s, each.clearance_s) for each in found.incidents], list(found.effects)


def test_a_stop_in_a_through_lane_is_an_incident_from_standstill_to_moving_off() -> None:
    (blockage,) = own_blockages([standing()], ROAD, WRITTEN, set())
    assert (blockage.onset_s, blockage.clearance_s, blockage.position_m, blockage.lanes) == (300.0, 500.0, 2000.0, (0,))
    incidents, (effect,) = seen(standing())
    assert incidents == [(300.0, 500.0)]
    assert effect == OwnEffect(
        "stop", "vehicle 'broken' of the user (cars.rou.xml, line 6) stood in lane 0 at 2000 m", 1, 1, 300.0, 500.0, 0
    )


@pytest.mark.parametrize(
    "stop",
    [
        StandingVehicle("bus", "m1_1", 1000.0, True, 300.0, 500.0),
        standing(lane="m1_0"),
        standing(lane="ramp_0"),
        standing(vehicle="ours"),
    ],
    ids=["beside the road", "on an auxiliary lane", "elsewhere", "stopped by the scenario"],
)
def test_what_blocks_no_through_lane_or_is_the_scenarios_is_nothing(stop: StandingVehicle) -> None:
    assert seen(stop) == ([], [])


@pytest.mark.parametrize(
    "stop",
    [standing(to_s=329.0), standing(from_s=110.0), standing(from_s=60.0), standing(lane="m1_4")],
    ids=["below 30 s", "in the first period", "in the warm-up", "in a lane that ends, without loops"],
)
def test_a_stop_that_no_scenario_could_have_is_neutral(stop: StandingVehicle) -> None:
    incidents, (effect,) = seen(stop)
    assert incidents == []
    assert (effect.incident, effect.from_s, effect.to_s) == (None, stop.started_s, stop.ended_s)


def test_a_stop_upstream_of_the_first_station_is_in_no_section() -> None:
    assert seen(standing(lane="m0_0", pos_m=300.0)) == ([], [])


def test_vehicles_beside_each_other_are_one_incident_until_the_last_drives_on() -> None:
    pair = standing(), standing(lane="m1_2", pos_m=1040.0, from_s=320.0, to_s=600.0, vehicle="other")
    (blockage,) = own_blockages(pair, ROAD, WRITTEN, set())
    assert (blockage.onset_s, blockage.clearance_s, blockage.lanes) == (300.0, 600.0, (0, 1))


@pytest.mark.parametrize("other", [standing(pos_m=1060.0), standing(from_s=501.0, to_s=700.0)])
def test_vehicles_apart_in_place_or_time_are_two(other: StandingVehicle) -> None:
    assert len(seen(standing(), other)[0]) == 2


@pytest.mark.parametrize("other", [standing(pos_m=1050.0), standing(from_s=500.0, to_s=700.0)])
def test_vehicles_50_m_apart_or_of_which_one_comes_as_the_other_drives_on_are_one(other: StandingVehicle) -> None:
    assert len(seen(standing(), other)[0]) == 1


def test_where_one_of_two_vehicles_never_drives_on_a_later_third_joins_them_and_nothing_is_cleared() -> None:
    three = standing(), standing(from_s=310.0, to_s=math.nan), standing(from_s=700.0, to_s=800.0)
    ((onset_s, clearance_s),), _ = seen(*three)
    assert onset_s == 300.0
    assert math.isnan(clearance_s)


@pytest.mark.parametrize(
    ("stop", "named"),
    [
        (standing(pos_m=999.0), True),
        (standing(pos_m=998.0), False),
        (standing(pos_m=1002.0), False),
        (standing(lane="m1_2"), False),
    ],
    ids=["halts 1 m before", "2 m before", "2 m past", "in another lane"],
)
def test_a_stop_is_named_by_the_file_where_it_is_at_the_written_place(stop: StandingVehicle, named: bool) -> None:
    (blockage,) = own_blockages([stop], ROAD, WRITTEN, set())
    assert blockage.what == (WRITTEN[0].what if named else "vehicle 'broken' of the user")


@pytest.mark.parametrize("stop", [standing(from_s=120.0), standing(to_s=330.0)], ids=["at the first period", "30 s"])
def test_a_stop_that_a_scenario_could_just_have_is_an_incident(stop: StandingVehicle) -> None:
    assert seen(stop)[0] == [(stop.started_s, stop.ended_s)]


def test_effects_come_in_order_of_their_start_wherever_they_are() -> None:
    late_upstream, early_downstream = standing(pos_m=600.0, from_s=400.0), standing(pos_m=2000.0, vehicle="other")
    assert [effect.from_s for effect in seen(late_upstream, early_downstream)[1]] == [300.0, 400.0]


def test_a_vehicle_that_never_drives_on_is_an_incident_that_is_not_cleared() -> None:
    ((onset_s, clearance_s),), (effect,) = seen(standing(to_s=math.nan))
    assert onset_s == 300.0
    assert math.isnan(clearance_s)
    assert effect.to_s == 900.0


def test_beyond_a_number_of_twins_stops_are_neutral() -> None:
    many = [standing(from_s=130.0 + 60 * k, to_s=170.0 + 60 * k) for k in range(MOST_INCIDENTS + 2)]
    incidents, effects = seen(*many)
    assert len(incidents) == MOST_INCIDENTS
    assert [effect.incident for effect in effects] == [*range(MOST_INCIDENTS), None, None]


def test_a_stop_just_past_a_station_reaches_into_the_section_upstream() -> None:
    _, (effect,) = seen(standing(pos_m=549.0, to_s=320.0))
    assert (effect.first_section, effect.last_section) == (0, 1)


@pytest.mark.parametrize(
    ("start_m", "end_m", "sections"),
    [(1600.0, 2000.0, (1, 1)), (1400.0, 1500.0, (0, 1)), (1500.0, 2000.0, (1, 1)), (-900.0, 9000.0, (0, 2))],
)
def test_an_event_holds_in_the_sections_that_it_overlaps(
    start_m: float, end_m: float, sections: tuple[int, int]
) -> None:
    _, (effect,) = seen(events=(OwnEvent("closed lane", "x", start_m, end_m, 200.0, math.inf),))
    assert (effect.first_section, effect.last_section) == sections
    assert (effect.from_s, effect.to_s, effect.incident) == (200.0, 900.0, None)


@pytest.mark.parametrize(
    ("start_m", "end_m", "from_s", "to_s"),
    [(0.0, 400.0, 200.0, 300.0), (0.0, 900.0, 0.0, 90.0), (0.0, 900.0, 900.0, 999.0)],
)
def test_an_event_off_the_stations_or_the_recording_is_nothing(
    start_m: float, end_m: float, from_s: float, to_s: float
) -> None:
    assert seen(events=(OwnEvent("speed sign", "x", start_m, end_m, from_s, to_s),)) == ([], [])
