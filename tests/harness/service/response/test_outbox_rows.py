from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.outbox_rows import (
    CLAIM_S,
    DIGEST_EVERY_S,
    GIVE_UP_S,
    claim,
    counts_by_state,
    delivered,
    not_delivered,
)
from harness.service.response.outgoing import Outgoing
from harness.service.response.weekly_hours import HoursTable
from tests.harness.service.response.response_stores import MAIL, Desk, desk, settings_with

NIGHT = replace(MAIL, quiet=(HoursTable(begin="22:00", end="06:00").in_zone(ZoneInfo("UTC")),))
FEW = replace(MAIL, cap_per_hour=3)


@pytest.fixture
def one(empty_url: str | None) -> Iterator[Desk]:
    with desk(settings_with((MAIL,)), empty_url) as made:
        yield made


def digest(channel: ChannelRule, held: Sequence[Outgoing]) -> Mapping[str, object]:
    return {"subject": f"{len(held)} messages", "text": "\n".join(each.subject for each in held), "payload": ""}


def taken(of: Desk, channel: ChannelRule = MAIL, deliver: bool = True) -> Outgoing | None:
    with of.store.database.writing() as connection:
        message = claim(connection, channel, of.wall_s, digest)
        if message is not None and deliver:
            delivered(connection, message, of.wall_s)
        return message


def test_a_message_goes_out_once(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    message = taken(one)
    assert message is not None
    assert (message.recipient, message.address, message.tries) == ("ann", "ann@example.org", 0)
    assert taken(one) is None


def test_one_whose_sender_died_goes_out_again_with_the_same_key(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    first = taken(one, deliver=False)
    assert taken(one) is None
    one.wall_s += CLAIM_S
    again = taken(one)
    assert first is not None
    assert again is not None
    assert again.key == first.key


def test_a_failed_try_is_repeated_later_each_time_and_given_up_after_a_day(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    began_s, tried = one.wall_s, []
    while one.wall_s < began_s + GIVE_UP_S + 1200:
        message = taken(one, deliver=False)
        if message is not None:
            tried.append(one.wall_s - began_s)
            with one.store.database.writing() as connection:
                not_delivered(connection, message, one.wall_s, "no answer", for_good=False)
        one.wall_s = max(one.wall_s + (1 if message else 60), one.rows()[0].due_s)
    assert tried[:5] == [0, 5, 15, 35, 75]
    assert max(tried) <= GIVE_UP_S + 600
    with one.store.database.reading() as connection:
        assert counts_by_state(connection) == {"mail": {"failed": 1}}


def test_what_is_refused_for_good_is_not_tried_again(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    message = taken(one, deliver=False)
    assert message is not None
    with one.store.database.writing() as connection:
        not_delivered(connection, message, one.wall_s, "550 no such user", for_good=True)
    one.wall_s += GIVE_UP_S
    assert taken(one) is None
    assert (one.rows()[0].state, one.rows()[0].error) == ("failed", "550 no such user")


def test_beyond_the_cap_messages_are_put_together_and_none_is_lost(one: Desk) -> None:
    for k in range(10):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="high")
    gone = []
    for _ in range(int(DIGEST_EVERY_S / 30) + 2):
        while (message := taken(one, FEW)) is not None:
            gone.append(message)
        one.wall_s += 30
    assert [each.reason for each in gone] == ["opened"] * 3 + ["digest"]
    assert gone[-1].subject == "7 messages"
    assert len(gone[-1].text.splitlines()) == 7
    with one.store.database.reading() as connection:
        assert counts_by_state(connection) == {"mail": {"sent": 4, "digested": 7}}


def test_what_went_out_over_an_hour_ago_does_not_count_towards_the_cap(one: Desk) -> None:
    reasons = []
    for k in range(5):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="high")
        reasons.append(getattr(taken(one, FEW), "reason", "held"))
        one.wall_s += 1201
    assert reasons == ["opened"] * 5


def test_quiet_hours_hold_back_until_they_end_but_not_what_is_critical() -> None:
    with desk(settings_with((NIGHT,))) as one:
        one.wall_s += 23 * 3600
        one.happens("A4/1", EventKind.OPENED, severity="high")
        one.happens("A4/2", EventKind.OPENED, severity="critical")
        now = [taken(one, NIGHT), taken(one, NIGHT), taken(one, NIGHT)]
        assert [each and each.incident for each in now] == ["A4/2", "A4/2", None]
        one.wall_s += 7 * 3600
        assert (taken(one, NIGHT) or now[0]).incident == "A4/1"  # type: ignore[union-attr]


def test_what_is_over_before_quiet_hours_are_is_not_told_nor_its_end() -> None:
    with desk(settings_with((NIGHT,))) as one:
        one.wall_s += 23 * 3600
        one.happens("A4/1", EventKind.OPENED, severity="high")
        one.happens("A4/1", EventKind.CLEARED, 660.0)
        one.wall_s += 7 * 3600
        assert taken(one, NIGHT) is None
        assert [row.state for row in one.rows()] == ["dropped", "dropped"]
