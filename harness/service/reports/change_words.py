"""What an event changed, in words: each value with its name and its unit, in the operator's units."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.service.incidents.place_words import lanes_in_words
from harness.service.response.notice_texts import METRES, Units


def position(position_m: float, units: Units) -> str:
    """Return a place along the road.

    >>> position(4836.0, "metric"), position(4836.0, "imperial")
    ('4.84 km', '3.00 mi')
    """
    metres, unit = METRES[units]
    return f"{position_m / metres:.2f} {unit}"


def vehicles(queue_veh: float) -> str:
    """Return a number of vehicles.

    >>> vehicles(46.6), vehicles(1.0)
    ('47 vehicles', '1 vehicle')
    """
    return f"{queue_veh:.0f} vehicle{'' if round(queue_veh) == 1 else 's'}"


def percent(share: float) -> str:
    """Return a share; one that rounds to nothing is said to be small, not zero.

    >>> percent(0.976), percent(9.65e-7), percent(0.0)
    ('98 %', 'below 1 %', '0 %')
    """
    return "below 1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", " %")


def _lanes(lanes: Sequence[int], outermost: str) -> str:
    return lanes_in_words(lanes, 0, outermost) or "no lane named"


WORDS: Mapping[str, tuple[str, Callable[[Any, Units, str], str]]] = {
    "kind": ("type", lambda value, units, outermost: str(value)),
    "severity": ("severity", lambda value, units, outermost: str(value)),
    "lanes": ("", lambda value, units, outermost: _lanes(value, outermost)),
    "queue_veh": ("queue", lambda value, units, outermost: vehicles(value)),
    "position_m": ("at", lambda value, units, outermost: position(value, units)),
    "confidence": ("confidence", lambda value, units, outermost: percent(value)),
    "tail_m": ("tail at", lambda value, units, outermost: position(value, units)),
}
"""Values of an incident whose change is told, in this order: what comes before the value, and the value in words."""
_UNKNOWN = {"position_m": "position", "tail_m": "tail", "lanes": "lanes"}


def changes_in_words(data: Mapping[str, Any], units: Units, outermost: str = "rightmost") -> str:
    """Return what the data of an event changed; empty where nothing that is told. `outermost`: where lane 0 is.

    >>> changes_in_words({"queue_veh": 47.2, "position_m": 4836.0, "tail_m": 4069.0, "lanes": [0, 1]}, "metric")
    'lanes 0 and 1 (0 is the rightmost), queue 47 vehicles, at 4.84 km, tail at 4.07 km'
    >>> changes_in_words({"severity": "high", "tail_m": None}, "imperial")
    'severity high, tail not known'
    """
    return ", ".join(_in_words(name, data[name], units, outermost) for name in WORDS if name in data)


def _in_words(name: str, value: Any, units: Units, outermost: str) -> str:
    called, words = WORDS[name]
    if value is None:
        return f"{_UNKNOWN.get(name, called)} not known"
    return f"{called} {words(value, units, outermost)}".strip()
