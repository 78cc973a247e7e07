"""NDW's DATEX II becomes recordings as its documentation says; numbers are made here."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from simulator.formats.ndw import describe, read, read_files
from simulator.recording.recording_folder import Recording
from tests.simulator.formats import datex_documents as datex

V2_LANES = {1: (datex.FLOW, "lane1"), 2: (datex.SPEED, "lane1"), 3: (datex.FLOW, "lane2"), 4: (datex.SPEED, "lane2")}
V3_LANES = {k: (kind, f"<p:laneNumber>{lane[-1]}</p:laneNumber>") for k, (kind, lane) in V2_LANES.items()}
VALUES = {1: datex.flow(600), 2: datex.speed(108), 3: datex.flow(300), 4: datex.speed(72)}
SITES = {"a": "A2 hmp 31.0 Re", "b": "A2 hmp 31.4 Re", "c": "A2 hmp 32,1 Re"}


def minute(time: str, values: dict[int, str] | None = None, version: int = 1) -> list[str]:
    when = datex.stamped(f"2025-03-04T{time}:00Z", "beginTime")
    return [datex.measured(name, when, VALUES if values is None else values, version) for name in SITES]


def folder(where: Path, *minutes: list[str], sites: dict[str, str] = SITES) -> Path:
    listed = [datex.site(name, title, V3_LANES, 2) for name, title in sites.items()]
    (where / "measurement.xml").write_bytes(datex.table(*listed))
    for k, each in enumerate(minutes):
        (where / f"values_{k}.xml.gz").write_bytes(gzip.compress(datex.data(each)))
    return where


def only(where: Path) -> Recording:
    ((_, recording),) = read(where).recordings
    return recording


def test_flows_per_hour_become_counts_of_a_minute_and_speeds_metres_per_second(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, minute("06:00"))).frames[0]
    assert np.unique(frame.count).tolist() == [5, 10]
    assert np.unique(frame.speed).tolist() == [20, 30]
    assert np.isnan(frame.occupancy).all()


def test_lane_1_is_the_leftmost(tmp_path: Path) -> None:
    assert only(folder(tmp_path, minute("06:00"))).frames[0].count[0].tolist() == [5, 10]


def test_a_stamp_is_the_start_of_its_minute_in_utc(tmp_path: Path) -> None:
    assert [frame.time_s for frame in only(folder(tmp_path, minute("06:00"), minute("06:02"))).frames] == [21660, 21780]


def test_hectometres_rise_on_the_right_carriageway(tmp_path: Path) -> None:
    corridor = only(folder(tmp_path, minute("06:00"))).corridor
    assert corridor.name == "A2 right"
    assert [(s.name, s.position_m) for s in corridor.stations] == [("a", 0), ("b", 400), ("c", 1100)]


def test_hectometres_fall_on_the_left_carriageway(tmp_path: Path) -> None:
    left = {name: title.replace("Re", "Li") for name, title in SITES.items()}
    corridor = only(folder(tmp_path, minute("06:00"), sites=left)).corridor
    assert (corridor.name, [s.name for s in corridor.stations]) == ("A2 left", ["c", "b", "a"])


def test_a_monibas_id_places_a_site_whose_name_says_nothing(tmp_path: Path) -> None:
    names = [f"RWS01_MONIBAS_0041hrl0{km}ra" for km in (120, 127)]
    (tmp_path / "table.xml").write_bytes(datex.table(*(datex.site(name, "?", V3_LANES, 2) for name in names)))
    when = datex.stamped("2025-03-04T06:00:00Z", "beginTime")
    (tmp_path / "values.xml").write_bytes(datex.data([datex.measured(name, when, VALUES) for name in names]))
    corridor = only(tmp_path).corridor
    assert (corridor.name, [s.position_m for s in corridor.stations]) == ("A4 left", [0, 700])
    assert corridor.stations[0].name == names[1]


def test_values_of_a_class_of_vehicles_are_not_added_to_those_of_all(tmp_path: Path) -> None:
    both = [
        datex.site(name, title, V3_LANES, 2).replace(
            "<p:measurementSpecificCharacteristics index",
            datex.site("", "", {9: (datex.FLOW, "<p:laneNumber>1</p:laneNumber>")}, 2, datex.SHORT)
            .split("</p:measurementSiteNumberOfLanes>")[1]
            .removesuffix("</p:measurementSite>")
            + "<p:measurementSpecificCharacteristics index",
            1,
        )
        for name, title in SITES.items()
    ]
    folder(tmp_path, minute("06:00", {**VALUES, 9: datex.flow(240)}))
    (tmp_path / "measurement.xml").write_bytes(datex.table(*both))
    found = read(tmp_path)
    assert "3 values of a class of vehicles" in found.left_out
    ((_, recording),) = found.recordings
    assert recording.frames[0].count[:, 1].tolist() == [10, 10, 10]


@pytest.mark.parametrize("value", [datex.speed(-1, 0), datex.speed(0, 0), datex.speed(88, 4, error=True)])
def test_speeds_of_nobody_and_in_error_are_not_known(tmp_path: Path, value: str) -> None:
    frame = only(folder(tmp_path, minute("06:00", {**VALUES, 2: value}))).frames[0]
    assert np.isnan(frame.speed[:, 1]).all()
    assert frame.count[:, 1].tolist() == [10, 10, 10]


def test_a_site_repeated_with_its_old_time_is_taken_once(tmp_path: Path) -> None:
    found = read(folder(tmp_path, minute("06:00"), minute("06:00", {1: datex.flow(60)})[:1] + minute("06:01")))
    ((_, recording),) = found.recordings
    assert [frame.count[0, 1] for frame in recording.frames] == [10, 10]
    assert "1 reading that came twice" in found.left_out


def test_values_of_another_version_of_a_site_are_left_out_and_told(tmp_path: Path) -> None:
    found = read(folder(tmp_path, minute("06:00"), minute("06:01", version=2)))
    assert "3 readings of another version of their site" in found.left_out
    assert len(dict(found.recordings)["A2-right"].frames) == 1


def test_a_cross_section_published_as_one_site_a_lane_becomes_one_station(tmp_path: Path) -> None:
    sites = []
    for name, title in SITES.items():
        sites.append(datex.site(f"{name}1", title, {k: V3_LANES[k] for k in (1, 2)}, 2))
        sites.append(datex.site(f"{name}2", title, {k: V3_LANES[k] for k in (3, 4)}, 2))
    when = datex.stamped("2025-03-04T06:00:00Z", "beginTime")
    (tmp_path / "table.xml").write_bytes(datex.table(*sites))
    parts = [datex.measured(f"{name}{half}", when, VALUES) for name in SITES for half in (1, 2)]
    (tmp_path / "values.xml").write_bytes(datex.data(parts))
    assert only(tmp_path).frames[0].count.tolist() == [[5, 10]] * 3


def test_version_2_reads_as_version_3_does(tmp_path: Path) -> None:
    listed = [datex.site(name, title, V2_LANES, 2, v2=True) for name, title in SITES.items()]
    (tmp_path / "measurement.xml").write_bytes(datex.table(*listed))
    values = [datex.measured(name, "2025-03-04T06:00:00Z", VALUES, v2=True) for name in SITES]
    (tmp_path / "trafficspeed.xml").write_bytes(datex.data(values))
    frame = only(tmp_path).frames[0]
    assert (frame.time_s, frame.count[0].tolist(), frame.speed[0].tolist()) == (21660, [5, 10], [20, 30])


def test_files_named_one_by_one_are_read_together(tmp_path: Path) -> None:
    ((_, recording),) = read_files(sorted(folder(tmp_path, minute("06:00"), minute("06:01")).iterdir())).recordings
    assert [frame.time_s for frame in recording.frames] == [21660, 21720]


def test_the_folder_is_described_by_what_it_holds(tmp_path: Path) -> None:
    assert describe(tmp_path) is None
    assert describe(folder(tmp_path, minute("06:00"))) == "NDW's measured data, DATEX II"


def test_an_error_page_in_place_of_a_minute_is_told(tmp_path: Path) -> None:
    where = folder(tmp_path, minute("06:00"))
    (where / "values_9.xml").write_bytes(b"<html><body>404</body></html>")
    assert "1 files without any reading" in read(where).left_out
