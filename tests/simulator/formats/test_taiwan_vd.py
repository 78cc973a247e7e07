"""Files of Taiwan's vehicle detectors become recordings as their standards say; numbers are made here."""

import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from simulator.formats.taiwan_vd import describe, read
from simulator.recording.recording_folder import Recording

SITES = {"VD-N3-N-20.100-M-RS": "20K+100", "VD-N3-N-18.000-M-RS": "18K+000", "VD-N3-N-19.050-M-RS": "19K+050"}
LANES = ({"S": 9, "L": 1}, {"S": 4, "T": 2})
Lane = Mapping[str, int]


def places(sites: Mapping[str, str] = SITES, way: str = "N", lanes: int = 2) -> bytes:
    every = "".join(
        f"<VD><VDID>{name}</VDID><DetectionLinks><DetectionLink><RoadDirection>{way}</RoadDirection><LaneNum>{lanes}</LaneNum>"
        f"</DetectionLink></DetectionLinks><RoadName>國道3號</RoadName><LocationMile>{mile}</LocationMile></VD>"
        for name, mile in sites.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><VDList xmlns="urn:vd"><VDs>{every}</VDs></VDList>'.encode()


def detector(
    name: str, time: str, lanes: Sequence[Lane] = LANES, status: int = 0, speed: int = 72, share: int = 8
) -> str:
    every = "".join(
        f"<Lane><LaneID>{k}</LaneID><Speed>{speed + 18 * (k == 0 < speed)}</Speed><Occupancy>{share}</Occupancy><Vehicles>"
        + "".join(
            f"<Vehicle><VehicleType>{t}</VehicleType><Volume>{n}</Volume><Speed>1</Speed></Vehicle>"
            for t, n in lane.items()
        )
        + "</Vehicles></Lane>"
        for k, lane in enumerate(lanes)
    )
    return (
        f"<VDLive><VDID>{name}</VDID><LinkFlows><LinkFlow><Lanes>{every}</Lanes></LinkFlow></LinkFlows><Status>{status}</Status>"
        f"<DataCollectTime>2025-05-06T{time}:00+08:00</DataCollectTime></VDLive>"
    )


def live(*detectors: str) -> bytes:
    every = "".join(detectors)
    return f'<?xml version="1.0" encoding="UTF-8"?><VDLiveList xmlns="urn:vd"><VDLives>{every}</VDLives></VDLiveList>'.encode()


WHOLE = live(*(detector(name, "08:01") for name in SITES))


def folder(where: Path, *files: bytes) -> Path:
    (where / "VD.xml.gz").write_bytes(gzip.compress(places()))
    for k, content in enumerate(files):
        (where / f"VDLive_{k}.xml").write_bytes(content)
    return where


def only(where: Path) -> Recording:
    ((_, recording),) = read(where).recordings
    return recording


def test_volumes_are_summed_over_types_and_lane_id_0_is_the_innermost(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, WHOLE)).frames[0]
    assert frame.count[0].tolist() == [6, 10]
    assert frame.speed[0].tolist() == [20, 25]
    assert frame.occupancy[0].tolist() == [0.08, 0.08]


def test_the_time_of_collection_is_the_end_of_a_minute_on_taiwans_clock(tmp_path: Path) -> None:
    assert only(folder(tmp_path, WHOLE)).frames[0].time_s == 8 * 3600 + 60


def test_kilometres_fall_to_the_north(tmp_path: Path) -> None:
    corridor = only(folder(tmp_path, WHOLE)).corridor
    assert corridor.name == "Freeway 3 N"
    assert [s.position_m for s in corridor.stations] == [0, 1050, 2100]
    assert corridor.stations[0].name == "VD-N3-N-20.100-M-RS"


def test_kilometres_rise_to_the_south(tmp_path: Path) -> None:
    folder(tmp_path, WHOLE)
    (tmp_path / "VD.xml.gz").write_bytes(gzip.compress(places(way="S")))
    assert only(tmp_path).corridor.stations[0].name == "VD-N3-N-18.000-M-RS"


def test_a_lane_that_is_not_delivered_is_not_known(tmp_path: Path) -> None:
    folder(tmp_path, WHOLE)
    (tmp_path / "VD.xml.gz").write_bytes(gzip.compress(places(lanes=3)))
    frame = only(tmp_path).frames[0]
    assert np.isnan(frame.count[0, 0])
    assert frame.count[0, 1:].tolist() == [6, 10]


@pytest.mark.parametrize("code", [-99, -1])
def test_values_below_zero_are_not_known(tmp_path: Path, code: int) -> None:
    content = live(*(detector(name, "08:01", ({"S": 3, "L": code},), speed=code, share=code) for name in SITES))
    frame = only(folder(tmp_path, content)).frames[0]
    assert np.isnan([frame.count, frame.speed, frame.occupancy]).all()


def test_nobody_is_a_count_of_zero_without_a_speed(tmp_path: Path) -> None:
    frame = only(
        folder(tmp_path, live(*(detector(name, "08:01", ({"S": 0}, {"S": 0}), speed=0) for name in SITES)))
    ).frames[0]
    assert (frame.count == 0).all()
    assert np.isnan(frame.speed).all()


def test_a_detector_whose_status_is_not_0_is_not_known_and_told(tmp_path: Path) -> None:
    first, *others = SITES
    found = read(
        folder(tmp_path, live(detector(first, "08:01", status=3), *(detector(name, "08:01") for name in others)))
    )
    assert "1 readings of detectors whose status is not 0" in found.left_out
    ((_, recording),) = found.recordings
    assert np.isnan(recording.frames[0].count[0]).all()


def test_a_detector_repeated_with_its_old_time_is_taken_once(tmp_path: Path) -> None:
    first = next(iter(SITES))
    found = read(folder(tmp_path, WHOLE, live(detector(first, "08:01", ({"S": 1}, {"S": 1})))))
    assert "2 readings that came twice" in found.left_out
    assert len(dict(found.recordings)["Freeway-3-N"].frames) == 1


def test_detectors_of_ramps_and_of_unknown_places_are_left_out_and_told(tmp_path: Path) -> None:
    found = read(folder(tmp_path, WHOLE, live(detector("VD-N3-N-19-I-NE", "08:01"), detector("VD-9", "08:01"))))
    assert "1 detectors of ramps" in found.left_out
    assert "1 detectors whose place is not known" in found.left_out


def old(time: str = "2025/05/06 08:05:00", interval: object = 300, volume: object = 7) -> bytes:
    every = "".join(
        f'<Info vdid="nfbVD-N3-S-{km}" status="0" datacollecttime="{time}">'
        f'<lane vsrdir="0" vsrid="1" speed="90" laneoccupy="8"><cars carid="S" volume="{volume}"/>'
        '<cars carid="L" volume="1"/></lane>'
        '<lane vsrdir="0" vsrid="2" speed="72" laneoccupy="9"><cars carid="S" volume="5"/></lane>'
        '<lane vsrdir="1" vsrid="1" speed="72" laneoccupy="9"><cars carid="S" volume="5"/></lane></Info>'
        for km in ("4.500", "6.000")
    )
    return (
        f'<?xml version="1.0"?><XML_Head version="1.1" interval="{interval}"><Infos>{every}</Infos></XML_Head>'.encode()
    )


def test_version_1_1_counts_lanes_from_1_and_takes_places_out_of_names(tmp_path: Path) -> None:
    (tmp_path / "vd_value5.xml").write_bytes(old())
    found = read(tmp_path)
    ((name, recording),) = found.recordings
    assert (name, recording.corridor.period_s) == ("Freeway-3-S-VD-1.1", 300)
    assert [s.position_m for s in recording.corridor.stations] == [0, 1500]
    assert (recording.frames[0].time_s, recording.frames[0].count[0].tolist()) == (29100, [5, 8])
    assert "2 readings of lanes in a detector's other direction" in found.left_out


def test_the_folder_is_described_by_what_it_holds(tmp_path: Path) -> None:
    assert describe(tmp_path) is None
    assert describe(folder(tmp_path, WHOLE)) == "Taiwan's vehicle detectors (VD)"


BROKEN = {
    "cut": (WHOLE[:-70], "wanted a whole XML file"),
    "empty": (b"", "wanted a whole XML file"),
    "binary": (bytes(range(256)), "wanted a whole XML file"),
    "csv": (b"VDID,Speed\nVD,90\n", "wanted a whole XML file"),
    "other document": (b"<a/>", "of two stations or more with readings"),
    "no name": (WHOLE.replace(b"VDID>", b"ID>"), r"detector \?: VDID is missing"),
    "no time": (WHOLE.replace(b"DataCollectTime", b"Time"), "RS: wanted a time as .*, got ''"),
    "another time": (WHOLE.replace(b"2025-05-06T", b"6.5. "), "RS: wanted a time as"),
    "word": (WHOLE.replace(b">9<", b">many<", 1), "lane 0: volume: wanted a number up to 2000, got 'many'"),
    "share over 100": (WHOLE.replace(b">8<", b">800<", 1), "lane 0: occupancy: wanted a number up to 100, got '800'"),
    "lane": (WHOLE.replace(b"<LaneID>1<", b"<LaneID>inner<"), "wanted a lane's number, 0 to 19, got 'inner'"),
    "lane of many digits": (
        WHOLE.replace(b"<LaneID>1<", b"<LaneID>" + b"1" * 5000 + b"<"),
        "wanted a lane's number, 0 to 19, got '111",
    ),
    "old interval of many digits": (old(interval="1" * 5000), "interval: wanted seconds, 1 to 3600, got '111"),
    "old interval": (old(interval="5 min"), "interval: wanted seconds, 1 to 3600, got '5 min'"),
    "old time": (old("yesterday"), "wanted a time as .*, got 'yesterday'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    with pytest.raises(ValueError, match=message):
        read(folder(tmp_path, content))


def test_minutes_without_their_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "VDLive.xml").write_bytes(WHOLE)
    with pytest.raises(ValueError, match=r"wanted VD.xml, the places of the detectors, beside the minutes"):
        read(tmp_path)


def test_a_place_that_is_no_kilometre_is_refused_with_its_detector(tmp_path: Path) -> None:
    (tmp_path / "VD.xml").write_bytes(places(dict.fromkeys(SITES, "20.1 km")))
    with pytest.raises(
        ValueError, match=r"detector VD-N3-N-20.100-M-RS: wanted VDID, LaneNum and a LocationMile .*, got '20.1 km'"
    ):
        read(tmp_path)


def test_more_lanes_than_a_road_has_are_refused_before_there_is_a_column_for_each(tmp_path: Path) -> None:
    (folder(tmp_path, WHOLE) / "VD.xml").write_bytes(re.sub(b"<LaneNum>.", b"<LaneNum>99999999", places()))
    with pytest.raises(ValueError, match=r"wanted VDID, LaneNum and a LocationMile .*, got LaneNum '99999999'"):
        read(tmp_path)


def test_a_file_may_be_utf_16(tmp_path: Path) -> None:
    where = folder(tmp_path, WHOLE)
    for path, content in ((where / "VD.xml.gz", places()), (where / "VDLive_0.xml", WHOLE)):
        path.write_bytes(content.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16"))
    assert len(only(where).frames) == 1


def test_an_error_page_in_place_of_a_minute_is_told(tmp_path: Path) -> None:
    found = read(folder(tmp_path, WHOLE, b"<html><body>404</body></html>"))
    assert "1 files without any reading" in found.left_out
