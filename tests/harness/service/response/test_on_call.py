from datetime import date
from zoneinfo import ZoneInfo

from harness.service.response.on_call import on_call
from harness.service.response.weekly_hours import HoursTable
from tests.harness.service.response.response_cases import MONDAY_S, person

UTC = ZoneInfo("UTC")
DAY = (HoursTable(begin="06:00", end="18:00").in_zone(UTC),)
NIGHT = (HoursTable(begin="18:00", end="06:00").in_zone(UTC),)
NOON_S = MONDAY_S + 12 * 3600
AWAY = ((date(2026, 1, 5), date(2026, 1, 9)),)


def names(*arguments: object, **options: bool) -> list[str]:
    return [each.name for each in on_call(*arguments, **options).persons]  # type: ignore[arg-type]


def test_who_has_the_hours_is_told() -> None:
    people = [person("ann", hours=DAY), person("bob", hours=NIGHT)]
    assert names(people, (), 1, NOON_S) == ["ann"]
    assert names(people, (), 1, NOON_S + 10 * 3600) == ["bob"]


def test_hours_are_those_of_the_persons_zone() -> None:
    ann = person("ann", hours=(HoursTable(begin="06:00", end="18:00").in_zone(ZoneInfo("America/Los_Angeles")),))
    assert on_call([ann], (), 1, NOON_S).nobody == ("",)
    assert on_call([ann], (), 1, NOON_S + 4 * 3600).nobody == ()


def test_who_is_away_is_replaced_by_the_first_who_is_not() -> None:
    people = [
        person("ann", hours=DAY, away=AWAY, substitutes=("bob", "cyd")),
        person("bob", hours=NIGHT, away=AWAY, substitutes=("ann",)),
        person("cyd", hours=NIGHT),
    ]
    assert names(people, (), 1, NOON_S) == ["cyd"]
    assert names(people, (), 1, NOON_S + 7 * 86400) == ["ann"]


def test_persons_of_the_teams_are_told_each_once() -> None:
    people = [person("ann", teams=("control", "police")), person("bob", teams=("control",)), person("cyd")]
    assert names(people, ("control", "police"), 1, NOON_S) == ["ann", "bob"]
    assert names(people, (), 1, NOON_S) == ["ann", "bob", "cyd"]


def test_a_higher_level_is_told_when_it_escalates() -> None:
    people = [person("ann"), person("boss", level=2)]
    assert names(people, (), 1, NOON_S) == ["ann"]
    assert names(people, (), 2, NOON_S) == ["ann", "boss"]


def test_a_substitute_is_told_too_where_it_is_asked_for() -> None:
    people = [person("ann", hours=DAY, substitutes=("bob",)), person("bob", hours=NIGHT)]
    assert names(people, (), 1, NOON_S, with_substitutes=True) == ["ann", "bob"]


def test_where_nobody_is_on_call_the_whole_team_is_told_and_it_is_said() -> None:
    ann, boss = (
        person(name, teams=("control",), level=level, hours=NIGHT) for name, level in (("ann", 1), ("boss", 2))
    )
    people = [ann, boss, person("cyd", teams=("police",))]
    found = on_call(people, ("control",), 1, NOON_S)
    assert ([each.name for each in found.persons], found.nobody) == (["ann", "boss"], ("control",))
