"""Any provider's DATEX II becomes recordings; what its files do not say is assumed and told. Numbers are made here."""

from pathlib import Path

import numpy as np
import pytest

from simulator.formats.datex3 import describe, read
from simulator.recording.recording_folder import Recording
from tests.simulator.formats import datex_documents as datex

SLOW, FAST = "slowVehicleLane", "overtakingLane"
SITES = {"x": "B7 km 2.5 northbound", "y": "B7 km 4 northbound", "z": "B7 km 3.25 northbound"}
VALUES = {7: datex.flow(720), 9: datex.speed(54), 30: datex.occupancy(12.5), 41: datex.flow(120)}


def meanings(first: str = SLOW, second: str = FAST) -> dict[int, tuple[str, str]]:
    lanes = [
        f"<p:laneNumber>{n}</p:laneNumber><p:laneUsage>{use}</p:laneUsage>" for n, use in ((1, first), (2, second))
    ]
    return {
        7: (datex.FLOW, lanes[0]),
        9: (datex.SPEED, lanes[0]),
        30: (datex.OCCUPANCY, lanes[0]),
        41: (datex.FLOW, lanes[1]),
    }


def values(time: str, by_index: dict[int, str] = VALUES, version: int = 1, sites: dict[str, str] = SITES) -> bytes:
    return datex.data([datex.measured(name, time, by_index, version) for name in sites], creator="any")


def folder(
    where: Path,
    content: bytes,
    sites: dict[str, str] = SITES,
    period_s: int = 60,
    first: str = SLOW,
    second: str = FAST,
) -> Path:
    listed = [datex.site(name, title, meanings(first, second), 2, "", 1, period_s) for name, title in sites.items()]
    (where / "sites.xml").write_bytes(datex.table(*listed, creator="any"))
    (where / "values.xml").write_bytes(content)
    return where


def only(where: Path) -> Recording:
    ((_, recording),) = read(where).recordings
    return recording


END = datex.stamped("2025-03-04T06:00:00+01:00", "endTime")


def test_values_are_joined_by_index_and_in_si_units(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, values(END))).frames[0]
    assert frame.count[0].tolist() == [12, 2]
    assert frame.speed[0, 0] == 15
    assert frame.occupancy[0, 0] == 0.125
    assert np.isnan(frame.speed[:, 1]).all()


def test_the_clock_counts_from_the_midnight_of_the_stamps_own_offset(tmp_path: Path) -> None:
    assert only(folder(tmp_path, values(END))).frames[0].time_s == 21600


@pytest.mark.parametrize(
    ("stamp", "hours"),
    [
        ("2025-03-30T06:00:00+02:00", 5),
        ("2025-10-26T06:00:00+01:00", 7),
        ("2025-03-30T06:00:00+03:00", 5),
        ("2025-10-26T06:00:00+02:00", 7),
    ],
)
def test_seconds_elapse_since_midnight_where_a_recording_begins_after_the_clock_has_changed(
    tmp_path: Path, stamp: str, hours: int
) -> None:
    found = read(folder(tmp_path, values(datex.stamped(stamp, "endTime"))))
    assert "assumed: the stamps' clock changed with Europe's summer time" in found.left_out
    assert [frame.time_s for frame in dict(found.recordings)["B7-northbound"].frames] == [hours * 3600]


@pytest.mark.parametrize(
    "stamp",
    [
        "2025-03-30T06:00:00Z",
        "2025-10-26T06:00:00Z",
        "2025-10-26T06:00:00-05:00",
        "2025-03-30T06:00:00+05:30",
        "2025-03-31T06:00:00+02:00",
        "2025-10-25T06:00:00+02:00",
    ],
)
def test_other_clocks_and_other_days_count_from_midnight_of_their_offset(tmp_path: Path, stamp: str) -> None:
    found = read(folder(tmp_path, values(datex.stamped(stamp, "endTime"))))
    assert "summer time" not in found.left_out
    assert [frame.time_s for frame in dict(found.recordings)["B7-northbound"].frames] == [6 * 3600]


def test_seconds_run_on_over_the_change_of_the_clock(tmp_path: Path) -> None:
    stamps = ("2025-10-26T02:59:00+02:00", "2025-10-26T02:00:00+01:00", "2025-10-26T03:00:00+01:00")
    folder(tmp_path, values(datex.stamped(stamps[0], "endTime")))
    for k, stamp in enumerate(stamps[1:]):
        (tmp_path / f"values_{k}.xml").write_bytes(values(datex.stamped(stamp, "endTime")))
    assert [frame.time_s for frame in only(tmp_path).frames] == [10740, 10800, 4 * 3600]


def test_a_stamp_at_the_start_is_moved_to_the_end_of_the_tables_period(tmp_path: Path) -> None:
    content = values(datex.stamped("2025-03-04T06:00:00+01:00", "beginTime"))
    recording = only(folder(tmp_path, content, period_s=300))
    assert (recording.corridor.period_s, recording.frames[0].time_s) == (300, 21900)
    assert recording.frames[0].count[0].tolist() == [60, 10]


def test_a_bare_stamp_is_taken_as_the_end_and_that_is_told(tmp_path: Path) -> None:
    found = read(folder(tmp_path, values("2025-03-04T06:00:00+01:00")))
    assert "stamps are ends of periods" in found.left_out
    ((_, recording),) = found.recordings
    assert recording.frames[0].time_s == 21600


def test_lane_1_is_the_fast_one_where_its_usage_says_so(tmp_path: Path) -> None:
    assert only(folder(tmp_path, values(END), first=FAST, second=SLOW)).frames[0].count[0].tolist() == [2, 12]


def test_shoulders_are_left_out_and_told(tmp_path: Path) -> None:
    found = read(folder(tmp_path, values(END), second="hardShoulder"))
    assert "3 values of shoulders" in found.left_out


def test_stations_stand_in_order_of_kilometres(tmp_path: Path) -> None:
    corridor = only(folder(tmp_path, values(END))).corridor
    assert corridor.name == "B7 northbound"
    assert [(s.name, s.position_m) for s in corridor.stations] == [("x", 0), ("z", 750), ("y", 1500)]


def test_kilometres_fall_on_a_descending_carriageway(tmp_path: Path) -> None:
    falling = {name: title.replace("northbound", "descending") for name, title in SITES.items()}
    corridor = only(folder(tmp_path, values(END), falling)).corridor
    assert [s.name for s in corridor.stations] == ["y", "z", "x"]


def test_a_fault_in_place_of_data_is_not_known(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, values(END, {**VALUES, 7: datex.FAULT}))).frames[0]
    assert np.isnan(frame.count[:, 0]).all()


def test_a_missing_publication_is_an_absent_frame(tmp_path: Path) -> None:
    folder(tmp_path, values(END))
    (tmp_path / "later.xml").write_bytes(values(datex.stamped("2025-03-04T06:02:00+01:00", "endTime")))
    assert [frame.time_s for frame in only(tmp_path).frames] == [21600, 21720]


def test_values_of_another_version_are_taken_and_told(tmp_path: Path) -> None:
    assert "3 readings of another version" in read(folder(tmp_path, values(END, version=4))).left_out


def test_a_corridor_beside_the_files_places_sites_that_have_no_kilometre(tmp_path: Path) -> None:
    names = dict.fromkeys(SITES, "somewhere")
    folder(tmp_path, values(END), names)
    with pytest.raises(ValueError, match="wanted a carriageway of two stations"):
        read(tmp_path)
    stations = "".join(
        f'\n[[station]]\nname = "{name}"\nposition_m = {k * 600}\nlanes = 2\n' for k, name in enumerate("zyx")
    )
    (tmp_path / "corridor.toml").write_text(f'name = "mine"\nperiod_s = 60\n{stations}')
    corridor = only(tmp_path).corridor
    assert (corridor.name, [s.name for s in corridor.stations]) == ("mine", ["z", "y", "x"])


def test_files_of_ndw_and_other_xml_are_not_described(tmp_path: Path) -> None:
    (tmp_path / "net.xml").write_text("<net/>")
    assert describe(tmp_path) is None
    assert describe(folder(tmp_path, values(END))) == "measured data, DATEX II"
    (tmp_path / "other.xml").write_bytes(datex.data([]))
    assert describe(tmp_path) is None


WHOLE = values(END)
BROKEN = {
    "cut": (WHOLE[:-90], "wanted a whole XML file"),
    "empty": (b"", "wanted a whole XML file, got no element found"),
    "binary": (bytes(range(256)), "wanted a whole XML file"),
    "csv": (b"site;flow\nx;720\n", "wanted a whole XML file"),
    "page": (b"<html><body>404</body></html>", "of two stations or more with readings"),
    "entities": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "wanted XML without a document type"),
    "no site": (WHOLE.replace(b'id="x"', b""), "wanted a measurementSiteReference"),
    "no time": (WHOLE.replace(b"measurementTimeDefault", b"when"), "site x: wanted a measurementTimeDefault"),
    "another time": (
        WHOLE.replace(b"2025-03-04T", b"4.3.2025 "),
        "site x: wanted a time as 2024-06-11T07:00:00\\+00:00, got '4.3.2025",
    ),
    "word": (
        WHOLE.replace(b">720<", b">many<"),
        "site x, index 7: vehicleFlowRate: wanted a number, 0 to 30000, got 'many'",
    ),
    "UTF-16 cut": (WHOLE.decode().replace("UTF-8", "UTF-16").encode("utf-16")[:301], "wanted a whole XML file"),
    "encoding": (WHOLE.replace(b"UTF-8", b"UTF-99"), "wanted"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    with pytest.raises(ValueError, match=message):
        read(folder(tmp_path, content))


@pytest.mark.parametrize(
    ("old", "number", "place"),
    [
        (b"laneNumber>2<", b"laneNumber>99999999<", r"site x: index \d+"),
        (b"NumberOfLanes>2<", b"NumberOfLanes>21<", "site x: number of lanes"),
    ],
)
def test_more_lanes_than_a_road_has_are_refused_before_there_is_a_column_for_each(
    old: bytes, number: bytes, place: str, tmp_path: Path
) -> None:
    sites = folder(tmp_path, WHOLE) / "sites.xml"
    sites.write_bytes(sites.read_bytes().replace(old, number, 1))
    with pytest.raises(ValueError, match=rf"sites.xml, {place}: a road has 20 lanes at most, got \d+"):
        read(tmp_path)


def test_values_without_a_site_table_are_refused(tmp_path: Path) -> None:
    (tmp_path / "values.xml").write_bytes(WHOLE)
    with pytest.raises(ValueError, match="wanted a site table beside the values"):
        read(tmp_path)
