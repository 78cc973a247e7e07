"""`laneblock check` of a recording: its page, and what is no recording."""

import csv
from pathlib import Path

import pytest

from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.command_line import calling, run
from tests.harness.studies.recording_doubt.made_traffic import traffic


def written(folder: Path, turned: bool) -> Path:
    """Two hours of made traffic as a recording; `turned`: its stations in the other order."""
    made = traffic()
    step = -1 if turned else 1
    values = (array[:, ::step] for array in (made.count, made.speed, made.occupancy))
    frames = tuple(LoopFrame(float(time_s), *rest) for time_s, *rest in zip(made.time_s, *values, strict=True))
    write_recording(folder, Recording(made.corridor, frames, None))
    return folder


def test_a_right_recording_raises_no_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calling(capsys)("check", written(tmp_path / "monday", turned=False))
    assert code == 0
    assert "Looks wrong: nothing" in out
    assert "240 frames of 30 s, day 0 00:00:00 to day 0 02:00:00" in out


def test_stations_in_the_wrong_order_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calling(capsys)("check", written(tmp_path / "monday", turned=True))
    assert code == 0
    assert "order of stations: counts of a station come back later" in out


def test_a_folder_without_loops_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "monday", turned=False)
    (folder / "loops.csv.gz").unlink()
    code, _, err = calling(capsys)("check", folder)
    assert code == 2
    assert "holds no loops file" in err


def test_a_path_that_is_no_recording_is_not_taken_for_a_detector(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = calling(capsys)("check", tmp_path / "nothing")
    assert code == 2
    assert "nothing: no such folder; a recording is a folder with corridor.toml" in err


def test_out_is_a_page_with_the_picture_and_every_line_of_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page"
    code, text, err = calling(capsys)("check", written(tmp_path / "monday", turned=True), "--out", out)
    assert (code, err.splitlines()[-1]) == (0, f"Page: {out / 'check.html'}")
    assert (out / "summary.txt").read_text(encoding="utf-8").split() == text.split()  # the terminal's lines are shorter
    page = (out / "check.html").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()[1:] if line.startswith("  ")]
    assert len(lines) > 5
    assert [line for line in lines if line not in page] == []
    assert page.count('media="(max-width: 820px)" srcset') == 1
    assert "http" not in page.replace("http-equiv", "")
    rows = list(csv.DictReader((out / "availability.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 4 * 3 * 12
    assert {row["count_share"] for row in rows} == {"1.0000"}


@pytest.mark.parametrize("what", ["sheu2004", "mine.sumocfg"])
def test_out_is_refused_where_nothing_is_written(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = calling(capsys)("check", what, "--out", tmp_path / "page")
    assert code == 2
    assert f"--out is for a recording, got {what}" in err
    assert not (tmp_path / "page").exists()


def test_a_name_of_nothing_is_told_what_can_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "nowhere") == 2
    err = capsys.readouterr().err
    assert "no detector 'nowhere'; there are sequential" in err
    assert "nor is there a file or folder 'nowhere': a recording's folder, a .sumocfg, a scenario or a battery" in err


def test_a_folder_beside_is_looked_at_before_it_is_called_no_detector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day").mkdir()
    (tmp_path / "export.csv").write_text("time,count\n", encoding="utf-8")
    assert run("check", "day") == 2
    assert "day/corridor.toml: no such file; a recording needs corridor.toml" in capsys.readouterr().err
    assert run("check", "export.csv") == 2
    assert "laneblock convert auto export.csv --out DIR" in capsys.readouterr().err


def test_report_says_of_what_it_is_given_that_it_is_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "days" / "monday").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "days" / "monday" / "corridor.toml").write_text("", encoding="utf-8")
    for what, told in (
        ("empty", "battery, run or replay (the folder is empty)"),
        ("days", f"battery, run or replay (the folder holds a recording: name it, {tmp_path / 'days' / 'monday'})"),
        ("days/monday/corridor.toml", "wanted a folder of results, got a file"),
    ):
        assert run("report", tmp_path / what) == 2
        assert told in capsys.readouterr().err
