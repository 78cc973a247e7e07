"""Exports and archive files of Wavetronix radars, small and made here, become recordings; each slip in them has its message."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.field_recordings import write_all
from simulator.formats.wavetronix import describe, read, read_files
from simulator.recording.recording_folder import Recording, read_recording

SENSORS = "unit,road,direction,milepost\nnorth3,US-75,SB,12.5\nsouth4,US-75,SB,12.0\n"
HEADER = (
    'LANE/APPROACH NAME,VOLUME,OCCUPANCY(%),"SPEED (mph)",85% SPEED (mph),HEADWAY,GAP,'
    "SENSOR TIME (MM/dd/yy  HH:mm:ss),INTERVAL (sec)\r\n"
)


def row(lane: int, count: str, clock: str, occupancy: str = "8.5", speed: str = "50", interval: int = 30) -> str:
    return f"LANE_0{lane},{count},{occupancy},{speed},70,2,2,03/02/21  {clock},{interval}\r\n"


def export(*rows: str, title: str = "CAB-3") -> str:
    return f"Sensor: {title},Serial: X\r\nInterval data\r\n{HEADER}{''.join(rows)}"


def lane(number: int, count: object, occupancy: object, speed: object) -> str:
    return f"{number},{count},{count},{occupancy},{speed},null,null,null,null,null,null"


def archived(detector: str, start: str, end: str, *lanes: str, status: str = "operational") -> str:
    return ",".join((detector, "20210302", start, end, status, str(len(lanes)), *lanes)) + "\n"


NORTH = export(
    row(2, "9", "06:01:00"),
    row(1, "7", "06:01:00", "0.0", "0"),
    row(2, "8", "06:00:30"),
    row(1, "6", "06:00:30"),
    row(3, "1", "06:00:30"),
)
SOUTH = export(row(1, "5", "06:01:00"), row(2, "4", "06:00:30"), title="CAB-4")
ARCHIVE = archived("US-75 SB CAB 3", "060000", "060020", lane(1, 3, 10, 50), lane(2, 4, 20, 60)) + archived(
    "US-75 SB CAB 4", "060000", "060020", lane(1, "null", 0, 0), lane(2, 2, 5, 40)
)
MORE = archived("US-75 SB CAB 3", "060020", "060040", lane(1, 3, 10, 50), lane(2, 4, 20, 60))


def written(folder: Path, **texts: str) -> Path:
    """A folder with two exports and sensors.csv, with `texts` in place of them or beside; an empty text leaves one out."""
    names = {"sensors": "sensors.csv", "north": "20210302-us75-north3.csv", "south": "20210302-us75-south4.csv"}
    names |= {"archive": "us75_20210302.csv"}
    folder.mkdir(parents=True, exist_ok=True)
    for key, text in ({"sensors": SENSORS, "north": NORTH, "south": SOUTH} | texts).items():
        if text:
            (folder / names[key]).write_bytes(text.encode())
    return folder


def the_recording(folder: Path) -> Recording:
    ((_, recording),) = read(folder).recordings
    return recording


@pytest.fixture
def exported(tmp_path: Path) -> Recording:
    return the_recording(written(tmp_path))


@pytest.fixture
def from_archive(tmp_path: Path) -> Recording:
    return the_recording(written(tmp_path / "archive", north="", south="", archive=ARCHIVE + MORE))


def test_mileposts_fall_downstream_where_the_road_runs_south(exported: Recording) -> None:
    assert [(s.name, s.position_m) for s in exported.corridor.stations] == [("north3", 0.0), ("south4", 804.7)]


def test_mileposts_rise_downstream_where_it_runs_north(tmp_path: Path) -> None:
    recording = the_recording(written(tmp_path, sensors=SENSORS.replace("SB", "NB")))
    assert [station.name for station in recording.corridor.stations] == ["south4", "north3"]


def test_newest_rows_first_become_frames_in_order_stamped_at_their_ends(exported: Recording) -> None:
    assert [frame.time_s for frame in exported.frames] == [21630.0, 21660.0]
    assert exported.frames[0].count[0].tolist() == [6.0, 8.0, 1.0]


def test_occupancy_is_in_per_cent_and_speed_in_the_unit_of_the_header(tmp_path: Path) -> None:
    frame = the_recording(written(tmp_path, north=NORTH.replace('"SPEED (mph)"', "SPEED (km/h)"))).frames[0]
    assert (frame.occupancy[0, 0], frame.speed[0, 0], frame.speed[1, 1]) == (0.085, 13.889, 22.352)


def test_a_lane_that_is_absent_is_unknown_and_a_speed_of_0_is_nobody(exported: Recording) -> None:
    assert np.isnan(exported.frames[0].count[1, 0])
    assert np.isnan(exported.frames[1].speed[0, 0])


def test_the_lanes_of_another_road_are_those_that_the_archive_does_not_have(tmp_path: Path) -> None:
    found = read(written(tmp_path, archive=ARCHIVE))
    name, recording = next(iter(found.recordings))
    assert (name, recording.corridor.lanes) == ("US-75-SB-30s-2021-03-02", 2)
    assert "1 rows of lanes of another road" in found.left_out


def test_sensors_csv_may_say_which_lanes_the_outermost_first(tmp_path: Path) -> None:
    sensors = "unit,road,direction,milepost,lanes\nnorth3,US-75,SB,12.5,2;1\nsouth4,US-75,SB,12.0,2;1\n"
    found = read(written(tmp_path, sensors=sensors))
    assert dict(found.recordings)["US-75-SB-30s-2021-03-02"].frames[0].count[0].tolist() == [8.0, 6.0]
    assert "assumed" not in found.left_out


def test_what_is_assumed_of_the_lanes_is_told(tmp_path: Path) -> None:
    assert "all lanes are this carriageway's" in read(written(tmp_path)).left_out


def test_what_the_files_cannot_hold_is_told(tmp_path: Path) -> None:
    told = read(written(tmp_path)).left_out
    assert "of days of 24 h also when clocks change; incidents are not in these files" in told


def test_rows_of_another_interval_are_left_out_and_told(tmp_path: Path) -> None:
    south = SOUTH + row(1, "99", "06:02:00", interval=60)
    assert "1 rows of another interval" in read(written(tmp_path, south=south)).left_out


def test_of_a_row_that_is_there_twice_the_first_is_taken_and_told(tmp_path: Path) -> None:
    assert (
        "1 reading that came twice (the first is taken): south4 lane 0 at 2021-03-02 06:01:00"
        in read(written(tmp_path, south=SOUTH + row(1, "5", "06:01:00"))).left_out
    )


def test_a_clock_that_is_seconds_off_is_rounded_to_the_interval(tmp_path: Path) -> None:
    frames = the_recording(written(tmp_path, south=SOUTH.replace("06:01:00", "06:01:02"))).frames
    assert (frames[1].time_s, frames[1].count[1, 0]) == (21660.0, 5.0)


def test_an_interval_that_ends_at_midnight_is_of_the_day_before(tmp_path: Path) -> None:
    late = "03/03/21  00:00:00"
    texts = {
        k: export(row(1, "3", "23:59:30"), row(1, "4", "00:00:00").replace("03/02/21  00:00:00", late))
        for k in ("north", "south")
    }
    ((name, recording),) = read(written(tmp_path, **texts)).recordings
    assert (name, recording.frames[-1].time_s) == ("US-75-SB-30s-2021-03-02", 86400.0)


def test_archive_rows_are_stamped_at_their_ends(from_archive: Recording) -> None:
    assert [frame.time_s for frame in from_archive.frames] == [21620.0, 21640.0]
    assert from_archive.corridor.period_s == 20


def test_a_null_count_at_speed_0_is_nobody(from_archive: Recording) -> None:
    frame = from_archive.frames[0]
    np.testing.assert_equal([frame.count[1, 0], frame.speed[1, 0], frame.occupancy[1, 0]], [0.0, np.nan, 0.0])


def test_a_failed_detector_knows_nothing(tmp_path: Path) -> None:
    archive = (
        ARCHIVE
        + MORE
        + archived("US-75 SB CAB 4", "060020", "060040", lane(1, "null", 0, 0), lane(2, 7, 1, 1), status="failed")
    )
    assert np.isnan(the_recording(written(tmp_path, north="", south="", archive=archive)).frames[1].count[1]).all()


def test_a_detector_is_found_by_the_name_in_sensors_csv(tmp_path: Path) -> None:
    sensors = "unit,road,direction,milepost,name\nA,US-75,SB,12.5,CAB 3\nB,US-75,SB,12.0,CAB 4\n"
    recording = the_recording(written(tmp_path, sensors=sensors, north="", south="", archive=ARCHIVE + MORE))
    assert recording.frames[0].count[0].tolist() == [3.0, 4.0]


def test_incidents_are_not_known(exported: Recording) -> None:
    assert exported.incidents is None


def test_a_recording_reads_back(tmp_path: Path) -> None:
    (folder,) = write_all(read(written(tmp_path / "in")), tmp_path / "out").folders
    assert len(read_recording(folder).frames) == 2


def test_the_format_is_recognised(tmp_path: Path) -> None:
    folder = written(tmp_path, archive=ARCHIVE)
    assert describe(folder) == describe(folder / "us75_20210302.csv") == "Wavetronix radars, 2 exports, 1 archive files"
    assert describe(folder / "sensors.csv") is None


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("north", NORTH[:-20], r"line 8: wanted 9 fields, got 8 \(is it cut off"),
        ("north", NORTH.replace("VOLUME", "COUNT"), "north3.csv, line 3: wanted a column VOLUME"),
        ("north", NORTH.replace("INTERVAL (sec)", "LENGTH"), "line 3: wanted a column INTERVAL"),
        ("north", NORTH.replace("(mph)", ""), "line 3: wanted SPEED in mph or km/h"),
        (
            "north",
            NORTH.replace("LANE_02", "WEST"),
            "line 4: wanted a lane that ends in its number, like LANE_01, got 'WEST'",
        ),
        ("north", NORTH.replace("03/02/21", "2021-03-02"), "line 4: wanted a time like 07/09/24  15:20:00"),
        ("north", NORTH.replace("8.5", "8.5.5"), "are numbers, got '8.5.5'"),
        ("north", NORTH.replace("8.5", "850"), "US-75 SB: .*occupancy cannot be .*another unit"),
        ("north", NORTH.replace(",", ";"), "north3.csv: wanted a header with LANE.*other delimiter"),
        ("north", export(), "wanted rows below the header, got none"),
        ("north", "\0\1\2\3", "north3.csv, line 1: wanted lines of text, got binary data"),
        ("archive", ARCHIVE[:-30], r"line 2: wanted 6 fields and 11 for each lane, got \d+ \(is it cut off"),
        ("archive", ARCHIVE.replace(",", ";"), "us75_20210302.csv: wanted an export .*or archive rows"),
        ("archive", " ", "us75_20210302.csv: wanted an export .*or archive rows"),
        ("archive", ARCHIVE.replace("060020", "069920"), "line 1: wanted YYYYMMDD, HHMMSS, HHMMSS"),
        ("archive", ARCHIVE.replace("3,3,10", "3,three,10").replace("1,3,", "1,x,"), "line 1: wanted numbers or null"),
        ("sensors", SENSORS.replace("milepost", "mile"), "missing milepost"),
        ("sensors", SENSORS.replace("SB", "up"), "line 2: direction begins with N, S, E or W, got 'up'"),
        ("sensors", SENSORS + "north3,US-75,SB,3\n", "line 4: the unit 'north3' is there twice"),
        ("sensors", SENSORS.replace("12.0", "12.5"), "strictly downstream"),
    ],
)
def test_a_spoiled_file_is_one_clear_message(tmp_path: Path, key: str, text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read(written(tmp_path, **{key: text}))


def test_a_file_of_another_form_is_told_what_is_wanted(tmp_path: Path) -> None:
    folder = written(tmp_path, north=NORTH.replace("SENSOR TIME", "TIME"))
    with pytest.raises(UserError, match="wanted a header with SENSOR TIME, or archive rows"):
        read(folder / "20210302-us75-north3.csv")


def test_files_of_one_folder_are_read_together(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert len(list(read_files(sorted(folder.glob("2021*"))).recordings)) == 1


def test_sensors_csv_is_wanted_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"sensors.csv: no such file; wanted unit,road,direction,milepost"):
        read(written(tmp_path, sensors=""))


def test_binary_data_in_place_of_an_export_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a-unit1.csv").write_bytes(b'x"\ry\r"z\n' * 20)
    (tmp_path / "b-unit2.csv").write_text("SENSOR TIME,VOLUME\n")
    (tmp_path / "sensors.csv").write_text("unit,road,direction,milepost\nunit1,I-70,EB,1\nunit2,I-70,EB,2\n")
    with pytest.raises(UserError, match=r"a-unit1.csv, line 1: wanted a row of a table"):
        read(tmp_path)
