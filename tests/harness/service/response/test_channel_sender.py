from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.digest_text import digest
from harness.service.response.http_transport import HttpTransport
from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import NotDeliveredError, Transport
from harness.service.store.sql_store import SqlStore
from tests.harness.service.response.gateway_server import Gateway, serving
from tests.harness.service.response.response_stores import HOOK, LOG, MAIL, SMS, Desk, desk, settings_with

FIELDS = {"to": "to", "text": "message", "key": "id"}
MANY = replace(SMS, cap_per_hour=10_000)


class ListTransport:
    """Takes messages into a list, or fails."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.sent = fails, list[Outgoing]()

    def send(self, message: Outgoing) -> None:
        if self.fails:
            raise NotDeliveredError(self.fails)
        self.sent.append(message)

    def close(self) -> None:
        pass


@pytest.fixture
def one() -> Iterator[Desk]:
    with desk(settings_with((MAIL, MANY, HOOK))) as made:
        yield made


def sender(of: Desk, rule: ChannelRule, transport: Transport) -> ChannelSender:
    made = partial(digest, of.settings.texts.language)
    return ChannelSender(of.store.database, rule, transport, made, LOG, lambda: of.wall_s)


def sent_all(of: Desk, at_work: ChannelSender, most: int = 5000) -> None:
    """Let a sender work until nothing waits for it, on the simulated clock."""
    for _ in range(most):
        if not at_work.step():
            due = [
                row.due_s for row in of.rows() if row.channel == at_work.rule.name and row.state in ("waiting", "held")
            ]
            if not due:
                return
            of.wall_s = max(min(due), at_work.health.rests_until_s, of.wall_s + 0.01)
    raise AssertionError("messages wait for ever")


def test_a_gateway_that_fails_hangs_and_answers_late_gets_every_message_and_none_twice(one: Desk) -> None:
    for k in range(60):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="critical")
    with serving(Gateway(fails=0.3, hangs=0.04, late=0.06)) as gateway:
        transport = HttpTransport(gateway.address, FIELDS, timeout_s=0.25)
        at_work = sender(one, MANY, transport)
        sent_all(one, at_work)
        transport.close()
    rows = [row for row in one.rows() if row.channel == MANY.name]
    assert {row.state for row in rows} == {"sent"}
    assert sorted(gateway.took) == sorted(row.key for row in rows)
    assert len(gateway.took) == 60
    assert len(gateway.calls) > 80
    assert gateway.twice > 0  # late answers: sent again, and known by their key


def test_a_sender_that_dies_after_the_receiver_has_it_sends_it_again_with_the_same_key(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="critical")

    class Dying(ListTransport):
        def send(self, message: Outgoing) -> None:
            super().send(message)
            raise KeyboardInterrupt

    dying, next_one = Dying(), ListTransport()
    with pytest.raises(KeyboardInterrupt):
        sender(one, MANY, dying).step()
    one.store.close()
    one.renew()
    sent_all(one, sender(one, MANY, next_one))
    assert [each.key for each in next_one.sent] == [each.key for each in dying.sent]


def test_a_dead_channel_is_shown_rests_and_delays_no_other(one: Desk) -> None:
    for k in range(5):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="critical")
    dead, alive = sender(one, MANY, ListTransport("no route to host")), sender(one, MAIL, ListTransport())
    for _ in range(20):
        dead.step()
    assert dead.health.failures == 3
    assert dead.health.status()["state"] == "failed 3 times in a row: no route to host"
    assert dead.health.failing_since_s == one.wall_s
    sent_all(one, alive)
    assert alive.health.sent == 10
    assert alive.health.status()["state"] == "ok"


def test_a_channel_that_is_back_sends_all_that_waited(one: Desk) -> None:
    for k in range(5):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="critical")
    transport = ListTransport("no route to host")
    at_work = sender(one, MANY, transport)
    for _ in range(200):
        at_work.step()
        one.wall_s += 10
    transport.fails = ""
    sent_all(one, at_work)
    assert len(transport.sent) == 5
    assert at_work.health.status()["state"] == "ok"


def test_a_bug_of_a_transport_keeps_the_message(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="critical")

    class Buggy(ListTransport):
        def send(self, message: Outgoing) -> None:
            raise ZeroDivisionError("a bug")

    at_work = sender(one, MANY, Buggy())
    assert at_work.step()
    assert "a bug" in at_work.health.error
    assert one.rows()[2].state == "waiting"


def test_a_digest_of_an_sms_fits_and_one_for_programs_holds_all(one: Desk) -> None:
    few, machine = replace(MANY, cap_per_hour=1), replace(HOOK, cap_per_hour=1)
    for k in range(9):
        one.happens(f"A4/{k}", EventKind.OPENED, severity="critical", exercise=True)
    for rule in (few, machine):
        transport = ListTransport()
        sent_all(one, sender(one, rule, transport))
        assert [each.reason for each in transport.sent] == ["opened", "digest"]
        assert transport.sent[1].text.startswith("[EXERCISE] 8 notifications for")
        assert len(transport.sent[1].text) <= 160 or rule.machine
        assert transport.sent[1].payload.count('"key"') == (8 if rule.machine else 0)


def test_a_thread_sends_what_is_written_and_ends_when_told(one: Desk) -> None:
    transport = ListTransport()
    store = SqlStore(one.url)
    at_work = ChannelSender(
        store.database, MANY, transport, partial(digest, one.settings.texts.language), LOG, lambda: one.wall_s
    )
    at_work.start()
    one.happens("A4/1", EventKind.OPENED, severity="critical")
    at_work.wake()
    at_work.stop(10.0)
    sent_all(one, at_work)
    assert len(transport.sent) == 1
    store.close()
