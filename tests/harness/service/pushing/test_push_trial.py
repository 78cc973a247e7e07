"""A test to each receiver of pushes: an exercise, marked as a test, that is over at once."""

import pytest

from harness.service.pushing.push_follower import Pushed
from harness.service.pushing.push_format import FORMATS
from harness.service.pushing.push_tables import Push
from harness.service.pushing.push_trial import EVIDENCE, try_pushes
from tests.harness.service.feeds.made_feeds import ROAD
from tests.harness.service.feeds.read_back import read_cap
from tests.harness.service.pushing.push_cases import FEEDS, ListTransport


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_tells_an_exercise_that_is_a_test_and_its_end(kind: str) -> None:
    transport = ListTransport()
    (tried,) = try_pushes(Pushed((Push("tmc", kind, transport),), FEEDS, {ROAD.name: ROAD}))
    assert (tried.channel, tried.receiver, tried.error) == ("push tmc", kind, "")
    begun, ended = (message.payload for message in transport.sent)
    assert begun != ended
    for body in (begun, ended):
        assert "laneblock-test-" in body
        assert "exercise" in body.lower()
    assert all(message.exercise for message in transport.sent)


def test_an_alert_is_cancelled_again_and_says_that_nothing_has_happened() -> None:
    transport = ListTransport()
    list(try_pushes(Pushed((Push("tmc", "cap", transport),), FEEDS, {ROAD.name: ROAD})))
    begun, ended = (message.payload for message in transport.sent)
    assert EVIDENCE in begun
    assert "<msgType>Cancel</msgType>" in ended
    assert read_cap(begun)["id"] == read_cap(ended)["id"]


def test_a_receiver_that_fails_is_told_and_the_next_one_tried() -> None:
    good = ListTransport()
    receivers = (Push("bad", "jsonl", ListTransport("HTTP 503 no")), Push("good", "jsonl", good))
    told = [(tried.channel, tried.error) for tried in try_pushes(Pushed(receivers))]
    assert told == [("push bad", "HTTP 503 no"), ("push good", "")]
    assert len(good.sent) == 2
