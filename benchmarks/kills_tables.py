"""What a service left in its store, without wall times; what differs between two; notifications against what was received."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.expected_notices import ExpectedNotices, expected_notices
from benchmarks.kills_operator import NAME
from benchmarks.kills_site import RECEIVERS, addresses
from harness.service.incidents.incident_event import SERVICE, EventKind, StoredEvent
from harness.service.incidents.life_cycle import FROM_CLOCK
from harness.service.response.escalation_policy import read_policy
from harness.service.store.check_store import all_events, check_store
from harness.service.store.sql_store import SqlStore
from tests.harness.service.response.gateway_server import Gateway

WALL = (EventKind.SOURCE_SILENT, EventKind.SOURCE_BACK)
"""Kinds of event that the wall's clock decides."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All events; those compared, incidents by id and frames, as something that can be compared; the operator's changes.

    `problems`: what is wrong with the store. `notices`: what the events ask of timers and notifications.
    """

    stored: tuple[StoredEvent, ...]
    events: tuple[str, ...]
    incidents: Mapping[str, str]
    frames: tuple[tuple[float, bytes], ...]
    left_out: int
    changes: Counter[tuple[str, str]]
    problems: tuple[str, ...]
    notices: ExpectedNotices


def read_tables(database: Path, corridor: str, response: bool) -> Tables:
    """Return what a service left; with a `response` the events of frames alone are compared, and incidents by their ids."""
    store = SqlStore(str(database))
    try:
        stored = tuple(all_events(store))
        compared = [each.event for each in stored if each.event.kind not in WALL]
        left_out = len(stored) - len(compared)
        if response:  # persons and their clocks act at other instants in each run
            compared = [event for event in compared if event.actor == SERVICE and event.kind not in FROM_CLOCK]
        incidents = {each.id: "" if response else repr(each) for each in store.incidents(limit=1_000_000)}
        frames = tuple(
            (frame.time_s, frame.count.tobytes() + frame.speed.tobytes() + frame.occupancy.tobytes())
            for frame in store.frames(corridor)
        )
        problems = check_store(store).problems
    finally:
        store.close()
    return Tables(
        stored,
        tuple(repr(event) for event in compared),
        incidents,
        frames,
        left_out,
        Counter((each.event.incident, each.event.note) for each in stored if each.event.actor == NAME),
        problems,
        expected_notices(stored, read_policy(database.with_name("policy.toml")), frames[-1][0]),
    )


def differences(whole: Tables, killed: Tables) -> list[str]:
    """Return a line for each difference, and for what is wrong with the second store."""
    found = [f"store: {problem}" for problem in killed.problems]
    pairs = (
        ("events", whole.events, killed.events),
        ("incidents", sorted(whole.incidents.items()), sorted(killed.incidents.items())),
        ("frames", whole.frames, killed.frames),
    )
    for name, one, other in pairs:
        if len(one) != len(other):
            found.append(f"{name}: {len(one)} uninterrupted, {len(other)} killed")
        for a, b in zip(one, other, strict=False):
            if a != b:
                found.append(f"{name}: {str(a)[:300]} | {str(b)[:300]}")
    return found


def wrong_notices(tables: Tables, gateways: Mapping[str, Gateway]) -> tuple[list[str], list[str]]:
    """Return what is told of timers and notifications, and what is wrong with them.

    A receiver honours keys: what it `took` it has once for each key. Lost: it has no message of an event that calls people.
    Twice: two keys for the same event and reason, or a message that no event asks for.
    """
    notices, told, wrong = tables.notices, [], []
    told.append(f"{notices.fired} timers fired, {len(notices.lost)} lost, {len(notices.not_due)} not due")
    wrong += [f"timers: {key} is lost" for key in notices.lost] + [f"timers: {key} not due" for key in notices.not_due]
    told_are = addresses(gateways["hook"].address)
    for name, gateway in gateways.items():
        expected, took = notices.keys(name, told_are[name]), set(gateway.took)
        lost, more = expected - took, took - expected
        failed = len(gateway.calls) - len(took) - gateway.twice
        told.append(
            f"{name}: {len(took)} notifications of {len(expected)}, {len(lost)} lost, {len(more)} twice; {len(gateway.calls)} "
            f"calls, {failed} refused or not answered, {gateway.twice} taken again with the same key"
        )
        wrong += [f"{name}: {len(lost)} notifications lost, {len(more)} that no event asks for"] if lost or more else []
    bodies = gateways["hook"].took.values()
    again = [
        key for key, count in Counter((each["event"], each["reason"]) for each in bodies).items() if count > RECEIVERS
    ]
    wrong += [f"hook: event {event} ({reason}) is told twice" for event, reason in again]
    return told, wrong
