"""The condition of each corridor, from the service's status: live, behind, blind, waiting. What is not known is never "live"."""

from collections.abc import Iterable, Mapping
from typing import Any

from harness.service.web.api_json import finite_or_none

BEHIND_S = 60.0
"""Wall time by which frames may be late and still be called live, s. Chosen: two periods of 30 s."""


def conditions(status: Mapping[str, Any], corridors: Iterable[str]) -> list[dict[str, Any]]:
    """Return the condition of every corridor, in order: its state, since when, why, and its last frame.

    >>> told = {"a4": {"last_frame_s": 60.0, "blind_since_s": 30.0, "blind_reason": "no readings"}}
    >>> [found] = conditions({"corridors": told}, ["a4"])
    >>> found["state"], found["since_s"], found["reason"]
    ('blind', 30.0, 'no readings')
    """
    told = _mapping(status.get("corridors"))
    return [_condition(name, _mapping(told.get(name))) for name in corridors]


def _condition(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    last_s, blind_s = finite_or_none(told.get("last_frame_s")), finite_or_none(told.get("blind_since_s"))
    behind_s = finite_or_none(told.get("behind_s"))
    failed = [each for each, how in _mapping(told.get("detectors")).items() if _mapping(how).get("state") == "failed"]
    if blind_s is not None:
        state = "blind"
    elif last_s is None:
        state = "waiting"
    else:
        state = "behind" if behind_s is not None and behind_s >= BEHIND_S else "live"
    zone = told.get("time_zone")
    return {
        "corridor": name,
        "state": state,
        "since_s": blind_s,
        "reason": str(told.get("blind_reason") or ""),
        "behind_s": behind_s,
        "last_frame_s": last_s,
        "exercise": bool(told.get("exercise")),
        "time_zone": zone if isinstance(zone, str) else None,
        "loops": told.get("loops"),
        "missing_loops": told.get("missing_loops"),
        "silent_stations": [str(each) for each in told.get("silent_stations") or ()],
        "failed_detectors": failed,
    }


def store_words(status: Mapping[str, Any]) -> str:
    """Return what is wrong with the store, empty where it answers or nothing is told."""
    state = _mapping(status.get("store")).get("state", "ok")
    return "" if state == "ok" else str(state)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
