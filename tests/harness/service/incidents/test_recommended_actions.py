"""The table of recommended actions."""

from pathlib import Path

import pytest

from harness.service.incidents.incident import IncidentKind, Severity
from harness.service.incidents.recommended_actions import actions_for, read_actions
from scenarios.errors import MissingFileError, UserError


def test_a_critical_incident_gets_the_guides_list_in_its_order() -> None:
    assert actions_for(read_actions(), IncidentKind.LANES_BLOCKED, Severity.CRITICAL) == (
        "Immediate field verification required",
        "Consider emergency response deployment",
        "Activate incident management protocols",
        "Deploy traffic management team",
        "Activate variable message signs",
        "Consider alternate route recommendations",
        "Notify traffic control center",
        "Update real-time traffic information systems",
        "Monitor upstream and downstream conditions",
    )


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("kind", list(IncidentKind))
def test_every_low_incident_and_every_severe_one_has_an_action(kind: IncidentKind, severity: Severity) -> None:
    known = kind in (IncidentKind.UNKNOWN, IncidentKind.UNUSUALLY_FREE) and severity is Severity.MEDIUM
    assert bool(actions_for(read_actions(), kind, severity)) is not known


def test_an_operators_file_replaces_the_table(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[actions]]\nkind = ["congestion"]\ndo = ["Wait", "Wait"]\n', encoding="utf-8")
    rules = read_actions(own)
    assert actions_for(rules, IncidentKind.CONGESTION, Severity.LOW) == ("Wait",)
    assert actions_for(rules, IncidentKind.LANES_BLOCKED, Severity.CRITICAL) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[actions]]\ndo = ["a"]\n\n[[actions]]\nseverity = ["sever"]\ndo = ["b"]\n',
            r"line 5: actions\[1\].severity",
        ),
        ("[[actions]]\n# nothing\ndo = []\n", r"line 3: actions\[0\].do"),
        ('[[actions]]\nseverity = ["low"]\n', r"line 1: actions\[0\].do: wanted, but missing"),
        ('[[actions]]\ndo = ["a"]\nkinds = ["congestion"]\n', r"line 3: actions\[0\].kinds: unknown key.*'kind'"),
        ('\n[[action]]\ndo = ["a"]\n', r"line 2: action: unknown key.*'actions'"),
        ("actions = 3\n", r"line 1: actions: wanted \[\[actions\]\] tables"),
        ('[[actions]]\ndo = ["a"\n', "no valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        read_actions(own)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"own\.toml"):
        read_actions(tmp_path / "own.toml")
