"""An incident as JSON text, and back; NaN and None are null, numbers survive exactly."""

import json
from dataclasses import fields
from math import nan
from typing import Any

from harness.service.incidents.incident import Incident, State
from harness.service.incidents.incident_values import as_json, incident_values
from scenarios.errors import MachineError, in_one_line

_MAYBE = ("cleared_s", "closed_s")
"""Times that are None where there is none; elsewhere null is NaN."""
_TEXTS = ("id", "corridor", "duplicate_of", "acknowledged_by")
_TIMES = ("opened_s", "changed_s")


def incident_fields(incident: Incident) -> dict[str, Any]:
    """Return all fields of an incident in JSON's types."""
    return {field.name: as_json(getattr(incident, field.name)) for field in fields(Incident)}


def incident_text(incident: Incident) -> str:
    """Return an incident as JSON text."""
    return json.dumps(incident_fields(incident), allow_nan=False, separators=(",", ":"))


def incident_of(text: str) -> Incident:
    """Return the incident of a text that `incident_text` made. Raises MachineError for others."""
    try:
        content = json.loads(text)
        values: dict[str, Any] = incident_values(content)
        values |= {name: content[name] for name in (*_MAYBE, *_TEXTS)}
        values |= {name: nan if content[name] is None else content[name] for name in _TIMES}
        return Incident(**values, state=State(content["state"]), version=content["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise MachineError(f"a stored incident is damaged ({in_one_line(error)}): {text:.60}") from None
