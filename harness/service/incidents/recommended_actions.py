"""What an operator is recommended to do, by type and severity: a table in TOML that an operator's own file replaces.

[[actions]]
severity = ["critical"]                # one of these; any where it is left out
kind = ["lanes blocked"]               # likewise
do = ["Immediate field verification required"]

Every entry that fits gives its actions, in the order of the file; what is named twice is told once.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from harness.service.incidents.incident import IncidentKind, Severity
from harness.service.incidents.toml_tables import read_tables
from scenarios.strict_model import StrictModel

SHIPPED = Path(__file__).with_name("recommended_actions.toml")
"""The table that ships."""
Action = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ActionRule(StrictModel):
    """Actions for incidents of these severities and types; None fits any."""

    severity: tuple[Severity, ...] | None = Field(default=None, min_length=1)
    kind: tuple[IncidentKind, ...] | None = Field(default=None, min_length=1)
    do: tuple[Action, ...] = Field(min_length=1)


def read_actions(path: Path = SHIPPED) -> tuple[ActionRule, ...]:
    """Return the table in a TOML file. Raises MissingFileError, UserError naming file, line and place."""
    return read_tables(path, "actions", ActionRule)


def actions_for(rules: Sequence[ActionRule], kind: IncidentKind, severity: Severity) -> tuple[str, ...]:
    """Return the actions recommended for an incident of this type and severity."""
    fitting = (
        rule
        for rule in rules
        if (rule.severity is None or severity in rule.severity) and (rule.kind is None or kind in rule.kind)
    )
    return tuple(dict.fromkeys(action for rule in fitting for action in rule.do))
