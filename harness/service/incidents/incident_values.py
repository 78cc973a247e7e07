"""The values of an incident that events carry: as JSON in an event's `data`, and back.

NaN and None are null; tuples are lists. `data` of OPENED holds all of `CARRIED`, of CHANGED and RETURNED some of them, and
under BEFORE the old values of those that made the event worth telling. Numbers survive exactly.
"""

from collections.abc import Callable, Mapping
from math import isfinite, nan
from typing import Any

from harness.service.incidents.incident import Incident, IncidentKind, Severity

BEFORE = "before"
"""Where the `data` of CHANGED holds the old values of what changed."""


def _number(value: Any) -> float:
    return nan if value is None else float(value)


def _text(value: Any) -> str:
    return str(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value)


def _whole_numbers(value: Any) -> tuple[int, ...]:
    return tuple(int(each) for each in value)


def _numbers_by_name(value: Any) -> dict[str, float]:
    return {str(name): _number(number) for name, number in value.items()}


def _scores(value: Any) -> dict[str, dict[int, float]]:
    return {
        str(name): {int(section): float(each) for section, each in scores.items()} for name, scores in value.items()
    }


CARRIED: Mapping[str, Callable[[Any], Any]] = {
    "detector": _text,
    "joined_by": _texts,
    "kind": IncidentKind,
    "kind_rule": _text,
    "kind_values": _numbers_by_name,
    "severity": Severity,
    "severity_score": _number,
    "severity_parts": _numbers_by_name,
    "section": int,
    "sections": _whole_numbers,
    "position_m": _number,
    "lanes": _whole_numbers,
    "onset_s": _number,
    "confidence": _number,
    "queue_veh": _number,
    "tail_m": _number,
    "evidence": _text,
    "actions": _texts,
    "silenced_by": _text,
    "exercise": bool,
    "scores": _scores,
}
"""Fields of `Incident` that events of the service carry, and how each is read from JSON."""


def as_json(value: Any) -> Any:
    """Return a value of an incident as JSON.

    >>> as_json((1, float("nan"))), as_json({"queue": 3.0})
    ([1, None], {'queue': 3.0})
    """
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): as_json(each) for name, each in value.items()}
    if isinstance(value, float) and not isfinite(value):
        return None
    return str(value) if isinstance(value, str) else value


def incident_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an incident that an event's `data` holds. Raises KeyError, TypeError or ValueError for other JSON."""
    return {name: read(data[name]) for name, read in CARRIED.items() if name in data}


def all_values(incident: Incident) -> dict[str, Any]:
    """Return all values of an incident that OPENED carries, as JSON."""
    return {name: as_json(getattr(incident, name)) for name in CARRIED}
