"""Which alarms are one incident."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scoring.alarm_groups import HEAD_S, alarm_groups
from harness.scoring.alarms import alarms_of
from harness.service.incidents.correlation import Correlated, Correlation
from harness.service.incidents.incident_settings import IncidentSettings
from scenarios.corridor import Corridor
from simulator.frame import Flags
from tests.harness.service.incidents.made_steps import road

ROAD = road(sections=6, length_m=800.0)


def flags(corridor: Corridor, *sections: int) -> Flags:
    alarm = np.zeros(corridor.sections, dtype=np.bool_)
    alarm[list(sections)] = True
    return alarm


EVERY = flags(ROAD, *range(6))
NONE = flags(ROAD)


def run(
    correlation: Correlation,
    times: dict[float, tuple[int, ...]],
    blind: tuple[int, ...] = (),
    slow: tuple[int, ...] = (),
) -> list[Correlated]:
    """One detector's alarms by time; it judges all sections; `blind` ones have a silent station, `slow` ones a slow one."""
    return [
        correlation.step(
            time_s, {"one": flags(ROAD, *sections)}, {"one": EVERY}, flags(ROAD, *blind), flags(ROAD, *slow)
        )
        for time_s, sections in times.items()
    ]


def quiet(first: int, last: int) -> dict[float, tuple[int, ...]]:
    """Frames without alarm, by their numbers."""
    return {30.0 * number: () for number in range(first, last + 1)}


def test_an_alarm_upstream_of_a_standing_incident_is_its_consequence() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    found = run(correlation, {30.0: (3,), 330.0: (3, 2), 630.0: (3, 2, 1)})
    assert [len(each.opened) for each in found] == [1, 0, 0]
    assert (correlation.standing[0].head, correlation.standing[0].sections) == (3, (1, 2, 3))


def test_an_alarm_downstream_within_two_minutes_is_the_new_head() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    run(correlation, {30.0: (2,), 120.0: (2, 3)})
    assert (len(correlation.standing), correlation.standing[0].head) == (1, 3)


def test_an_alarm_downstream_later_is_an_incident_of_its_own() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    run(correlation, {30.0: (2,), 360.0: (2, 3)})
    assert [each.head for each in correlation.standing] == [2, 3]


def test_a_head_that_moves_at_the_pace_of_a_slow_vehicle_stays_one_incident() -> None:
    correlation = Correlation(ROAD, IncidentSettings())  # 800 m in 60 s is 13 m/s
    run(correlation, {30.0: (1,), 90.0: (2,), 150.0: (3,), 210.0: (4,)})
    (incident,) = correlation.standing
    assert (incident.head, incident.moves, incident.moved_s) == (4, 3, 210.0)


def test_an_alarm_too_far_away_is_an_incident_of_its_own() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    run(correlation, {30.0: (5,), 60.0: (5, 2)})
    assert [each.head for each in correlation.standing] == [5, 2]


def test_an_alarm_near_two_incidents_joins_the_nearest() -> None:
    corridor = road(sections=8, length_m=500.0)
    correlation, every, none = Correlation(corridor, IncidentSettings()), flags(corridor, *range(8)), flags(corridor)
    growing = [(7, 1), (7, 6, 1), (7, 6, 5, 1), (7, 6, 5, 4, 1), (7, 6, 5, 4, 3, 1), (7, 6, 5, 4, 3, 1, 0)]
    for number, sections in enumerate(growing):
        correlation.step(300.0 * number, {"one": flags(corridor, *sections)}, {"one": every}, none, none)
    assert [each.sections for each in correlation.standing] == [(3, 4, 5, 6, 7), (0, 1)]


def test_a_flapping_section_is_held() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=300.0))
    found = run(correlation, {30.0 * k: (2,) if k % 4 == 1 else () for k in range(1, 60)})
    assert sum(len(each.opened) for each in found) == 1
    assert not any(each.cleared or each.returned for each in found)


def test_it_is_cleared_after_the_stated_time_without_alarm_and_once() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=300.0))
    found = run(correlation, {30.0: (2,), **{30.0 * k: () for k in range(2, 20)}})
    assert [30.0 * (k + 1) for k, each in enumerate(found) if each.cleared] == [330.0]


def test_an_alarm_after_clearance_returns_within_the_stated_time() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=300.0, return_within_s=900.0))
    found = run(correlation, {30.0: (2,), **quiet(2, 30), 930.0: (2,)})
    assert [len(found[-1].returned), len(found[-1].opened)] == [1, 0]


def test_an_alarm_later_than_that_opens_a_new_one() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=300.0, return_within_s=900.0))
    found = run(correlation, {30.0: (2,), **quiet(2, 31), 960.0: (2,)})
    assert [len(found[-1].returned), len(found[-1].opened), len(found[-1].forgotten)] == [0, 1, 1]


def test_a_second_detector_joins() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    judged = {"one": EVERY, "other": EVERY}
    correlation.step(30.0, {"one": flags(ROAD, 2), "other": NONE}, judged, NONE, NONE)
    found = correlation.step(60.0, {"one": flags(ROAD, 2), "other": flags(ROAD, 2)}, judged, NONE, NONE)
    assert not found.opened
    assert correlation.standing[0].detectors == ["one", "other"]


def test_a_blind_section_opens_nothing() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    run(correlation, {30.0: (2,), 60.0: (2,)}, blind=(2,))
    assert correlation.standing == ()


def test_an_alarm_that_outlasts_the_blindness_opens_then() -> None:
    correlation = Correlation(ROAD, IncidentSettings())
    run(correlation, {30.0: (2,)}, blind=(2,))
    assert len(run(correlation, {60.0: (2,)})[0].opened) == 1


def test_an_incident_whose_head_is_blind_is_not_cleared() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=60.0))
    run(correlation, {30.0: (2,)})
    found = run(correlation, {30.0 * k: () for k in range(2, 60)}, blind=(2,))
    assert not any(each.cleared for each in found)


def test_an_incident_whose_queue_still_stands_is_not_cleared() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=60.0))
    run(correlation, {30.0: (2,)})
    assert not any(each.cleared for each in run(correlation, quiet(2, 40), slow=(2,)))
    assert [len(each.cleared) for each in run(correlation, quiet(41, 43), slow=(1,))] == [0, 1, 0]


def test_an_incident_whose_detector_failed_is_not_cleared() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=60.0))
    run(correlation, {30.0: (2,)})
    for number in range(2, 20):
        assert not correlation.step(30.0 * number, {"other": NONE}, {"other": EVERY}, NONE, NONE).cleared


def test_a_gap_clears_nothing_and_what_comes_after_it_joins() -> None:
    correlation = Correlation(ROAD, IncidentSettings(clear_after_s=180.0))
    found = run(correlation, {30.0: (2,), 60.0: (2,), 7200.0: (), 7230.0: (2,)})
    assert [len(each.cleared) + len(each.returned) for each in found] == [0, 0, 0, 0]
    assert [len(each.opened) for each in found] == [1, 0, 0, 0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.integers(0, 11), max_size=4), min_size=1, max_size=40))
def test_incidents_of_one_detector_are_the_groups_of_its_alarms(sections: list[set[int]]) -> None:
    corridor = road(sections=12, length_m=60.0)  # so short that no head moves at a vehicle's pace after HEAD_S
    assert 12 * 60.0 / HEAD_S < 8.0
    correlation = Correlation(corridor, IncidentSettings())
    alarm = np.array([flags(corridor, *each) for each in sections])
    times_s = np.arange(1, len(sections) + 1, dtype=np.float64) * 60.0
    opened = []
    for time_s, row in zip(times_s.tolist(), alarm, strict=True):
        found = correlation.step(
            time_s, {"one": row}, {"one": np.ones_like(row)}, *np.zeros((2, len(row)), dtype=np.bool_)
        )
        opened += [(time_s, each.opened_section) for each in found.opened]
    alarms = alarms_of(alarm, times_s)
    firsts: dict[int, tuple[float, int]] = {}
    for each, grouped in sorted(
        zip(alarms, alarm_groups(alarms, corridor), strict=True), key=lambda one: (one[0].raised_s, -one[0].section)
    ):
        firsts.setdefault(grouped.group, (each.raised_s, each.section))
    assert opened == [firsts[number] for number in sorted(firsts)]
