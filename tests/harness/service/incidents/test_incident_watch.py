"""The incidents of one corridor, watched."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.health.loop_states import LoopStates
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident import Incident, IncidentKind, Severity, State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch, incident_id
from harness.service.incidents.life_cycle import apply
from harness.service.incidents.planned_works import PlannedWork
from harness.service.incidents.recommended_actions import read_actions
from scenarios.errors import UserError
from tests.harness.service.incidents.made_steps import PERIOD_S, estimate, frame, road, step, watched

ROAD = road()


def kinds(events: list[Event]) -> list[tuple[str, float]]:
    return [(event.kind.value, event.time_s) for event in events]


def test_an_alarm_opens_an_incident_whose_id_says_where_and_when() -> None:
    (event,) = watched(IncidentWatch(ROAD), ROAD, {3: [2]}, 4)
    assert (event.kind, event.incident, event.key) == (EventKind.OPENED, "road-90-2", "road-90-2/opened")


def test_an_incident_is_opened_cleared_and_returns() -> None:
    watch = IncidentWatch(ROAD, IncidentSettings(clear_after_s=60.0))
    events = watched(watch, ROAD, {1: [2], 2: [2], 8: [2]}, 8)
    assert kinds(events) == [("opened", 30.0), ("cleared", 120.0), ("returned", 240.0)]
    assert len({event.key for event in events}) == 3


def test_what_the_events_make_is_what_the_watch_holds() -> None:
    watch = IncidentWatch(ROAD, IncidentSettings(clear_after_s=60.0))
    incident: Incident | None = None
    for event in watched(watch, ROAD, {1: [2], 2: [2, 1], 3: [1], 8: [2]}, 8):
        incident = apply(incident, event)
    assert (incident,) == watch.standing


def test_an_incident_has_what_the_detector_estimates() -> None:
    made = step(ROAD, 30.0, [2], estimate(ROAD, 30.0, 2, lanes=(0, 1), posterior=0.8, queue_veh=24.0))
    watch = IncidentWatch(ROAD, IncidentSettings(exercise=True), Guidance(read_actions()))
    watch.step(made.frame, {"sequential": made})
    (incident,) = watch.standing
    assert (incident.kind, incident.lanes, incident.queue_veh) == (IncidentKind.LANES_BLOCKED, (0, 1), 24.0)
    assert (incident.confidence, incident.position_m, incident.onset_s) == (0.8, 2000.0, -30.0)
    assert incident.kind_values == {"lanes_blocked": 2.0, "lanes_there": 4.0, "posterior": 0.8}
    assert incident.exercise
    assert "Activate variable message signs" in incident.actions


def test_confidence_and_evidence_stay_those_of_the_highest_score_when_the_alarm_ends() -> None:
    watch, events = IncidentWatch(ROAD, IncidentSettings(clear_after_s=60.0)), []
    said = [(5.0, 0.8, "opening", [2]), (9.0, 0.95, "height", [2]), (7.0, 0.97, "later", [2])]
    said += [(-3.0, 0.0, "falling", [1]), (-3.0, 0.0, "over", []), (-3.0, 0.0, "over", [])]
    for number, (high, posterior, symptom, alarmed) in enumerate(said, 1):
        made = estimate(ROAD, PERIOD_S * number, 2, posterior=posterior, symptom=symptom)
        events += watch.step(frame(ROAD, made.time_s), {"one": step(ROAD, made.time_s, alarmed, made, high=high)})
    assert kinds(events)[-1] == ("cleared", 180.0)
    assert [(each.confidence, each.evidence) for each in watch.standing] == [(0.95, "height")]


def test_a_height_that_was_not_told_is_told_when_the_incident_is_cleared() -> None:
    watch = IncidentWatch(ROAD, IncidentSettings(clear_after_s=30.0))
    events = []
    for number, (high, symptom) in enumerate(((5.0, "opening"), (9.0, "height"), (0.0, "over")), 1):
        made = estimate(ROAD, PERIOD_S * number, 2, symptom=symptom)
        events += watch.step(
            frame(ROAD, made.time_s), {"one": step(ROAD, made.time_s, [2] if high else [], made, high=high)}
        )
    assert [(event.kind, event.data["evidence"]) for event in events] == [
        (EventKind.OPENED, "opening"),
        (EventKind.CLEARED, "height"),
    ]


def test_the_highest_scores_are_told_when_the_incident_is_cleared_also_after_a_restart() -> None:
    watch, events = IncidentWatch(ROAD, IncidentSettings(clear_after_s=30.0)), []
    for number, high in enumerate((5.0, 9.0, 0.0), 1):
        time_s, alarmed = PERIOD_S * number, [2] if high else []
        events += watch.step(frame(ROAD, time_s), {"one": step(ROAD, time_s, alarmed, high=high)})
        state, watch = watch.pack(), IncidentWatch(ROAD, IncidentSettings(clear_after_s=30.0))
        watch.unpack(state)
    told = [event.data["scores"]["one"]["2"] for event in events]
    assert (kinds(events)[-1][0], told) == ("cleared", [5.0, 9.0])


def test_other_lanes_are_told_when_they_have_stood_for_three_frames() -> None:
    watch = IncidentWatch(ROAD)
    events = []
    for number, lanes in enumerate(((1,), (1, 2), (1,), (2,), (2,), (2,)), 1):
        time_s = PERIOD_S * number
        events += watch.step(frame(ROAD, time_s), {"one": step(ROAD, time_s, [2], estimate(ROAD, time_s, 2, lanes))})
    told = [event for event in events if "lanes" in event.data]
    assert kinds(told) == [("opened", 30.0), ("changed", 180.0)]
    assert (told[1].data["before"]["lanes"], told[1].data["lanes"]) == ([1], [2])


def test_a_queue_is_told_in_steps() -> None:
    watch = IncidentWatch(ROAD)
    told = []
    for number, queue_veh in enumerate((10.0, 18.0, 24.0, 26.0, 40.0, 55.0, 60.0), 1):
        made = estimate(ROAD, PERIOD_S * number, 2, queue_veh=queue_veh)
        events = watch.step(frame(ROAD, PERIOD_S * number), {"one": step(ROAD, PERIOD_S * number, [2], made)})
        told += [event.data["queue_veh"] for event in events if "queue_veh" in event.data]
    assert told == [10.0, 26.0, 55.0]


def test_severity_rises_at_once_and_falls_when_the_fall_stands() -> None:
    watch = IncidentWatch(ROAD)
    told = []
    for number, posterior in enumerate((0.1, 1.0, 0.1, 1.0, 0.1, 0.1, 0.1), 1):
        made = estimate(ROAD, PERIOD_S * number, 2, lanes=(0, 1, 2), posterior=posterior)
        events = watch.step(frame(ROAD, PERIOD_S * number), {"one": step(ROAD, PERIOD_S * number, [2], made)})
        told += [(number, event.data["severity"]) for event in events if "severity" in event.data]
    assert [severity for _, severity in told] == ["low", "medium", "low"]
    assert [number for number, _ in told] == [1, 2, 7]


def test_a_silent_station_opens_no_incident() -> None:
    watch = IncidentWatch(ROAD)
    for number in range(1, 12):
        silent = frame(ROAD, PERIOD_S * number, silent=[2] if number > 2 else [])
        alarmed = [1, 2] if number > 7 else []
        assert watch.step(silent, {"one": step(ROAD, PERIOD_S * number, alarmed, of=silent)}) == []


def test_an_alarm_that_no_detector_judges_opens_nothing() -> None:
    made = step(ROAD, 30.0, [2], unjudged=[2])
    assert IncidentWatch(ROAD).step(made.frame, {"one": made}) == []


def test_an_alarm_between_broken_loops_is_a_sensor_fault() -> None:
    faulty = np.zeros((7, 4), dtype=np.bool_)
    faulty[2] = True
    health = LoopStates(30.0, faulty, faulty.astype(np.int8))
    watch = IncidentWatch(ROAD)
    watch.step(frame(ROAD, 30.0), {"one": step(ROAD, 30.0, [2], estimate(ROAD, 30.0, 2))}, health)
    assert (watch.standing[0].kind, watch.standing[0].kind_values["faulty_loops"]) == (IncidentKind.SENSOR_FAULT, 0.5)


def test_planned_works_silence_visibly_and_only_in_their_time() -> None:
    work = PlannedWork(name="joint repair", corridor="road", from_m=1700.0, to_m=1900.0, starts=60.0, ends=120.0)
    other = work.model_copy(update={"corridor": "another road", "name": "works elsewhere"})
    watch = IncidentWatch(ROAD, guidance=Guidance(works=(other, work)))
    events = watched(watch, ROAD, {number: [2] for number in range(1, 8)}, 7)
    assert [(event.time_s, event.data.get("silenced_by")) for event in events] == [
        (30.0, ""),
        (90.0, "joint repair"),
        (150.0, ""),
    ]


def test_a_second_detector_is_named_beside_the_first() -> None:
    watch = IncidentWatch(ROAD)
    watch.step(frame(ROAD, 30.0), {"one": step(ROAD, 30.0, [2]), "other": step(ROAD, 30.0)})
    (event,) = watch.step(frame(ROAD, 60.0), {"one": step(ROAD, 60.0, [2]), "other": step(ROAD, 60.0, [2])})
    assert (event.kind, event.data["joined_by"]) == (EventKind.CHANGED, ["other"])


def test_without_a_detector_nothing_happens() -> None:
    assert IncidentWatch(ROAD).step(frame(ROAD, 30.0), {}) == []


def test_steps_of_different_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="the steps of the frame at 30"):
        IncidentWatch(ROAD).step(frame(ROAD, 30.0), {"one": step(ROAD, 30.0), "other": step(ROAD, 60.0)})


@pytest.mark.parametrize("at", range(1, 14))
def test_a_watch_that_is_packed_at_any_frame_goes_on_exactly(at: int) -> None:
    alarms = {1: [2], 2: [2], 3: [2, 1], 4: [1], 8: [2], 9: [2], 10: [4]}
    settings = IncidentSettings(clear_after_s=60.0)
    whole = watched(IncidentWatch(ROAD, settings), ROAD, alarms, 14)
    first, second = IncidentWatch(ROAD, settings), IncidentWatch(ROAD, settings)
    events = watched(first, ROAD, alarms, at)
    second.unpack(first.pack())
    for number in range(at + 1, 15):
        events += second.step(
            frame(ROAD, PERIOD_S * number), {"one": step(ROAD, PERIOD_S * number, alarms.get(number, ()))}
        )
    assert events == whole
    uninterrupted = IncidentWatch(ROAD, settings)
    watched(uninterrupted, ROAD, alarms, 14)
    assert second.pack() == uninterrupted.pack()


def test_the_state_of_another_corridor_is_refused() -> None:
    with pytest.raises(UserError, match="wanted the state of 'road' as it is, got that of 'other'"):
        IncidentWatch(ROAD).unpack(IncidentWatch(road(name="other")).pack())


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(UserError, match="wanted the state of an incident watch"):
        IncidentWatch(ROAD).unpack(b"nothing")


def test_ids_of_corridors_whose_names_differ_in_signs_alone_differ() -> None:
    assert incident_id(road(name="a/b"), 30.0, 0) != incident_id(road(name="a b"), 30.0, 0)
    assert "/" not in incident_id(road(name="a/b"), 30.0, 0)


def test_a_closed_incident_takes_what_the_watch_goes_on_to_say() -> None:
    watch = IncidentWatch(ROAD, IncidentSettings(clear_after_s=60.0))
    first, *later = watched(watch, ROAD, {1: [2], 2: [2], 8: [2]}, 8)
    incident = apply(apply(None, first), Event("k", "road", 31.0, EventKind.RESOLVED, first.incident, "kim"))
    for event in later:
        incident = apply(incident, event)
    assert (incident.state, incident.severity) == (State.RESOLVED, Severity.LOW)
    assert replace(incident, version=0).cleared_s is None
