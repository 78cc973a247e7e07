"""Files of the PeMS clearinghouse, small and made here, become recordings; each slip in them has its message."""

import gzip
import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import write_all
from simulator.formats.pems import describe, read
from simulator.recording.recording_folder import Recording, read_recording

HEADER = "ID\tFwy\tDir\tDistrict\tState_PM\tAbs_PM\tType\tLanes\tName\n"
META = (
    HEADER + "5002\t405\tS\t7\tR1.0\t20.5\tML\t3\tB\n5001\t405\tS\t7\tR1.5\t21\tML\t3\tA\n"
    "5003\t405\tS\t7\tR0.5\t20\tML\t2\tC\n5009\t405\tS\t7\tR1.2\t20.7\tHV\t1\tB\n5008\t405\tN\t7\tR1.2\t20.7\tML\t3\tD\n"
)
RAW, FIVE, DAY = "d07_text_station_raw_2023_05_17.txt", "d07_text_station_5min_2023_05_17.txt", "05/17/2023"
INCIDENT = "1,LA,2,05/17/2023 06:00:40,1183,I405 S,LA,,,34,-118,7,37,,405,S,R1,20.8,,5\n"


def raw(clock: str, station: str, *lanes: str, day: str = DAY) -> str:
    return ",".join((f"{day} {clock}", station, *lanes, *([",,"] * (8 - len(lanes))))) + "\n"


def five(clock: str, station: str, *lanes: str) -> str:
    start = f"{DAY} {clock},{station},7,405,S,ML,.5,30,100,99,0.1,60"
    return ",".join((start, *lanes, *([",,,,"] * (8 - len(lanes))))) + "\n"


ROWS = raw("06:00:35", "5001", "7,0.05,60", "8,0.06,50", "9,0.07,40") + raw(
    "06:00:44", "5002", "1,0.01,", "2,0.02,", ",,"
)
MORE = raw("06:01:05", "5001", "6,0.04,61", "5,0.03,51", "4,0.02,41") + raw("06:01:13", "5003", "3,0.1,30", "0,0,0")


def written(folder: Path, **texts: str) -> Path:
    """A folder of raw rows and metadata, with `texts` in place of these or beside them."""
    names = {"raw": RAW, "meta": "d07_text_meta_2023_05_01.txt", "five": FIVE, "toml": "pems.toml"}
    names |= {
        "log": "all_text_chp_incident_day_2023_05_17.txt",
        "details": "all_text_chp_incident_det_day_2023_05_17.txt",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for key, text in ({"raw": ROWS + MORE, "meta": META} | texts).items():
        (folder / names[key]).write_text(text, encoding="utf-8")
    return folder


def recordings(folder: Path) -> dict[str, Recording]:
    return dict(read(folder).recordings)


@pytest.fixture
def south(tmp_path: Path) -> Recording:
    return recordings(written(tmp_path))["I-405-S-raw-2023-05-17"]


def test_postmiles_fall_downstream_where_the_road_runs_south(south: Recording) -> None:
    assert [(s.name, s.position_m, s.lanes) for s in south.corridor.stations] == [
        ("5001", 0.0, 3),
        ("5002", 804.7, 3),
        ("5003", 1609.3, 2),
    ]


def test_lane_1_of_the_files_is_the_leftmost(south: Recording) -> None:
    assert south.frames[0].count[0].tolist() == [9.0, 8.0, 7.0]


def test_raw_times_are_floored_to_the_end_of_their_half_minute(south: Recording) -> None:
    assert [frame.time_s for frame in south.frames] == [21630.0, 21660.0]


def test_speeds_are_in_miles_per_hour_and_occupancies_shares(south: Recording) -> None:
    assert (south.frames[0].speed[0, 2], south.frames[0].occupancy[0, 2]) == (26.822, 0.05)


def test_an_empty_field_is_unknown(south: Recording) -> None:
    assert np.isnan(south.frames[0].speed[1]).all()
    assert np.isnan(south.frames[0].count[1, 0])


def test_a_speed_of_0_without_vehicles_is_unknown(south: Recording) -> None:
    assert south.frames[1].count[2, 0] == 0
    assert np.isnan(south.frames[1].speed[2, 0])


def test_without_a_log_incidents_are_not_known(south: Recording) -> None:
    assert south.incidents is None


def test_five_minute_times_are_starts_and_filled_in_lanes_unknown(tmp_path: Path) -> None:
    rows = five("06:00:00", "5001", "10,70,0.1,60,1", "0,60,0.1,60,0", "10,50,0.1,50,1") + five(
        "06:05:00", "5002", "9,6,0.2,50,1"
    )
    frames = recordings(written(tmp_path, five=rows))["I-405-S-5min-2023-05-17"].frames
    assert [frame.time_s for frame in frames] == [21900.0, 22200.0]
    np.testing.assert_equal(frames[0].count[0], [50.0, np.nan, 70.0])


def test_a_row_that_comes_late_stands_in_its_place(tmp_path: Path) -> None:
    frames = recordings(written(tmp_path, raw=MORE + ROWS))["I-405-S-raw-2023-05-17"].frames
    assert [frame.count[0, 0] for frame in frames] == [9.0, 4.0]


def test_of_a_row_that_is_there_twice_the_first_is_taken_and_told(tmp_path: Path) -> None:
    found = read(written(tmp_path, raw=ROWS + MORE + raw("06:00:36", "5001", "1,0.05,60", "8,0.06,50", "9,0.07,40")))
    assert dict(found.recordings)["I-405-S-raw-2023-05-17"].frames[0].count[0, 2] == 7.0
    assert (
        "3 readings that came twice, 1 of them with other values (the first is taken): 5001 lane 2 at 2023-05-17 06:00:30"
        in found.left_out
    )


def test_the_last_of_two_rows_is_taken_or_both_are_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    folder = written(tmp_path, raw=ROWS + MORE + raw("06:00:36", "5001", "1,0.05,60", "8,0.06,50", "9,0.07,40"))
    assert dict(read(folder, Keep.LAST).recordings)["I-405-S-raw-2023-05-17"].frames[0].count[0, 2] == 1.0
    with pytest.raises(UserError, match=r"got 3 readings that came twice.*5001 lane 2 at 2023-05-17 06:00:30"):
        read(folder, Keep.REFUSE)


def test_an_hour_that_comes_twice_is_two_hours(tmp_path: Path) -> None:
    rows = "".join(
        raw(f"01:{m:02d}:04", s, "1,0.1,50", day="11/05/2023") for m in (10, 50, 10, 50) for s in ("5001", "5002")
    )
    frames = recordings(written(tmp_path, raw=rows))["I-405-S-raw-2023-11-05"].frames
    assert [frame.time_s for frame in frames] == [4200.0, 6600.0, 7800.0, 10200.0]


def test_after_the_skipped_hour_seconds_are_those_that_passed(tmp_path: Path) -> None:
    rows = "".join(raw(f"0{h}:10:04", s, "1,0.1,50", day="03/12/2023") for h in (1, 2, 3) for s in ("5001", "5002"))
    found = read(written(tmp_path, raw=rows))
    assert [frame.time_s for frame in dict(found.recordings)["I-405-S-raw-2023-03-12"].frames] == [4200.0, 7800.0]
    assert "2 rows in the hour that the clocks skip" in found.left_out


def test_a_lane_that_counts_nothing_for_hours_beside_others_is_dead(tmp_path: Path) -> None:
    clocks = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(21600, 30000, 30)]
    rows = "".join(raw(c, s, "5,0.1,50", "0,0,0", "4,0.1,50") for c in clocks for s in ("5001", "5002"))
    frames = recordings(written(tmp_path, raw=rows))["I-405-S-raw-2023-05-17"].frames
    assert np.isnan([frame.count[0, 1] for frame in frames]).all()


def test_an_incident_has_its_lane_from_the_details(tmp_path: Path) -> None:
    folder = written(tmp_path, log=INCIDENT, details="1,1,05/17/2023 06:00:40,[1] BLKG #2 LN\n")
    (incident,) = recordings(folder)["I-405-S-raw-2023-05-17"].incidents or ()
    assert (incident.onset_s, incident.clearance_s, incident.position_m, incident.lanes) == (
        21640.0,
        21940.0,
        321.9,
        (1,),
    )


def test_an_incident_may_have_begun_ten_minutes_before_its_log_and_half_a_mile_away(tmp_path: Path) -> None:
    (incident,) = recordings(written(tmp_path, log=INCIDENT))["I-405-S-raw-2023-05-17"].incidents or ()
    assert incident.tolerances == (600.0, 60.0, 800.0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (INCIDENT.replace(",S,", ",N,"), "1 CHP incidents off the corridors"),
        (INCIDENT.replace("20.8", "24"), "1 CHP incidents off the corridors"),
        (INCIDENT.replace("20.8", ""), "1 CHP incidents without freeway, direction or postmile"),
        (INCIDENT.replace("06:00", "16:00"), "1 CHP incidents outside the time of the readings"),
    ],
)
def test_incidents_elsewhere_are_counted_and_not_fatal(tmp_path: Path, row: str, told: str) -> None:
    found = read(written(tmp_path, log=row))
    assert dict(found.recordings)["I-405-S-raw-2023-05-17"].incidents == ()
    assert told in found.left_out


def test_an_incident_on_the_shoulder_blocks_nothing(tmp_path: Path) -> None:
    found = read(written(tmp_path, log=INCIDENT, details="1,1,05/17/2023 06:00:40,[1] VEH ON RS\n"))
    assert "1 CHP incidents on a shoulder" in found.left_out


def test_an_unstated_duration_is_an_unknown_clearance(tmp_path: Path) -> None:
    folder = written(tmp_path, log=INCIDENT.replace(",5\n", ",0\n"))
    (incident,) = recordings(folder)["I-405-S-raw-2023-05-17"].incidents or ()
    assert replace(incident, clearance_s=0.0).lanes == ()
    assert np.isnan(incident.clearance_s)


@pytest.mark.parametrize(("texts", "told"), [({"log": INCIDENT}, True), ({}, False)])
def test_a_late_onset_is_told_where_there_are_incidents(tmp_path: Path, texts: dict[str, str], told: bool) -> None:
    assert (
        "onset is the first line of its log, typed minutes late" in read(written(tmp_path, **texts)).left_out
    ) is told


def test_files_are_read_as_they_are_packed(tmp_path: Path, south: Recording) -> None:
    folder = written(tmp_path / "packed")
    plain = (folder / RAW).read_bytes()
    (folder / RAW).unlink()
    with ZipFile(folder / f"{RAW}.zip", "w") as archive:
        archive.writestr(f"{RAW}.gz", gzip.compress(plain))
    assert len(recordings(folder)["I-405-S-raw-2023-05-17"].frames) == len(south.frames)


def test_the_settings_choose_the_road(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no road has two mainline stations"):
        read(written(tmp_path, toml='freeway = 405\ndirection = "N"\n'))


def test_a_recording_reads_back(tmp_path: Path) -> None:
    (folder,) = write_all(read(written(tmp_path / "in", log=INCIDENT)), tmp_path / "out").folders
    assert read_recording(folder).corridor.name == "I-405 S raw"


def test_the_format_is_recognised_by_names_and_by_a_first_row(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "renamed.txt").write_text(ROWS, encoding="utf-8")
    assert describe(folder) == "PeMS clearinghouse, 1 station files"
    assert describe(folder / "renamed.txt") == "PeMS clearinghouse, 1 station files"
    assert describe(folder / "pems.toml") is None


def zipped_gzip(text: str) -> bytes:
    stream = io.BytesIO(gzip.compress(text.encode() * 50))
    return stream.getvalue()[:-20]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (RAW, (ROWS + MORE)[:-30].encode(), r"line 4: wanted 26 fields, got \d+ \(is it cut off"),
        (RAW, ROWS.replace(",", ";").encode(), "line 1: wanted 2 fields and 3 for each lane .*other than commas"),
        (RAW, ROWS.encode("utf-16"), "wanted UTF-8 text, got UTF-16"),
        (
            RAW,
            "\n".join(row.rsplit(",", 8)[0] for row in ROWS.splitlines()).encode(),
            "line 1: wanted 2 fields and 3 for",
        ),
        (RAW, b"", "is empty: wanted rows"),
        (RAW, bytes(range(256)) * 40, "wanted lines of text, got binary data"),
        (RAW, zipped_gzip(ROWS), "compressed data are damaged.*interrupted"),
        (RAW, ROWS.replace("05/17/2023", "2023-05-17").encode(), "line 1: wanted a time like .*got '2023-05-17"),
        (
            RAW,
            ROWS.replace("8,0.06", "eight,0.06").encode(),
            "line 1: flow, occupancy and speed are numbers, got 'eight'",
        ),
        (RAW, ROWS.replace("0.0", "4.0").encode(), "of occupancy cannot be .*another unit"),
        ("d07_text_meta_2023_05_01.txt", META.replace("\t", ",").encode(), "missing ID.*other than tabs"),
        ("d07_text_meta_2023_05_01.txt", META.replace("Abs_PM", "PM").encode(), "missing Abs_PM"),
        ("d07_text_meta_2023_05_01.txt", META[:-20].encode(), "line 6: wanted 9 fields, got"),
        ("d07_text_meta_2023_05_01.txt", b"", "is empty: wanted a header line"),
        ("all_text_chp_incident_day_2023_05_17.txt", INCIDENT[:40].encode(), "line 1: wanted 20 fields"),
        ("all_text_chp_incident_day_2023_05_17.txt", b"", "is empty: wanted incidents"),
        (RAW, ROWS.replace("500", "600").encode(), "no road has two mainline stations with raw rows"),
        ("pems.toml", b'road = "I-405"', "no key is called 'road'"),
    ],
)
def test_a_spoiled_file_is_one_clear_message(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    folder = written(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(UserError, match=message):
        read(folder)


def test_station_files_without_metadata_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "d07_text_meta_2023_05_01.txt").unlink()
    with pytest.raises(MissingFileError, match="wanted dNN_text_meta"):
        read(folder)
