"""Incidents as JSON text."""

import json
import math
from dataclasses import fields, replace

import pytest

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.life_cycle import apply
from harness.service.store.incident_json import incident_of, incident_text
from scenarios.errors import MachineError
from tests.harness.service.store.made_events import by_person, changed, opened


def made() -> Incident:
    incident = apply(None, opened("i", onset_s=0.1 + 0.2, evidence="a lane stands ✓", kind_values={"speed": 3.0}))
    incident = apply(incident, changed("i", 60.0, queue_veh=1 / 3, actions=["send a team"], joined_by=["pems"]))
    return apply(incident, by_person("i", EventKind.DUPLICATE, "d", duplicate_of="j"))


def test_an_incident_comes_back_field_by_field() -> None:
    before, back = made(), incident_of(incident_text(made()))
    for field in fields(Incident):
        assert repr(getattr(back, field.name)) == repr(getattr(before, field.name)), field.name


def test_an_incident_that_goes_on_has_no_end() -> None:
    back = incident_of(incident_text(replace(made(), cleared_s=None, closed_s=None)))
    assert (back.cleared_s, back.closed_s) == (None, None)
    assert math.isnan(back.tail_m)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind": "a party"}'])
def test_a_damaged_text_is_told(text: str) -> None:
    with pytest.raises(MachineError, match="a stored incident is damaged"):
        incident_of(text)


def test_what_is_not_known_is_null() -> None:
    content = json.loads(incident_text(made()))
    assert content["tail_m"] is None
    assert content["severity_parts"] == {"posterior": 0.9, "queue": None}
