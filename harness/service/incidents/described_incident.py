"""An incident described after a frame: its values as the service would tell them now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from harness.service.incidents.alarm_reasons import Reason, values_of
from harness.service.incidents.correlation import Standing
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_facts import Facts
from harness.service.incidents.incident_kinds import kind_rule, kind_values, stays
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.planned_works import PlannedWork, silencing
from harness.service.incidents.recommended_actions import ActionRule, actions_for
from harness.service.incidents.severity_score import severity_class, severity_parts, severity_score

KEPT = ("lanes", "onset_s", "confidence", "queue_veh", "tail_m", "severity_score", "evidence")
"""Values that stay where they are not known any more."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What an operator's files add: recommended actions and planned works of this corridor."""

    actions: tuple[ActionRule, ...] = ()
    works: tuple[PlannedWork, ...] = ()


def described(
    standing: Standing,
    facts: Facts,
    growth_mps: float,
    reasons: Mapping[str, Reason],
    before: Incident | None,
    settings: IncidentSettings,
    guidance: Guidance,
    time_s: float,
    most_sure: float,
    bounds_m: Sequence[float],
) -> dict[str, Any]:
    """Return the values of `Incident` that events carry, after a frame; `before` are those told last.

    What is not known any more keeps its last value, and no type becomes unknown again. `most_sure`: the highest posterior so
    far; `reasons`: why the detectors alarm; `bounds_m`: ends of the head's section.
    """
    parts = severity_parts(facts, growth_mps)
    score = severity_score(parts)
    rule = kind_rule(facts)
    kind, name, looked_at = rule.kind, rule.name, kind_values(rule, facts)
    if before is not None and stays(before.kind, most_sure, rule):
        kind, name, looked_at = before.kind, before.kind_rule, dict(before.kind_values)
    severity = severity_class(
        score, settings.bounds, None if before is None else before.severity, settings.severity_margin
    )
    values: dict[str, Any] = {
        "detector": standing.detectors[0],
        "joined_by": tuple(standing.detectors[1:]),
        "kind": kind,
        "kind_rule": name,
        "kind_values": looked_at,
        "severity": severity,
        "severity_score": score,
        "severity_parts": parts,
        "section": standing.head,
        "sections": standing.sections,
        "position_m": facts.position_m,
        "lanes": facts.lanes,
        "onset_s": facts.onset_s,
        "queue_veh": facts.queue_veh,
        "tail_m": facts.tail_m,
        **values_of(reasons),
        "actions": actions_for(guidance.actions, kind, severity),
        "silenced_by": silencing(guidance.works, time_s, facts.position_m, bounds_m),
        "exercise": settings.exercise,
    }
    if before is not None:
        values |= {name: getattr(before, name) for name in KEPT if _unknown(values[name])}
    return values


def _unknown(value: object) -> bool:
    return (isinstance(value, float) and isnan(value)) or value == "" or value == ()
