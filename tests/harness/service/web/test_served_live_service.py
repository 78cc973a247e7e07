"""The whole way, with the service that runs in earnest: readings pushed over HTTP become an incident on a stream."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.detector import Detector
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from harness.service.store.sql_store import SqlStore
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_log import web_log
from harness.service.web.web_settings import WebSettings
from scenarios.corridor import Corridor
from tests.harness.made_traffic import ROAD
from tests.harness.service.corridors import played_frames
from tests.harness.service.web.test_stream_api import events, sse

PATIENCE_S = 60.0


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a service of one road is served; its detector alarms when told to."""

    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        return played_frames.Alarming(corridor)

    monkeypatch.setitem(DETECTORS, "alarming", Entry("alarming", "told to", build, module=played_frames.__name__))
    broadcast, log = EventBroadcast(), io.StringIO()
    service = LiveService(
        [CorridorSetup(ROAD, (DetectorChoice("alarming"),))],
        [],
        SqlStore(str(tmp_path / "live.db")),
        DecidingSettings(),
        broadcast.publish,
        FailureLog(tmp_path / "failures"),
        web_log(log),
    )
    settings = WebSettings(port=0, heartbeat_s=0.5)
    server = PageServer(create_app(service, settings, broadcast, log), settings)
    server.start()
    service.start()
    yield server.address
    server.stop()
    service.stop()


def test_pushed_readings_become_an_incident_that_a_person_acknowledges(address: str) -> None:
    with sse(address) as messages, httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        next(messages)
        for frame in played_frames.made_frames():
            body = write_message(frame_readings(ROAD, frame))
            answer = client.post("/api/readings", content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["refused_count"]) == (202, 0)
        (opened,) = events(messages, 1)
        assert (opened["kind"], opened["corridor"]) == ("opened", ROAD.name)
        played_frames.wait_until(lambda: client.get("/api/incidents").json()["incidents"][0]["state"] == "cleared")
        (incident,) = client.get("/api/incidents").json()["incidents"]
        path = f"/api/incidents/{incident['id']}"
        changed = client.post(f"{path}/acknowledge", json={"version": incident["version"], "note": "seen"}).json()
        assert changed["acknowledged_by"] == "operator"
        assert [each["kind"] for each in client.get(f"{path}/timeline").json()][-1] == "acknowledged"
        frames = client.get("/api/frames", params={"corridor": ROAD.name}).json()
        assert len(frames["time_s"]) > 30
        (condition,) = client.get("/api/status").json()["conditions"]
        assert condition["state"] in ("live", "behind")
        assert client.get("/readyz").json()["ready"] is True
        page = client.get("/").text
        start = json.loads(page.partition('id="start">')[2].partition("</script>")[0])
        assert start["incidents"][0]["id"] == incident["id"]
