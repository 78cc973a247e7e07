"""What is known of a channel before anything is sent through it: for whom, when, how much, and how a message is written."""

from dataclasses import dataclass, field

from harness.service.incidents.incident import Severity
from harness.service.response.language_file import Style
from harness.service.response.weekly_hours import WeeklyHours

RADIO, DASHBOARD = "radio", "dashboard"
"""Media that are always there: the dispatcher's list, and the page, which needs no message."""
CAP = 20
"""Messages to one address in an hour before they are put together. Chosen: more are not read one by one."""


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A channel by its `name`; the policy asks for it by that or by its `medium`.

    `to`: addresses of receivers that are no persons (a chat room, a webhook, a topic); empty: persons who have an address for it.
    `severities`: told through it whatever the policy says. `quiet`: hours in which only `quiet_except` are told; others wait until
    they end. `cap_per_hour`: messages to one address. `tell_end`: whoever was told is told when it is over. `machine`: it carries
    JSON. `in_order`: a message waits for the earlier ones about its incident.
    """

    name: str
    medium: str
    style: Style = "long"
    to: tuple[str, ...] = ()
    severities: frozenset[Severity] = frozenset()
    quiet: tuple[WeeklyHours, ...] = ()
    quiet_except: frozenset[Severity] = frozenset({Severity.CRITICAL})
    cap_per_hour: int = CAP
    tell_end: bool = True
    machine: bool = False
    in_order: bool = False

    def held_until_s(self, severity: Severity, wall_s: float) -> float:
        """Return when a message of a severity may go: now, or when the quiet hours end."""
        if severity in self.quiet_except:
            return wall_s
        return max((hours.end_s(wall_s) or wall_s for hours in self.quiet), default=wall_s)


RADIO_RULE = ChannelRule(RADIO, RADIO, style="spoken", to=("dispatcher",), cap_per_hour=1_000_000, quiet=())
"""The dispatcher's list: nothing is held back or put together, since it is read at their pace."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody or something that is told, and through which channel."""

    channel: ChannelRule
    name: str
    address: str = field(repr=False)
