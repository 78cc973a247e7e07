import gzip
import json
from zoneinfo import ZoneInfo

import httpx
import pytest

from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import write_message
from harness.service.web.web_settings import WebSettings
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, SmallService, batch_of, free_frame, serving

JSON, NDJSON = "application/json", "application/x-ndjson"
MESSAGE = write_message(batch_of(free_frame(30.0)))


def push(served: Served, body: bytes, kind: str = JSON, **headers: str) -> httpx.Response:
    """Send a body."""
    return served.client.post("/api/readings", content=body, headers={"Content-Type": kind, **headers})


def test_a_message_is_accepted_and_becomes_a_frame(served: Served) -> None:
    answer = push(served, MESSAGE)
    assert answer.status_code == 202
    assert answer.json() == {"detail": "30 accepted, 0 refused", "accepted": 30, "refused_count": 0, "refused": []}
    assert served.service.store.last_frame_s(ROAD) == 30.0


def test_a_stamp_without_offset_is_local_time_where_the_corridor_has_a_zone(service: SmallService) -> None:
    reading = {"station": "km 0.0", "lane": 0, "time": "2026-01-01T01:00:30", "count": 2}
    body = {"schema": "laneblock.readings/1", "corridor": ROAD, "readings": [reading]}
    settings = WebSettings(port=0, zones={ROAD: ZoneInfo("Europe/Berlin")})
    with serving(service, settings) as address:
        answer = httpx.post(f"{address}/api/readings", json=body, timeout=60.0)
    assert answer.status_code == 202
    assert service.store.last_frame_s(ROAD) == 1767225630.0


def test_lines_are_accepted(served: Served) -> None:
    content = json.loads(MESSAGE)
    lines = "\n".join(json.dumps({**reading, "corridor": ROAD}) for reading in content["readings"])
    assert push(served, lines.encode(), NDJSON).json()["accepted"] == 30


def test_a_packed_body_is_unpacked(served: Served) -> None:
    assert push(served, gzip.compress(MESSAGE), **{"Content-Encoding": "gzip"}).json()["accepted"] == 30


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b"[" * 20_000_000, mtime=0), "gzip", 413),
        (gzip.compress(MESSAGE, mtime=0)[:-20], "gzip", 400),
        (gzip.compress(MESSAGE, mtime=0) * 2, "gzip", 400),
        (MESSAGE, "gzip", 400),
        (MESSAGE, "br", 415),
    ],
    ids=["a bomb", "cut off", "two", "not packed", "brotli"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(served: Served, body: bytes, encoding: str, status: int) -> None:
    assert push(served, body, **{"Content-Encoding": encoding}).status_code == status


def test_good_readings_are_taken_and_wrong_ones_are_told(served: Served) -> None:
    content = json.loads(MESSAGE)
    content["readings"][3]["occupancy"] = 12.0
    answer = push(served, json.dumps(content).encode())
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["refused_count"]) == (29, 1)
    assert "readings[3].occupancy" in answer.json()["refused"][0]
    assert "percentage" in answer.json()["refused"][0]


def test_twenty_reasons_are_told_and_all_are_counted(served: Served) -> None:
    content = json.loads(MESSAGE)
    for reading in content["readings"]:
        reading["lane"] = -1
    answer = push(served, json.dumps(content).encode())
    assert answer.status_code == 400
    assert (answer.json()["refused_count"], len(answer.json()["refused"])) == (30, 20)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"schema": "other/1"}', b"\xff\xfe", b"NaN"])
def test_what_is_no_message_is_refused_with_a_reason(served: Served, body: bytes) -> None:
    answer = push(served, body)
    assert answer.status_code == 400
    assert answer.json()["refused"]


def test_another_type_is_refused(served: Served) -> None:
    assert push(served, MESSAGE, "text/plain").status_code == 415


def test_an_overloaded_service_says_when_to_try_again(served: Served) -> None:
    served.service.retry_after_s = 2.5
    answer = push(served, MESSAGE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


def test_a_road_that_is_not_watched_is_told(served: Served) -> None:
    answer = push(served, write_message(ReadingBatch("A5", batch_of(free_frame(30.0)).readings)))
    assert answer.status_code == 400
    assert "A5" in answer.json()["refused"][0]


def test_pushed_readings_are_counted(served: Served) -> None:
    name = 'laneblock_pushed_readings_total{result="accepted"} '

    def count() -> float:
        return float(served.client.get("/metrics").text.partition(name)[2].split("\n")[0] or 0)

    before = count()
    push(served, MESSAGE)
    assert count() - before == 30.0
