"""How soon an incident of each severity is to be taken by a person, as a policy has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from harness.service.incidents.incident import Severity
from harness.service.response.escalation_policy import EscalationPolicy


@dataclass(frozen=True, slots=True)
class Target:
    """Times since an incident has a severity, s; `escalate_after_s` is infinite where nobody is called."""

    respond_within_s: float
    escalate_after_s: float = inf


Targets = Mapping[Severity, Target]
"""By severity; a severity that is missing has no target."""


def targets_of(policy: EscalationPolicy) -> Targets:
    """Return the targets of a policy."""
    rules = {severity: policy.rule(severity) for severity in Severity}
    return {
        severity: Target(
            rule.respond_within_s, inf if rule.escalate_after_s == "never" else float(rule.escalate_after_s)
        )
        for severity, rule in rules.items()
    }
