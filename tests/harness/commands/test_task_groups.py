"""`laneblock --help` lists the commands by task."""

from pathlib import Path

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


@pytest.mark.parametrize(
    ("command", "work"),
    [
        (("explore", "monday"), "harness.studies.strange_hours.hour_values.hour_values"),
        (("check", "./monday"), "simulator.recording.recording_folder.open_recording"),
        (("calibrate", "snd", "--recordings", "monday"), "harness.records.history_folders.history_recordings"),
        (("report", "monday"), "harness.records.history_folders.is_recording"),
    ],
)
def test_ctrl_c_ends_every_command_with_130_and_a_line(
    command: tuple[str, ...],
    work: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    (tmp_path / "monday").mkdir()
    monkeypatch.setattr(work, interrupt)
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 130
    told = capsys.readouterr().err
    assert told.startswith("stopped; what was not finished begins anew. To begin: laneblock")
    assert told.count("\n") == 1
