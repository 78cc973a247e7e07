"""Archives of IRIS, small and made here, become recordings; each slip in them has its message."""

import gzip
import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.field_recordings import FieldRecordings, write_all
from simulator.formats.iris import describe, read
from simulator.formats.iris_vlog import day_of
from simulator.recording.recording_folder import Recording, read_recording

CONFIGURATION = """<?xml version='1.0'?>
<tms_config time_stamp='Wed Jun 5 03:30:00 CDT 2019'><corridor route='U.S.169' dir='NB'>
<r_node name='a' station_id='S7' lon='-93.4' lat='44.80' lanes='2'>
 <detector name='70' lane='1'/><detector name='71' lane='2'/><detector name='72' lane='3' category='H'/></r_node>
<r_node name='b' n_type='Exit' lon='-93.4' lat='44.81'><detector name='79' lane='1'/></r_node>
<r_node name='c' station_id='S8' lon='-93.4' lat='44.82'>
 <detector name='80' lane='1'/><detector name='81' lane='2'/><detector name='82' lane='2' abandoned='t'/></r_node>
</corridor></tms_config>"""
ARCHIVE = "20190605.traffic"


def slots(values: dict[int, int], width: int = 1) -> bytes:
    """The 2880 slots of a day: the values given, -1 in all others."""
    return b"".join(values.get(k, -1).to_bytes(width, "big", signed=True) for k in range(2880))


def members() -> dict[str, bytes]:
    day = {f"{d}.v30": slots({100: 4 + d - 70, 101: 0}) for d in (70, 71, 80)}
    day |= {f"{d}.c30": slots({100: 90, 101: 0}, 2) for d in (70, 71, 80)}
    return day | {"70.s30": slots({100: 55, 101: 0}), "81.vlog": b"300,?,00:50:03,60,15\n200,2000,,50,15\n"}


def written(
    folder: Path, spoiled: dict[str, bytes] | None = None, configuration: bytes = CONFIGURATION.encode()
) -> Path:
    """A folder with an archive and a configuration, with `spoiled` in place of members."""
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / ARCHIVE, "w") as archive:
        for name, content in (members() | (spoiled or {})).items():
            archive.writestr(name, content)
    (folder / "metro_config.xml.gz").write_bytes(gzip.compress(configuration))
    return folder


@pytest.fixture
def north(tmp_path: Path) -> Recording:
    return dict(read(written(tmp_path)).recordings)["U.S.169-NB-2019-06-05"]


def test_positions_are_distances_along_all_nodes(north: Recording) -> None:
    assert [(s.name, s.position_m, s.lanes) for s in north.corridor.stations] == [("S7", 0, 2), ("S8", 2226, 2)]


def test_a_slot_counts_from_its_start_and_a_frame_from_its_end(north: Recording) -> None:
    assert [frame.time_s for frame in north.frames] == [3030.0, 3060.0]


def test_lane_1_is_the_right_one(north: Recording) -> None:
    assert north.frames[0].count[0].tolist() == [4.0, 5.0]


def test_scans_are_big_endian_and_1800_are_all_of_the_time(north: Recording) -> None:
    assert north.frames[0].occupancy[0, 0] == 0.05


def test_speeds_are_in_miles_per_hour_and_0_is_nobody(north: Recording) -> None:
    np.testing.assert_equal([frame.speed[0, 0] for frame in north.frames], [24.587, np.nan])


def test_a_detector_without_speeds_has_counts(north: Recording) -> None:
    assert np.isnan(north.frames[0].speed[0, 1])
    assert north.frames[1].count[0, 1] == 0


def test_a_detector_with_a_log_alone_is_counted_from_it(north: Recording) -> None:
    frame = north.frames[0]
    assert (frame.count[1, 1], frame.speed[1, 1], frame.occupancy[1, 1]) == (2.0, 24.587, 0.01667)


def test_incidents_are_not_known(north: Recording) -> None:
    assert north.incidents is None


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    told = read(written(tmp_path)).left_out
    assert "1 detectors off the through lanes, 1 abandoned detectors" in told


def test_counts_may_be_there_without_occupancy(tmp_path: Path) -> None:
    found = dict(read(written(tmp_path, {"70.c30": slots({}, 2)})).recordings)["U.S.169-NB-2019-06-05"]
    assert found.frames[0].count[0, 0] == 4
    assert np.isnan(found.frames[0].occupancy[0, 0])


def test_arrays_of_mayfly_are_read_where_there_is_no_archive(tmp_path: Path, north: Recording) -> None:
    folder = written(tmp_path / "arrays")
    (folder / ARCHIVE).unlink()
    for name, counts in (("70", 4), ("80", 9)):
        (folder / f"{name}.counts.json").write_text(json.dumps([None] * 100 + [counts, 0] + [None] * 2778))
        (folder / f"{name}.occupancy.json").write_text(json.dumps([None] * 100 + [12.5, 0] + [None] * 2778))
    found = read(folder)
    ((name, recording),) = found.recordings
    assert name == "U.S.169-NB-2019-06-05"
    assert (recording.frames[0].count[1, 0], recording.frames[0].occupancy[1, 0]) == (9.0, 0.125)
    assert "arrays of mayfly are of the configuration's day" in found.left_out


def test_a_day_takes_the_configuration_of_its_time(tmp_path: Path) -> None:
    folder = written(tmp_path)
    later = CONFIGURATION.replace("Jun 5 03:30:00 CDT 2019", "Jun 6 03:30:00 CDT 2019").replace("U.S.169", "T.H.5")
    (folder / "later_config.xml").write_text(later)
    assert [name for name, _ in read(folder).recordings] == ["U.S.169-NB-2019-06-05"]


def test_a_recording_reads_back(tmp_path: Path) -> None:
    (folder,) = write_all(read(written(tmp_path / "in")), tmp_path / "out").folders
    assert len(read_recording(folder).frames) == 2


def test_the_format_is_recognised_with_its_configuration(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert describe(folder) == describe(folder / ARCHIVE) == "MnDOT IRIS, 1 archives"
    assert describe(folder / "metro_config.xml.gz") is None


def day(*lines: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    return np.asarray(day_of(enumerate(lines, 1), "log"))


def test_times_between_stamps_follow_from_headways() -> None:
    assert day("1,?,00:00:29", "1,400", "1,200").take([0, 1], axis=0)[:, 0].tolist() == [2.0, 1.0]


def test_times_before_a_stamp_follow_from_its_headway() -> None:
    assert day("1,?", "1,4000,00:00:31")[:2, 0].tolist() == [1.0, 1.0]


def test_vehicles_without_headways_are_spread_evenly() -> None:
    assert day("1,?,00:00:00", "1,?", "1,?", "1,?", "1,?", "1,?,00:01:40")[:4, 0].tolist() == [2.0, 1.0, 2.0, 1.0]


def test_a_stamp_within_its_second_does_not_move_the_clock_of_headways() -> None:
    assert day("1,?,00:00:10", "1,19700,00:00:29")[:2, 0].tolist() == [1.0, 1.0]


def test_half_minutes_beside_a_gap_are_unknown() -> None:
    counted = day("1,?,00:00:10", "1,30000", "*", "1,?,00:02:05", "1,30000")[:6, 0]
    np.testing.assert_equal(counted, [1.0, np.nan, np.nan, np.nan, np.nan, 1.0])


def test_nothing_is_known_before_the_first_vehicle_and_after_the_last() -> None:
    np.testing.assert_equal(day("1,?,00:01:00", "1,90000")[:7, 0], [np.nan, np.nan, 1.0, 0.0, 0.0, 1.0, np.nan])


def test_a_half_minute_in_which_no_vehicle_has_a_duration_has_no_occupancy() -> None:
    assert np.isnan(day("?,?,00:00:10,60")[0, 2])


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        ({"70.v30": slots({})[:2000]}, r"70.v30: wanted 2880 bytes, .*got 2000 \(is it cut off"),
        ({"70.c30": slots({1: 5})}, "70.c30: wanted 5760 bytes"),
        (
            {"70.c30": slots({1: 90 * 256}, 2)},
            r"70.c30: occupancy is 1800 scans at most, got 23040 \(bytes in another order",
        ),
        ({"81.vlog": b"300;?;00:50:03"}, "81.vlog, line 1: wanted duration, headway"),
        ({"81.vlog": b"300,?,0:50"}, "81.vlog, line 1: wanted duration"),
        ({"81.vlog": bytes(range(200, 256))}, "81.vlog, line 1: wanted duration"),
    ],
)
def test_a_spoiled_member_is_one_clear_message(tmp_path: Path, spoiled: dict[str, bytes], message: str) -> None:
    with pytest.raises(UserError, match=message):
        read(written(tmp_path, spoiled))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (CONFIGURATION[:300].encode(), "broken XML.*cut off"),
        (b"", "broken XML"),
        (b"<html/>", "wanted <tms_config> with corridors, got <html>"),
        (
            CONFIGURATION.replace("lane='1'", "lane='right'").encode(),
            "station 'S7': lane is a whole number, 0 to 12, got 'right'",
        ),
        (
            CONFIGURATION.replace("lane='1'", f"lane='{'1' * 5000}'").encode(),
            "lane is a whole number, 0 to 12, got '111",
        ),
        (CONFIGURATION.replace("44.80", "4480000").encode(), "lon and lat are degrees.*in metres"),
        (CONFIGURATION.replace("name='7", "name='6").encode(), "no corridor has two stations with readings"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "wanted XML without a document type"),
    ],
)
def test_a_spoiled_configuration_is_one_clear_message(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read(written(tmp_path, configuration=content))


def test_an_archive_with_damaged_members_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    content = (folder / ARCHIVE).read_bytes()
    (folder / ARCHIVE).write_bytes(content.replace(slots({100: 4, 101: 0}), slots({100: 3, 101: 0})))
    with pytest.raises(UserError, match=r"70.v30: damaged: .*interrupted"):
        read(folder)


def test_an_archive_that_is_cut_off_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / ARCHIVE).write_bytes((folder / ARCHIVE).read_bytes()[:-50])
    with pytest.raises(UserError, match=r"wanted a zip, got .*interrupted"):
        read(folder)


def test_an_archive_without_configuration_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "metro_config.xml.gz").unlink()
    with pytest.raises(MissingFileError, match=r"wanted metro_config.xml or .xml.gz"):
        read(folder)


def changed(where: Path, day: str, values: dict[int, int]) -> FieldRecordings:
    """Return what a day's archive becomes, all detectors having these values."""
    written(where, {f"{d}.v30": slots(values) for d in (70, 71, 80)} | {f"{d}.c30": slots({}, 2) for d in (70, 71, 80)})
    (where / ARCHIVE).rename(where / f"{day}.traffic")
    return read(where)


def test_a_day_of_23_hours_has_no_hour_that_the_clock_skipped(tmp_path: Path) -> None:
    # 10 March 2019: 02:00 is 03:00. Slots 239 and 360 follow each other; 250 never was.
    found = changed(tmp_path, "20190310", {239: 3, 250: 9, 360: 4, 2879: 5})
    frames = dict(found.recordings)["U.S.169-NB-2019-03-10"].frames
    assert [(frame.time_s, frame.count[0, 0]) for frame in frames if frame.count[0, 0] > 2] == [
        (7200, 3),
        (7230, 4),
        (23 * 3600, 5),
    ]
    assert "readings in the hour that the clocks skip" in found.left_out


def test_a_day_of_25_hours_has_the_second_of_two_hours_and_that_is_told(tmp_path: Path) -> None:
    # 3 November 2019: 02:00 is 01:00 again. Slots 119 (00:59:30) and 120 (01:00) are an hour apart.
    found = changed(tmp_path, "20191103", {119: 3, 120: 4, 2879: 5})
    frames = dict(found.recordings)["U.S.169-NB-2019-11-03"].frames
    times = {frame.count[0, 0]: frame.time_s for frame in frames}
    assert (times[3], times[4], times[5]) == (3600, 7230, 25 * 3600)
    assert "; assumed: where clocks were put back, the archive has the second of the two hours" in found.left_out
