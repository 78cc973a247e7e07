"""Lane files, feed and events of I-24, small and made here, become recordings; each slip in them has its message."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import write_all
from simulator.formats.i24 import days, describe, read, read_files
from simulator.recording.recording_folder import Recording, read_recording

START = 1_686_571_201  # 2023-06-12 12:00:01 UTC, 07:00:01 CDT
EVENTS = """event_update_time;milemarker;event_update_type;event_id;classification;status
2023-06-12 07:20:10-05:00;61.4;closed;7;incident;Closed
2023-06-12 07:00:40-05:00;61.4;update;7;incident;Active
2023-06-12 07:00:10-05:00;61.3;new;7;disabledVehicle;Active
"""
FEED = (
    'link_update_time,speed,milemarker,lane_dict_text\n2023-06-12 07:00:01-05:00,60,61.5,"{{'
    "'1': ['R3G-00I24-61.5{way} (1)- Lane1', 70, 3, 5], '2': ['R3G-00I24-61.5{way} (1)- Lane4', 50, 8, 9], "
    "'3': ['R3G-00I24-61.5{way} (1)- Lane5', 9, 9, 9], '4': ['R3G-00I24-61.5{way} Off Ramp (1)- Lane1', 9, 9, 9]}}\"\n"
    "2023-06-12 07:00:01-05:00,60,61.0,\"{{'5': ['R3G-00I24-61.0{way} (2)- Lane1'], "
    "'6': ['R3G-00I24-61.0{way} (2)- Lane2', 40, 2, 3]}}\"\n"
)


def lane_file(variable: str, values: dict[tuple[int, float], str], start: int = START, step: int = 30) -> str:
    """The file of one lane and variable: `values` by slot and marker; what is smoothed is always 99."""
    rows = [f",time_index,milemarker,{variable},time,raw_{variable},unix_time"]
    for n, ((slot, marker), value) in enumerate(sorted(values.items(), key=lambda item: item[0][1])):
        rows.append(f"{n},{slot}.0,{marker},99.0,{step * slot}.0,{value},{start + step * slot}.0")
    return "\n".join(rows) + "\n"


def written(folder: Path, start: int = START, step: int = 30, **texts: str) -> Path:
    """A day of two half minutes at two markers, where lane n counts n and 10 n; `texts` in place of files."""
    folder.mkdir(parents=True, exist_ok=True)
    for lane in range(1, 5):
        for variable, first in (("volume", f"{lane}.0"), ("speed", f"{60 + lane}.0"), ("occ", "7.0")):
            later = {"volume": "0.0", "speed": "", "occ": "0.0"}[variable]
            values = {(0, 61.0): f"{10 * lane}.0", (0, 61.5): first, (1, 61.0): "", (1, 61.5): later}
            (folder / f"day_3_lane{lane}_{variable}.csv").write_text(lane_file(variable, values, start, step))
    for name, text in texts.items():
        suffix = "toml" if name == "i24" else "csv"
        (folder / f"{name}.{suffix}").write_text(text)
    return folder


def the_recording(folder: Path) -> tuple[str, Recording]:
    (found,) = read(folder).recordings
    return found


@pytest.fixture
def west(tmp_path: Path) -> Recording:
    return the_recording(written(tmp_path))[1]


def test_westbound_stations_stand_against_the_markers(west: Recording) -> None:
    assert [(s.name, s.position_m, s.lanes) for s in west.corridor.stations] == [
        ("MM61.5", 0.0, 4),
        ("MM61.0", 804.7, 4),
    ]


def test_eastbound_stations_stand_with_the_markers(tmp_path: Path) -> None:
    name, recording = the_recording(written(tmp_path, i24='direction = "E"\n'))
    assert (name, recording.corridor.stations[0].name) == ("I-24-E-2023-06-12", "MM61.0")


def test_lane_1_is_the_leftmost_of_four(west: Recording) -> None:
    assert west.frames[0].count[0].tolist() == [4.0, 3.0, 2.0, 1.0]


def test_a_half_minute_is_stamped_at_its_start_on_the_clock_of_utc(west: Recording) -> None:
    assert [frame.time_s for frame in west.frames] == [43230.0, 43260.0]


def test_what_was_measured_is_read_and_what_is_smoothed_is_not(west: Recording) -> None:
    assert (west.frames[0].speed[0, 3], west.frames[0].occupancy[0, 3]) == (27.269, 0.07)


def test_a_blank_is_unknown_and_no_vehicle_has_no_speed(west: Recording) -> None:
    assert np.isnan(west.frames[1].count[1]).all()
    assert west.frames[1].count[0, 0] == 0
    assert np.isnan(west.frames[1].speed[0, 0])


def test_a_clock_that_is_late_on_a_whole_day_is_put_right_and_told(tmp_path: Path) -> None:
    midnight = 1_686_546_001  # 2023-06-12 00:00:01 CDT
    folder = written(tmp_path, midnight + 18_000, 80_010)
    found = read(folder)
    ((name, recording),) = found.recordings
    assert (name, recording.frames[0].time_s) == ("I-24-W-2023-06-12", 18_030.0)
    assert "unix_time of day 3 is 5 h off" in found.left_out


def test_an_event_is_an_incident_from_its_first_row_to_the_one_that_closes_it(tmp_path: Path) -> None:
    (incident,) = the_recording(written(tmp_path, events=EVENTS))[1].incidents or ()
    assert incident.tolerances == (600.0, 60.0, 500.0)
    assert (incident.onset_s, incident.clearance_s, incident.position_m, incident.lanes) == (
        43210.0,
        44410.0,
        321.9,
        (),
    )


@pytest.mark.parametrize(
    "events",
    [EVENTS.replace(";61.", ";65."), EVENTS.replace("07:", "17:"), EVENTS.replace("06-12", "06-11")],
    ids=["another place", "later", "the day before"],
)
def test_events_elsewhere_are_counted_and_not_fatal(tmp_path: Path, events: str) -> None:
    found = read(written(tmp_path, events=events))
    assert [recording.incidents for _, recording in found.recordings] == [()]
    assert "1 events off the recordings' road or time" in found.left_out


def test_an_abandoned_vehicle_blocks_nothing(tmp_path: Path) -> None:
    assert "1 abandoned vehicles" in read(written(tmp_path, events=EVENTS.replace("disabled", "abandoned"))).left_out


def test_without_events_incidents_are_not_known(west: Recording) -> None:
    assert west.incidents is None


@pytest.mark.parametrize("way", ["E", "W"])
def test_the_feed_says_its_direction_itself(tmp_path: Path, way: str) -> None:
    (tmp_path / "raw_rds.csv").write_text(FEED.format(way=way))
    name, recording = the_recording(tmp_path)
    upstream = 0 if way == "W" else 1
    assert name == f"I-24-{way}-2023-06-12"
    np.testing.assert_equal(recording.frames[0].count[upstream], [8.0, np.nan, np.nan, 3.0])


def test_ramps_and_a_fifth_lane_of_the_feed_are_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "raw_rds.csv").write_text(FEED.format(way="W"))
    assert "1 records of a lane beyond 4, 1 records of ramps" in read(tmp_path).left_out


def test_a_record_of_one_element_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "raw_rds.csv").write_text(FEED.format(way="W"))
    np.testing.assert_equal(the_recording(tmp_path)[1].frames[0].count[1], [np.nan, np.nan, 2.0, np.nan])


def test_a_recording_reads_back(tmp_path: Path) -> None:
    (folder,) = write_all(read(written(tmp_path / "in", events=EVENTS)), tmp_path / "out").folders
    assert len(read_recording(folder).incidents or ()) == 1


def test_the_format_is_recognised(tmp_path: Path) -> None:
    folder = written(tmp_path, raw_rds=FEED.format(way="W"), events=EVENTS)
    assert describe(folder) == describe(folder / "day_3_lane2_occ.csv") == "I-24 radar stations, 1 days"
    assert describe(folder / "raw_rds.csv") == "I-24 radar feed"
    assert describe(folder / "events.csv") is None


SPEED = lane_file("speed", {(0, 61.0): "50.0", (0, 61.5): "50.0"})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("day_3_lane2_speed.csv", SPEED[:-25].encode(), r"line 3: wanted 7 fields, got \d \(is it cut off"),
        ("day_3_lane2_speed.csv", SPEED.replace(",", ";").encode(), "separated by something other than commas"),
        ("day_3_lane2_speed.csv", SPEED.replace("raw_speed", "raw").encode(), "missing raw_speed"),
        ("day_3_lane2_speed.csv", SPEED.encode("utf-16"), "missing milemarker.*is the file UTF-8 text"),
        ("day_3_lane2_speed.csv", b"", "is empty: wanted a header"),
        ("day_3_lane2_speed.csv", SPEED.splitlines()[0].encode(), "wanted rows below the header, got none"),
        (
            "day_3_lane2_speed.csv",
            SPEED.replace("50.0", "fast").encode(),
            "line 2: raw_speed needs a finite number, got 'fast'",
        ),
        ("day_3_lane2_speed.csv", SPEED.replace("1.0\n", "1000.0\n").encode(), "unix_time is in seconds.*milliseconds"),
        ("day_3_lane2_occ.csv", bytes(range(256)) * 9, r"missing milemarker"),
        ("events.csv", EVENTS.replace(";7;", ";").encode(), "line 2: wanted 6 fields.*cut off"),
        ("events.csv", b"", "events.csv is empty"),
        ("events.csv", b"<html>", "missing event_update_time"),
        ("day_3_lane2_speed.csv", SPEED.encode(), r"lane2_speed.csv: wanted 4 rows as in the day's other files, got 2"),
        (
            "day_3_lane2_speed.csv",
            SPEED.replace(f"{START}.0", "16865", 1).encode(),
            "unix_time 16865 and time 0 do not belong together .is a digit lost",
        ),
        ("events.csv", EVENTS.replace("-05:00", "").encode(), "line 2: wanted a time with its offset"),
        ("events.csv", EVENTS.replace(";", ",").encode(), "missing event_update_time.*other than semicolons"),
        ("i24.toml", b'direction = "west"', 'wanted direction = "E" or "W"'),
    ],
)
def test_a_spoiled_file_is_one_clear_message(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    folder = written(tmp_path, events=EVENTS)
    (folder / name).write_bytes(content)
    with pytest.raises(UserError, match=message):
        read(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("07:00:01-05:00", "07:00:01", "line 2: wanted a time with its offset"),
        ("70, 3, 5", "70, 3", "line 2: wanted speed, volume, occupancy of R3G"),
        ("70, 3, 5", "70, x, 5", "line 2: a lane has speed, volume and occupancy, got ' x'"),
        ("R3G-00I24-", "I24 at ", r"wanted lanes like 'R3G-00I24-60.0W"),
    ],
)
def test_a_spoiled_feed_is_one_clear_message(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "raw_rds.csv").write_text(FEED.format(way="W").replace(old, new))
    with pytest.raises(UserError, match=message):
        read(tmp_path)


def test_files_of_a_day_are_one_recording(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert len(list(read_files(sorted(folder.glob("day_3_*"))).recordings)) == 1


def test_files_of_several_folders_are_refused(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one"), written(tmp_path / "other")
    with pytest.raises(UserError, match="wanted files of one folder"):
        read_files((one / "day_3_lane1_occ.csv", other / "day_3_lane1_occ.csv"))


def test_a_missing_lane_file_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "day_3_lane4_occ.csv").unlink()
    with pytest.raises(MissingFileError, match=r"day_3_lane4_occ.csv: no such file; a day has 12, got 11"):
        read(folder)


def test_of_a_record_of_the_feed_that_comes_twice_the_one_asked_for_is_taken(tmp_path: Path) -> None:
    feed = FEED.format(way="W")
    again = feed.splitlines()[1].replace("Lane4', 50, 8, 9", "Lane4', 50, 6, 9") + "\n"
    (tmp_path / "raw_rds.csv").write_text(feed + again)
    found = {keep: read(tmp_path, keep) for keep in (Keep.FIRST, Keep.LAST)}
    counts = [next(iter(each.recordings))[1].frames[0].count[0, 0] for each in found.values()]
    assert counts == [8.0, 6.0]
    assert "2 readings that came twice, 1 of them with other values (the last is taken)" in found[Keep.LAST].left_out
    with pytest.raises(UserError, match=r"2 readings that came twice, .*MM61.5 lane 0 at 12:00:30"):
        read(tmp_path, Keep.REFUSE)


def test_days_are_read_one_by_one_as_they_are_together(tmp_path: Path) -> None:
    folder = written(tmp_path, events=EVENTS)
    for path in sorted(folder.glob("day_3_*")):
        later = path.read_text().replace(str(START), str(START + 86400)).replace(str(START + 30), str(START + 86430))
        (folder / path.name.replace("day_3", "day_4")).write_text(later)
    together = dict(read(folder).recordings)
    third, fourth = days(folder)
    assert (third.name, len(third.files), fourth.name) == ("day 3", 13, "day 4")
    assert "events off" not in third.read().left_out
    for (name, alone), wanted in zip(
        [*third.read().recordings, *fourth.read().recordings], together.items(), strict=True
    ):
        assert (name, alone.incidents, alone.corridor) == (wanted[0], wanted[1].incidents, wanted[1].corridor)
        for kind in ("time_s", "count", "speed", "occupancy"):
            np.testing.assert_array_equal(
                [getattr(frame, kind) for frame in alone.frames], [getattr(frame, kind) for frame in wanted[1].frames]
            )


def test_feeds_of_several_days_are_days_of_their_own_and_an_event_off_the_road_is_counted_with_its_day(
    tmp_path: Path,
) -> None:
    off = EVENTS + "2023-06-12 07:00:20-05:00;99.9;new;8;disabledVehicle;Active\n"
    folder = written(tmp_path, events=off, raw_rds=FEED.format(way="W"))
    assert [day.name for day in days(folder)] == ["day 3"]
    assert "1 events off the recordings' road or time" in days(folder)[0].read().left_out
    for path in folder.glob("day_*"):
        path.unlink()
    assert [day.name for day in days(folder)] == ["raw_rds.csv"]
