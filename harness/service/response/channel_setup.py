"""What a channel is set up with: what the tables of all kinds have in common, and what each is built to."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from harness.service.incidents.incident import Severity
from harness.service.response.channel_rule import CAP, DASHBOARD, RADIO, ChannelRule
from harness.service.response.escalation_policy import Name
from harness.service.response.language_file import Style
from harness.service.response.transport import Transport
from harness.service.response.weekly_hours import HoursTable
from harness.service.sources.stamps import read_zone
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel

SeverityName = Literal["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class ChannelSetup:
    """A channel: what is known of it, and what carries its messages."""

    rule: ChannelRule
    transport: Transport


class ChannelTable(StrictModel, ABC):
    """What every channel has; the names are those of `ChannelRule`."""

    kind: str
    name: Name
    medium: Name | None = None
    to: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = ()
    severities: tuple[SeverityName, ...] = ()
    quiet: tuple[HoursTable, ...] = ()
    quiet_except: tuple[SeverityName, ...] = ("critical",)
    cap_per_hour: int = Field(default=CAP, ge=1, le=1_000_000)
    tell_end: bool = True
    time_zone: str | None = None
    usual_medium: ClassVar[str] = ""
    style: ClassVar[Style] = "long"
    machine: ClassVar[bool] = False

    def build(self, folder: Path, zone: ZoneInfo) -> ChannelSetup:
        """Return the channel; `zone` is that of quiet hours without one of their own. Raises UserError."""
        if self.name in (RADIO, DASHBOARD):
            raise UserError(f"name: {self.name} is always there (give this one another name)")
        for address in self.to:
            self.check_address(address)
        own = zone if self.time_zone is None else read_zone(self.time_zone)
        rule = ChannelRule(
            self.name,
            self.medium or self.usual_medium or self.name,
            self.style,
            self.receivers(),
            frozenset(map(Severity, self.severities)),
            tuple(hours.in_zone(own) for hours in self.quiet),
            frozenset(map(Severity, self.quiet_except)),
            self.cap_per_hour,
            self.tell_end,
            self.machine,
        )
        return ChannelSetup(rule, self.transport(folder))

    def receivers(self) -> tuple[str, ...]:
        """Return the addresses that are no persons'."""
        return self.to

    @abstractmethod
    def transport(self, folder: Path) -> Transport:
        """Return what carries its messages; paths are taken from `folder`. Raises UserError."""

    def check_address(self, address: str) -> None:
        """Raise UserError for what is no address of this channel."""


def secret(variable: str | None, key: str) -> str:
    """Return what a variable of the environment holds; "" where no variable is named. Raises UserError where it holds nothing."""
    if variable is None:
        return ""
    found = os.environ.get(variable, "")
    if not found:
        raise UserError(f"{key}: wanted a secret in the environment variable {variable}, got nothing")
    return found
