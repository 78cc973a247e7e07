import httpx
import pytest

from harness.service.feeds.feed_content import FEEDS
from harness.service.incidents.incident_event import EventKind
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, SmallService, event, free_frame, opened, serving


@pytest.fixture
def told(served: Served) -> Served:
    """A service with one incident."""
    served.service.frame(free_frame(600.0), [opened(600.0)])
    return served


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_sent_once_and_then_told_to_be_unchanged(told: Served, name: str) -> None:
    first = told.client.get(f"/feeds/{name}")
    assert first.headers["content-type"] == f"{FEEDS[name][0]}; charset=utf-8"
    tag, date = first.headers["etag"], first.headers["last-modified"]
    again = told.client.get(f"/feeds/{name}", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert told.client.get(f"/feeds/{name}", headers={"If-Modified-Since": date}).status_code == 304


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_sent_anew_when_something_happens(told: Served, name: str) -> None:
    tag = told.client.get(f"/feeds/{name}").headers["etag"]
    told.service.frame(free_frame(630.0), [event(EventKind.CLEARED, f"{ROAD}/600", 630.0)])
    assert told.client.get(f"/feeds/{name}", headers={"If-None-Match": tag}).status_code == 200


def test_a_tag_counts_before_a_date(told: Served) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert told.client.get("/feeds/cap.xml", headers=headers).status_code == 200


@pytest.mark.parametrize("date", ["yesterday", "Fri, 99 Jan 2100 00:00:00 GMT", "", "0"])
def test_a_date_that_is_none_counts_for_nothing(told: Served, date: str) -> None:
    assert told.client.get("/feeds/cap.xml", headers={"If-Modified-Since": date}).status_code == 200


def test_each_alert_is_to_be_had_by_the_address_in_the_feed(told: Served) -> None:
    feed = told.client.get("/feeds/cap.xml").text
    address = feed.split('href="')[1].split('"')[0]
    alert = told.client.get(f"/feeds/{address}")
    assert alert.headers["content-type"] == "application/cap+xml; charset=utf-8"
    assert "<identifier>A4_east/600.1</identifier>" in alert.text


def test_another_alert_is_not_known(told: Served) -> None:
    assert told.client.get("/feeds/cap/other.xml").status_code == 404


def test_feeds_want_a_token_of_a_viewer_where_there_are_tokens(service: SmallService) -> None:
    view, feed = new_token("reader", Role.VIEW), new_token("loops", Role.FEED)
    settings = WebSettings(port=0, tokens=Tokens((view[1], feed[1])))
    with serving(service, settings) as address, httpx.Client(base_url=address) as client:
        given: list[dict[str, str]] = [{}, *({"Authorization": f"Bearer {each[0]}"} for each in (feed, view))]
        assert [client.get("/feeds/datex2.xml", headers=each).status_code for each in given] == [401, 403, 200]
