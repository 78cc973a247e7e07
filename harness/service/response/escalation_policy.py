"""The escalation policy: times, media and teams by severity, from a TOML file that an operator's own replaces.

>>> rule = read_policy().rule(Severity.CRITICAL)
>>> rule.respond_within_s, rule.escalate_after_s, rule.teams
(300.0, 600.0, ('traffic_control', 'emergency_services'))
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from harness.service.incidents.incident import Severity
from scenarios.errors import UserError, at
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import validate
from scenarios.strict_model import StrictModel

SHIPPED = Path(__file__).with_name("escalation_policy.toml")
"""The policy that ships."""
LONGEST_S = 7 * 86400.0
"""Longest time to respond, s. Chosen: what may wait longer than a week needs no timer."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class SeverityRule(StrictModel):
    """What is wanted for incidents of one severity; both times count from when it calls for a person."""

    respond_within_s: float = Field(gt=0, le=LONGEST_S)
    escalate_after_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | Literal["never"]
    channels: tuple[Name, ...]
    teams: tuple[Name, ...] = ()


class BlindRule(StrictModel):
    """As what a corridor without readings is told: by the channels and to the teams of this severity, without timers."""

    severity: Literal["low", "medium", "high", "critical", "never"] = "high"


class EscalationPolicy(StrictModel):
    """The rules of all severities, and of corridors without readings."""

    critical: SeverityRule
    high: SeverityRule
    medium: SeverityRule
    low: SeverityRule
    blind: BlindRule = BlindRule()

    def rule(self, severity: Severity) -> SeverityRule:
        """Return the rule of a severity."""
        found: SeverityRule = getattr(self, severity.value)
        return found

    @property
    def blind_severity(self) -> Severity | None:
        """As how severe a corridor without readings is told; None where it is not."""
        return None if self.blind.severity == "never" else Severity(self.blind.severity)


def read_policy(path: Path = SHIPPED) -> EscalationPolicy:
    """Return the policy in a TOML file. Raises MissingFileError, UserError naming the file and the place."""
    try:
        policy = validate(EscalationPolicy, read_toml(path))
    except UserError as error:
        raise error if str(path) in str(error) else at(str(path), error) from None
    for severity in Severity:
        rule = policy.rule(severity)
        if rule.escalate_after_s != "never" and rule.escalate_after_s < rule.respond_within_s:
            raise UserError(
                f"{path}: {severity.value}.escalate_after_s: wanted at least respond_within_s "
                f"({rule.respond_within_s:g}), got {rule.escalate_after_s:g}"
            )
    return policy
