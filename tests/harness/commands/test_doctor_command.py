"""`laneblock doctor`: findings printed, the exit code by the worst of them."""

import pytest

from harness.cli import main
from harness.commands.doctor_command import examine
from harness.commands.system_checks import Finding


def doctor(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> int:
    """The exit code of the command where it finds this."""
    monkeypatch.setattr("harness.commands.doctor_command.examine", lambda: list(findings))
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    return int(ended.value.code or 0)


def test_a_note_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor(monkeypatch, Finding("display", "note", "none", "use xvfb-run")) == 0


def test_what_is_wrong_ends_with_exit_code_1_and_says_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(monkeypatch, Finding("libsumo", "wrong", "gone", "pip install it")) == 1
    assert "-> pip install it" in capsys.readouterr().out


def test_every_check_runs_and_says_how_to_mend_what_is_not_fine() -> None:
    findings = examine()
    assert {"Python", "SUMO packages", "libsumo", "sumo", "SUMO_HOME", "display"} <= {one.what for one in findings}
    assert all(one.mend for one in findings if one.grade != "fine")
