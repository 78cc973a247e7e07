import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.reports.gather_reports import period_report
from harness.service.reports.write_reports import write_incident, write_period
from harness.service.store.export_store import Span
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import SqlStore
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from tests.harness.service.reports.made_reports import ROAD, TARGETS, timeline


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store with an hour of frames and two incidents."""
    opened = open_database(str(tmp_path_factory.mktemp("store") / "store.sqlite"))
    opened.keep_corridor(ROAD)
    shape = (len(ROAD.stations), ROAD.lanes)
    for number in range(1, 121):
        speed = np.full(shape, 30.0)
        speed[2:4] = 5.0 if 540.0 <= 30.0 * number <= 1800.0 else 30.0
        opened.commit_frame(ROAD.name, LoopFrame(30.0 * number, np.full(shape, 8.0), speed, np.full(shape, 0.1)), [])
    evil = {"evidence": "<script>alert(1)</script>"}
    taken = [(EventKind.ACKNOWLEDGED, 1200.0), (EventKind.CLEARED, 1300.0), (EventKind.RESOLVED, 1400.0)]
    for steps, name, data in ((taken, "one", evil), ([(EventKind.FALSE_ALARM, 50.0)], "two", {"section": 1})):
        for stored in timeline(*steps, incident=name, **data):
            opened.append([stored.event])
    yield opened
    opened.close()


def test_a_period_is_a_page_json_and_csv(store: SqlStore, tmp_path: Path) -> None:
    write_period(tmp_path, period_report(store, "store.sqlite", Span(), TARGETS))
    document = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in document["incidents"]] == ["one", "two"]
    assert document["times"]["taken by a person"] == {"count": 2, "median_s": 625.0, "p90_s": 1085.0}
    assert document["false_by_section"] == [{"corridor": ROAD.name, "section": 1, "false": 1, "judged": 1}]
    assert [each["rule"] for each in document["lessons"]] == ["target missed"]
    rows = list(csv.DictReader((tmp_path / "incidents.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["id"], row["taken_after_s"], row["in_time"]) for row in rows] == [
        ("one", "1200", "0"),
        ("two", "50", "1"),
    ]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "1 of 2" in page
    assert "5.0 min" in page


def test_a_span_leaves_out_what_was_opened_otherwise(store: SqlStore) -> None:
    assert period_report(store, "x", Span(700.0), TARGETS).found == []


def test_an_empty_period_is_a_page_too(store: SqlStore, tmp_path: Path) -> None:
    write_period(tmp_path, period_report(store, "x", Span(1e6), None))
    assert "No incident was opened." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_incident_is_a_page_with_its_picture_and_nothing_from_outside(store: SqlStore, tmp_path: Path) -> None:
    write_incident(tmp_path, store, "one", TARGETS)
    page = (tmp_path / "incident.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "5.0 min late" in page
    document = json.loads((tmp_path / "incident.json").read_text(encoding="utf-8"))
    assert (document["incident"], len(document["events"]), document["late_s"]) == ("one", 4, 300.0)
    rows = list(csv.DictReader((tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["kind"] for row in rows] == ["opened", "acknowledged", "cleared", "resolved"]


def test_another_incident_is_refused(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no incident 'ones' in the store, which has 2"):
        write_incident(tmp_path, store, "ones", TARGETS)


def test_a_truth_of_another_road_is_refused(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="corridor"):
        period_report(store, "x", Span(), TARGETS, tmp_path)


def test_an_open_incident_waits_until_the_last_frame(tmp_path: Path) -> None:
    store = open_database(str(tmp_path / "store.sqlite"))
    shape = (len(ROAD.stations), ROAD.lanes)
    store.append([timeline()[0].event])
    store.commit_frame(ROAD.name, LoopFrame(2100.0, *(np.full(shape, 0.5) for _ in range(3))), [])
    (found,) = period_report(store, "x", Span(), TARGETS).found
    assert found.late_s == 600.0
    store.close()


def test_what_is_known_no_more_is_said_so(tmp_path: Path) -> None:
    store = open_database(str(tmp_path / "store.sqlite"))
    lost = {"position_m": None, "severity_score": None}
    for stored in timeline((EventKind.CHANGED, 30.0, lost), incident="one"):
        store.append([stored.event])
    write_incident(tmp_path, store, "one", None)
    page = (tmp_path / "incident.html").read_text(encoding="utf-8")
    assert "position not known" in page
    assert "no target" in page
    assert "nan" not in page.replace("&#", "").lower().split("provenance")[0]
    store.close()


def test_what_was_found_of_known_incidents_is_told(store: SqlStore, tmp_path: Path) -> None:
    write_corridor(tmp_path, ROAD)
    write_loops(tmp_path / "loops.csv.gz", ROAD, store.frames(ROAD.name))
    log = "onset_s,clearance_s,position_m,lanes\n480,1800,3500,1\n3000,3300,1500,0\n"
    (tmp_path / "incidents.csv").write_text(log, encoding="utf-8")
    (found,) = period_report(store, "x", Span(), TARGETS, tmp_path).detected
    assert (found.corridor, found.there, found.latency_s) == (ROAD.name, 2, (120.0,))
