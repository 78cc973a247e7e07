"""Finland's raw LAM files, a vehicle a row, become recordings; numbers are made here."""

import gzip
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.lam import describe, read
from simulator.recording.recording_folder import Recording

PLACES = {40: (7, 700), 41: (7, 1900), 42: (7, 1300)}
"""By station: section and distance from its start."""


def stations(
    where: Path, places: Mapping[int, tuple[int, float]] = PLACES, longitudes: dict[int, float] | None = None
) -> None:
    features = [
        {
            "geometry": {"coordinates": [(longitudes or {}).get(number, 25.0), 60.0, 0.0]},
            "properties": {
                "id": 20000 + number,
                "tmsNumber": number,
                "roadAddress": {"roadNumber": 3, "roadSection": section, "distanceFromRoadSectionStart": distance_m},
            },
        }
        for number, (section, distance_m) in places.items()
    ]
    (where / "tms_stations.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def vehicle(
    station: int, time: str, lane: int = 1, direction: int = 1, kmh: int = 90, faulty: int = 0, day: int = 60
) -> str:
    """Return a row; `time` is HH:MM:SS."""
    hour, minute, second = map(int, time.split(":"))
    return (
        f"{station};25;{day};{hour};{minute};{second};5;4.4;{lane};{direction};1;{kmh};{faulty};{hour * 360000};100;0"
    )


def rows(station: int) -> list[str]:
    """Return a minute of a station: 2 vehicles, none and 1 in lane 1; one each in lane 2."""
    one = [vehicle(station, time, 1, 1, kmh) for time, kmh in (("06:00:01", 72), ("06:00:20", 108), ("06:01:05", 36))]
    return one + [vehicle(station, time, 2, 1, 126) for time in ("06:00:02", "06:00:40", "06:01:29")]


def folder(where: Path, content: dict[int, list[str]] | None = None) -> Path:
    stations(where)
    for number, lines in ({n: rows(n) for n in PLACES} if content is None else content).items():
        (where / f"lamraw_{number}_25_60.csv").write_text("\n".join([*lines, ""]))
    return where


def with_rows(where: Path, *more: str) -> Path:
    return folder(where, {40: [*rows(40), *more], 41: rows(41), 42: rows(42)})


def only(where: Path) -> Recording:
    ((_, recording),) = read(where).recordings
    return recording


def test_vehicles_are_counted_over_30_s_and_their_speeds_averaged(tmp_path: Path) -> None:
    frames = only(folder(tmp_path)).frames
    assert [frame.count[0].tolist() for frame in frames] == [[2, 1], [0, 1], [1, 1]]
    assert frames[0].speed[0].tolist() == [25, 35]
    assert np.isnan(frames[1].speed[0, 0])


def test_times_are_ends_of_periods_since_finlands_midnight(tmp_path: Path) -> None:
    assert [frame.time_s for frame in only(folder(tmp_path)).frames] == [21630, 21660, 21690]


def test_stations_stand_in_order_of_their_road_address(tmp_path: Path) -> None:
    corridor = only(folder(tmp_path)).corridor
    assert (corridor.name, corridor.period_s) == ("Highway 3", 30)
    assert [(s.name, s.position_m) for s in corridor.stations] == [("TMS 40", 0), ("TMS 42", 600), ("TMS 41", 1200)]


def test_a_distance_between_sections_is_that_of_the_coordinates(tmp_path: Path) -> None:
    folder(tmp_path)
    stations(tmp_path, {40: (7, 4000), 42: (8, 200), 41: (8, 900)}, {42: 25.02, 41: 26.0})
    positions_m = [s.position_m for s in only(tmp_path).corridor.stations]
    assert positions_m[1] == pytest.approx(1112, abs=2)
    assert positions_m[2] - positions_m[1] == pytest.approx(700, abs=0.01)


def test_the_other_direction_is_a_recording_of_its_own_against_the_address(tmp_path: Path) -> None:
    other = {n: rows(n) + [vehicle(n, "06:00:10", lane, 2, 80) for lane in (3, 4, 4)] for n in PLACES}
    found = dict(read(folder(tmp_path, other)).recordings)
    assert list(found) == ["Highway-3", "Highway-3-direction-2"]
    assert [s.name for s in found["Highway-3-direction-2"].corridor.stations] == ["TMS 41", "TMS 42", "TMS 40"]


def test_faulty_records_are_left_out_and_told(tmp_path: Path) -> None:
    found = read(with_rows(tmp_path, vehicle(40, "06:00:03", kmh=0, faulty=1)))
    assert "1 vehicles marked faulty" in found.left_out
    assert dict(found.recordings)["Highway-3"].frames[0].count[0, 0] == 2


def test_a_row_that_comes_twice_is_one_vehicle(tmp_path: Path) -> None:
    found = read(with_rows(tmp_path, rows(40)[0]))
    assert "1 rows that came twice" in found.left_out
    assert dict(found.recordings)["Highway-3"].frames[0].count[0, 0] == 2


def test_rows_out_of_order_are_counted_where_they_belong(tmp_path: Path) -> None:
    frames = only(folder(tmp_path, {n: rows(n)[::-1] for n in PLACES})).frames
    assert [frame.count[0, 0] for frame in frames] == [2, 0, 1]


def test_a_vehicle_against_its_lanes_direction_is_left_out_and_told(tmp_path: Path) -> None:
    assert (
        "1 vehicles against their lane's direction" in read(with_rows(tmp_path, vehicle(40, "06:00:09", 1, 2))).left_out
    )


def test_a_station_silent_for_half_an_hour_is_not_known_there(tmp_path: Path) -> None:
    frames = only(with_rows(tmp_path, vehicle(40, "06:40:00"))).frames
    assert [frame.time_s for frame in frames] == [21630, 21660, 21690, 24030]
    assert np.isnan(frames[-1].count[1:]).all()


def test_an_hour_that_comes_twice_is_two_hours_of_the_clock(tmp_path: Path) -> None:
    # 26 October 2025 is day 299; clocks go from 04:00 back to 03:00.
    times = [
        f"{hour:02}:{minute:02}:10"
        for hour, first in ((2, 50), (3, 0), (3, 0), (4, 0))
        for minute in range(first, 60, 5)
    ]
    content = {n: [vehicle(n, time, kmh=80 + k % 7, day=299) for k, time in enumerate(times)] for n in PLACES}
    frames = only(folder(tmp_path, content)).frames
    assert (frames[0].time_s, frames[-1].time_s) == (2 * 3600 + 3030, 5 * 3600 + 3330)


@pytest.mark.parametrize(("day", "hours"), [(89, 5), (90, 6), (299, 7), (300, 6)])
def test_seconds_elapse_since_midnight_where_a_recording_begins_after_the_clock_has_changed(
    tmp_path: Path, day: int, hours: int
) -> None:
    # 30 March 2025 is day 89, 26 October day 299: at six in the morning 5 and 7 hours of them are over.
    content = {n: [vehicle(n, time, day=day) for time in ("06:00:10", "06:00:40")] for n in PLACES}
    assert [frame.time_s for frame in only(folder(tmp_path, content)).frames] == [hours * 3600 + 30, hours * 3600 + 60]


def test_compressed_files_are_read_as_they_come(tmp_path: Path) -> None:
    stations(tmp_path)
    for number in PLACES:
        (tmp_path / f"lamraw_{number}_25_60.csv.gz").write_bytes(gzip.compress("\n".join(rows(number)).encode()))
    assert len(only(tmp_path).frames) == 3


def test_the_folder_is_described_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "loops.csv").write_text("time_s;station\n1;a\n")
    assert describe(tmp_path) is None
    assert describe(folder(tmp_path)) == "raw LAM data of Finland"


WHOLE = "\n".join([*rows(40), ""])
BROKEN = {
    "empty": (b"", r"lamraw_40_25_60\.csv is empty: wanted a row for each vehicle"),
    "cut": (WHOLE[:-34].encode(), "wanted rows of 16 numbers between semicolons"),
    "commas": (WHOLE.replace(";", ",").encode(), "wanted rows of 16 numbers between semicolons"),
    "UTF-16": (WHOLE.encode("utf-16"), "wanted rows of 16 numbers between semicolons"),
    "columns missing": ("\n".join(row.rsplit(";", 5)[0] for row in rows(40)).encode(), "wanted rows of 16 numbers"),
    "header": (b"id;year;day\n" + WHOLE.encode(), "wanted rows of 16 numbers"),
    "binary": (bytes(range(256)) * 3, "wanted rows of 16 numbers"),
    "two rows made one": (WHOLE.encode().replace(b"\n", b"\0", 1), "got binary data"),
    "a row in two": (
        WHOLE.replace(";", "\n", 9).encode(),
        "line 1: wanted rows of 16 numbers between semicolons, got 1 ",
    ),
    "a line lost its end": (WHOLE.replace("\n", ";x", 1).encode(), "line 2: wanted rows of 16 numbers .* got 16 "),
    "hour": (WHOLE.replace(";6;0;1;", ";26;0;1;").encode(), "row 1: hour: wanted 0 to 23, got 26"),
    "two days": ((WHOLE + vehicle(40, "00:00:01", day=61)).encode(), "wanted one station and one day in a file"),
    "word": (WHOLE.replace("4.4", "long", 1).encode(), "wanted rows of 16 numbers"),
    "decimal comma": (WHOLE.replace("4.4", "4,4").encode(), "wanted rows of 16 numbers"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    folder(tmp_path)
    (tmp_path / "lamraw_40_25_60.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read(tmp_path)


def test_files_without_their_stations_are_refused(tmp_path: Path) -> None:
    (folder(tmp_path) / "tms_stations.geojson").unlink()
    with pytest.raises(ValueError, match=r"wanted tms_stations.geojson, the places of the stations"):
        read(tmp_path)


def test_a_station_without_its_road_address_is_refused_with_its_place(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "tms_stations.geojson").write_text('{"features": [{"properties": {"tmsNumber": 40}}]}')
    with pytest.raises(ValueError, match=r"features\[0\]: roadAddress is missing"):
        read(tmp_path)


def test_the_table_of_stations_is_described_too(tmp_path: Path) -> None:
    stations(tmp_path)
    assert describe(tmp_path / "tms_stations.geojson") == "raw LAM data of Finland"


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    plain = dict(read(folder(tmp_path)).recordings)["Highway-3"]
    path = tmp_path / "lamraw_40_25_60.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked = dict(read(tmp_path).recordings)["Highway-3"]
    assert [frame.count.tolist() for frame in marked.frames] == [frame.count.tolist() for frame in plain.frames]


def as_text(where: Path) -> str:
    try:
        found = read(where)
    except UserError as error:
        return str(error)
    frames = [(name, f.time_s, f.count.tolist(), f.speed.tolist()) for name, r in found.recordings for f in r.frames]
    return f"{found.left_out}\n{frames}"


UNUSUAL: dict[str, Callable[[str], str]] = {
    "as it comes": lambda text: text,
    "Windows line ends and empty lines": lambda text: text.replace("\n", "\r\n") + "\r\n\r\n",
    "a bare carriage return": lambda text: text.replace("\n", "\r", 1),
    "decimals, blanks and exponents": lambda text: text.replace(";1;72;", ";1.0; 7.2e1;"),
    "leading zeros and negative numbers": lambda text: text.replace(";4.4;1;", ";-4.40;01;"),
    "a row longer than the first": lambda text: text + vehicle(40, "06:01:20") + ";9\n",
    "thirteen columns": lambda text: "\n".join(row.rsplit(";", 3)[0] for row in text.splitlines()),
    "no line end": lambda text: text.split("\n")[0],
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_files_are_read_alike_with_and_without_pyarrow(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    (folder(tmp_path) / "lamraw_40_25_60.csv").write_bytes(UNUSUAL[name](WHOLE).encode())
    with_pyarrow = as_text(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert as_text(tmp_path) == with_pyarrow


@pytest.mark.parametrize("wrong", ["0x1", "", "1.2.3", "--1", "99999999999"])
def test_a_number_that_is_none_is_refused_with_pyarrow_too(tmp_path: Path, wrong: str) -> None:
    path = folder(tmp_path) / "lamraw_40_25_60.csv"
    path.write_text(WHOLE.replace(";1;1;1;72;0;", f";1;1;1;72;{wrong};", 1))
    with pytest.raises(ValueError, match=r"wanted rows of 16 numbers|row 1: faulty: wanted 0 to 1"):
        read(tmp_path)
