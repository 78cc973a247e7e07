from harness.service.incidents.incident_event import EventKind
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.lessons import ChannelCount, lessons
from tests.harness.service.reports.made_reports import closed, times


def test_incidents_that_went_well_teach_nothing() -> None:
    assert (
        lessons([times((EventKind.ACKNOWLEDGED, 60.0), (EventKind.CLEARED, 90.0), (EventKind.RESOLVED, 120.0))]) == ()
    )


def test_a_missed_target_is_told_with_how_many_and_by_how_much() -> None:
    found = [
        times((EventKind.ACKNOWLEDGED, after_s), incident=f"i{after_s:.0f}") for after_s in (600.0, 1200.0, 1500.0)
    ]
    (lesson,) = lessons(found)
    assert lesson.rule == "target missed"
    assert lesson.figures == {"severity": "high", "late": 2, "never": 0, "judged": 3, "worst_s": 600.0}
    assert "2 of 3 high incidents missed their target, at the median by 7.5 min, at most by 10.0 min" in lesson.text


def test_an_incident_that_nobody_took_is_not_said_to_be_taken() -> None:
    never = times((EventKind.CLEARED, 1800.0), incident="never")
    late = times((EventKind.ACKNOWLEDGED, 1200.0), incident="late")
    lesson = next(each for each in lessons([never, late]) if each.rule == "target missed")
    assert "2 of 2 high incidents missed their target" in lesson.text
    assert lesson.text.endswith("(never); nobody took 1 of them")


def arrived(late_s: float) -> IncidentTimes:
    """An incident whose team was there so much later than the ten minutes that were expected."""
    return times(
        (EventKind.ACKNOWLEDGED, 30.0),
        (EventKind.TEAM_ASSIGNED, 60.0, {"team": "tow 1", "type": "tow", "eta_s": 600.0}),
        (EventKind.TEAM_ARRIVED, 660.0 + late_s, {"team": "tow 1", "type": "tow"}),
        incident=f"i{late_s:.0f}",
    )


def test_teams_that_were_late_are_told_with_by_how_much() -> None:
    (lesson,) = lessons([arrived(-60.0), arrived(300.0), arrived(600.0)])
    assert (lesson.rule, lesson.figures) == ("team late", {"late": 1, "arrived": 3, "worst_s": 600.0})
    assert lesson.text.endswith("at the median by 10.0 min, at most by 10.0 min (i600)")


def test_that_no_team_was_free_is_told_by_type() -> None:
    lacking = times((EventKind.ACKNOWLEDGED, 30.0), (EventKind.TEAM_UNAVAILABLE, 60.0, {"type": "tow"}))
    (lesson,) = lessons([lacking, arrived(0.0)])
    assert lesson.text == "no team of type tow was free for 1 of 2 incidents"


def test_a_section_whose_alarms_were_mostly_false_is_named() -> None:
    found = [*closed(EventKind.FALSE_ALARM, 3, section=2), *closed(EventKind.FALSE_ALARM, 1, section=4)]
    (lesson,) = [each for each in lessons(found) if each.rule == "section gives false alarms"]
    assert lesson.figures == {"corridor": "A4 east", "section": 2, "false": 3, "judged": 3}


def test_a_section_whose_alarms_were_mostly_right_is_not_named() -> None:
    found = [*closed(EventKind.FALSE_ALARM, 2, section=2), *closed(EventKind.RESOLVED, 3, section=2)]
    assert "section gives false alarms" not in [each.rule for each in lessons(found)]


def test_what_nobody_took_before_it_was_over_is_told() -> None:
    (lesson,) = lessons([times((EventKind.CLEARED, 100.0)), times((EventKind.ACKNOWLEDGED, 5.0), incident="other")])
    assert (lesson.rule, lesson.figures) == ("never taken", {"incidents": 1, "of": 2})


def test_flapping_is_told() -> None:
    steps = [(kind, 60.0 * k) for k, kind in enumerate([EventKind.CLEARED, EventKind.RETURNED] * 2, start=1)]
    assert [each.figures for each in lessons([times(*steps)]) if each.rule == "flapped"] == [
        {"incident": "a4-600-3", "returns": 2}
    ]


def test_a_channel_that_failed_is_told_one_that_did_not_is_not() -> None:
    (lesson,) = lessons([], {"sms": ChannelCount(7, 3), "mail": ChannelCount(9, 0)})
    assert lesson.text == "channel sms: 3 of 10 notifications were given up"


def test_a_blind_corridor_is_told() -> None:
    (lesson,) = lessons([], None, {"A4 east": 840.0})
    assert lesson.text == "A4 east: no readings for 14.0 min; what happened then was not seen"


def test_escalations_reopened_and_closed_while_seen_are_told() -> None:
    steps = [
        (EventKind.ESCALATED, 10.0),
        (EventKind.RESOLVED, 20.0),
        (EventKind.REOPENED, 30.0),
        (EventKind.RESOLVED, 40.0),
    ]
    assert [each.rule for each in lessons([times(*steps)])] == ["escalated", "closed while still seen", "taken back"]
