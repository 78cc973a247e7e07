"""MIDAS tables and WebTRIS reports become recordings as their conventions say; numbers are made here."""

import gzip
import json
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.midas import describe, read
from simulator.recording.recording_folder import Recording

KINDS = ("Speed", "Flow", "Occupancy", "Headway")
HEADER = ",".join(
    ["Geographic Address", "CO Address", "LCC Address", "Transponder Address", "Device Address", "Date", "Time"]
    + ["Number of Lanes", *(f"Flow(Category {n})" for n in range(1, 5))]
    + [f"{kind}(Lane {n})" for kind in KINDS for n in range(1, 8)]
)
SITES = ("M5/1250A", "M5/1200A", "M5/1320A")


def row(site: str, time: str, lanes: list[tuple[int, int, int]], date: str = "03-02-23") -> str:
    """Return a row; each lane is (flow, occupancy, speed)."""
    none = [(-1, -1, -1)] * (7 - len(lanes))
    flow, occupancy, speed = zip(*lanes, *none, strict=True)
    cells = [site, 1, 2, 3, 4, date, time, len(lanes), 9, 0, 0, 0, *speed, *flow, *occupancy, *[255] * 7]
    return ",".join(map(str, cells))


ROWS = [row(site, f"06:0{k}", [(6 + k, 4, 72), (9, 5, 108)]) for site in SITES for k in range(3)]


def table(folder: Path, rows: list[str], name: str = "day.tcd.csv") -> Path:
    (folder / name).write_bytes("\r\n".join([HEADER, *rows, ""]).encode())
    return folder


def only(folder: Path, keep: Keep = Keep.FIRST) -> Recording:
    ((_, recording),) = read(folder, keep).recordings
    return recording


def test_a_carriageway_a_is_ordered_by_rising_posts_of_ten_metres(tmp_path: Path) -> None:
    stations = only(table(tmp_path, ROWS)).corridor.stations
    assert [(s.name, s.position_m) for s in stations] == [("M5/1200A", 0), ("M5/1250A", 500), ("M5/1320A", 1200)]


def test_posts_fall_downstream_on_a_carriageway_b(tmp_path: Path) -> None:
    stations = only(table(tmp_path, [line.replace("A,", "B,") for line in ROWS])).corridor.stations
    assert [s.name for s in stations] == ["M5/1320B", "M5/1250B", "M5/1200B"]


def test_lane_0_is_the_nearside_lane_and_traffic_keeps_left(tmp_path: Path) -> None:
    recording = only(table(tmp_path, ROWS))
    assert recording.corridor.keeps_left
    assert recording.frames[0].count[0].tolist() == [6, 9]
    assert recording.frames[0].speed[0].tolist() == [20, 30]
    assert recording.frames[0].occupancy[0] == pytest.approx([0.04, 0.05])


def test_a_row_is_the_minute_that_starts_at_its_time(tmp_path: Path) -> None:
    assert [frame.time_s for frame in only(table(tmp_path, ROWS)).frames] == [21660, 21720, 21780]


def test_the_clock_counts_from_the_midnight_before_the_first_row(tmp_path: Path) -> None:
    rows = [
        row(site, time, [(6, 4, 72)], day)
        for site in SITES
        for time, day in (("23:59", "03-02-23"), ("00:00", "04-02-23"))
    ]
    assert [frame.time_s for frame in only(table(tmp_path, rows)).frames] == [86400, 86460]


def test_minus_one_is_not_known(tmp_path: Path) -> None:
    rows = [*ROWS[1:], row(SITES[0], "06:00", [(-1, -1, -1), (9, 5, 108)])]
    frame = only(table(tmp_path, rows)).frames[0]
    assert np.isnan([frame.count[1, 0], frame.occupancy[1, 0], frame.speed[1, 0]]).all()
    assert frame.count[1, 1] == 9


def test_a_speed_of_zero_with_no_vehicle_is_not_known_and_the_count_is_zero(tmp_path: Path) -> None:
    frame = only(table(tmp_path, [*ROWS[1:], row(SITES[0], "06:00", [(0, 0, 0), (9, 5, 108)])])).frames[0]
    assert frame.count[1, 0] == 0
    assert math.isnan(frame.speed[1, 0])


def test_of_a_minute_that_comes_twice_the_first_row_is_taken_and_the_other_told(tmp_path: Path) -> None:
    found = read(table(tmp_path, [*ROWS, row(SITES[0], "06:00", [(99, 4, 72), (9, 5, 108)])]))
    assert "2 readings that came twice" in found.left_out
    ((_, recording),) = found.recordings
    assert recording.frames[0].count[1, 0] == 6


def test_the_last_of_two_minutes_is_taken_or_both_are_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    folder = table(tmp_path, [*ROWS, row(SITES[0], "06:00", [(99, 4, 72), (9, 5, 108)])])
    assert only(folder, Keep.LAST).frames[0].count[1, 0] == 99
    with pytest.raises(UserError, match=rf"2 readings that came twice, .*{SITES[0]} lane 1 at .* 06:01:00 UTC"):
        read(folder, Keep.REFUSE)


def test_slip_roads_are_left_out_and_told(tmp_path: Path) -> None:
    found = read(table(tmp_path, [*ROWS, row("M5/1210J", "06:00", [(1, 1, 50)])]))
    assert "1 sites on slip roads" in found.left_out


def test_two_carriageways_are_two_recordings_named_after_their_road(tmp_path: Path) -> None:
    table(tmp_path, [line.replace("A,", "B,") for line in ROWS], "other.csv")
    found = dict(read(table(tmp_path, ROWS)).recordings)
    assert {name: recording.corridor.name for name, recording in found.items()} == {"M5-A": "M5 A", "M5-B": "M5 B"}


def test_compressed_tables_and_archives_of_them_are_read_as_they_come(tmp_path: Path) -> None:
    plain = "\n".join([HEADER, *ROWS]).encode()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "day.csv.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(tmp_path / "b" / "february.zip", "w") as archive:
        archive.writestr("in/day.csv", plain)
    for name in ("a", "b"):
        assert len(only(tmp_path / name).frames) == 3


def report(site: str, rows: list[tuple[str, str, str]]) -> str:
    """Return a report; each row is (ending, mph, total)."""
    known = {"Site Name": f"MIDAS site at {site} priority 1", "Report Date": "2023-02-03T00:00:00"}
    parts = [known | {"Time Period Ending": end, "Avg mph": mph, "Total Volume": total} for end, mph, total in rows]
    return json.dumps({"Header": {}, "Rows": parts})


def test_webtris_names_the_last_minute_of_a_quarter_counts_all_lanes_and_speaks_mph(tmp_path: Path) -> None:
    for k, site in enumerate(SITES):
        (tmp_path / f"{k}.json").write_text(report(site, [("23:59:00", "50", "400"), ("00:14:00", "", "")]))
    recording = only(tmp_path)
    assert recording.corridor.name == "M5 A WebTRIS"
    assert [frame.time_s for frame in recording.frames] == [900, 86400]
    assert np.isnan(recording.frames[0].count).all()
    assert recording.frames[1].speed == pytest.approx(np.full((3, 1), 22.352))


def test_files_of_other_kinds_are_not_described(tmp_path: Path) -> None:
    (tmp_path / "loops.csv").write_text("time_s,station\n")
    assert describe(tmp_path) is None
    assert describe(table(tmp_path, ROWS)) == "MIDAS tables"


def test_the_list_of_sites_beside_the_reports_is_described(tmp_path: Path) -> None:
    (tmp_path / "sites.json").write_text('{"row_count": 1, "sites": [{"Id": "7", "Name": "MIDAS site at M5/1200A"}]}')
    assert describe(tmp_path / "sites.json") == "WebTRIS sites"


WHOLE = "\n".join([HEADER, *ROWS, ""])
BROKEN = {
    "cut": (WHOLE[:-40].encode(), r"line 10: wanted 40 fields, got \d+ \(is the file cut off"),
    "semicolons": (
        WHOLE.replace(",", ";").encode(),
        "line 1: column 'Geographic Address' is missing .is the delimiter a comma",
    ),
    "UTF-16": (WHOLE.encode("utf-16"), "is missing .is it UTF-16"),
    "no column": (WHOLE.replace("Occupancy(Lane 2)", "Occ").encode(), "line 1: column 'Occupancy.Lane 2.' is missing"),
    "header alone": ((HEADER + "\n").encode(), "wanted a carriageway of two stations or more with readings, got none"),
    "empty": (b"", "wanted MIDAS tables"),
    "binary": (bytes(range(256)) * 9, "wanted MIDAS tables"),
    "word": (WHOLE.replace(",108,", ",fast,", 1).encode(), "line 2: Speed: wanted a number, -1 to 300, got 'fast'"),
    "date of many digits": (
        WHOLE.replace("03-02-23", f"03-02-{'9' * 20}", 1).encode(),
        "line 2: wanted a date dd-mm-yy",
    ),
    "date": (WHOLE.replace("03-02-23", "2023/02/03", 1).encode(), "line 2: wanted a date dd-mm-yy"),
    "one site": ("\n".join([HEADER, *ROWS[:3]]).encode(), "of two stations or more with readings, got M5 A with 1"),
    "one row of text": (HEADER.encode() + b"\n" + b"x" * 200_000, "field larger than field limit"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    (tmp_path / "day.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read(tmp_path)


def test_a_compressed_table_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    # Random-looking rows: the head is whole, the end is missing.
    rows = [
        row(SITES[0], f"{h:02}:{m:02}", [(h * m % 60, m, 10 + (h * 37 + m * 11) % 90)])
        for h in range(24)
        for m in range(60)
    ]
    whole = gzip.compress("\n".join([HEADER, *rows]).encode())
    (tmp_path / "day.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="is the download cut off"):
        read(tmp_path)


def test_a_broken_report_is_refused_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(report(SITES[0], [("7 o'clock", "50", "4")]))
    with pytest.raises(ValueError, match=r"Rows\[0\]: wanted a day and a time"):
        read(tmp_path)


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(WHOLE)
    (tmp_path / "error.csv").write_text("<html><body>404</body></html>")
    assert "1 files that are neither MIDAS tables nor WebTRIS reports" in read(tmp_path).left_out
