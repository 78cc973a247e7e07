"""A marked test to every receiver of pushes, at once and without the store: an exercise that begins, and ends a moment later.

The formats have no other mark that all readers know: the incident is an exercise, of unknown kind and low severity, its id and its
evidence say that it is a test, and the second document takes it back.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

from harness.service.feeds.feed_incident import FeedIncident, feed_incident
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.incidents.incident_values import all_values
from harness.service.pushing.push_follower import Pushed, outgoing
from harness.service.pushing.push_format import push_text
from harness.service.response.channel_trial import TriedReceiver, test_incident
from harness.service.response.transport import NotDeliveredError
from scenarios.errors import printable

EVIDENCE = "TEST: nothing has happened"
"""What each document says of the reason."""


def try_pushes(pushed: Pushed) -> Iterator[TriedReceiver]:
    """Send a test, and its end, to every receiver; yield what became of each."""
    for push in pushed.receivers:
        error = ""
        for event, told in _documents(pushed):
            body = push_text(told, push.made, pushed.feeds)
            try:
                push.transport.send(outgoing(push, told, event, body, event.wall_s))
            except NotDeliveredError as failure:
                error = printable(str(failure))
                break
        push.transport.close()
        yield TriedReceiver(push.rule.name, push.format, error)


def _documents(pushed: Pushed) -> Iterator[tuple[StoredEvent, FeedIncident]]:
    now_s, name = time.time(), f"laneblock-test-{uuid4().hex[:12]}"
    road = next(iter(pushed.corridors.values()), None)
    at_m = float("nan") if road is None else road.stations[0].position_m
    made = replace(
        test_incident(), corridor="laneblock" if road is None else road.name, position_m=at_m, evidence=EVIDENCE
    )
    opened = Event(f"{name} 1", made.corridor, now_s, EventKind.OPENED, name, data=all_values(made))
    closed = Event(f"{name} 2", made.corridor, now_s, EventKind.TEST, name, note=EVIDENCE)
    timeline = [StoredEvent(k, now_s, each) for k, each in enumerate((opened, closed), start=1)]
    points = pushed.feeds.coordinates.get(made.corridor, ())
    for count in (1, 2):
        yield timeline[count - 1], feed_incident(timeline[:count], road, points)
