"""Which days a replay's page draws: by the clocks and the names of recordings."""

import numpy as np
import pytest

from harness.reporting.replay_days import ReplayRoad, chosen_days, road_days
from harness.reporting.replay_findings import AlarmFinding, DetectorFinding, IncidentFinding
from harness.reporting.traffic_sketch import TrafficSketch
from tests.harness.made_traffic import ROAD

NAN = float("nan")


def sketch(from_h: float, to_h: float) -> TrafficSketch:
    """A recording of 20 m/s."""
    steps = np.arange(round(from_h * 30), round(to_h * 30))
    nothing = np.zeros((0, 6, 3))
    speed = np.full((len(steps), 6), 20.0)
    decided = np.zeros((0, 5), dtype=np.bool_)
    return TrafficSketch(ROAD, 120.0, steps, speed, np.zeros(0), nothing, nothing, nothing, np.zeros((0, 5)), decided)


def detector(alarms: tuple[AlarmFinding, ...] = (), incidents: tuple[IncidentFinding, ...] = ()) -> DetectorFinding:
    return DetectorFinding("snd", {"incidents": 1}, {}, alarms, incidents, 1.0)


def alarm(run: str, hour: float, kind: str = "false") -> AlarmFinding:
    return AlarmFinding(run, 1, "s1", "s2", hour * 3600, hour * 3600 + 60, kind, "", 1, head=True)


def days(**sketches: TrafficSketch) -> list[str]:
    return [strip.label for strip in road_days(ReplayRoad(ROAD, sketches), detector())]


def test_a_recording_of_days_has_a_strip_for_each() -> None:
    road = ReplayRoad(ROAD, {"week": sketch(12, 60)})
    strips = road_days(road, detector((alarm("week", 50.0),)))
    assert [strip.label for strip in strips] == ["week, day 0", "week, day 1", "week, day 2"]
    assert {strip.hours for strip in strips} == {(0.0, 24.0)}
    assert [len(strip.alarms) for strip in strips] == [0, 0, 1]
    hour, km, verdict = strips[2].alarms[0]
    assert (hour, verdict) == (2.0, "false")
    assert km == pytest.approx(1.2)
    assert np.isnan(strips[0].kmh[:360]).all()
    assert strips[0].kmh[360:] == pytest.approx(72.0)


def test_incident_is_on_its_day_until_it_is_cleared() -> None:
    known = IncidentFinding("week", 0, 30 * 3600.0, 31 * 3600.0, 2900.0, "", 3, True, False, NAN, NAN)
    unknown_end = IncidentFinding("week", 1, 40 * 3600.0, NAN, 800.0, "", 1, True, False, NAN, NAN)
    strips = road_days(ReplayRoad(ROAD, {"week": sketch(0, 48)}), detector(incidents=(known, unknown_end)))
    assert [strip.incidents for strip in strips] == [(), ((6.0, 7.0, 2.9), (16.0, 16.5, 0.8))]


def test_pieces_of_a_dated_day_share_a_strip_while_the_clock_goes_on() -> None:
    road = {"n-2011-09-15-0600": sketch(6, 7), "n-2011-09-15-0900": sketch(9, 10), "n-2011-09-16-0630": sketch(6.5, 8)}
    strips = road_days(ReplayRoad(ROAD, road), detector((alarm("n-2011-09-15-0900", 9.5),)))
    assert [strip.label for strip in strips] == ["n-2011-09-15, 2 recordings", "n-2011-09-16-0630"]
    assert [len(strip.alarms) for strip in strips] == [1, 0]
    assert strips[0].hours == (6.0, 10.0)


def test_pieces_that_meet_in_one_step_share_a_strip() -> None:
    assert days(**{"n-20110915-0600": sketch(6, 7.01), "n-20110915-0700": sketch(7, 8)}) == ["n-20110915, 2 recordings"]


def test_recordings_of_other_names_have_strips_of_their_own() -> None:
    assert days(**{"day-1": sketch(6, 7), "day-2": sketch(9, 10)}) == ["day-1", "day-2"]


def test_the_days_with_the_most_to_see_are_chosen_and_stay_in_order() -> None:
    names = ["a", "b", "c", "d"]
    seen = detector((alarm("b", 6.5, "neutral"), alarm("d", 6.5)))
    strips = road_days(ReplayRoad(ROAD, {name: sketch(6, 7) for name in names}), seen)
    assert [strip.label for strip in chosen_days(strips, 2)] == ["b", "d"]
    assert [strip.label for strip in chosen_days(strips, 9)] == names
