"""What an incident is: the first of these named rules that holds. The rule's name and the values it looked at stay with it.

The rules stand in `RULES`, in order: what would make the later ones err comes first (a broken loop, a closed road). A value that is
not known makes a comparison with it false.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from harness.service.incidents.incident import IncidentKind
from harness.service.incidents.incident_facts import Facts

FAULTY_SHARE = 0.25
"""Share of the head's loops not trusted from which on a fault is the likelier cause. Chosen."""
CLOSED_VPHPL = 60.0
"""Flow past the head below which the road counts as closed, vehicles per hour and lane: one vehicle a minute. Chosen."""
SURE = 0.5
"""Posterior from which on lanes count as known to be blocked: then congestion that follows is their consequence, no other type."""
RECURRENT_DAYS, RECURRENT_SHARE = 3.0, 0.5
"""Days observed at least, and share of them that were slow at this time, for congestion to be recurrent. Chosen."""
DISCHARGE_VPHPL = 1700.0
"""Flow downstream of a bottleneck that no incident narrows, vehicles per hour and lane."""
FREE_SPEED, FREE_FLOW = 0.95, 0.5
"""Shares of free speed and of usual flow beyond which traffic is unusually free. Chosen."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """A named rule: what it says, when it holds, and the facts that it looks at."""

    name: str
    kind: IncidentKind
    holds: Callable[[Facts], bool]
    looks_at: tuple[str, ...]


RULES = (
    KindRule(
        "a faulty loop is the likelier cause",
        IncidentKind.SENSOR_FAULT,
        lambda facts: facts.faulty_cause > 0.5 or facts.faulty_loops >= FAULTY_SHARE,
        ("faulty_cause", "faulty_loops"),
    ),
    KindRule(
        "every lane blocked, or nothing passes while traffic stands upstream",
        IncidentKind.ROAD_CLOSED,
        lambda facts: (
            (facts.posterior >= SURE and len(facts.lanes) >= facts.lanes_there)
            or (facts.flow_down < CLOSED_VPHPL and facts.speed_up < 0.3)
        ),
        ("posterior", "lanes_blocked", "lanes_there", "flow_down", "speed_up"),
    ),
    KindRule(
        "the head moves downstream at the pace of a slow vehicle",
        IncidentKind.SLOW_VEHICLE,
        lambda facts: isfinite(facts.head_mps),
        ("head_mps",),
    ),
    KindRule(
        "slow here on most days at this time",
        IncidentKind.CONGESTION,
        lambda facts: (
            facts.days >= RECURRENT_DAYS and facts.slow_days >= RECURRENT_SHARE and facts.flow_down >= DISCHARGE_VPHPL
        ),
        ("slow_days", "days", "flow_down"),
    ),
    KindRule(
        "traffic stands, and flows at capacity past it: no lane is blocked",
        IncidentKind.CONGESTION,
        lambda facts: facts.speed_up < 0.6 and facts.flow_down >= DISCHARGE_VPHPL,
        ("speed_up", "flow_down"),
    ),
    KindRule(
        "lanes estimated to be blocked",
        IncidentKind.LANES_BLOCKED,
        lambda facts: bool(facts.lanes),
        ("posterior", "lanes_blocked", "lanes_there"),
    ),
    KindRule(
        "fast and empty against what is usual at this time",
        IncidentKind.UNUSUALLY_FREE,
        lambda facts: facts.usual_flow < FREE_FLOW and min(facts.speed_up, facts.speed_down) >= FREE_SPEED,
        ("usual_flow", "speed_up", "speed_down"),
    ),
    KindRule(
        "slow traffic, no lane named",
        IncidentKind.CONGESTION,
        lambda facts: facts.speed_up < 0.6,
        ("speed_up", "posterior"),
    ),
)
UNKNOWN = KindRule("no rule holds", IncidentKind.UNKNOWN, lambda facts: True, ("posterior", "speed_up", "flow_down"))


def kind_rule(facts: Facts) -> KindRule:
    """Return the first rule that holds."""
    return next((rule for rule in RULES if rule.holds(facts)), UNKNOWN)


def stays(before: IncidentKind, confidence: float, rule: KindRule) -> bool:
    """Return whether an incident keeps the type that was told before, with this confidence, though the rule holds now.

    No type becomes unknown again, and lanes that were surely blocked leave congestion behind them.
    """
    if rule is UNKNOWN:
        return before is not IncidentKind.UNKNOWN
    blocked = before in (IncidentKind.LANES_BLOCKED, IncidentKind.ROAD_CLOSED)
    return blocked and confidence >= SURE and rule.kind is IncidentKind.CONGESTION


def kind_values(rule: KindRule, facts: Facts) -> dict[str, float]:
    """Return the values that the rule looked at, by name."""
    every = {"lanes_blocked": float(len(facts.lanes))}
    return {name: every[name] if name in every else float(getattr(facts, name)) for name in rule.looks_at}
