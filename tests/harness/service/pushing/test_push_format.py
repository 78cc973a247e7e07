import json
from itertools import accumulate
from typing import Any

import pytest

from harness.service.feeds.cap_alert import NAMESPACE
from harness.service.incidents.incident_event import EventKind
from harness.service.pushing.push_format import FORMATS, push_text
from tests.harness.service.feeds.made_feeds import told
from tests.harness.service.feeds.read_back import parsed, read_datex2
from tests.harness.service.pushing.push_cases import FEEDS, SENDER

LIFE = (EventKind.CHANGED, EventKind.NOTE, EventKind.ACKNOWLEDGED, EventKind.RESOLVED)


def documents(kind_of: str, *kinds: EventKind, **data: Any) -> list[str]:
    """What is pushed of each event of an incident."""
    steps = [(), *accumulate(((each,) for each in kinds), lambda one, other: (*one, *other))]
    return [push_text(told(*each, **data), FORMATS[kind_of], FEEDS) for each in steps]


@pytest.mark.parametrize("kind", FORMATS)
def test_each_change_makes_a_document_and_a_note_none(kind: str) -> None:
    assert [bool(text) for text in documents(kind, *LIFE)] == [True, True, False, True, True]


def test_cap_updates_and_cancels_reference_all_since_the_alert() -> None:
    alerts = [parsed(text) for text in documents("cap", *LIFE) if text]
    names = [each.findtext(f"{{{NAMESPACE}}}identifier") for each in alerts]
    kinds = [each.findtext(f"{{{NAMESPACE}}}msgType") for each in alerts]
    told_of = [(each.findtext(f"{{{NAMESPACE}}}references") or "").split() for each in alerts]
    assert kinds == ["Alert", "Update", "Update", "Cancel"]
    assert names == ["a4-600-3.1", "a4-600-3.2", "a4-600-3.4", "a4-600-3.5"]
    for place, references in enumerate(told_of):
        assert [each.split(",")[:2] for each in references] == [[SENDER, name] for name in names[:place]]
        sent = [each.findtext(f"{{{NAMESPACE}}}sent") for each in alerts[:place]]
        assert [each.split(",")[2] for each in references] == sent


def test_a_datex2_record_keeps_its_id_and_its_version_grows() -> None:
    read = [read_datex2(text)[0] for text in documents("datex2", *LIFE) if text]
    assert [(each["id"], each["version"], each["state"]) for each in read] == [
        ("a4-600-3", 1, "active"),
        ("a4-600-3", 2, "active"),
        ("a4-600-3", 4, "acknowledged"),
        ("a4-600-3", 5, "resolved"),
    ]


def test_geojson_is_one_feature_wzdx_a_feed_of_one_and_a_line_is_one_line() -> None:
    feature = json.loads(documents("geojson")[0])
    assert (feature["type"], feature["id"], feature["geometry"]["type"]) == ("Feature", "a4-600-3", "Point")
    feed = json.loads(documents("wzdx", EventKind.RESOLVED)[-1])
    assert [each["properties"]["event_status"] for each in feed["features"]] == ["completed"]
    assert feed["feed_info"]["publisher"] == SENDER
    lines = documents("jsonl", EventKind.RESOLVED)[-1].splitlines()
    assert [(json.loads(line)["version"], json.loads(line)["over"]) for line in lines] == [(2, True)]


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("cap", "<status>Exercise</status>"),
        ("datex2", "<com:informationStatus>technicalExercise<"),
        ("geojson", '"exercise": true'),
        ("wzdx", '"EXERCISE: '),
        ("jsonl", '"exercise": true'),
    ],
)
def test_simulated_traffic_is_an_exercise_in_every_document(kind: str, mark: str) -> None:
    texts = [text for text in documents(kind, *LIFE) if text]
    assert all(mark in text for text in texts)
    assert not any(mark in text for text in documents(kind, *LIFE, exercise=False))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_nothing_on_the_road_is_told_in_geojson_and_lines_alone(kind: str) -> None:
    expected = kind in ("geojson", "jsonl")
    assert bool(documents(kind, kind="sensor fault")[0]) is expected
    assert bool(documents(kind, silenced_by="night works")[0]) is expected
