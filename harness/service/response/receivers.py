"""Who is told about an incident, through which channels: policy, schedule and channels together. Pure."""

from collections.abc import Sequence

from harness.service.incidents.incident import Severity
from harness.service.response.channel_rule import DASHBOARD, ChannelRule, Receiver
from harness.service.response.escalation_policy import SeverityRule
from harness.service.response.notice import Reason
from harness.service.response.on_call import Person, on_call
from harness.service.response.sight_notice import Sight

_HIGHEST = 1_000_000
"""A level above all."""


def receivers(
    reason: Reason | Sight,
    severity: Severity,
    rule: SeverityRule,
    people: Sequence[Person],
    channels: Sequence[ChannelRule],
    wall_s: float,
) -> tuple[tuple[Receiver, ...], tuple[str, ...]]:
    """Return who is told at a wall time, and the teams for which nobody is on call.

    Level 1 is told of an incident; when nobody responds, their substitutes too; when it escalates or no team is free, all levels.
    """
    level = _HIGHEST if reason in (Reason.ESCALATED, Reason.NO_TEAM) else 1
    late = reason in (Reason.LATE, Reason.ESCALATED, Reason.NO_TEAM)
    called = on_call(people, rule.teams, level, wall_s, with_substitutes=late)
    found: dict[tuple[str, str], Receiver] = {}
    for channel in channels:
        asked = channel.name in rule.channels or channel.medium in rule.channels
        if not asked and severity not in channel.severities:
            continue
        named = [(address, address) for address in channel.to] or [
            (person.name, address) for person in called.persons if (address := _address(person, channel))
        ]
        for name, address in named:
            found.setdefault((channel.name, address), Receiver(channel, name, address))
    return tuple(found.values()), called.nobody


def _address(person: Person, channel: ChannelRule) -> str | None:
    return person.addresses.get(channel.name) or person.addresses.get(channel.medium)


def missing_media(rules: Sequence[SeverityRule], channels: Sequence[ChannelRule]) -> tuple[str, ...]:
    """Return what the policy asks for and no channel offers."""
    there = {DASHBOARD, *(channel.name for channel in channels), *(channel.medium for channel in channels)}
    return tuple(dict.fromkeys(name for rule in rules for name in rule.channels if name not in there))
