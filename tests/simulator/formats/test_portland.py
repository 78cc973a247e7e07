"""Files in the Portland format, small and made here, become recordings; each slip in them has its message."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.field_recordings import Converted, write_all
from simulator.formats.portland import read
from simulator.formats.portland_files import ARCHIVE, read_source
from simulator.recording.recording_folder import Recording, read_recording
from tests.harness.command_line import calling

STATIONS = """stationid,highwayid,milepost,locationtext,upstream,downstream,stationclass,numberlanes,latlon,length
10,3,14.0,South NB,0,11,1,3,"45.4,-122.5",1
11,3,15.0,North NB,10,0,1,2,"45.5,-122.5",1
20,4,14.1,South SB,21,0,1,2,"45.4,-122.5",1
21,4,15.1,North SB,0,20,1,2,"45.5,-122.5",1
"""
DETECTORS = """detectorid,highwayid,milepost,locationtext,detectorclass,lanenumber,stationid
101,3,14.0,South NB,1,1,10
102,3,14.0,South NB,1,2,10
103,3,14.0,South NB,1,3,10
109,3,14.0,South NB ramp,2,1,10
111,3,15.0,North NB,1,1,11
112,3,15.0,North NB,1,2,11
201,4,14.1,South SB,1,1,20
202,4,14.1,South SB,1,2,20
211,4,15.1,North SB,1,1,21
212,4,15.1,North SB,1,2,21
"""
HIGHWAYS = "highwayid,shortdirection,direction,highwayname\n3,N,NORTH,I-205\n4,S,SOUTH,I-205\n"
COLUMNS = ("101", "102", "103", "109", "111", "112", "201", "202", "211", "212")
LABELS = ("101", "102", "103", "111", "112", "201", "202")  # nobody labelled the northern station southbound
FIRST = datetime(2011, 9, 15, 9, 15)


@dataclass
class Files:
    """Rows at `starts` of steady traffic; each (row, detector) in `speed`, `volume` and `label` says otherwise."""

    starts: list[datetime]
    speed: dict[tuple[int, str], float] = field(default_factory=dict)
    volume: dict[tuple[int, str], float] = field(default_factory=dict)
    label: set[tuple[int, str]] = field(default_factory=set)

    def write(self, folder: Path, **texts: str) -> Path:
        """Write them, with `texts` in place of the tables and members so called."""
        folder.mkdir(parents=True, exist_ok=True)
        tables = {"freeway_stations": STATIONS, "freeway_detectors": DETECTORS, "highways": HIGHWAYS}
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(texts.get(name, text), encoding="utf-8")
        iso = "%Y-%m-%d %H:%M:%S"
        members = {
            "speed": self._table(COLUMNS, iso, lambda row, one: self.speed.get((row, one), 60.0)),
            "volume": self._table(COLUMNS, iso, lambda row, one: self.volume.get((row, one), float(one[-1]))),
            "label": self._table(LABELS, "%Y/%m/%d %H:%M", lambda row, one: int((row, one) in self.label)),
            "occupancy": "not read\n",
        }
        with ZipFile(folder / ARCHIVE, "w") as archive:
            for name, text in members.items():
                archive.writestr(f"TRAFFIC/{name}.csv", texts.get(name, text))
        return folder

    def _table(self, columns: tuple[str, ...], form: str, cell: Callable[[int, str], float]) -> str:
        lines = [",".join(("", *columns))]
        for row, start in enumerate(self.starts):
            lines.append(",".join((f"{start:{form}}", *(str(cell(row, column)) for column in columns))))
        return "\n".join(lines) + "\n"


def rows(first: datetime, number: int) -> list[datetime]:
    return [first + timedelta(seconds=20 * k) for k in range(number)]


def hour() -> Files:
    return Files(rows(FIRST, 60))


def convert(source: Path, out: Path) -> Converted:
    return write_all(read(source), out)


def north(files: Files, where: Path) -> Recording:
    convert(files.write(where / "from"), where / "to")
    return read_recording(where / "to" / "north-2011-09-15-091500")


def test_each_direction_and_run_becomes_a_folder(tmp_path: Path) -> None:
    files = Files(rows(FIRST, 60) + rows(FIRST + timedelta(hours=2), 90))
    done = convert(files.write(tmp_path / "from"), tmp_path / "to")
    names = [f"{way}-2011-09-15-{at}" for way in ("north", "south") for at in ("091500", "111500")]
    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == names
    assert [len(read_recording(tmp_path / "to" / name).frames) for name in names] == [60, 90, 60, 90]
    assert done.corridor_hours == pytest.approx(2 * 150 / 180)
    assert done.section_hours == pytest.approx(2 * 150 / 180)


def test_runs_shorter_than_twenty_minutes_are_counted_not_written(tmp_path: Path) -> None:
    files = Files(rows(FIRST, 60) + rows(FIRST + timedelta(hours=2), 59))
    done = convert(files.write(tmp_path / "from"), tmp_path / "to")
    assert len(done.folders) == 2
    assert done.left_out == "1 runs shorter than 20 min left out (0.3 h)"


def test_a_period_ends_twenty_seconds_after_its_row_on_a_clock_of_midnight(tmp_path: Path) -> None:
    recording = north(hour(), tmp_path)
    assert recording.corridor.period_s == 20
    assert [frame.time_s for frame in recording.frames[:2]] == [9.25 * 3600 + 20, 9.25 * 3600 + 40]


def test_stations_stand_downstream_in_both_directions(tmp_path: Path) -> None:
    source = read_source(hour().write(tmp_path))
    named = [[(s.name, s.position_m, s.lanes) for s in each.corridor.stations] for each in source.directions]
    assert named == [
        [("South NB", 0.0, 3), ("North NB", 1609.3, 2)],
        [("North SB", 0.0, 2), ("South SB", 1609.3, 2)],
    ]


def test_the_highest_lane_number_is_the_rightmost_lane_and_ramps_are_left_out(tmp_path: Path) -> None:
    frame = north(hour(), tmp_path).frames[0]
    np.testing.assert_array_equal(frame.count, [[3, 2, 1], [2, 1, np.nan]])  # a detector's last digit is its lane's


def test_speeds_become_metres_per_second_and_occupancy_is_not_known(tmp_path: Path) -> None:
    frame = north(hour(), tmp_path).frames[0]
    assert frame.speed[0, 0] == pytest.approx(26.8224)
    assert np.isnan(frame.occupancy).all()


@pytest.mark.parametrize(
    ("speed", "volume", "count_known", "speed_known"),
    [
        (60.0, 17.0, True, True),
        (60.0, 18.0, False, True),
        (100.0, 5.0, True, True),
        (101.0, 5.0, True, False),
        (0.0, 0.0, True, False),
        (0.0, 5.0, True, False),
        (3.0, 5.0, True, True),
        (60.5, 5.0, False, False),
        (60.0, 4.67, False, False),
    ],
)
def test_what_cannot_be_or_was_filled_in_is_not_known(
    speed: float, volume: float, count_known: bool, speed_known: bool, tmp_path: Path
) -> None:
    files = hour()
    files.speed[7, "102"], files.volume[7, "102"] = speed, volume
    frame = north(files, tmp_path).frames[7]
    assert bool(np.isfinite(frame.count[0, 1])) is count_known
    assert bool(np.isfinite(frame.speed[0, 1])) is speed_known
    assert np.isfinite(frame.count[0, [0, 2]]).all()


def test_a_detector_without_a_column_is_not_known(tmp_path: Path) -> None:
    extra = DETECTORS.replace("112,3,15.0,North NB,1,2,11\n", "113,3,15.0,North NB,1,2,11\n")
    convert(hour().write(tmp_path / "from", freeway_detectors=extra), tmp_path / "to")
    frame = read_recording(tmp_path / "to" / "north-2011-09-15-091500").frames[0]
    np.testing.assert_array_equal(frame.count[1], [np.nan, 1, np.nan])


def test_a_label_is_an_incident_at_its_station_in_the_lanes_labelled(tmp_path: Path) -> None:
    files = hour()
    files.label = {(row, lane) for row in range(10, 16) for lane in ("101", "102", "103")}
    (incident,) = north(files, tmp_path).incidents or ()
    assert (incident.onset_s, incident.clearance_s) == (9.25 * 3600 + 200, 9.25 * 3600 + 320)
    assert (incident.position_m, incident.lanes) == (0.0, (0, 1, 2))


def test_a_label_that_goes_on_behind_a_gap_is_one_incident_of_both_runs(tmp_path: Path) -> None:
    files = Files(rows(FIRST, 60) + rows(FIRST + timedelta(hours=1), 60))
    files.label = {(row, "111") for row in range(50, 70)}
    convert(files.write(tmp_path / "from"), tmp_path / "to")
    found = [read_recording(tmp_path / "to" / f"north-2011-09-15-{at}").incidents for at in ("091500", "101500")]
    assert found[0] == found[1]
    assert found[0] is not None
    assert [(i.onset_s, i.clearance_s) for i in found[0]] == [(9.25 * 3600 + 1000, 10.25 * 3600 + 200)]


def test_incidents_are_known_only_where_every_station_is_labelled(tmp_path: Path) -> None:
    assert north(hour(), tmp_path).incidents == ()
    assert read_recording(tmp_path / "to" / "south-2011-09-15-091500").incidents is None


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calling(capsys)("convert", "portland", hour().write(tmp_path / "from"), "--out", tmp_path / "to")
    assert code == 0
    assert out.startswith("2 recordings, 0.7 corridor-hours, 0.7 section-hours; 0 runs shorter")


def test_the_command_helps_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, example in (
        (("convert",), "laneblock convert auto"),
        (("convert", "portland"), "laneblock convert portland"),
    ):
        code, out, _ = calling(capsys)(*arguments, "--help")
        assert code == 0
        assert f"  {example}" in out


SPEED = "\n2011-09-15 09:15:00" + ",60" * len(COLUMNS) + "\n"
HEADER = ",".join(("", *COLUMNS))
SLIPS: dict[str, tuple[dict[str, str], str]] = {
    "no detector of ours": ({"speed": ",1,2\n2011-09-15 09:15:00,1,1\n"}, "another data set"),
    "no volume of a detector": ({"volume": ",101\n2011-09-15 09:15:00,1\n"}, "missing 102"),
    "no rows": ({"speed": f"{HEADER}\n"}, "got none"),
    "times of another clock": ({"speed": HEADER + SPEED.replace("-", ".")}, "wanted a time like 2011-09-15 09:15:00"),
    "unequal times": ({"speed": HEADER + SPEED}, "wanted the times of speed.csv"),
    "a time twice": ({"speed": HEADER + SPEED + SPEED}, "row 2: rows stand whole periods"),
    "negative speed": ({"speed": HEADER + SPEED.replace(",60", ",-1", 1)}, "101 is 0 or more, got -1"),
    "speed in words": ({"speed": HEADER + SPEED.replace(",60", ",fast", 1)}, "line 2: 101 needs a finite number"),
    "labels of other rows": ({"label": ",101\n2011/9/15 9:15,0\n"}, "wanted the minutes of speed.csv"),
    "no milepost": ({"freeway_stations": STATIONS.replace("milepost", "mile")}, "missing milepost"),
    "no lane number": ({"freeway_detectors": DETECTORS.replace("lanenumber", "lane")}, "missing lanenumber"),
    "a lane too many": ({"freeway_detectors": DETECTORS.replace("103,3,14.0,South NB,1,3", "103,3,14.0,x,1,4")}, "103"),
    "stations in disorder": ({"freeway_stations": STATIONS.replace("21,4,15.1", "21,4,14.1")}, "do not go one way"),
    "no highways": ({"highways": HIGHWAYS.partition("\n")[0] + "\n"}, "no highway has two stations"),
    "a station twice": (
        {"freeway_stations": STATIONS + STATIONS.splitlines()[1] + "\n"},
        "freeway_stations.csv, highway 3: station names must differ",
    ),
    "a direction out of the folder": (
        {"highways": HIGHWAYS.replace("NORTH", "../../x")},
        "highways.csv, direction of highway '3': name: wanted letters",
    ),
    "a highway of two lines": (
        {"highways": HIGHWAYS.replace("I-205", "I\t205")},
        "highways.csv, highway '3': name is one line",
    ),
    "a station of no lanes": ({"freeway_stations": STATIONS.replace(",1,3,", ",1,,")}, "numberlanes"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_files_ends_in_a_message(slip: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, words = SLIPS[slip]
    folder = hour().write(tmp_path / "from", **texts)
    code, _, err = calling(capsys)("convert", "portland", folder, "--out", tmp_path / "to")
    assert (code, err.count("\n")) == (2, 1)
    assert words in err
    assert not (tmp_path / "to").exists()


def test_a_wrong_place_ends_in_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = hour().write(tmp_path / "from")
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    cut = hour().write(tmp_path / "cut")
    (cut / ARCHIVE).write_bytes((cut / ARCHIVE).read_bytes()[:500])
    bare = hour().write(tmp_path / "bare")
    with ZipFile(bare / ARCHIVE, "w") as archive:
        archive.writestr("TRAFFIC/speed.csv", "")
    short = Files(rows(FIRST, 59)).write(tmp_path / "short")
    places = (
        (tmp_path / "nowhere", "to", "no such folder"),
        (tmp_path / "file", "to", "got a file"),
        (tmp_path / "empty", "to", f"{ARCHIVE}, freeway_stations.csv, freeway_detectors.csv, highways.csv is missing"),
        (cut, "to", "interrupted"),
        (bare, "to", "holds no volume.csv, got 'speed.csv'"),
        (short, "to", "no run of rows lasts 20 min"),
        (folder, "file", "wanted a folder, got a file"),
    )
    for source, out, words in places:
        code, _, err = calling(capsys)("convert", "portland", source, "--out", tmp_path / out)
        assert (code, err.count("\n")) == (2, 1), source
        assert words in err
    code, _, err = calling(capsys)("convert", "portland", folder)
    assert code == 2
    assert "--out" in err


def test_converting_needs_no_sumo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libsumo", "traci"):
        monkeypatch.setitem(sys.modules, name, None)
    assert len(convert(hour().write(tmp_path / "from"), tmp_path / "to").folders) == 2


def test_an_archive_made_to_fill_the_memory_is_refused(tmp_path: Path) -> None:
    folder = Files([FIRST]).write(tmp_path / "p")
    with ZipFile(folder / ARCHIVE, "w", ZIP_DEFLATED) as archive:
        archive.writestr("speed.csv", b"0" * (80 << 20))
    with pytest.raises(UserError, match=r"TRAFFIC\.zip: .*speed\.csv.* expands to more than 67 MB"):
        read_source(folder)


def test_its_folder_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = hour().write(tmp_path / "from")
    code, _, err = calling(capsys)("convert", "auto", folder, "--out", tmp_path / "to")
    assert code == 0
    assert f"{folder}: portland (Portland I-205, 2011: lane detectors, 20 s)" in err
    assert len(list((tmp_path / "to").glob("*/corridor.toml"))) == 2
