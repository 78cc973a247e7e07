import pytest

from harness.service.feeds.cap_alert import MOST_REFERENCES, NAMESPACE, cap_alert
from harness.service.feeds.cap_feed import cap_feed
from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_event import EventKind
from tests.harness.service.feeds.made_feeds import told
from tests.harness.service.feeds.read_back import parsed
from tests.harness.service.opened_incident import BEGAN_S

CAP = {"cap": NAMESPACE}
ATOM = {"atom": "http://www.w3.org/2005/Atom", **CAP}
SETTINGS = FeedSettings("tmc.example.org", "us")


def values(alert: FeedIncident, *names: str) -> list[str | None]:
    """The texts of elements of an alert."""
    root = parsed(cap_alert(alert, SETTINGS))
    return [root.findtext(f".//cap:{name}", None, CAP) for name in names]


def test_the_first_message_is_an_alert_that_references_none() -> None:
    found = values(told(), "identifier", "sender", "sent", "msgType", "references", "incidents")
    sent = "2026-03-04T04:53:20-00:00"  # UTC is -00:00, never Z
    assert found == ["a4-600-3.1", "tmc.example.org", sent, "Alert", None, "a4-600-3"]


def test_an_update_references_all_messages_since_the_alert() -> None:
    found = values(told(EventKind.CHANGED, EventKind.ACKNOWLEDGED), "identifier", "msgType", "references")
    assert found == [
        "a4-600-3.3",
        "Update",
        "tmc.example.org,a4-600-3.1,2026-03-04T04:53:20-00:00 tmc.example.org,a4-600-3.2,2026-03-04T04:54:20-00:00",
    ]


@pytest.mark.parametrize(
    ("kind", "certainty", "note"),
    [
        (EventKind.RESOLVED, "Observed", "closed as resolved"),
        (EventKind.FALSE_ALARM, "Unlikely", "closed as false alarm"),
        (EventKind.DUPLICATE, "Likely", "closed as duplicate"),
    ],
)
def test_a_closed_incident_is_a_cancel(kind: EventKind, certainty: str, note: str) -> None:
    found = values(told(kind), "msgType", "references", "urgency", "responseType", "certainty", "note")
    assert found == [
        "Cancel",
        "tmc.example.org,a4-600-3.1,2026-03-04T04:53:20-00:00",
        *("Past", "AllClear", certainty, note),
    ]


def test_what_the_detectors_say_is_over_is_an_all_clear_but_no_cancel() -> None:
    found = values(told(EventKind.CLEARED), "msgType", "responseType", "urgency")
    assert found == ["Update", "AllClear", "Past"]


def test_an_incident_reopened_after_its_cancel_is_a_new_alert() -> None:
    assert values(told(EventKind.FALSE_ALARM, EventKind.REOPENED), "msgType", "references") == ["Alert", None]


def test_an_update_after_that_references_the_new_alert_alone() -> None:
    found = told(EventKind.FALSE_ALARM, EventKind.REOPENED, EventKind.CHANGED)
    assert values(found, "references") == ["tmc.example.org,a4-600-3.3,2026-03-04T04:55:20-00:00"]


def test_what_is_noted_on_a_cancelled_incident_cancels_again() -> None:
    msg_type, references = values(told(EventKind.RESOLVED, EventKind.CHANGED), "msgType", "references")
    assert (msg_type, len((references or "").split())) == ("Cancel", 2)


def test_a_note_is_no_message_and_is_not_told() -> None:
    text = cap_alert(told(EventKind.NOTE), SETTINGS)
    assert text == cap_alert(told(), SETTINGS)
    assert "Kim" not in text
    assert "kim" not in text


def test_timers_make_no_message() -> None:
    assert values(told(EventKind.RESPONSE_LATE, EventKind.ESCALATED), "identifier") == ["a4-600-3.1"]


def test_references_are_the_first_and_the_last_of_many() -> None:
    (references,) = values(told(*[EventKind.CHANGED] * 200), "references")
    named = [each.split(",")[1] for each in (references or "").split()]
    assert (len(named), named[0], named[1], named[-1]) == (
        MOST_REFERENCES,
        "a4-600-3.1",
        "a4-600-3.102",
        "a4-600-3.200",
    )


@pytest.mark.parametrize(("exercise", "status"), [(True, "Exercise"), (False, "Actual")])
def test_simulated_traffic_is_an_exercise(exercise: bool, status: str) -> None:
    assert values(told(exercise=exercise), "status") == [status]


def test_the_place_is_a_circle_of_half_the_section() -> None:
    assert values(told(), "circle") == ["50.035000,4.070000 0.500"]


def test_without_coordinates_the_place_is_along_the_road_alone() -> None:
    found = values(told(coordinates=()), "circle", "area/cap:geocode/cap:value", "areaDesc")
    assert found == [None, "A4 east: 3500 m", "A4 east, between km 3 and km 4, at 3.50 km"]


def test_texts_are_escaped_and_control_characters_dropped() -> None:
    evil = "</description><script>&x;]]>\x00\x1b[31m\ufffe"
    assert values(told(evidence=evil), "description") == ["</description><script>&x;]]>[31m"]


def test_a_name_with_blanks_and_commas_is_none_in_identifiers() -> None:
    found = values(
        told(EventKind.CHANGED, incident="A4 east,<x>&/6"), "identifier", "references", "parameter/cap:value"
    )
    assert found[0] == "A4_east_x>_/6.2"
    assert found[1] == "tmc.example.org,A4_east_x>_/6.1,2026-03-04T04:53:20-00:00"
    assert found[2] == "A4 east,<x>&/6"


def test_the_feed_holds_each_alert_and_its_address() -> None:
    root = parsed(cap_feed([told(), told(EventKind.RESOLVED, incident="other")], SETTINGS, BEGAN_S))
    entries = root.findall("atom:entry", ATOM)
    links = [each.find("atom:link", ATOM) for each in entries]
    assert [link is not None and link.get("href") for link in links] == ["cap/a4-600-3.xml", "cap/other.xml"]
    types = [each.findtext("atom:content/cap:alert/cap:msgType", None, ATOM) for each in entries]
    assert types == ["Alert", "Cancel"]
    assert root.findtext("atom:updated", None, ATOM) == "2026-03-04T04:53:20Z"


def test_what_was_never_on_the_road_is_not_in_the_feed() -> None:
    faults = [told(kind="sensor fault"), told(silenced_by="works"), told(EventKind.RESOLVED, kind="unusually free")]
    assert parsed(cap_feed(faults, SETTINGS, BEGAN_S)).find("atom:entry", ATOM) is None
