"""What is refused in a recording: one clear message with file, line and likely slip."""

import gzip
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import read_recording

CORRIDOR = Corridor("short", 30.0, (Station("north", 0.0, 2), Station("south", 800.0, 2)))
HEADER = "time_s,station,lane,count,occupancy,speed_mps"
ROWS = [
    f"{time_s},{station},{lane},5,0.1,25.5"
    for time_s in (30, 60, 90, 120)
    for station in ("north", "south")
    for lane in (0, 1)
]
INCIDENTS = "onset_s,clearance_s,position_m,lanes\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_corridor(tmp_path, CORRIDOR)
    write_rows(tmp_path, ROWS)
    return tmp_path


def write_rows(folder: Path, rows: list[str], header: str = HEADER) -> None:
    (folder / "loops.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def test_the_recording_the_refusals_start_from_is_read(folder: Path) -> None:
    assert len(read_recording(folder).frames) == 4


# Row 5 (line 7) is changed; every message names the file and that line.
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


def compress(folder: Path) -> bytes:
    packed = gzip.compress((folder / "loops.csv").read_bytes(), mtime=0)
    (folder / "loops.csv").unlink()
    return packed


def test_plain_and_compressed_loops_together_are_refused(folder: Path) -> None:
    write_loops(folder / "loops.csv.gz", CORRIDOR, [])
    with pytest.raises(ValueError, match=r"holds loops.csv and loops.csv.gz; a recording needs one of them"):
        read_recording(folder)


def test_a_cut_off_compressed_file_is_refused(folder: Path) -> None:
    packed = compress(folder)
    (folder / "loops.csv.gz").write_bytes(packed[:-20])
    with pytest.raises(ValueError, match=r"loops.csv.gz, after line \d+: the compressed data are damaged"):
        read_recording(folder)


def test_a_plain_file_that_calls_itself_compressed_is_refused(folder: Path) -> None:
    (folder / "loops.csv").rename(folder / "loops.csv.gz")
    with pytest.raises(ValueError, match=r"loops.csv.gz, after line 0: .*\(is it gzip at all\?\)"):
        read_recording(folder)


def test_damage_in_the_middle_of_a_compressed_file_is_refused(folder: Path) -> None:
    packed = bytearray(compress(folder))
    packed[len(packed) // 2] ^= 0xFF
    (folder / "loops.csv.gz").write_bytes(packed)
    with pytest.raises(ValueError, match=r"loops.csv.gz"):
        read_recording(folder)


def test_parquet_without_pyarrow_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "loops.csv").rename(folder / "loops.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ValueError, match=r"loops.parquet: parquet files need pyarrow .*laneblock\[parquet\]"):
        read_recording(folder)


def test_a_parquet_file_that_is_none_is_refused(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    (folder / "loops.csv").rename(folder / "loops.parquet")
    with pytest.raises(ValueError, match=r"loops.parquet: .*\(is it a whole parquet file"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"occupancy": [0.1, 14.0]}, r"row 2: occupancy is a share, 0 to 1, got 14 \(is it a percentage\?\)"),
        ({"station": ["north", None]}, r"row 2: unknown station ''"),
        ({"station": ["north", "soth"]}, r"row 2: unknown station 'soth' \(is it 'south'\?\)"),
        ({"lane": [0, None]}, r"row 2: lane needs a finite number, got nan"),
        ({"count": [1.0, float("inf")]}, r"row 2: count needs a finite number, got inf"),
        ({"count": ["one", "two"]}, r"is it a whole parquet file with numbers\?"),
        ({"count": None}, r"wanted the columns .*; missing count"),
    ],
)
def test_wrong_parquet_rows_are_refused(folder: Path, change: dict[str, list[object] | None], message: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns: dict[str, list[object] | None] = {
        "time_s": [30.0, 60.0],
        "station": ["north", "north"],
        "lane": [0, 0],
        "count": [1.0, 2.0],
        "occupancy": [0.1, 0.1],
        "speed_mps": [20.0, 20.0],
    }
    kept = {name: column for name, column in (columns | change).items() if column is not None}
    parquet.write_table(pyarrow.table(kept), folder / "loops.parquet")
    (folder / "loops.csv").unlink()
    with pytest.raises(ValueError, match=f"loops.parquet.*{message}"):
        read_recording(folder)


def test_parquet_columns_that_hold_other_data_are_refused_unread(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"time_s": [30.0], "station": ["x" * 3_000_000], "lane": [0], "count": [1.0], "occupancy": [0.1]}
    parquet.write_table(pyarrow.table({**columns, "speed_mps": [20.0]}), folder / "loops.parquet")
    (folder / "loops.csv").unlink()
    with pytest.raises(ValueError, match=r"loops.parquet: 1 rows take 3 MB \(are there other data in a column\?\)"):
        read_recording(folder)


def test_damaged_parquet_files_are_read_or_refused_by_name(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    frames = read_recording(folder).frames
    (folder / "loops.csv").unlink()
    write_loops(folder / "loops.parquet", CORRIDOR, frames)
    whole = (folder / "loops.parquet").read_bytes()
    rng = np.random.default_rng(1)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.integers(256)
        (folder / "loops.parquet").write_bytes(damaged)
        read_or_refused(folder, "loops.parquet")


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


TOML = """name = "short"
period_s = 30

[[station]]
name = "north"
position_m = 0
lanes = 2

[[station]]
name = "south"
position_m = 800
lanes = 2
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"short"', "short", r"broken TOML: .*at line 1"),
        ("period_s = 30", "period_s = ", r"broken TOML: .*at line 2"),
        ("period_s = 30", "period = 30", r"period_s is missing \(is it 'period'\?\)"),
        ("period_s = 30", "period_s = -30", r"period_s is a number, 1 to 3600, got -30"),
        ("period_s = 30", "period_s = nan", r"period_s is a number, 1 to 3600, got nan"),
        ("period_s = 30", "period_s = inf", r"period_s is a number, 1 to 3600, got inf"),
        ("period_s = 30", "period_s = 1e-300", r"period_s is a number, 1 to 3600, got 1e-300"),
        ("period_s = 30", "period_s = 1e300", r"period_s is a number, 1 to 3600, got 1e\+300"),
        ("position_m = 800", "position_m = 1e308", r"line 9: position_m is a number, -1e\+07 to 1e\+07, got 1e\+308"),
        ("position_m = 800", "position_m = 0.8", r"line 9: stations stand 1 m apart or more, .*0\.8 m after 'north'"),
        ('name = "short"', f'name = "{"long" * 100}"', r"name has 200 characters at most, got 400"),
        ('"north"', '"n\\u2028rth"', r"name is one line without control characters"),
        ("period_s = 30", 'period_s = "30"', r"period_s is a number, got '30' \(without quotation marks\?\)"),
        ('name = "short"', "name = 91", r"name is a text, got 91 \(are the quotation marks missing\?\)"),
        ("position_m = 800", "positon_m = 800", r"line 9: position_m is missing \(is it 'positon_m'\?\)"),
        ("position_m = 800", "position_m = true", r"line 9: position_m is a number, got True"),
        ("position_m = 800", f"position_m = 1{'0' * 400}", r"line 9: position_m is a number, -1e\+07 to 1e\+07"),
        ("position_m = 800", "position_m = -800", r"stations must stand strictly downstream"),
        ('"south"', '"north"', r"station names must differ, got 'north' twice"),
        ("lanes = 2\n\n", "lanes = 0\n\n", r"line 4: lanes is a whole number, 1 to 100, got 0"),
        ("lanes = 2\n\n", "lanes = 1000000\n\n", r"line 4: lanes is a whole number, 1 to 100, got 1000000"),
        ("lanes = 2\n\n", "lanes = 2.5\n\n", r"line 4: lanes is a whole number"),
        ("[[station]]", "[[stations]]", r"wanted a table \[\[station\]\] for each station"),
        ('"north"', '"n\x00rth"', r"broken TOML"),
    ],
)
def test_a_wrong_corridor_is_refused(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "corridor.toml").write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(folder / 'corridor.toml'))}.*{message}"):
        read_recording(folder)


def test_one_station_is_no_corridor(folder: Path) -> None:
    (folder / "corridor.toml").write_text(TOML[: TOML.rindex("[[station]]")], encoding="utf-8")
    with pytest.raises(ValueError, match=r"corridor.toml: a corridor needs at least two stations, got 1"):
        read_recording(folder)


def test_a_corridor_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "corridor.toml").write_bytes(TOML.replace("south", "süd").encode("latin-1"))
    with pytest.raises(ValueError, match=r"corridor.toml: wanted UTF-8 text, got byte 0xfc"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("40,100,400,2", r"lanes are 0 to 1 at 400 m, got 2 \(are lanes counted from 1\?"),
        ("40,100,900,0", r"sections reach from 0 to 800 m, got 900.0 m \(kilometres, miles"),
        ("40,100,-1,0", r"sections reach from 0 to 800 m"),
        ("100,40,400,0", r"clearance_s comes after onset_s, got 100 to 40 s \(are the two exchanged\?\)"),
        ("40,40,400,0", r"clearance_s comes after onset_s"),
        ("1e300,,400,0", r"times are in seconds, got 1e\+300 \(is it in milliseconds\?\)"),
        ("40,1e300,400,0", r"times are in seconds, got 1e\+300"),
        (",100,400,0", r"onset_s needs a finite number, got an empty field"),
        ("40,soon,400,0", r"clearance_s needs a finite number, got 'soon'"),
        ("40,100,,0", r"position_m needs a finite number, got an empty field"),
        (
            "40,100,400,left",
            r"lanes are whole numbers separated by ';' \(like 0;1\), empty where not known, got 'left'",
        ),
        ("40,100,400,-1", r"lanes are whole numbers separated by ';'"),
        ("40,100,400,1;1", r"lanes names a lane twice, got '1;1'"),
        ("40,100,400", r"wanted 4 fields, got 3 \(is it cut off\?\)"),
        ("40,100,400,0,1", r"wanted 4 fields, got 5"),
    ],
)
def test_an_impossible_incident_is_refused(folder: Path, row: str, message: str) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}45,60,0,0\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(folder / 'incidents.csv'))}, line 3: .*{message}"):
        read_recording(folder)


@pytest.mark.parametrize("times", ["1040,1100", "-60,0", "120,"])
def test_incidents_of_another_time_only_are_refused(folder: Path, times: str) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}{times},400,0\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"line 2: the recording goes from 0 to 120 s.*\(is it on the loops' clock\?\)"
    ):
        read_recording(folder)


def test_an_incident_of_another_time_beside_one_in_time_is_kept(folder: Path) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}1040,1100,400,0\n40,50,400,0\n", encoding="utf-8")
    incidents = read_recording(folder).incidents
    assert incidents is not None
    assert [incident.onset_s for incident in incidents] == [40, 1040]


def test_a_station_name_of_two_lines_is_neither_read_nor_written(folder: Path) -> None:
    (folder / "corridor.toml").write_text(TOML.replace('"north"', '"no\\rth"'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 4: name is one line without control characters, got 'no\\rth'"):
        read_recording(folder)
    with pytest.raises(ValueError, match=r"name is one line"):
        write_corridor(folder, Corridor("a\nb", 30.0, CORRIDOR.stations))


def test_an_empty_incidents_file_is_refused(folder: Path) -> None:
    (folder / "incidents.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"incidents.csv is empty: wanted a header line"):
        read_recording(folder)


def read_or_refused(folder: Path, name: str) -> None:
    frames: tuple[LoopFrame, ...] = ()
    message = ""
    try:
        frames = read_recording(folder).frames
    except ValueError as error:
        message = str(error)
    assert bool(frames) != bool(message)
    if message:
        assert {name, "corridor.toml"} & set(re.findall(r"[\w.]+", message))
    assert "\n" not in message
    assert len(message) < 600
    assert all(np.nan_to_num(frame.occupancy).max() <= 1 for frame in frames)


VALID = ("\n".join([HEADER, *ROWS]) + "\n").encode()
SPLICES = st.tuples(
    st.integers(0, len(VALID)),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b"nan", b"-1", b"14", b"1e999", b"\n", b"\r", b",", b'"', b"\x00", b";", b"\xff\xfe", "٣".encode(), b"1_0"]
        ),
    ),
)


@settings(max_examples=300, deadline=None)
@given(splices=st.lists(SPLICES, min_size=1, max_size=3))
def test_a_corrupted_loops_file_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, splices: list[tuple[int, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    write_corridor(folder, CORRIDOR)
    content = VALID
    for start, length, inserted in splices:
        content = content[:start] + inserted + content[start + length :]
    (folder / "loops.csv").write_bytes(content)
    read_or_refused(folder, "loops.csv")


FIELDS = st.one_of(
    st.text(max_size=6),
    st.floats().map(repr),
    st.integers(-3, 200).map(str),
    st.sampled_from(["", "north", "south", "30", "60", " 60 ", "6O", "0x1", "1e400"]),
)


@settings(max_examples=300, deadline=None)
@given(row=st.integers(0, len(ROWS) - 1), column=st.integers(0, 5), field=FIELDS)
def test_a_corrupted_field_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, row: int, column: int, field: str
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    write_corridor(folder, CORRIDOR)
    rows = [line.split(",") for line in ROWS]
    rows[row][column] = field
    content = "\n".join([HEADER, *(",".join(line) for line in rows)])
    (folder / "loops.csv").write_bytes(content.encode("utf-8", errors="surrogatepass"))
    read_or_refused(folder, "loops.csv")


@settings(max_examples=200, deadline=None)
@given(splices=st.lists(SPLICES, min_size=1, max_size=3))
def test_a_corrupted_corridor_or_compressed_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, splices: list[tuple[int, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    toml, packed = TOML.encode(), gzip.compress(VALID, mtime=0)
    for start, length, inserted in splices:
        at = start % len(toml)
        toml = toml[:at] + inserted + toml[at + length :]
        at = start % len(packed)
        packed = packed[:at] + inserted + packed[at + length :]
    (folder / "corridor.toml").write_bytes(toml)
    (folder / "loops.csv.gz").write_bytes(packed)
    read_or_refused(folder, "loops.csv.gz")
    write_corridor(folder, CORRIDOR)
    read_or_refused(folder, "loops.csv.gz")


def test_incidents_behind_a_link_to_nowhere_are_not_taken_for_unknown(folder: Path) -> None:
    (folder / "incidents.csv").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError, match=r"incidents.csv"):
        read_recording(folder)
