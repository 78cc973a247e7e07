import pytest

from harness.service.incidents.incident import Severity
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.escalation_policy import SeverityRule
from harness.service.response.notice import Reason
from harness.service.response.on_call import Person
from harness.service.response.receivers import missing_media, receivers
from tests.harness.service.response.response_cases import MONDAY_S
from tests.harness.service.response.response_stores import ANN, BOB, BOSS, HOOK, MAIL, SMS

RULE = SeverityRule(
    respond_within_s=900.0, escalate_after_s=1800.0, channels=("email", "sms"), teams=("traffic_control",)
)


def told(
    reason: Reason,
    *channels: ChannelRule,
    people: tuple[Person, ...] = (ANN, BOB, BOSS),
    severity: Severity = Severity.HIGH,
) -> list[tuple[str, str]]:
    """Channel and address of who is told."""
    found = receivers(reason, severity, RULE, people, channels, MONDAY_S)[0]
    return [(each.channel.name, each.address) for each in found]


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        (Reason.OPENED, ["ann"]),
        (Reason.LATE, ["ann", "bob"]),
        (Reason.ESCALATED, ["ann", "bob", "boss"]),
        (Reason.NO_TEAM, ["ann", "bob", "boss"]),
    ],
)
def test_more_people_are_told_the_longer_nobody_responds(reason: Reason, names: list[str]) -> None:
    assert told(reason, MAIL) == [("mail", f"{name}@example.org") for name in names]


def test_a_person_is_told_by_the_media_that_they_have() -> None:
    assert told(Reason.LATE, SMS) == [("gateway", "+491")]


def test_an_address_for_the_channel_goes_before_that_for_its_medium() -> None:
    ann = Person("ann", {"mail": "duty@example.org", "email": "ann@example.org"}, teams=("traffic_control",))
    assert told(Reason.OPENED, MAIL, people=(ann,)) == [("mail", "duty@example.org")]


def test_a_channel_that_the_policy_does_not_ask_for_is_told_of_its_own_severities() -> None:
    some = ChannelRule("hook", "webhook", to=("https://example.org/hook",), severities=frozenset({Severity.LOW}))
    assert told(Reason.OPENED, HOOK) == [("hook", "https://example.org/hook")]
    assert told(Reason.OPENED, some, severity=Severity.HIGH) == []
    assert told(Reason.OPENED, some, severity=Severity.LOW) == [("hook", "https://example.org/hook")]


def test_what_a_policy_asks_for_and_no_channel_offers_is_named() -> None:
    assert missing_media([RULE], [MAIL]) == ("sms",)
