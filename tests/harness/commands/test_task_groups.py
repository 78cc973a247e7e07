"""`laneblock --help` lists the commands by task."""

import pytest

from harness.cli import main
from harness.commands.task_groups import TASKS


def test_help_shows_the_tasks_in_order_and_a_line_per_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.partition("Options:")[2].splitlines()
    titles = [line.removesuffix(":") for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles == list(TASKS)
    first = lines.index(f"{titles[0]}:")
    end = next(number for number, line in enumerate(lines) if line.strip().startswith("Exit codes:"))
    shown = [line.split()[0] for line in lines[first:end] if line.startswith("  ")]
    assert not any("..." in line for line in lines)  # nothing is cut off
    assert shown == [name for names in TASKS.values() for name in names]


def test_a_command_that_is_not_there_is_answered_with_one_alike(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["batery"])
    assert "'battery'" in capsys.readouterr().err
