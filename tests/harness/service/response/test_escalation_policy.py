from pathlib import Path

import pytest

from harness.service.incidents.incident import Severity
from harness.service.response.escalation_policy import SHIPPED, read_policy
from scenarios.errors import UserError


@pytest.mark.parametrize(
    ("severity", "respond_s", "escalate_s", "channels", "teams"),
    [
        (Severity.CRITICAL, 300, 600, "sms email radio dashboard", "traffic_control emergency_services"),
        (Severity.HIGH, 900, 1800, "email dashboard", "traffic_control"),
        (Severity.MEDIUM, 1800, 3600, "email dashboard", "traffic_control"),
        (Severity.LOW, 3600, "never", "dashboard", ""),
    ],
)
def test_the_shipped_policy_is_the_guides_table(
    severity: Severity, respond_s: float, escalate_s: object, channels: str, teams: str
) -> None:
    rule = read_policy().rule(severity)
    assert (rule.respond_within_s, rule.escalate_after_s) == (respond_s, escalate_s)
    assert (rule.channels, rule.teams) == (tuple(channels.split()), tuple(teams.split()))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "escalate_after_s = 600",
            "escalate_after_s = 200",
            "critical.escalate_after_s: wanted at least respond_within_s",
        ),
        ("escalate_after_s = 600", 'escalate_after_s = "newer"', "critical.escalate_after_s"),
        ("respond_within_s = 300", "respond_within_s = -1", "critical.respond_within_s"),
        ("[low]", "[lower]", "lower"),
    ],
)
def test_a_wrong_policy_is_told_with_its_file_and_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=told) as raised:
        read_policy(path)
    assert str(path) in str(raised.value)
