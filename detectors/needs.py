"""What detectors need of a station to judge a section beside it: sets of quantities, of which one is enough.

    count, speed, occupancy     known in one lane at least, all of the set in the same lane
    lanes                       the set's other quantities are known in two lanes or more

`needs = ({"occupancy"}, {"count", "speed"})` is "occupancy, or count and speed". An empty tuple: nothing is stated.

A detector that judges with less than all readings may have parts that need more (`PartNeeds`): without them it goes on without
those parts, which scores and pages say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from scenarios.errors import UserError

Needs = tuple[frozenset[str], ...]
LANES = "lanes"
QUANTITIES = ("count", "speed", "occupancy")
ANY: Needs = tuple(frozenset({name}) for name in QUANTITIES)
"""Any reading at all."""
SPEED = frozenset({"speed"})
COUNT, OCCUPANCY, LANE_COUNT = frozenset({"count"}), frozenset({"occupancy"}), frozenset({"count", LANES})
COUNT_SPEED, COUNT_OCCUPANCY = frozenset({"count", "speed"}), frozenset({"count", "occupancy"})
_NAMES = (*QUANTITIES, LANES)


@dataclass(frozen=True, slots=True)
class PartNeeds:
    """What a detector does not judge, in words in the plural, at stations without any of the sets that this part `needs`."""

    what: str
    needs: Needs


def needs_text(needs: Needs) -> str:
    """Return what a detector needs, in words.

    >>> needs_text((frozenset({"occupancy"}), frozenset({"count", "speed", "lanes"})))
    'occupancy, or count and speed in two lanes or more'
    """
    return ", or ".join(_set_text(each) for each in needs)


def _set_text(each: frozenset[str]) -> str:
    return " and ".join(sorted(each - {LANES})) + (" in two lanes or more" if LANES in each else "")


def checked_needs(stated: object) -> Needs:
    """Return what another package states as `needs`. Raises UserError for what is no such sets of quantities.

    >>> checked_needs([("count", "speed")]) == (frozenset({"count", "speed"}),)
    True
    """
    wanted = (
        f'wanted needs such as ({{"occupancy"}}, {{"count", "speed"}}), sets of {", ".join(_NAMES)}; got {stated!r}'
    )
    if isinstance(stated, str) or not isinstance(stated, Iterable):
        raise UserError(wanted)
    found = list[frozenset[str]]()
    for each in stated:
        if isinstance(each, str) or not isinstance(each, Iterable):
            raise UserError(wanted)
        names = list(each)
        if not all(name in _NAMES for name in names) or not set(names) - {LANES}:
            raise UserError(wanted)
        found.append(frozenset(names))
    return tuple(found)


def checked_parts(stated: object) -> tuple[PartNeeds, ...]:
    """Return what another package states as `parts`. Raises UserError for what is no tuple of `PartNeeds`."""
    if not isinstance(stated, tuple) or not all(isinstance(each, PartNeeds) and each.needs for each in stated):
        raise UserError(f'wanted parts such as (PartNeeds("queues", ({{"speed"}},)),), got {stated!r}')
    return tuple(PartNeeds(str(each.what), checked_needs(each.needs)) for each in stated)


def quorum_needs(members: Sequence[Needs]) -> Needs:
    """Return the least sets with which half of the members or more can judge; a member that states nothing always can.

    >>> occupancy, both = frozenset({"occupancy"}), frozenset({"count", "speed"})
    >>> quorum_needs([(occupancy,), (occupancy, both), (both,)]) == (occupancy, both)
    True
    """
    least = list[frozenset[str]]()
    for size in range(1, len(_NAMES) + 1):
        for names in map(frozenset, combinations(_NAMES, size)):
            able = sum(not each or any(need <= names for need in each) for each in members)
            known = any(found <= names for found in least)
            if names - {LANES} and not known and 2 * able >= len(members):
                least.append(names)
    return tuple(sorted(least, key=lambda each: (len(each), sorted(each))))
