"""Records of the spool as JSON, and back."""

import json
from dataclasses import fields

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.lease import Lease
from harness.service.store.spool_records import SpooledRecord, record_json, record_of
from scenarios.corridor import Corridor, Station
from tests.harness.service.store.made_events import by_person, frame, opened

RECORDS = [
    SpooledRecord(1.5, (opened("i"), by_person("i", EventKind.NOTE, "n", "✓\n")), "north", frame(30.0), b"\x00state"),
    SpooledRecord(1.5, corridor="north", frame=frame(0.1 + 0.2), lease=Lease("north", "one", 7)),
    SpooledRecord(1.5, batch=ReadingBatch("north", (Reading("a", 0, 30.0, 1.0, 2.0, 0.1),)), key="k"),
    SpooledRecord(1.5, stations=Corridor("north", 30.0, (Station("a", 0.0, 2), Station("b", 500.5, 3)))),
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_comes_back_as_it_was(record: SpooledRecord) -> None:
    back = record_of(json.loads(json.dumps(record_json(record), allow_nan=False)))
    for field in fields(SpooledRecord):
        before, after = getattr(record, field.name), getattr(back, field.name)
        if field.name == "frame" and before is not None:
            assert (after.time_s, after.speed.tobytes()) == (before.time_s, before.speed.tobytes())
        else:
            assert after == before, field.name


def test_what_a_person_or_a_pusher_did_can_be_asked_for_again() -> None:
    assert [record.is_asked_for for record in RECORDS] == [True, False, True, False]
