"""A marked test through every channel of a service, at once and without its store."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import structlog

from harness.service.incidents.incident import Incident, IncidentKind, Severity, State
from harness.service.response.channel_rule import Receiver
from harness.service.response.notice import Notice, Reason
from harness.service.response.on_call import Person
from harness.service.response.responding import Response
from harness.service.response.response_service import ResponseSetup
from harness.service.response.transport import NotDeliveredError
from scenarios.errors import printable


@dataclass(frozen=True, slots=True)
class TriedReceiver:
    """A receiver of a test; `error` is why it did not get it, "" where it did."""

    channel: str
    receiver: str
    error: str


def try_channels(setup: ResponseSetup) -> Iterator[TriedReceiver]:
    """Send a test to every receiver of every channel; yield what became of each. A channel without receivers is one too."""
    response = Response(setup.settings, structlog.get_logger())
    notice = Notice(test_incident(), Reason.TEST, time.time())
    for channel in setup.channels:
        rule = channel.rule
        named = [(address, address) for address in rule.to] or [
            (person.name, address)
            for person in setup.settings.people
            if (address := _address(person, rule.name, rule.medium))
        ]
        if not named:
            yield TriedReceiver(rule.name, "", "nobody has an address for it")
        for name, address in named:
            receiver = Receiver(rule, name, address)
            message = response.message(notice, receiver, f"test {uuid4().hex}", 0, time.time())
            error = ""
            try:
                channel.transport.send(message)
            except NotDeliveredError as failure:
                error = printable(str(failure))
            yield TriedReceiver(rule.name, name, error)
        channel.transport.close()


def _address(person: Person, name: str, medium: str) -> str | None:
    return person.addresses.get(name) or person.addresses.get(medium)


def test_incident() -> Incident:
    """Return an incident that is none, for tests of what tells incidents."""
    unknown = float("nan")
    return Incident(
        id="test",
        corridor="laneblock",
        detector="",
        state=State.TEST,
        version=1,
        kind=IncidentKind.UNKNOWN,
        kind_rule="",
        severity=Severity.LOW,
        severity_score=unknown,
        severity_parts={},
        section=0,
        position_m=unknown,
        lanes=(),
        opened_s=time.time(),
        changed_s=time.time(),
        exercise=True,
    )
