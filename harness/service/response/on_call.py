"""Who is on call: persons by team, level, hours and time zone; substitutes stand in for those who are away.

Conventions: a person without hours is always on call. Whoever is away is replaced by the first substitute who is not, whatever the
substitute's hours. Where nobody is on call for a team, everybody of that team is told, and `nobody` says so: a notification never
goes to nobody for a gap in a plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from harness.service.response.weekly_hours import WeeklyHours

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be told.

    `addresses` by channel or medium; `level`: 1 is told first, higher ones when it escalates; `away`: first and last days;
    `substitutes`: names, in order.
    """

    name: str
    addresses: Mapping[str, str]
    teams: tuple[str, ...] = ()
    level: int = 1
    hours: tuple[WeeklyHours, ...] = ()
    away: tuple[tuple[date, date], ...] = ()
    substitutes: tuple[str, ...] = ()
    zone: ZoneInfo = field(default=_UTC)

    def is_away(self, wall_s: float) -> bool:
        """Return whether the person is away at a wall time."""
        day = datetime.fromtimestamp(wall_s, UTC).astimezone(self.zone).date()
        return any(first <= day <= last for first, last in self.away)

    def has_hours(self, wall_s: float) -> bool:
        """Return whether the person's hours hold at a wall time."""
        return not self.hours or any(hours.hold(wall_s) for hours in self.hours)


@dataclass(frozen=True, slots=True)
class OnCall:
    """Whom to tell, each once, and the teams for which nobody is on call."""

    persons: tuple[Person, ...]
    nobody: tuple[str, ...] = ()


def on_call(
    people: Sequence[Person], teams: Sequence[str], level: int, wall_s: float, with_substitutes: bool = False
) -> OnCall:
    """Return whom to tell at a wall time: persons of these teams (of any, where there are none) up to a level.

    `with_substitutes`: the first substitute of each is told too.
    """
    by_name = {person.name: person for person in people}
    found: dict[str, Person] = {}
    nobody: list[str] = []
    for team in teams or ("",):
        members = [each for each in people if each.level <= level and (not team or team in each.teams)]
        there = [
            stand_in
            for each in members
            if each.has_hours(wall_s)
            for stand_in in _present(each, by_name, wall_s, 1 + with_substitutes)
        ]
        if not there:
            nobody.append(team)
            there = [each for each in people if not team or team in each.teams]
        found |= {each.name: each for each in there}
    return OnCall(tuple(found.values()), tuple(nobody))


def _present(person: Person, by_name: Mapping[str, Person], wall_s: float, wanted: int) -> list[Person]:
    """Return the first `wanted` who are not away of a person, the substitutes, and theirs."""
    present = (each for each in _in_turn(person, by_name) if not each.is_away(wall_s))
    return [each for each, _ in zip(present, range(wanted), strict=False)]


def _in_turn(person: Person, by_name: Mapping[str, Person]) -> Iterable[Person]:
    waiting, seen = [person], {person.name}
    while waiting:
        now = waiting.pop(0)
        yield now
        for name in now.substitutes:
            if name in by_name and name not in seen:
                seen.add(name)
                waiting.append(by_name[name])
