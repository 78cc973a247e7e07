"""Types by named rules."""

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from harness.service.incidents.incident import IncidentKind
from harness.service.incidents.incident_facts import Facts
from harness.service.incidents.incident_kinds import RULES, UNKNOWN, kind_rule, kind_values, stays
from tests.harness.service.incidents.made_facts import FACTS

QUIET = replace(FACTS, lanes=(), posterior=nan)


@pytest.mark.parametrize(
    ("values", "kind", "rule"),
    [
        ({"lanes": (1,)}, IncidentKind.LANES_BLOCKED, "lanes estimated to be blocked"),
        ({"lanes": (0, 1, 2, 3), "posterior": 0.6}, IncidentKind.ROAD_CLOSED, "every lane blocked"),
        ({"flow_down": 10.0, "speed_up": 0.1}, IncidentKind.ROAD_CLOSED, "nothing passes"),
        ({"faulty_loops": 0.25, "lanes": (1,)}, IncidentKind.SENSOR_FAULT, "a faulty loop"),
        ({"faulty_cause": 0.6, "lanes": (1,)}, IncidentKind.SENSOR_FAULT, "a faulty loop"),
        ({"head_mps": 12.0, "lanes": (1,)}, IncidentKind.SLOW_VEHICLE, "slow vehicle"),
        (
            {"slow_days": 0.6, "days": 5.0, "flow_down": 1750.0, "speed_up": 0.7},
            IncidentKind.CONGESTION,
            "on most days at this time",
        ),
        ({"speed_up": 0.4, "flow_down": 1750.0}, IncidentKind.CONGESTION, "at capacity past it"),
        ({"speed_up": 0.4, "flow_down": 1200.0}, IncidentKind.CONGESTION, "no lane named"),
        (
            {"usual_flow": 0.3, "speed_up": 1.0, "speed_down": 0.97},
            IncidentKind.UNUSUALLY_FREE,
            "fast and empty",
        ),
        ({}, IncidentKind.UNKNOWN, "no rule holds"),
    ],
)
def test_the_first_rule_that_holds_names_the_type(values: dict[str, Any], kind: IncidentKind, rule: str) -> None:
    found = kind_rule(replace(QUIET, **values))
    assert (found.kind, rule in found.name) == (kind, True)


def test_recurrence_needs_three_days() -> None:
    facts = replace(QUIET, slow_days=1.0, days=2.0, flow_down=1750.0, speed_up=0.7)
    assert kind_rule(facts) is UNKNOWN


def test_unknown_values_make_no_rule_hold() -> None:
    names = set(Facts.__dataclass_fields__) - {"section", "lanes", "lanes_there", "days"}
    unknown: dict[str, Any] = dict.fromkeys(names, nan)
    assert kind_rule(replace(QUIET, **unknown)) is UNKNOWN


@pytest.mark.parametrize("rule", [*RULES, UNKNOWN], ids=lambda rule: rule.name)
def test_every_rule_tells_the_values_that_it_looks_at(rule: Any) -> None:
    assert set(kind_values(rule, FACTS)) == set(rule.looks_at)


def test_lanes_surely_blocked_leave_congestion_behind_them() -> None:
    jam = next(rule for rule in RULES if "at capacity" in rule.name)
    assert stays(IncidentKind.LANES_BLOCKED, 0.9, jam)
    assert not stays(IncidentKind.LANES_BLOCKED, 0.2, jam)


def test_no_type_becomes_unknown_again() -> None:
    assert stays(IncidentKind.CONGESTION, 0.0, UNKNOWN)
    assert not stays(IncidentKind.UNKNOWN, 0.0, UNKNOWN)
