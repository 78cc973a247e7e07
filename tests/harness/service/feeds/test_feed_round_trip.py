from math import isnan

from hypothesis import given, settings

from harness.service.feeds.cap_alert import cap_alert
from harness.service.feeds.datex2_situations import datex2_text
from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from tests.harness.service.feeds.format_rules import CAP, CAP_VALUES, DATEX, DATEX_VALUES, broken_rules
from tests.harness.service.feeds.read_back import parsed, read_cap, read_datex2
from tests.harness.service.feeds.strategies import told_incidents
from tests.harness.service.opened_incident import BEGAN_S

NAMES = ("id", "corridor", "state", "kind", "severity", "position_m", "lanes", "evidence", "exercise")


@settings(max_examples=60, deadline=None)
@given(told_incidents())
def test_a_cap_document_read_back_is_the_same_incident(told: FeedIncident) -> None:
    now, read = told.incident, read_cap(cap_alert(told, FeedSettings()))
    assert {name: read[name] for name in (*NAMES, "section", "severity_score")} == {
        name: getattr(now, name) for name in (*NAMES, "section", "severity_score")
    }
    assert read["version"] == told.messages[-1].version
    for name in ("confidence", "queue_veh", "tail_m"):
        assert read.get(name) == (None if isnan(getattr(now, name)) else getattr(now, name))


@settings(max_examples=60, deadline=None)
@given(told_incidents())
def test_a_datex2_publication_read_back_is_the_same_incident(told: FeedIncident) -> None:
    now = told.incident
    (read,) = read_datex2(datex2_text([told], FeedSettings(), BEGAN_S))
    assert {name: read[name] for name in NAMES} == {name: getattr(now, name) for name in NAMES}
    assert read["version"] == told.messages[-1].version
    assert read.get("queue_veh") == (None if isnan(now.queue_veh) else round(now.queue_veh))
    assert ("tail_m" in read) is not isnan(now.tail_m)
    assert isnan(now.tail_m) or abs(read["tail_m"] - now.tail_m) <= 0.5  # whole metres of queue


@settings(max_examples=60, deadline=None)
@given(told_incidents())
def test_every_document_keeps_the_rules_of_its_format(told: FeedIncident) -> None:
    alert = parsed(cap_alert(told, FeedSettings()))
    assert broken_rules(alert, CAP, CAP_VALUES) == []
    publication = parsed(datex2_text([told], FeedSettings(), BEGAN_S))
    assert broken_rules(publication, DATEX, DATEX_VALUES) == []


def test_the_rules_tell_of_an_element_out_of_order_and_of_another_value() -> None:
    text = "<alert><sender>a b</sender><identifier>x</identifier></alert>"
    assert broken_rules(parsed(text), CAP, CAP_VALUES) == [
        "alert holds <sender><identifier>",
        "sender is 'a b'",
    ]
