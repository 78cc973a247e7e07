"""Single vehicles on a road in SUMO: what they need at most, and that they leave blocked lanes. One run for all."""

import pytest

from scenarios.errors import UserError
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from scenarios.site import Ramp
from simulator.sumo.blockage import blockages
from simulator.sumo.network import RAMP_LIMIT_MPS, RAMP_M, on_ramp_edge
from simulator.sumo.prepare import prepare
from simulator.sumo.session import SumoSession
from simulator.sumo.trips import Trip, Trips

pytestmark = pytest.mark.sumo
BLOCKED_M, LANE = 5000.0, 3
LIMIT_MPS = 29.06
RAMP = Ramp(name="on-1", kind="on", start_m=1100.0, end_m=1300.0, share=0.06)
"""As SR-91 has it."""


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trips, dict[str, Trip]]:
    """Trips on SR-91 with a blocked left lane: from an on-ramp, and two from the first station, of which one knows the lane."""
    work = tmp_path_factory.mktemp("trips")
    incident = Incident(onset_s=300.0, duration_s=600.0, position_m=BLOCKED_M, lanes=(LANE,))
    scenario = Scenario(
        name="trips", seed=5, site="sr91", warm_up_s=240, end_s=960, demand_vphpl=900, incidents=(incident,)
    )
    prepared = prepare(scenario, work)
    trips = Trips(prepared.road)
    session = SumoSession(prepared, blockages(scenario.incidents, prepared.road), work, "run", trips=trips)
    sent: dict[str, Trip] = {}
    for frame in session.frames():
        if frame.time_s == 420.0:
            sent["ramp"] = trips.send((on_ramp_edge(RAMP),), 1100.0, BLOCKED_M - 30.0)
            sent["told"] = trips.send((), 0.0, BLOCKED_M - 30.0, avoid=frozenset({LANE}))
        if sent and not any(trip.drives for trip in sent.values()):
            break
    session.close()
    return trips, sent


def test_a_trip_from_a_ramp_takes_no_less_than_its_way_at_the_limits(driven: tuple[Trips, dict[str, Trip]]) -> None:
    trip = driven[1]["ramp"]
    least_s = RAMP_M / RAMP_LIMIT_MPS + (BLOCKED_M - 30.0 - 1100.0) / (1.1 * LIMIT_MPS)
    assert least_s < trip.arrived_s - trip.departed_s < 600.0
    assert trip.sent_s == 421.0


def test_a_driver_who_was_told_of_the_blocked_lane_is_not_held_up_in_its_queue(
    driven: tuple[Trips, dict[str, Trip]],
) -> None:
    trip = driven[1]["told"]
    free_s = (BLOCKED_M - 30.0) / LIMIT_MPS
    assert trip.arrived_s - trip.departed_s < 1.25 * free_s
    assert [position for _, position in trip.track] == sorted(position for _, position in trip.track)


def test_nobody_is_sent_upstream_or_off_the_road(driven: tuple[Trips, dict[str, Trip]]) -> None:
    trips = driven[0]
    with pytest.raises(UserError, match="leads downstream: wanted a place after 3000 m, got 2000 m"):
        trips.send((), 3000.0, 2000.0)
    with pytest.raises(UserError, match="the road reaches from"):
        trips.send((), 3000.0, 99999.0)
