"""One corridor serves all: stations at 0, 1000, 2000, 3000 m, so sections 0, 1, 2; frames of 30 s."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records.known_truth import truth_of_recording
from harness.scoring.alarms import Alarm
from harness.scoring.matching import Matching, counted_decisions, eligible, grace_of, match
from harness.scoring.matching_checks import validate
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording.incident_log import RecordedIncident
from simulator.truth import Carrying, ObservedIncident, OwnEffect, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S = 30.0 * np.arange(1, 61, dtype=np.float64)  # frames end at 30, 60 ... 1800 s


def incident(onset_s: float, clearance_s: float, section: int = 1, impact: bool = True) -> ObservedIncident:
    return ObservedIncident(
        onset_s, clearance_s, 1000.0 * section + 500, (1,), section, onset_s + 20, impact, 5.0, 30.0
    )


def truth(*incidents: ObservedIncident, carrying: tuple[Carrying, ...] = ()) -> Truth:
    return Truth(incidents, carrying, (), (), 0, 0)


def alarm(raised_s: float, section: int = 1) -> Alarm:
    return Alarm(section, raised_s, raised_s)


def matched(alarms: list[Alarm], of: Truth, grace_s: float = 60.0, recovery_s: float = 0.0) -> Matching:
    return match(alarms, of, CORRIDOR, TIMES_S, grace_s, recovery_s)


def test_alarm_after_onset_in_the_section_detects() -> None:
    found = matched([alarm(120)], truth(incident(100, 700)))
    assert found.kinds == ("detection",)
    assert found.alarm_of == (0,)
    assert found.located == (True,)


@pytest.mark.parametrize(
    ("raised_s", "kind"),
    # Onset 90 s, clearance 600 s, grace 60 s: the window is 90 < t <= 660.
    [(60, "false"), (90, "false"), (120, "detection"), (600, "detection"), (660, "detection"), (690, "false")],
)
def test_window_reaches_from_after_the_onset_to_clearance_plus_grace(raised_s: float, kind: str) -> None:
    assert matched([alarm(raised_s)], truth(incident(90, 600))).kinds == (kind,)


def test_alarm_raised_before_the_onset_is_false_even_when_it_lasts() -> None:
    found = matched([Alarm(1, 60.0, 1800.0)], truth(incident(100, 700)))
    assert found.kinds == ("false",)
    assert found.alarm_of == (None,)


def test_incident_that_is_never_cleared_can_be_detected_to_the_end() -> None:
    assert matched([alarm(1800)], truth(incident(100, math.nan))).kinds == ("detection",)


def test_ten_alarms_for_one_incident_detect_it_once() -> None:
    found = matched([alarm(120 + 60 * k) for k in range(10)], truth(incident(100, 1000)))
    assert found.kinds == ("detection", *["neutral"] * 9)
    assert set(found.reasons[1:]) == {"same incident"}
    assert found.incident_of == (0,) * 10


def test_earliest_alarm_detects() -> None:
    found = matched([alarm(300), alarm(150), alarm(600)], truth(incident(100, 700)))
    assert found.alarm_of == (1,)


def test_one_alarm_cannot_detect_two_incidents() -> None:
    found = matched([alarm(300)], truth(incident(100, 700), incident(200, 800)))
    assert found.kinds == ("detection",)
    assert sorted(found.alarm_of, key=str) == [0, None]


def test_two_alarms_detect_two_incidents_even_where_one_must_give_way() -> None:
    # Both alarms may detect the first incident, only the earlier one the second (cleared at 200 s, grace to 260 s).
    found = matched([alarm(240), alarm(600)], truth(incident(100, 700), incident(150, 200)))
    assert found.alarm_of == (1, 0)


def test_alarms_serve_incidents_in_turn() -> None:
    # Both alarms may detect both: the sums of TTD are equal, and the earlier alarm goes to the earlier incident.
    found = matched([alarm(240), alarm(300)], truth(incident(100, 700), incident(200, 800)))
    assert found.alarm_of == (0, 1)


def test_alarm_two_sections_away_is_false() -> None:
    assert matched([alarm(300, section=0), alarm(300, section=2)], truth(incident(100, 700))).kinds == ("false",) * 2


SPILLED = Carrying(station=1, from_s=300.0, to_s=900.0)


@pytest.mark.parametrize(
    ("raised_s", "kind"),
    # The queue of the incident in section 1 stands over station 1 in the frames that end after 300 s, up to 900 s;
    # the incident's window ends at 760 s.
    [(300, "false"), (330, "detection"), (750, "detection"), (780, "neutral"), (900, "neutral"), (930, "false")],
)
def test_alarm_next_upstream_detects_once_the_queue_has_spilled_back(raised_s: float, kind: str) -> None:
    found = matched([alarm(raised_s, section=0)], truth(incident(100, 700), carrying=(SPILLED,)))
    assert found.kinds == (kind,)
    assert found.located == (False,)


@pytest.mark.parametrize(
    ("to_s", "raised_s", "kind"),
    # Clearance is at 700 s, in the frame from 690 to 720 s, and the window ends at 760 s.
    [
        (720, 750, "detection"),
        (690, 750, "false"),
        (720, 780, "false"),
        (690, 690, "detection"),
        (660, 690, "false"),
    ],
)
def test_a_station_that_carries_to_the_clearance_lets_upstream_alarms_count_to_the_end_of_the_window(
    to_s: float, raised_s: float, kind: str
) -> None:
    of = truth(incident(100, 700), carrying=(Carrying(1, 300.0, to_s),))
    assert matched([alarm(raised_s, section=0)], of).kinds == (kind,)
    assert counted_decisions(CORRIDOR, TIMES_S, of)[int(raised_s / 30) - 1, 0] == (kind == "false")


def test_the_queue_of_an_earlier_incident_lets_no_upstream_alarm_count_after_clearance() -> None:
    of = truth(incident(400, 700), carrying=(Carrying(1, 300.0, 720.0),))
    assert matched([alarm(750, section=0)], of).kinds == ("false",)


def test_alarm_downstream_of_the_incident_never_detects() -> None:
    spilled = Carrying(station=2, from_s=300.0, to_s=900.0)
    assert matched([alarm(330, section=2)], truth(incident(100, 700), carrying=(spilled,))).kinds == ("neutral",)


def test_alarm_upstream_before_the_one_in_the_section_detects_unlocated() -> None:
    found = matched([alarm(330, section=0), alarm(360)], truth(incident(100, 700), carrying=(SPILLED,)))
    assert found.kinds == ("detection", "neutral")
    assert found.located == (False,)


def test_of_two_alarms_at_once_the_located_one_detects() -> None:
    found = matched([alarm(330, section=0), alarm(330)], truth(incident(100, 700), carrying=(SPILLED,)))
    assert found.kinds == ("neutral", "detection")
    assert found.located == (True,)


def test_queue_that_was_there_before_the_onset_lends_no_detection() -> None:
    # Station 1 carried another incident's queue since 60 s; the incident in section 1 begins at 100 s.
    old = Carrying(station=1, from_s=60.0, to_s=900.0)
    assert matched([alarm(330, section=0)], truth(incident(100, 700), carrying=(old,))).kinds == ("neutral",)


def test_queue_in_the_very_frame_of_the_onset_is_the_incidents_own() -> None:
    # The onset at 100 s falls in the frame that ends at 120 s, which is the span's first.
    own = Carrying(station=1, from_s=90.0, to_s=900.0)
    assert matched([alarm(120, section=0)], truth(incident(100, 700), carrying=(own,))).kinds == ("detection",)


@pytest.mark.parametrize(("station", "neutral"), [(0, {0}), (1, {0, 1}), (2, {1, 2}), (3, {2})])
def test_alarms_on_either_side_of_a_carrying_station_are_neutral(station: int, neutral: set[int]) -> None:
    found = matched([alarm(300, n) for n in range(3)], truth(carrying=(Carrying(station, 0.0, 600.0),)))
    assert {n for n in range(3) if found.kinds[n] == "neutral"} == neutral
    assert {found.reasons[n] for n in neutral} == {"queue"}


def test_alarm_of_an_incident_without_impact_is_neutral() -> None:
    found = matched([alarm(120), alarm(300)], truth(incident(100, 700, impact=False)))
    assert found.kinds == ("neutral", "neutral")
    assert found.reasons == ("without impact", "without impact")
    assert found.alarm_of == (0,)


def test_incident_without_impact_takes_no_alarm_from_one_with_impact() -> None:
    found = matched([alarm(240)], truth(incident(100, 700, impact=False), incident(200, 800)))
    assert found.kinds == ("detection",)
    assert found.alarm_of == (None, 0)


def test_incident_in_a_gap_of_the_recording_is_not_observed() -> None:
    times_s = np.array([30.0, 60.0, 900.0])
    found = match([], truth(incident(100, 700)), CORRIDOR, times_s)
    assert found.observed == (False,)


def test_recovery_allowance_is_neutral_and_detects_nothing() -> None:
    found = matched([alarm(900), alarm(1080), alarm(900, 0)], truth(incident(100, 700)), recovery_s=300.0)
    assert found.kinds == ("neutral", "false", "false")  # section 1 is left out up to 700 + 60 + 300 = 1060 s
    assert found.reasons[0] == "recovery"
    assert found.alarm_of == (None,)


def test_counted_decisions_by_hand() -> None:
    # 60 frames x 3 sections. Section 1 is out for 100 < t <= 760 s: frames ending at 120 ... 750 s, 22 of them.
    # Station 3 carries for 1200 < t <= 1500 s: section 2 is out for 10 frames.
    counted = counted_decisions(CORRIDOR, TIMES_S, truth(incident(100, 700), carrying=(Carrying(3, 1200.0, 1500.0),)))
    assert counted.sum(axis=0).tolist() == [60, 60 - 22, 60 - 10]


TIMES = st.integers(0, 2000).map(float)
INCIDENTS = st.lists(
    st.tuples(TIMES, st.integers(0, 900), st.integers(0, 2), st.booleans()).map(
        lambda drawn: incident(drawn[0], drawn[0] + drawn[1], drawn[2], drawn[3])
    ),
    max_size=4,
)
SPANS = st.lists(
    st.tuples(st.integers(0, 3), TIMES, st.integers(30, 600)).map(lambda d: Carrying(d[0], d[1], d[1] + d[2])),
    max_size=3,
)
ALARMS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), max_size=12, unique=True).map(
    lambda drawn: [alarm(30.0 * frame, section) for section, frame in drawn]
)


@given(INCIDENTS, SPANS, ALARMS)
def test_alarms_are_false_exactly_where_decisions_are_counted(
    incidents: list[ObservedIncident], spans: list[Carrying], alarms: list[Alarm]
) -> None:
    of = truth(*incidents, carrying=tuple(spans))
    counted = counted_decisions(CORRIDOR, TIMES_S, of)
    for one, kind in zip(alarms, matched(alarms, of).kinds, strict=True):
        assert (kind == "false") == counted[round(one.raised_s / 30) - 1, one.section]


@given(INCIDENTS, SPANS, ALARMS)
def test_matching_is_one_to_one_and_as_large_as_can_be(
    incidents: list[ObservedIncident], spans: list[Carrying], alarms: list[Alarm]
) -> None:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    of = truth(*incidents, carrying=tuple(spans))
    found = matched(alarms, of)
    chosen = [one for one in found.alarm_of if one is not None]
    assert len(chosen) == len(set(chosen))
    assert found.kinds.count("detection") == sum(
        one is not None and incidents[k].impact for k, one in enumerate(found.alarm_of)
    )
    may = np.array([[eligible(a, i, of, CORRIDOR, 60.0) for a in alarms] for i in incidents if i.impact], dtype=int)
    if may.size:
        assert found.kinds.count("detection") == np.sum(maximum_bipartite_matching(csr_array(may)) >= 0)


@given(INCIDENTS, ALARMS)
def test_later_alarms_never_take_a_detection_away(incidents: list[ObservedIncident], alarms: list[Alarm]) -> None:
    ordered = sorted(alarms, key=lambda one: one.raised_s)
    counts = [matched(ordered[:k], truth(*incidents)).kinds.count("detection") for k in range(len(ordered) + 1)]
    assert counts == sorted(counts)


def test_recording_without_truth_assumes_impact_and_knows_no_floor() -> None:
    of = truth_of_recording([RecordedIncident(100.0, 700.0, 1500.0, (0, 1))], CORRIDOR)
    (only,) = of.incidents
    assert (only.section, only.impact, only.lanes) == (1, True, (0, 1))
    assert math.isnan(only.floor_s)
    assert of.carrying == ()


def test_recorded_incident_off_the_corridor_is_refused() -> None:
    with pytest.raises(ValueError, match="got 9000"):
        truth_of_recording([RecordedIncident(100.0, 700.0, 9000.0, (0,))], CORRIDOR)


QUIET = np.zeros((60, 3), dtype=np.bool_)


@pytest.mark.parametrize(
    ("of", "alarm_shape", "times_s", "grace_s", "message"),
    [
        (truth(), (60, 4), TIMES_S, 60.0, "one per station"),
        (truth(), (60, 3), TIMES_S / 60, 60.0, "in minutes"),
        (truth(), (60, 3), TIMES_S, -1.0, "grace_s is 0 or more"),
        (truth(), (60, 3), TIMES_S, math.nan, "grace_s is 0 or more"),
        (truth(incident(math.nan, 700)), (60, 3), TIMES_S, 60.0, "incident 0: wanted an onset"),
        (truth(incident(700, 300)), (60, 3), TIMES_S, 60.0, "is it a duration"),
        (truth(incident(100, 700, section=3)), (60, 3), TIMES_S, 60.0, "sections are 0 to 2, got 3"),
        (truth(carrying=(Carrying(4, 0.0, 60.0),)), (60, 3), TIMES_S, 60.0, "stations are 0 to 3, got 4"),
    ],
)
def test_what_cannot_be_scored_is_refused(
    of: Truth,
    alarm_shape: tuple[int, int],
    times_s: Array,
    grace_s: float,
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        validate(CORRIDOR, times_s, np.zeros(alarm_shape, dtype=np.bool_), of, grace_s, 0.0)


def test_sound_input_is_accepted() -> None:
    validate(CORRIDOR, TIMES_S, QUIET, truth(incident(100, math.nan), carrying=(SPILLED,)), 60.0, 0.0)


@pytest.mark.parametrize(("period_s", "grace_s"), [(20.0, 60.0), (30.0, 60.0), (60.0, 60.0), (300.0, 300.0)])
def test_grace_is_a_period_at_least(period_s: float, grace_s: float) -> None:
    assert grace_of(Corridor("any", period_s, CORRIDOR.stations), 60.0) == grace_s


def own(kind: str, incident: int | None = None) -> OwnEffect:
    """Something of the user's own files in section 1, from 300 to 600 s."""
    return OwnEffect(kind, "made", 1, 1, 300.0, 600.0, incident)


@pytest.mark.parametrize("kind", ["stop", "closed lane", "speed sign", "calibrator"])
@pytest.mark.parametrize(
    ("raised_s", "section", "neutral"),
    [(300, 1, False), (330, 1, True), (660, 1, True), (690, 1, False), (330, 0, False), (330, 2, False)],
)
def test_alarms_at_what_a_users_own_files_do_are_neutral(
    kind: str, raised_s: float, section: int, neutral: bool
) -> None:
    of = replace(truth(), own_effects=(own(kind),))
    found = matched([alarm(raised_s, section)], of)
    assert found.kinds == ("neutral" if neutral else "false",)
    assert found.reasons == (f"own {kind}" if neutral else "",)
    assert bool(counted_decisions(CORRIDOR, TIMES_S, of)[int(raised_s / 30) - 1, section]) is not neutral


def test_a_stop_of_a_users_that_is_an_incident_is_detected_as_any_other() -> None:
    of = replace(truth(incident(300, 600)), own_effects=(own("stop", 0),))
    assert matched([alarm(330)], of).kinds == ("detection",)


def test_beside_a_stop_of_a_users_that_is_an_incident_decisions_count_as_beside_any_other() -> None:
    """Its vehicle stands just past a station: the effect is in section 0 too, the incident is not."""
    of = replace(truth(incident(300, 600)), own_effects=(replace(own("stop", 0), first_section=0),))
    counted = counted_decisions(CORRIDOR, TIMES_S, of)
    assert counted[:, 0].all()
    assert not counted[10, 1]


def test_an_incident_is_detected_also_where_a_speed_sign_is() -> None:
    of = replace(truth(incident(310, 500)), own_effects=(own("speed sign"),))
    assert matched([alarm(360), alarm(330)], of).kinds == ("neutral", "detection")


def test_the_sections_of_own_effects_are_checked() -> None:
    of = replace(truth(), own_effects=(replace(own("stop"), last_section=3),))
    with pytest.raises(UserError, match="own_effects: sections are 0 to 2, got 1 to 3"):
        validate(CORRIDOR, TIMES_S, np.zeros((60, 3), dtype=np.bool_), of, 60.0, 0.0)
