"""`laneblock convert`: files listed one by one, days that are kept, and what is refused."""

import os
from pathlib import Path

import pytest

from simulator.recording.recording_folder import read_recording
from tests.harness.command_line import calling
from tests.simulator.formats.test_pems import DAY, META, MORE, RAW, ROWS, raw, written


@pytest.fixture
def download(tmp_path: Path) -> Path:
    """Two days of PeMS with their metadata."""
    folder = written(tmp_path / "download")
    (folder / RAW.replace("05_17", "05_18")).write_text((ROWS + MORE).replace(DAY, "05/18/2023"))
    return folder


def test_a_folder_of_days_is_converted_day_by_day_and_only_new_days_later(
    download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call, out = calling(capsys), tmp_path / "out"
    code, told, _ = call("convert", "pems", download, "--out", out)
    assert code == 0
    assert [line.partition(":")[0] for line in told.splitlines()] == [
        "2023-05-17",
        "2023-05-18",
        "2 days, 2 recordings",
    ]
    (download / RAW.replace("05_17", "05_19")).write_text((ROWS + MORE).replace(DAY, "05/19/2023"))
    _, told, _ = call("convert", "pems", download, "--out", out)
    assert told.startswith("2023-05-19: ")
    assert told.splitlines()[-1] == "3 days (2 as they were: their files have not changed), 3 recordings"
    assert sorted(path.name for path in out.glob("[!.]*")) == [f"I-405-S-raw-2023-05-{day}" for day in (17, 18, 19)]


def test_days_have_the_stations_of_the_first_one(
    download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # On the second day 5003 is silent: its recording has it all the same, with nothing known.
    silent = "".join(line for line in (ROWS + MORE).splitlines(True) if ",5003," not in line)
    (download / RAW.replace("05_17", "05_18")).write_text(silent.replace(DAY, "05/18/2023"))
    calling(capsys)("convert", "pems", download, "--out", tmp_path / "out")
    first, second = (
        (tmp_path / "out" / f"I-405-S-raw-2023-05-{day}" / "corridor.toml").read_text() for day in (17, 18)
    )
    assert first == second


def test_new_metadata_for_later_days_change_no_day(
    download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = calling(capsys)
    call("convert", "pems", download, "--out", tmp_path / "out")
    (download / "d07_text_meta_2023_06_01.txt").write_text(META)
    assert "(2 as they were" in call("convert", "pems", download, "--out", tmp_path / "out")[1]
    os.utime(download / "d07_text_meta_2023_05_01.txt", ns=(0, 1))
    assert "its files have changed" in call("convert", "pems", download, "--out", tmp_path / "out")[1]


@pytest.mark.parametrize("name", ["pems", "auto"])
def test_all_files_of_a_folder_may_be_listed(
    name: str, download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = calling(capsys)("convert", name, *sorted(download.iterdir()), "--out", tmp_path / "out")
    assert (code, told.partition(",")[0]) == (0, "2 recordings")


def test_a_file_of_no_format_that_stands_elsewhere_is_refused(
    download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("call the district\n")
    code, _, err = calling(capsys)("convert", "auto", download, tmp_path / "notes.txt", "--out", tmp_path / "out")
    assert code == 2
    assert "notes.txt: looks like none of the formats" in err


def test_files_without_a_reading_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skipped = written(tmp_path / "night")
    (skipped / RAW).unlink()
    name = RAW.replace("2023_05_17", "2023_03_12")  # 02:30 is no time of that day
    (skipped / name).write_text((ROWS + MORE).replace(DAY, "03/12/2023").replace(" 06:0", " 02:3"))
    code, out, err = calling(capsys)("convert", "pems", skipped, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "no recording can be made of these files; left out: 4 rows in the hour that the clocks skip" in err


def test_a_station_that_reports_later_than_the_first_day_is_left_out_and_told(
    download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = "".join(line for line in (ROWS + MORE).splitlines(True) if ",5003," not in line)
    (download / RAW).write_text(late)
    _, told, _ = calling(capsys)("convert", "pems", download, "--out", tmp_path / "out")
    assert "1 stations that had no rows on the first day" in told.splitlines()[1]


@pytest.fixture
def doubled(download: Path) -> Path:
    """The two days, a row of the second one there twice, with another count."""
    with (download / RAW.replace("05_17", "05_18")).open("a") as file:
        file.write(raw("06:00:36", "5001", "1,0.05,60", "8,0.06,50", "9,0.07,40").replace(DAY, "05/18/2023"))
    return download


@pytest.mark.parametrize(("keep", "count"), [("first", 7.0), ("last", 1.0)])
def test_days_take_the_reading_that_is_asked_for(
    keep: str, count: float, doubled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = calling(capsys)("convert", "pems", doubled, "--out", tmp_path / "out", "--duplicates", keep)
    assert code == 0
    assert f"3 readings that came twice, 1 of them with other values (the {keep} is taken)" in told.splitlines()[1]
    assert read_recording(tmp_path / "out" / "I-405-S-raw-2023-05-18").frames[0].count[0, 2] == count


def test_a_day_whose_readings_come_twice_is_refused_and_the_days_before_are_kept(
    doubled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = calling(capsys)("convert", "pems", doubled, "--out", tmp_path / "out", "--duplicates", "refuse")
    assert code == 2
    assert "3 readings that came twice, 1 of them with other values: 5001 lane 2 at 2023-05-18 06:00:30" in err
    assert "1 of 2 days are converted, and kept" in err


def test_days_of_another_choice_are_not_kept_as_they_were(
    doubled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = calling(capsys)
    call("convert", "pems", doubled, "--out", tmp_path / "out")
    code, _, err = call("convert", "pems", doubled, "--out", tmp_path / "out", "--duplicates", "last")
    assert code == 2
    assert (
        "wanted the record of a conversion from pems --duplicates last, got one from 'pems' (use another --out?)" in err
    )
