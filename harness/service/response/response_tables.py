"""The tables [response] and [[person]] of a service's file.

[response]
policy = "policy.toml"             # without it, the one that ships
language = "en"                    # or de, or a file ending in .toml
units = "metric"                   # or imperial
time_zone = "Europe/Berlin"        # of hours without a zone of their own

[[person]]
name = "ann"
teams = ["traffic_control"]
level = 1                          # 2 and more are told when it escalates
addresses = {email = "ann@example.org", sms = "+4915112345678"}
hours = [{days = ["mon", "tue", "wed", "thu", "fri"], begin = "06:00", end = "14:00"}]
away = [{first = 2026-08-01, last = 2026-08-14}]
substitutes = ["bob"]
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from harness.service.response.channel_setup import ChannelTable
from harness.service.response.escalation_policy import Name
from harness.service.response.on_call import Person
from harness.service.response.weekly_hours import HoursTable
from harness.service.sources.stamps import read_zone
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely


class ResponseTable(StrictModel):
    """How incidents call people."""

    policy: str | None = None
    language: str = "en"
    units: Literal["metric", "imperial"] = "metric"
    time_zone: str = "UTC"


class AwayTable(StrictModel):
    """First and last day on which a person is away."""

    first: date
    last: date


class PersonTable(StrictModel):
    """Somebody who may be told."""

    name: Name
    teams: tuple[Name, ...] = ()
    level: int = Field(default=1, ge=1, le=100)
    addresses: Mapping[str, str] = {}
    hours: tuple[HoursTable, ...] = ()
    away: tuple[AwayTable, ...] = ()
    substitutes: tuple[str, ...] = ()
    time_zone: str | None = None

    def person(self, zone: ZoneInfo, names: Sequence[str], channels: Sequence[ChannelTable]) -> Person:
        """Return the person; `names` are those of all persons. Raises UserError."""
        own = zone if self.time_zone is None else read_zone(self.time_zone)
        for name in self.substitutes:
            if name not in names or name == self.name:
                raise UserError(f"substitutes: there is no other [[person]] {name!r}{likely(name, names)}")
        for medium, address in self.addresses.items():
            served = [each for each in channels if medium in (each.name, each.medium or each.usual_medium)]
            if not served:
                known = [each.name for each in channels]
                raise UserError(f"addresses: there is no [[channel]] {medium!r}{likely(medium, known)}")
            for each in served:
                each.check_address(address)
        for absence in self.away:
            if absence.last < absence.first:
                raise UserError(f"away: wanted a last day on or after the first ({absence.first}), got {absence.last}")
        return Person(
            self.name,
            dict(self.addresses),
            self.teams,
            self.level,
            tuple(hours.in_zone(own) for hours in self.hours),
            tuple((absence.first, absence.last) for absence in self.away),
            self.substitutes,
            own,
        )
