"""Feeds against the schemas as published: CAP 1.2 (OASIS), DATEX II 3, WZDx 4.2.

They are not part of the repository. `LANEBLOCK_SCHEMAS` names a folder with cap/CAP-v1.2-schema.xsd, datex3/DATEXII_3_*.xsd and
wzdx/*.json; without it these tests are skipped, and the rules of `format_rules` are what is checked.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings

from harness.service.feeds.cap_alert import cap_alert
from harness.service.feeds.datex2_situations import datex2_text
from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.wzdx_events import EVENT_TYPE, wzdx_text
from harness.service.incidents.incident_event import EventKind
from tests.harness.service.feeds.made_feeds import told
from tests.harness.service.feeds.strategies import told_incidents
from tests.harness.service.opened_incident import BEGAN_S

SCHEMAS = Path(os.environ.get("LANEBLOCK_SCHEMAS", ""))
pytestmark = pytest.mark.skipif(
    "LANEBLOCK_SCHEMAS" not in os.environ, reason="LANEBLOCK_SCHEMAS names no folder with published schemas"
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def cap() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "cap" / "CAP-v1.2-schema.xsd"))


@pytest.fixture(scope="module")
def datex2() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "datex3" / "DATEXII_3_D2Payload.xsd"))


@FEW
@given(told_incidents())
def test_every_alert_is_valid_cap(cap: xmlschema.XMLSchema, told: FeedIncident) -> None:
    cap.validate(cap_alert(told, FeedSettings()))


@FEW
@given(told_incidents())
def test_every_publication_is_valid_datex2(datex2: xmlschema.XMLSchema, told: FeedIncident) -> None:
    datex2.validate(datex2_text([told], FeedSettings(), BEGAN_S))


def test_an_empty_publication_is_valid_datex2(datex2: xmlschema.XMLSchema) -> None:
    datex2.validate(datex2_text([], FeedSettings(), BEGAN_S))


def _errors(feed: dict[str, Any]) -> list[str]:
    """What is wrong with the features by RoadEventFeature, and with feed_info by FeedInfo."""
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (SCHEMAS / "wzdx").glob("*.json")}
    for geometry in ("LineString", "MultiPoint", "Point"):
        shape = {"type": "object", "properties": {"type": {"const": geometry}}, "required": ["type", "coordinates"]}
        read[f"{geometry}.json"] = {"$id": f"https://geojson.org/schema/{geometry}.json", **shape}
    registry = jsonschema_rs.Registry([(each["$id"], each) for each in read.values()])
    parts = [(feed["feed_info"], "FeedInfo.json"), *((each, "RoadEventFeature.json") for each in feed["features"])]
    return [
        error.message
        for part, name in parts
        for error in jsonschema_rs.validator_for(read[name], registry=registry).iter_errors(part)
    ]


def test_the_wzdx_feed_is_valid_but_for_the_type_of_event() -> None:
    feed = json.loads(wzdx_text([told(), told(EventKind.RESOLVED), told(tail_m=None)], FeedSettings(), BEGAN_S))
    assert _errors(feed)
    for each in feed["features"]:
        assert each["properties"]["core_details"]["event_type"] == EVENT_TYPE
        each["properties"]["core_details"]["event_type"] = "work-zone"
    assert _errors(feed) == []
