import pytest

from harness.service.feeds.datex2_situations import datex2_text
from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_event import EventKind
from tests.harness.service.feeds.made_feeds import told
from tests.harness.service.feeds.read_back import PREFIXES, TYPE, parsed
from tests.harness.service.opened_incident import BEGAN_S


def values(incident: FeedIncident, *paths: str) -> list[str | None]:
    """The texts of elements of a publication."""
    root = parsed(datex2_text([incident], FeedSettings("TMC", "nl"), BEGAN_S))
    return [root.findtext(f".//{path}", None, PREFIXES) for path in paths]


def records(incident: FeedIncident) -> list[tuple[str | None, str | None, str | None]]:
    """Class, id and version of the records of a publication."""
    root = parsed(datex2_text([incident], FeedSettings(), BEGAN_S))
    return [
        (each.get(TYPE), each.get("id"), each.get("version"))
        for each in root.iterfind(".//sit:situationRecord", PREFIXES)
    ]


def test_a_blocked_lane_and_its_queue_are_two_records() -> None:
    assert records(told()) == [
        ("sit:GeneralObstruction", "a4-600-3/GeneralObstruction", "1"),
        ("sit:AbnormalTraffic", "a4-600-3/queue", "1"),
    ]


def test_the_queue_names_the_record_that_causes_it() -> None:
    root = parsed(datex2_text([told(EventKind.CHANGED)], FeedSettings(), BEGAN_S))
    reference = root.find(".//sit:managedCause/sit:objectReference", PREFIXES)
    assert reference is not None
    assert (reference.get("id"), reference.get("version")) == ("a4-600-3/GeneralObstruction", "2")


def test_congestion_is_one_record_with_its_queue() -> None:
    incident = told(kind="congestion", lanes=[])
    assert records(incident) == [("sit:AbnormalTraffic", "a4-600-3/AbnormalTraffic", "1")]
    assert values(incident, "sit:numberOfVehiclesWaiting", "sit:queueLength") == ["34", "1250"]


def test_versions_grow_and_creation_stays() -> None:
    incident = told(EventKind.ACKNOWLEDGED, EventKind.CHANGED)
    times = values(incident, "sit:situationRecordCreationTime", "sit:situationRecordVersionTime")
    assert (records(incident)[0][2], times) == ("3", ["2026-03-04T04:53:20Z", "2026-03-04T04:55:20Z"])


def test_a_note_makes_no_version() -> None:
    assert records(told(EventKind.NOTE)) == records(told())


def test_what_lasts_is_active_without_an_end() -> None:
    assert values(told(), "com:validityStatus", "com:overallEndTime") == ["active", None]


@pytest.mark.parametrize("kind", [EventKind.CLEARED, EventKind.RESOLVED, EventKind.FALSE_ALARM])
def test_what_is_over_has_an_end(kind: EventKind) -> None:
    found = values(told(kind), "com:validityStatus", "com:overallEndTime")
    assert found == ["definedByValidityTimeSpec", "2026-03-04T04:54:20Z"]


@pytest.mark.parametrize(("exercise", "status"), [(True, "technicalExercise"), (False, "real")])
def test_simulated_traffic_is_an_exercise(exercise: bool, status: str) -> None:
    assert values(told(exercise=exercise), "com:informationStatus") == [status]


def test_a_resolved_incident_is_certain_a_likely_one_probable() -> None:
    cases = [told(EventKind.RESOLVED), told(), told(confidence=0.4), told(confidence=None)]
    found = [values(each, "sit:probabilityOfOccurrence")[0] for each in cases]
    assert found == ["certain", "probable", "riskOf", "riskOf"]


def test_lanes_are_counted_from_the_shoulder_and_the_others_operate() -> None:
    found = values(told(lanes=[0]), "loc:laneNumber", "sit:numberOfLanesRestricted", "sit:numberOfOperationalLanes")
    assert found == ["1", "1", "2"]


def test_a_place_is_a_point_and_metres_along_the_road() -> None:
    wanted = ("loc:latitude", "loc:longitude", "loc:distanceAlong")
    assert values(told(), *wanted) == ["50.035000", "4.070000", "3500.0"]
    assert values(told(coordinates=()), *wanted) == [None, None, "3500.0"]


def test_the_publisher_is_named() -> None:
    assert values(told(), "com:country", "com:nationalIdentifier") == ["nl", "TMC"]


def test_long_texts_are_cut_where_the_model_ends_and_control_characters_dropped() -> None:
    root = parsed(datex2_text([told(evidence="\x07<&>" + "x" * 2000)], FeedSettings(), BEGAN_S))
    texts = [each.text or "" for each in root.iterfind(".//com:value", PREFIXES)]
    assert max(len(each) for each in texts) <= 1024
    assert any(each.startswith("<&>xxx") for each in texts)
