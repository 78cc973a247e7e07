"""Ctrl-C in a command that can continue where it stopped."""

import pytest
import typer

from harness.commands.console import resumable


def test_ctrl_c_says_what_is_kept_and_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, resumable("replays are kept in out"):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.startswith("stopped; replays are kept in out. To continue: laneblock")


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="mine"), resumable("nothing"):
        raise ValueError("mine")
