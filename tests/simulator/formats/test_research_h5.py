"""METR-LA, PEMS-BAY and PEMS04: sensors in the order of their distances, speeds in m/s, zeros unknown."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.research_h5 import describe, read
from simulator.recording.recording_folder import Recording

START_S = 1330560000  # 2012-03-01, a midnight
PAIRS = "from,to,cost\n12,11,700.0\n12,13,1500.0\n11,13,800.0\n"
STARTS_S = tuple(START_S + 3600 + 300 * k for k in range(3))
MPH = np.array([[60.0, 50.0, 40.0], [0.0, 51.0, 41.0], [62.0, 52.0, 42.0]])


def h5_file(
    folder: Path,
    ids: list[Any],
    kind: str = "datetime64[ns]",
    per_s: int = 10**9,
    mph: Any = MPH,
    starts_s: Sequence[int] = STARTS_S,
) -> Path:
    h5py = pytest.importorskip("h5py")
    path = folder / "speeds.h5"
    with h5py.File(path, "w") as file:
        table = file.create_group("df")
        table.create_dataset("block0_items", data=ids)
        table.create_dataset("block0_values", data=mph)
        axis = table.create_dataset("axis1", data=[start_s * per_s for start_s in starts_s])
        axis.attrs["kind"] = np.bytes_(kind)
    (folder / "distances.csv").write_text(PAIRS, encoding="utf-8")
    return path


def npz_file(folder: Path, data: Any, distances: str = "from,to,cost\n1,0,650.5\n") -> Path:
    path = folder / "PEMS04.npz"
    np.savez(path, data=data)
    (folder / "distance.csv").write_text(distances, encoding="utf-8")
    return path


def flows(flow: float = 400.0) -> Any:
    return np.array([[[flow, 0.08, 60.0], [310.0, 0.07, 50.0]]] * 4)


def only(path: Path) -> Recording:
    ((_, recording),) = read(path).recordings
    return recording


def test_sensors_stand_in_the_order_of_their_distances(tmp_path: Path) -> None:
    stations = only(h5_file(tmp_path, [11, 12, 13])).corridor.stations
    assert [(s.name, s.position_m) for s in stations] == [("12", 0.0), ("11", 700.0), ("13", 1500.0)]


def test_stamps_are_starts_and_speeds_become_metres_per_second(tmp_path: Path) -> None:
    recording = only(h5_file(tmp_path, [11, 12, 13]))
    assert [frame.time_s for frame in recording.frames] == [3900, 4200, 4500]
    assert recording.frames[0].speed[:, 0].tolist() == [22.352, 26.822, 17.882]
    assert np.isnan(recording.frames[0].count).all()


def test_seconds_run_on_where_the_clock_was_put_forward(tmp_path: Path) -> None:
    # 12 March 2017: 01:55 is followed by 03:00, as in PEMS-BAY.
    sunday_s = 1489276800
    path = h5_file(tmp_path, [11, 12, 13], starts_s=[sunday_s + 6600, sunday_s + 6900, sunday_s + 10800])
    assert [frame.time_s for frame in only(path).frames] == [6900, 7200, 7500]
    assert "assumed: clocks put forward at 2017-03-12 01:55" in read(path).left_out


def test_a_speed_of_zero_is_unknown_and_told(tmp_path: Path) -> None:
    path = h5_file(tmp_path, [11, 12, 13])
    assert np.isnan(only(path).frames[1].speed[1, 0])
    assert read(path).left_out.startswith("1 speeds of 0 are unknown")


def test_ids_may_be_texts_and_stamps_microseconds(tmp_path: Path) -> None:
    ids = [np.bytes_(b"11"), np.bytes_(b"12"), np.bytes_(b"13")]
    recording = only(h5_file(tmp_path, ids, "datetime64[us]", 10**6))
    assert [frame.time_s for frame in recording.frames] == [3900, 4200, 4500]


def test_an_array_of_nodes_has_flow_occupancy_and_speed(tmp_path: Path) -> None:
    recording = only(npz_file(tmp_path, flows()))
    frame = recording.frames[1]
    assert [(s.name, s.position_m) for s in recording.corridor.stations] == [("node 1", 0.0), ("node 0", 650.5)]
    assert (frame.time_s, frame.count[1, 0], frame.occupancy[1, 0], frame.speed[1, 0]) == (600, 400, 0.08, 26.822)


def test_a_flow_of_several_lanes_is_unknown_and_told(tmp_path: Path) -> None:
    path = npz_file(tmp_path, flows(715.0))
    assert np.isnan(only(path).frames[0].count[1, 0])
    assert "4 flows over 600 are unknown" in read(path).left_out


def test_sensors_on_a_branch_are_left_out_and_told(tmp_path: Path) -> None:
    data = np.concatenate([flows()] * 3, axis=1)
    path = npz_file(tmp_path, data, "from,to,cost\n0,1,500\n2,3,500\n2,4,600\n")
    assert [s.name for s in only(path).corridor.stations] == ["node 0", "node 1"]
    assert "4 sensors in no chain left out" in read(path).left_out


def test_both_directions_ask_for_the_sensors_of_one_road(tmp_path: Path) -> None:
    path = npz_file(tmp_path, flows(), "from,to,cost\n1,0,650\n0,1,655\n")
    with pytest.raises(UserError, match=r"no order of sensors follows.*research_h5\.toml"):
        read(path)
    (tmp_path / "research_h5.toml").write_text('sensors = ["0", "1"]', encoding="utf-8")
    assert [s.position_m for s in only(path).corridor.stations] == [0.0, 655.0]


def test_both_kinds_of_file_are_recognised(tmp_path: Path) -> None:
    assert describe(npz_file(tmp_path, flows())) == "numpy array of nodes, as PEMS04"
    assert describe(h5_file(tmp_path, [11, 12, 13])) == "HDF5 table of sensors, as METR-LA and PEMS-BAY"


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:900])
    return path


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="wanted a whole HDF5 file of pandas"):
        read(cut(h5_file(tmp_path, [11, 12, 13])))
    with pytest.raises(UserError, match=r"wanted an \.npz file with the array data"):
        read(cut(npz_file(tmp_path, np.tile(flows(), (90, 1, 1)))))


@pytest.mark.parametrize("content", [b"", b"\0\1" * 99, b"from,to,cost\n", "a\u00e4".encode("utf-16")])
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(UserError, match=r"wanted an \.npz file with the array data"):
        read(tmp_path / "x.npz")


def test_an_array_of_another_shape_or_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="got the shape"):
        read(npz_file(tmp_path, np.ones((4, 2))))
    with pytest.raises(UserError, match="occupancy is a share, got 310"):
        read(npz_file(tmp_path, flows()[:, :, [1, 0, 2]] * [1, 310 / 400, 1]))


def test_a_table_that_is_no_table_of_speeds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="wanted an index of times, got one of kind 'integer'"):
        read(h5_file(tmp_path, [11, 12, 13], "integer"))
    with pytest.raises(UserError, match="speeds are in mph, got 400"):
        read(h5_file(tmp_path, [11, 12, 13], mph=MPH * 400 / 62))


def test_without_distances_the_file_is_asked_for(tmp_path: Path) -> None:
    path = npz_file(tmp_path, flows())
    (tmp_path / "distance.csv").unlink()
    with pytest.raises(MissingFileError, match=r"wanted a table from,to,cost.*copy distances\.csv"):
        read(path)


def test_a_distance_in_words_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"distance\.csv, line 2: wanted a distance in m, got 'near'"):
        read(npz_file(tmp_path, flows(), "from,to,cost\n1,0,near\n"))
