"""Rows of a recording's loops that are refused: one clear message with file, line and likely slip."""

import re
from pathlib import Path

import pytest

from simulator.recording.corridor_file import write_corridor
from simulator.recording.recording_folder import read_recording
from tests.simulator.recording.short_recording import CORRIDOR, HEADER, ROWS, write_rows


def test_the_recording_the_refusals_start_from_is_read(folder: Path) -> None:
    assert len(read_recording(folder).frames) == 4


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("60,north,1,5,14,25.5", r"occupancy is a share, 0 to 1, got 14 \(is it a percentage\?\)"),
        ("60,north,1,5,-0.1,25.5", r"occupancy is 0 or more, got -0.1"),
        ("60,north,1,5,0.1,110", r"speed_mps is in m/s, got 110 \(is it in km/h or mph\?\)"),
        ("60,north,1,5,0.1,-1", r"speed_mps is 0 or more, got -1 \(an unknown value is an empty field\)"),
        ("60,north,1,-1,0.1,25.5", r"count is 0 or more, got -1 \(an unknown value is an empty field\)"),
        ("60,north,1,1200,0.1,25.5", r"count is vehicles per lane in 30 s, got 1200 \(is it a flow per hour\?\)"),
        ("60,nort,1,5,0.1,25.5", r"unknown station 'nort' \(is it 'north'\?\)"),
        ("60,North,1,5,0.1,25.5", r"unknown station 'North' \(is it 'north'\?\)"),
        ("60,12,1,5,0.1,25.5", r"unknown station '12' \(corridor.toml has 'north, south'\)"),
        ("60,,1,5,0.1,25.5", r"unknown station ''"),
        ("60,north,2,5,0.1,25.5", r"lane is 0 to 1 at this station, got 2 \(are lanes counted from 1\?"),
        ("60,north,-1,5,0.1,25.5", r"lane is 0 to 1 at this station, got -1"),
        ("60,north,0.5,5,0.1,25.5", r"lane is a whole number, got 0.5"),
        ("60,north,,5,0.1,25.5", r"lane needs a finite number, got an empty field"),
        (",north,1,5,0.1,25.5", r"time_s needs a finite number, got an empty field"),
        ("60,north,1,5,0.1", r"wanted 6 fields, got 5 \(is it cut off\?\)"),
        ("60,no", r"wanted 6 fields, got 2 \(is it cut off\?\)"),
        ("60,north,1,5,0,1,25,5", r"wanted 6 fields, got 8 \(a comma as decimal sign\?\)"),
        ("60,north,1,five,0.1,25.5", r"count needs a finite number, got 'five'"),
        ("60,north,1,5,0.1,nan", r"speed_mps needs a finite number, got 'nan' \(an unknown value is an empty field\)"),
        ("60,north,1,5,0.1,inf", r"speed_mps needs a finite number, got 'inf'"),
        ("60,north,1,1_0,0.1,25.5", r"count needs a finite number, got '1_0'"),
        ("00:01:00,north,1,5,0.1,25.5", r"time_s needs a finite number, got '00:01:00' \(is it a clock time\?"),
        ('60,north,1,5,"0,1",25.5', r"occupancy needs a finite number, got '0,1' \(a comma as decimal sign\?\)"),
        ("60,north,0,5,0.1,25.5", r"a second row for station 'north', lane 0 at 60 s; the first is line 6"),
        ("30,north,1,5,0.1,25.5", r"times must not go back, got 30 s after 60 s"),
        ("1e300,north,1,5,0.1,25.5", r"time_s is in seconds, got 1e\+300"),
        ("60,north,1,1e300,0.1,25.5", r"count is vehicles per lane in 30 s, got 1e\+300"),
        ("60,north,1,5,0.1,1e9", r"speed_mps is in m/s, got 1000000000"),
        (
            "61,north,1,5,0.1,25.5",
            r"frames stand whole periods of 30 s apart, got a step of 1 s \(is period_s in corridor.toml",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(folder: Path, row: str, message: str) -> None:
    write_rows(folder, [*ROWS[:5], row, *ROWS[6:]])
    with pytest.raises(ValueError, match=f"{re.escape(str(folder / 'loops.csv'))}, line 7: {message}"):
        read_recording(folder)


def test_a_frame_years_after_the_others_is_refused(folder: Path) -> None:
    write_rows(folder, [*ROWS, "3e10,north,1,5,0.1,25.5"])
    with pytest.raises(ValueError, match=r"a gap is a year at most, got 30000000000 s after \d+ s"):
        read_recording(folder)


def test_the_first_of_several_wrong_rows_is_named(folder: Path) -> None:
    write_rows(folder, [*ROWS[:5], "60,north,1,5,0.1,110", "60,south,0,5,14,20", *ROWS[7:]])
    with pytest.raises(ValueError, match=r"line 7: speed_mps"):
        read_recording(folder)


def test_blank_lines_count_as_lines(folder: Path) -> None:
    write_rows(folder, [*ROWS[:5], "", "", "60,north,1,5,14,25.5"])
    with pytest.raises(ValueError, match=r"line 9: occupancy"):
        read_recording(folder)


def test_rows_sorted_by_station_are_refused(folder: Path) -> None:
    write_rows(folder, sorted(ROWS, key=lambda row: row.split(",")[1]))
    with pytest.raises(ValueError, match=r"line 10: .*\(are the rows sorted by station instead of time\?\)"):
        read_recording(folder)


def test_speeds_in_miles_per_hour_are_refused(folder: Path) -> None:
    write_rows(folder, [row.replace("25.5", "62.5") for row in ROWS])
    with pytest.raises(ValueError, match=r"line 2: speed_mps is in m/s, and half .* 62.5 \(is it in mph or km/h\?\)"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("60", r"line 6: frames stand whole periods of 60 s apart, got a step of 30 s \(is period_s"),
        ("20", r"line 6: frames stand whole periods of 20 s apart, got a step of 30 s \(is period_s"),
        ("15", r"line 6: frames stand at least 30 s apart, and period_s is 15 \(is period_s"),
    ],
)
def test_a_wrong_period_is_refused(folder: Path, period: str, message: str) -> None:
    path = folder / "corridor.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("period_s = 30", f"period_s = {period}"), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_recording(folder)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("time_s,station,lane,count,occupancy,speed", r"missing speed_mps, got .* \(is it 'speed'\?\)"),
        ("time_s,station,lane,count,speed_mps,x", r"missing occupancy"),
        (HEADER.replace(",", ";"), r"missing .* \(are the fields separated by something other than commas\?\)"),
        ("time_s,station,lane,count,count,occupancy,speed_mps", r"the column count is there 2 times"),
        ("30,north,0,5,0.1,25.5", r"missing time_s, station, lane, count, occupancy, speed_mps"),
    ],
)
def test_a_wrong_header_is_refused(folder: Path, header: str, message: str) -> None:
    write_rows(folder, ROWS, header)
    with pytest.raises(ValueError, match=f"loops.csv, line 1: .*{message}"):
        read_recording(folder)


def test_an_empty_loops_file_is_refused(folder: Path) -> None:
    (folder / "loops.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"loops.csv is empty: wanted a header line"):
        read_recording(folder)


def test_a_header_alone_is_refused(folder: Path) -> None:
    write_rows(folder, [])
    with pytest.raises(ValueError, match=r"loops.csv: wanted rows of time_s,.*, got none"):
        read_recording(folder)


def test_text_in_another_encoding_is_refused_where_it_is_read(folder: Path) -> None:
    path = folder / "loops.csv"
    path.write_bytes(path.read_bytes().replace(b"60,north,1", "60,nörth,1".encode("latin-1")))
    with pytest.raises(ValueError, match=r"loops.csv, line 7: unknown station 'n\\udcf6rth'"):
        read_recording(folder)
    path.write_bytes((HEADER + "\n" + ROWS[0]).encode("utf-16"))
    with pytest.raises(ValueError, match=r"loops.csv, line 1: wanted the columns"):
        read_recording(folder)


def test_a_quotation_mark_never_closed_is_refused_where_it_opens(folder: Path) -> None:
    rows = [f"{30 * k},north,0,5,0.1,25.5" for k in range(1, 9000)]
    write_rows(folder, [*rows[:3], '120,"north,0,5,0.1,25.5', *rows[4:]])
    with pytest.raises(ValueError, match=r"loops.csv, line 5: .*\(a quotation mark that is never closed\?\)"):
        read_recording(folder)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere: no such folder"):
        read_recording(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"corridor.toml: no such file"):
        read_recording(tmp_path)
    write_corridor(tmp_path, CORRIDOR)
    with pytest.raises(FileNotFoundError, match=r"holds no loops file; .* loops.csv, loops.csv.gz, loops.parquet"):
        read_recording(tmp_path)
    with pytest.raises(ValueError, match=r"wanted a recording's folder, got a file"):
        read_recording(tmp_path / "corridor.toml")


def test_a_folder_of_runs_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    with pytest.raises(FileNotFoundError, match=r"holds no recording itself \(one of the folders in .*runs\?\)"):
        read_recording(tmp_path)
