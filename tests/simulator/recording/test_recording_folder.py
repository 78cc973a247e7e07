"""Reading and writing recordings: round trips, and what is normal in them."""

import gzip
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.loop_table import read_loops, write_loops
from simulator.recording.recording_folder import Recording, open_recording, read_recording, write_recording

CORRIDOR = Corridor("two miles", 30.0, (Station("a", 0.0, 3), Station("b, east", 1609.0, 3), Station("ç", 3218.5, 2)))
SHAPE = (3, 3)
THERE = np.array([[True, True, True], [True, True, True], [True, True, False]])


def frame_at(time_s: float, seed: int = 1) -> LoopFrame:
    rng = np.random.default_rng((seed, int(time_s)))
    count = np.where(THERE, rng.integers(0, 15, SHAPE), np.nan)
    speed = np.where(THERE & (rng.random(SHAPE) < 0.8), rng.uniform(3.0, 33.0, SHAPE), np.nan)
    return LoopFrame(time_s, count, speed, np.where(THERE, rng.random(SHAPE), np.nan))


def same(one: LoopFrame, other: LoopFrame) -> bool:
    pairs = ((one.count, other.count), (one.speed, other.speed), (one.occupancy, other.occupancy))
    return one.time_s == other.time_s and all(a.tobytes() == b.tobytes() for a, b in pairs)


FRAMES = tuple(frame_at(900.0 + 30.0 * k) for k in range(1, 6))


def loops_file(folder: Path, text: str, name: str = "loops.csv") -> None:
    write_corridor(folder, CORRIDOR)
    (folder / name).write_text(text, encoding="utf-8", newline="")


HEADER = "time_s,station,lane,count,occupancy,speed_mps\n"


@pytest.mark.parametrize("name", ["loops.csv", "loops.csv.gz", "loops.parquet"])
def test_frames_come_back_bit_by_bit(tmp_path: Path, name: str) -> None:
    write_corridor(tmp_path, CORRIDOR)
    write_loops(tmp_path / name, CORRIDOR, FRAMES)
    read = read_recording(tmp_path)
    assert read.corridor == CORRIDOR
    assert read.incidents is None
    assert len(read.frames) == len(FRAMES)
    assert all(same(one, other) for one, other in zip(read.frames, FRAMES, strict=True))


def test_a_whole_recording_comes_back(tmp_path: Path) -> None:
    incidents = (
        RecordedIncident(905.25, 1000.1, 100.0, (0,)),
        RecordedIncident(950.0, float("nan"), 2000.0, (2, 1)),
    )
    write_recording(tmp_path / "new", Recording(CORRIDOR, FRAMES, incidents))
    read = read_recording(tmp_path / "new")
    assert read.incidents is not None
    assert read.incidents[0] == incidents[0]
    assert np.isnan(read.incidents[1].clearance_s)
    assert (read.incidents[1].onset_s, read.incidents[1].lanes) == (950.0, (2, 1))


def test_a_header_without_incidents_says_there_were_none(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, ()))
    assert read_recording(tmp_path).incidents == ()


def test_equal_frames_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one.csv.gz", "other_name.csv.gz"):
        write_loops(tmp_path / name, CORRIDOR, FRAMES)
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "other_name.csv.gz").read_bytes()


def test_a_missing_frame_stays_absent(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, (*FRAMES[:2], *FRAMES[4:]), None))
    assert [frame.time_s for frame in read_recording(tmp_path).frames] == [930.0, 960.0, 1050.0]


def test_loops_without_a_row_and_empty_fields_are_nan(tmp_path: Path) -> None:
    loops_file(tmp_path, HEADER + "30,a,1,4,0.1,20\n60,ç,0,,,\n")
    first, second = read_recording(tmp_path).frames
    expected = np.full(SHAPE, np.nan)
    assert np.array_equal(second.count, expected, equal_nan=True)
    expected[0, 1] = 4
    assert np.array_equal(first.count, expected, equal_nan=True)
    assert (first.occupancy[0, 1], first.speed[0, 1]) == (0.1, 20.0)


def test_columns_stand_in_any_order_and_others_are_ignored(tmp_path: Path) -> None:
    loops_file(tmp_path, "lane,speed_mps,note,occupancy,count,station,time_s\n2,20,x,0.1,4,a,30\n")
    assert read_recording(tmp_path).frames[0].count[0, 2] == 4


def test_byte_order_mark_windows_lines_blank_lines_and_spaces_are_fine(tmp_path: Path) -> None:
    loops_file(tmp_path, "\ufeff" + HEADER.replace(",", ", ") + "\n30, a, 0, 4, 0.1, 20\n\n60,a,0,4,0.1,20\n\n")
    path = tmp_path / "loops.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    toml = tmp_path / "corridor.toml"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes().replace(b"\n", b"\r\n"))
    assert [frame.count[0, 0] for frame in read_recording(tmp_path).frames] == [4, 4]


def test_rows_of_one_frame_stand_in_any_order(tmp_path: Path) -> None:
    loops_file(tmp_path, HEADER + "30,ç,1,1,,\n30,a,2,2,,\n30,a,0,3,,\n")
    (frame,) = read_recording(tmp_path).frames
    assert (frame.count[2, 1], frame.count[0, 2], frame.count[0, 0]) == (1, 2, 3)


def test_parquet_nulls_nans_and_whole_number_columns_are_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    write_corridor(tmp_path, CORRIDOR)
    columns = {
        "time_s": [30, 30],
        "station": ["a", "ç"],
        "lane": [0, 1],
        "count": [4, None],
        "occupancy": [float("nan"), 0.2],
        "speed_mps": [None, 20.0],
        "note": ["x", "y"],
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "loops.parquet")
    (frame,) = read_recording(tmp_path).frames
    assert frame.count[0, 0] == 4
    assert np.isnan(frame.occupancy[0, 0])
    assert (frame.occupancy[2, 1], frame.speed[2, 1]) == (0.2, 20.0)


def test_pyarrow_is_imported_for_parquet_only(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, None))
    code = (
        "import sys; from pathlib import Path; from simulator.recording.recording_folder import read_recording; "
        "read_recording(Path(sys.argv[1])); sys.exit('pyarrow' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[3], check=False
        ).returncode
        == 0
    )


def test_a_frame_of_another_shape_is_not_written(tmp_path: Path) -> None:
    nothing = np.full((2, 3), np.nan)
    with pytest.raises(ValueError, match=r"wanted the shape \(3, 3\), got \(2, 3\)"):
        write_loops(tmp_path / "loops.csv", CORRIDOR, [LoopFrame(30.0, nothing, nothing, nothing)])


def test_values_where_a_station_has_no_lane_are_not_written(tmp_path: Path) -> None:
    zeros = np.zeros(SHAPE)
    with pytest.raises(ValueError, match="NaN where a station has no lane"):
        write_loops(tmp_path / "loops.csv", CORRIDOR, [LoopFrame(30.0, zeros, zeros, zeros)])


def test_frames_out_of_order_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frames come in order of time"):
        write_loops(tmp_path / "loops.csv", CORRIDOR, (FRAMES[1], FRAMES[0]))


def test_another_kind_of_file_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.csv, \.csv\.gz or \.parquet"):
        write_loops(tmp_path / "loops.xlsx", CORRIDOR, FRAMES)


def test_a_day_of_many_loops_is_read_in_order(tmp_path: Path) -> None:
    # More rows than one chunk holds: chunks must join without a seam.
    corridor = Corridor("wide", 30.0, tuple(Station(f"S{k}", 500.0 * k, 4) for k in range(30)))
    rng = np.random.default_rng(3)
    frames = [LoopFrame(30.0 * k, *(rng.random((30, 4)) for _ in range(3))) for k in range(1, 400)]
    write_recording(tmp_path, Recording(corridor, tuple(frames), None))
    assert all(same(one, other) for one, other in zip(read_recording(tmp_path).frames, frames, strict=True))


def values(highest: float) -> st.SearchStrategy[Array]:
    element = st.floats(0, highest) | st.just(float("nan"))
    return arrays(np.float64, SHAPE, elements=element).map(lambda cells: np.where(THERE, cells, np.nan))


@settings(max_examples=50, deadline=None)
@given(
    cells=st.lists(st.tuples(values(60), values(45), values(1)), min_size=1, max_size=4),
    gap=st.integers(1, 10**6),
    start_s=st.floats(0, 1e6),
)
def test_any_frames_come_back_bit_by_bit(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[Array, Array, Array]], gap: int, start_s: float
) -> None:
    periods = [0, 1, *(1 + gap * k for k in range(1, len(cells)))]
    frames = [
        LoopFrame(start_s + 30.0 * period, count, speed, occupancy)
        for period, (count, speed, occupancy) in zip(periods, cells, strict=False)
    ]
    path = tmp_path_factory.mktemp("frames") / "loops.csv"
    write_loops(path, CORRIDOR, frames)
    read = read_loops(path, CORRIDOR)
    # A NaN read back is the same NaN, so whole arrays compare as bytes; the sign of zero is kept too.
    assert all(same(one, other) for one, other in zip(read, frames, strict=True))


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=8
).filter(lambda name: name.strip() != "")


@settings(max_examples=50, deadline=None)
@given(
    name=NAMES,
    stations=st.lists(NAMES, min_size=2, max_size=4, unique=True),
    period_s=st.floats(1.0, 3600.0),
    lanes=st.integers(1, 6),
    spacing_m=st.floats(1.0, 1e6),
)
def test_any_corridor_and_its_station_names_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    stations: list[str],
    period_s: float,
    lanes: int,
    spacing_m: float,
) -> None:
    corridor = Corridor(name, period_s, tuple(Station(s, spacing_m * k, lanes) for k, s in enumerate(stations)))
    folder = tmp_path_factory.mktemp("corridor")
    ones = np.ones((len(stations), lanes))
    write_recording(folder, Recording(corridor, (LoopFrame(period_s, ones, ones, ones),), None))
    read = read_recording(folder)
    assert read.corridor == corridor
    assert np.array_equal(read.frames[0].count, ones)


def test_a_compressed_file_holds_the_same_text(tmp_path: Path) -> None:
    write_loops(tmp_path / "loops.csv", CORRIDOR, FRAMES)
    write_loops(tmp_path / "loops.csv.gz", CORRIDOR, FRAMES)
    assert gzip.decompress((tmp_path / "loops.csv.gz").read_bytes()) == (tmp_path / "loops.csv").read_bytes()


def test_incidents_are_written_as_they_are_documented(tmp_path: Path) -> None:
    write_incidents(tmp_path, [RecordedIncident(905.5, 1000.0, 100.0, (0, 1))])
    text = (tmp_path / "incidents.csv").read_text(encoding="utf-8")
    assert text == "onset_s,clearance_s,position_m,lanes\n905.5,1000,100,0;1\n"


def test_an_open_recording_reads_its_frames_again_each_time(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, ()))
    opened = open_recording(tmp_path)
    for _ in range(2):
        assert all(same(one, other) for one, other in zip(opened.frames, FRAMES, strict=True))
    assert opened.span_s == (FRAMES[0].time_s - CORRIDOR.period_s, FRAMES[-1].time_s)


def test_incidents_outside_the_time_of_an_open_recording_are_refused_when_its_end_is_known(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, (RecordedIncident(10.0, 20.0, 100.0, (0,)),)))
    frames = iter(open_recording(tmp_path).frames)
    assert same(next(frames), FRAMES[0])
    with pytest.raises(UserError, match=r"incidents.csv, line 2: the recording goes from 900 to 1050 s"):
        list(frames)


@pytest.mark.parametrize("name", ["incidents.csv", "loops.csv"])
def test_a_pipe_in_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, ()))
    (tmp_path / "loops.csv.gz" if name == "loops.csv" else tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError, match=f"{name}: wanted a file, got a pipe"):
        open_recording(tmp_path)


def test_more_incidents_than_any_recording_has_are_refused(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording(CORRIDOR, FRAMES, (RecordedIncident(910.0, 920.0, 100.0, (0,)),) * 10_001))
    with pytest.raises(UserError, match=r"incidents.csv, line 10002: wanted at most 10,000 rows"):
        open_recording(tmp_path)


def test_a_writer_that_is_interrupted_leaves_what_was_there(tmp_path: Path) -> None:
    class Interrupted(tuple[LoopFrame, ...]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield FRAMES[0]
            raise KeyboardInterrupt

    broken = Recording(CORRIDOR, Interrupted(), None)
    write_recording(tmp_path / "there", Recording(CORRIDOR, FRAMES, None))
    for name in ("there", "new"):
        with pytest.raises(KeyboardInterrupt):
            write_recording(tmp_path / name, broken)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["corridor.toml", "loops.csv.gz", "there"]
    assert len(read_recording(tmp_path / "there").frames) == len(FRAMES)


def test_a_name_that_no_file_can_have_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write_recording(tmp_path / "kept", Recording(CORRIDOR, FRAMES, None))
    for folder in ("kept", "new"):
        with pytest.raises(UserError, match="name has 200 characters at most"):
            write_recording(tmp_path / folder, Recording(replace(CORRIDOR, name="x" * 201), FRAMES, None))
    assert read_recording(tmp_path / "kept").corridor == CORRIDOR
    assert not (tmp_path / "new").exists()


def test_both_zeros_come_back_with_their_signs(tmp_path: Path) -> None:
    zeros = np.where(THERE, np.array([[0.0, -0.0, 0.0]] * 3), np.nan)
    frame = LoopFrame(930.0, zeros, zeros, zeros)
    write_loops(tmp_path / "loops.csv", CORRIDOR, [frame])
    assert same(read_loops(tmp_path / "loops.csv", CORRIDOR)[0], frame)
