"""Alarms on a made road against extents given by hand: sections 0 to 4, frames of 30 s, two hours."""

import math

import numpy as np
import pytest

from harness.scoring.alarms import Alarm
from harness.scoring.extent_matching import ExtentMatching, counted_outside, match_extents
from harness.scoring.incident_extent import Extent
from harness.scoring.recording_score import RecordingScore, put_together
from harness.scoring.score_recording import score_recording
from simulator.frame import Flags
from simulator.recording.incident_log import RecordedIncident
from tests.harness.made_traffic import ROAD, TIMES_S

ALL_SOUND = np.ones(5, dtype=np.bool_)


def extent(
    from_s: float = 3000.0, to_s: float = 4200.0, stations: tuple[int, ...] = (2, 3), seen: bool = True
) -> Extent:
    """An incident in section 3, logged 300 s late, that the loops of `stations` carry from 60 s after `from_s` to `to_s`."""
    cells = np.zeros((len(TIMES_S), 6), dtype=np.bool_)
    if seen:
        for station in stations:
            cells[(from_s + 60 <= TIMES_S) & (to_s >= TIMES_S), station] = True
    traces = (from_s + 60, to_s, "queue") if seen else (math.nan, math.nan, "")
    logged = RecordedIncident(from_s + 300, math.nan, 2900.0, ())
    return Extent(logged, cells, *traces, range(3, 4), from_s, to_s + 60)


def matched(alarms: list[Alarm], *extents: Extent) -> ExtentMatching:
    return match_extents(alarms, extents, ROAD, TIMES_S)


def alarm(raised_s: float, section: int = 3) -> Alarm:
    return Alarm(section, raised_s, raised_s)


def flags(*alarms: tuple[float, int]) -> Flags:
    raised = np.zeros((len(TIMES_S), 5), dtype=np.bool_)
    for raised_s, section in alarms:
        raised[np.searchsorted(TIMES_S, raised_s), section] = True
    return raised


def test_first_alarm_inside_detects_and_others_are_neutral() -> None:
    found = matched([alarm(3090), alarm(3300, 2), alarm(3600, 1), alarm(3900)], extent())
    assert found.kinds == ("detection", "neutral", "neutral", "neutral")
    assert found.alarm_of == (0,)


@pytest.mark.parametrize(
    ("raised_s", "section", "kind"),
    [
        (3000, 3, "false"),  # not after the extent's begin
        (3030, 3, "detection"),  # at the place, before the first trace
        (3030, 2, "false"),  # not at the place, and station 3 is free yet
        (3060, 2, "detection"),
        (3060, 1, "detection"),  # station 2 bounds section 1
        (3060, 0, "false"),
        (3060, 4, "false"),
        (4200, 1, "detection"),
        (4230, 1, "false"),
        (4260, 3, "detection"),
        (4290, 3, "false"),
    ],
)
def test_inside_is_beside_a_station_that_carries_it_or_at_the_place(raised_s: float, section: int, kind: str) -> None:
    assert matched([alarm(raised_s, section)], extent()).kinds == (kind,)


def test_alarm_at_an_incident_that_is_not_visible_is_neutral_and_detects_nothing() -> None:
    found = matched([alarm(3300), alarm(3300, 1)], extent(seen=False))
    assert found.kinds == ("neutral", "false")
    assert found.alarm_of == (None,)


def test_one_alarm_detects_one_of_two_incidents() -> None:
    found = matched([alarm(3300)], extent(), extent(2900.0))
    assert found.kinds == ("detection",)
    assert sorted(found.alarm_of, key=str) == [0, None]
    both = matched([alarm(3300), alarm(3600)], extent(), extent(2900.0))
    assert None not in both.alarm_of


def test_without_known_incidents_every_alarm_is_false() -> None:
    assert matched([alarm(300), alarm(3300)]).kinds == ("false", "false")


def test_group_is_false_only_where_all_of_its_alarms_are() -> None:
    found = matched([alarm(2700), alarm(3090), alarm(6000, 1), alarm(6030, 0)], extent())
    assert found.kinds == ("false", "detection", "false", "false")
    assert found.groups == (1, 1, 2, 2)
    assert found.group_kinds == ("detection", "false")


def test_counted_is_all_but_the_extents() -> None:
    counted = counted_outside((extent(),), ROAD, TIMES_S)
    # Stations 2 and 3 carry it in 39 frames, 3060 to 4200 s: sections 1, 2 and 3. At the place: 3030 to 4260 s, 42 frames.
    assert (~counted).sum(axis=0).tolist() == [0, 39, 39, 42, 0]


def scored(*alarms: tuple[float, int], sound: Flags = ALL_SOUND) -> RecordingScore:
    return score_recording("made", ROAD, TIMES_S, flags(*alarms), (extent(), extent(6000.0, 6600.0, seen=False)), sound)


def test_score_counts_by_hand() -> None:
    found = scored((600, 1), (900, 0), (3090, 3), (3600, 2), (6900, 4))
    assert (found.false_alarms.events, found.false_groups.events) == (
        3,
        2,
    )  # 900 s in section 0 joins 600 s in section 1
    assert (found.share_false.part, found.share_false.whole) == (3, 5)
    assert (found.share_false_groups.part, found.share_false_groups.whole) == (2, 3)
    assert (found.dr.part, found.dr.whole, len(found.incidents)) == (1, 1, 2)
    assert (found.ttd_log.values, found.ttd_trace.values) == ((-210.0,), (30.0,))
    # 5 sections x 240 frames, less 120 of the first extent and 22 of the second (6030 to 6660 s at its place).
    assert found.section_hours == pytest.approx((1200 - 120 - 22) / 120)
    assert found.corridor_days == pytest.approx(found.section_hours / 168)


def test_share_of_false_alerts_at_a_rate_of_incidents() -> None:
    found = scored((600, 1), (3090, 3))
    share, ends = found.share_false_at(2.0)
    per_day = 1 / found.corridor_days
    assert share == pytest.approx(per_day / (per_day + 2.0))
    assert ends.low < share < ends.high


def test_alarms_between_unsound_loops_are_counted_apart() -> None:
    sound = np.array([True, False, True, True, True])
    found = scored((600, 1), (6900, 4), sound=sound)
    assert found.false_alarms.events == 2
    assert found.sound_false_alarms.events == 1
    assert found.sound_section_hours == pytest.approx(found.section_hours - (240 - 39) / 120)


def test_what_was_not_counted_is_undefined() -> None:
    nothing = put_together(())
    undefined = (nothing.dr.value, nothing.false_alarms.value, nothing.ttd_log.mean, nothing.share_false.value)
    assert all(map(math.isnan, (*undefined, nothing.share_false_at(1.0)[0])))


def test_scores_of_two_roads_add_up() -> None:
    one, other = scored((600, 1)), scored((3090, 3))
    both = put_together((one, other))
    assert (both.false_alarms.events, both.dr.part, both.dr.whole) == (1, 1, 2)
    assert both.section_hours == one.section_hours + other.section_hours
