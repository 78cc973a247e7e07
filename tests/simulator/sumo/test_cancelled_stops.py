"""Stops of a user's vehicles that are cancelled in a twin: when, and where a vehicle is not there yet."""

import math
from dataclasses import dataclass, field
from typing import cast

from simulator.sumo.cancelled_stops import LEAD_S, CancelledStops, cancel_s
from simulator.sumo.connection import Sumo
from simulator.sumo.stop_file import StandingVehicle


@dataclass
class Driving:
    """Vehicles that drive, and the stops of theirs that were cancelled. It stands for SUMO."""

    vehicles: set[str]
    cancelled: list[tuple[str, str, float]] = field(default_factory=list)

    def drives(self, vehicle: str) -> bool:
        return vehicle in self.vehicles

    def cancel_stop(self, vehicle: str, lane: str, pos_m: float) -> None:
        self.cancelled.append((vehicle, lane, pos_m))


def stood(vehicle: str, from_s: float) -> StandingVehicle:
    return StandingVehicle(vehicle, "m_0", 800.0, False, from_s, from_s + 60.0)


def test_a_stop_is_cancelled_once_half_a_minute_before_the_vehicle_stood() -> None:
    stops, sumo = CancelledStops([stood("a", 300.5)]), Driving({"a"})
    assert stops.next_s(100.0) == 270.0
    stops.act(cast(Sumo, sumo), 269.0)
    assert sumo.cancelled == []
    stops.act(cast(Sumo, sumo), 270.0)
    assert sumo.cancelled == [("a", "m_0", 800.0)]
    stops.act(cast(Sumo, sumo), 271.0)
    assert len(sumo.cancelled) == 1
    assert stops.next_s(271.0) == math.inf


def test_the_next_call_is_that_of_the_stop_that_is_cancelled_first() -> None:
    assert CancelledStops([stood("late", 600.0), stood("early", 300.0)]).next_s(100.0) == 270.0


def test_a_vehicle_that_has_not_departed_is_waited_for_step_by_step() -> None:
    stops, sumo = CancelledStops([stood("a", 300.0)]), Driving(set())
    stops.act(cast(Sumo, sumo), 270.0)
    assert (sumo.cancelled, stops.next_s(270.0)) == ([], 271.0)
    sumo.vehicles.add("a")
    stops.act(cast(Sumo, sumo), 271.0)
    assert [vehicle for vehicle, _, _ in sumo.cancelled] == ["a"]


def test_no_stop_is_cancelled_before_the_run_begins() -> None:
    assert [cancel_s(stood("a", from_s)) for from_s in (LEAD_S - 1, LEAD_S + 1)] == [0.0, 1.0]
