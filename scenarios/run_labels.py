"""Labels of a run for a breakdown of scores: demand, blocked lanes, place and duration.

Conventions: a place is early, middle or late by thirds of its section, from upstream; a section is short below
0.6 miles and long above 0.85.
"""

from scenarios.corridor import Corridor
from scenarios.demand import demand_at
from scenarios.scenario import Scenario

MILE_M = 1609.344
NIGHT_VPHPL = 500.0
"""Largest demand that is labelled night [vehicles per hour and lane]. Chosen: the batteries' nights are below it."""
NONE = "none"
OWN_ROUTES = "own routes"
"""Demand on a user's own network: whatever its route files hold."""


def run_labels(scenario: Scenario, corridor: Corridor, incident: int = 0) -> dict[str, float | str]:
    """Return the labels of a run, and of its `incident`-th incident where it has any.

    Keys: `kind` ("incident" or "incident-free"), `condition` (special traffic: "plain", or "night", "rain",
    "moving bottleneck", "surge", "shoulder stop", "ramp" joined by " + "), `demand` [veh/h/lane, at onset or at the
    start of the recording; on an own network `OWN_ROUTES`], `lanes_blocked`, `position`, `section_length`, `duration_min`.
    """
    own = scenario.network is not None
    at_s = scenario.incidents[incident].onset_s if scenario.incidents else scenario.warm_up_s
    found: dict[str, float | str] = {
        "kind": "incident" if scenario.incidents else "incident-free",
        "condition": _condition(scenario, demand_at(scenario, at_s)),
        "demand": OWN_ROUTES if own else demand_at(scenario, at_s),
        "lanes_blocked": 0.0,
        "position": NONE,
        "section_length": NONE,
        "duration_min": 0.0,
    }
    if scenario.incidents:
        blocked = scenario.incidents[incident]
        section = corridor.section_at(blocked.position_m)
        length_m = corridor.section_length_m(section)
        found["lanes_blocked"] = float(len(blocked.lanes))
        found["position"] = position_class((blocked.position_m - corridor.stations[section].position_m) / length_m)
        found["section_length"] = length_class(length_m)
        found["duration_min"] = blocked.duration_s / 60.0
    return found


def position_class(place: float) -> str:
    """Return the third of its section that holds a place, a share of the section's length from upstream.

    >>> position_class(0.15), position_class(0.5), position_class(0.85)
    ('early', 'middle', 'late')
    """
    return "early" if place < 1 / 3 else "middle" if place < 2 / 3 else "late"


def length_class(length_m: float) -> str:
    """Return the class of a section's length.

    >>> length_class(547.0), length_class(1255.0), length_class(1642.0)
    ('short', 'medium', 'long')
    """
    miles = length_m / MILE_M
    return "short" if miles < 0.6 else "long" if miles > 0.85 else "medium"


def _condition(scenario: Scenario, demand: float) -> str:
    special = {
        "night": demand <= NIGHT_VPHPL,
        "rain": scenario.rain is not None,
        "ramp": bool(scenario.ramp_shares) or any(surge.ramp for surge in scenario.surges),
        "surge": any(surge.ramp is None for surge in scenario.surges),
        "moving bottleneck": bool(scenario.slow_vehicles),
        "shoulder stop": bool(scenario.shoulder_stops),
    }
    return " + ".join(name for name, applies in special.items() if applies) or "plain"
