"""Roads of sections of 800 m, numbered downstream: middles of sections k and k + 2 are 1600 m apart, which is too far."""

import random

import pytest

from harness.scoring.alarm_groups import alarm_groups
from harness.scoring.alarms import Alarm
from scenarios.corridor import Corridor, Station


def road(length_m: float = 800.0, sections: int = 12) -> Corridor:
    return Corridor("road", 30.0, tuple(Station(str(k), length_m * k, 3) for k in range(sections + 1)))


def grouped(*alarms: tuple[int, float, float], length_m: float = 800.0) -> list[tuple[int, bool]]:
    """Return group and head of alarms given as section, raise and end [s]."""
    found = alarm_groups([Alarm(*one) for one in alarms], road(length_m))
    return [(one.group, one.head) for one in found]


def test_no_alarm_makes_no_group() -> None:
    assert grouped() == []


def test_queue_that_grows_upstream_is_one_group_headed_where_it_began() -> None:
    queue = [(6, 600.0, 4000.0), (5, 900.0, 4000.0), (4, 1500.0, 4000.0), (3, 2400.0, 4000.0), (2, 3300.0, 4000.0)]
    assert grouped(*queue) == [(1, True), (1, False), (1, False), (1, False), (1, False)]


def test_alarm_downstream_in_the_first_frames_takes_the_head() -> None:
    assert grouped((5, 600.0, 700.0), (6, 720.0, 900.0)) == [(1, False), (1, True)]


def test_alarm_downstream_of_the_head_later_is_an_event_of_its_own() -> None:
    assert grouped((5, 600.0, 700.0), (6, 750.0, 900.0)) == [(1, True), (2, True)]


def test_of_alarms_raised_at_once_the_most_downstream_is_the_head() -> None:
    assert grouped((4, 600.0, 700.0), (5, 600.0, 700.0), (6, 600.0, 700.0)) == [(1, False), (1, False), (1, True)]


def test_alarm_in_the_same_section_again_belongs_to_the_event() -> None:
    assert grouped((5, 600.0, 700.0), (5, 1600.0, 1700.0)) == [(1, True), (1, False)]
    assert grouped((5, 600.0, 700.0), (5, 1601.0, 1700.0)) == [(1, True), (2, True)]


def test_quarter_of_an_hour_counts_from_the_end_of_an_alarm_that_lasts() -> None:
    assert grouped((5, 600.0, 6000.0), (4, 5970.0, 6000.0), (4, 6900.0, 7000.0)) == [(1, True), (1, False), (1, False)]


@pytest.mark.parametrize(("length_m", "group"), [(750.0, 1), (751.0, 2)])
def test_alarm_two_sections_upstream_belongs_to_the_event_up_to_1500_m(length_m: float, group: int) -> None:
    assert grouped((5, 600.0, 700.0), (3, 630.0, 700.0), length_m=length_m)[1] == (group, group == 2)


def test_neighbouring_sections_are_near_however_long_they_are() -> None:
    assert grouped((5, 600.0, 700.0), (4, 630.0, 700.0), length_m=3000.0) == [(1, True), (1, False)]


def test_alarm_between_two_heads_joins_the_one_downstream() -> None:
    heads = [(8, 600.0, 2000.0), (5, 600.0, 2000.0)]
    assert grouped(*heads, (7, 900.0, 960.0), (6, 1000.0, 1060.0), (4, 1100.0, 1160.0)) == [
        *((1, True), (2, True)),
        *((1, False), (1, False), (2, False)),
    ]


def test_order_of_the_alarms_given_changes_nothing() -> None:
    given = [(6, 600.0, 700.0), (5, 600.0, 700.0), (9, 630.0, 700.0), (4, 1500.0, 1600.0)]
    wanted = dict(zip(given, grouped(*given), strict=True))
    mixed = random.Random(3).sample(given, len(given))
    assert mixed != given
    assert dict(zip(mixed, grouped(*mixed), strict=True)) == wanted


def many_alarms(seed: int) -> list[Alarm]:
    """Sixty alarms within three hours, on a grid of 30 s."""
    rng = random.Random(seed)
    raised = [30.0 * rng.randrange(360) for _ in range(60)]
    return [Alarm(rng.randrange(12), at_s, at_s + 30.0 * rng.randrange(30)) for at_s in sorted(raised)]


@pytest.mark.parametrize("seed", range(20))
def test_every_group_has_one_head_downstream_of_what_joins_it_later(seed: int) -> None:
    alarms = many_alarms(seed)
    found = alarm_groups(alarms, road())
    heads = {one.group: alarm for one, alarm in zip(found, alarms, strict=True) if one.head}
    assert sorted(heads) == list(range(1, max(one.group for one in found) + 1))
    assert sum(one.head for one in found) == len(heads)
    assert all(alarm.section <= heads[one.group].section for one, alarm in zip(found, alarms, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_live_groups_are_those_of_the_whole_stream(seed: int) -> None:
    """At any time only what was raised, and how long it has lasted so far, is known."""
    alarms, groups = many_alarms(seed), [one.group for one in alarm_groups(many_alarms(seed), road())]
    for now_s in range(0, 10800, 600):
        known = [Alarm(a.section, a.raised_s, min(a.ended_s, now_s)) for a in alarms if a.raised_s <= now_s]
        assert [one.group for one in alarm_groups(known, road())] == groups[: len(known)]
