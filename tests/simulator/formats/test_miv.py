"""Minutes of Meten in Vlaanderen become recordings as their schema says; numbers are made here."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from simulator.formats.miv import describe, read
from simulator.recording.recording_folder import Recording

POINTS = {"11": ("7,25", "R10"), "12": ("7,25", "R11"), "21": ("8,1", "R10"), "22": ("8,1", "R11")}
CLASSES = ((0, 252), (6, 90), (3, 108), (1, 60))
Classes = Sequence[tuple[object, object]]


def config(where: Path, points: dict[str, tuple[str, str]] = POINTS, road: str = "A0130001") -> None:
    every = "".join(
        f'<meetpunt unieke_id="{name}"><Ident_8>{road}</Ident_8><Kmp_Rsys>{km}</Kmp_Rsys><Rijstrook>{lane}</Rijstrook></meetpunt>'
        for name, (km, lane) in points.items()
    )
    (where / "miv-config.xml.gz").write_bytes(
        gzip.compress(f'<?xml version="1.0"?><mivconfig a="1">{every}</mivconfig>'.encode())
    )


def point(
    name: str, stamp: str, classes: Classes = CLASSES, states: str = "<geldig>0</geldig>", share: object = 20
) -> str:
    traffic = "".join(
        f'<meetdata klasse_id="{k}"><verkeersintensiteit>{count}</verkeersintensiteit>'
        f"<voertuigsnelheid_rekenkundig>{kmh}</voertuigsnelheid_rekenkundig></meetdata>"
        for k, (count, kmh) in enumerate(classes, 1)
    )
    return (
        f'<meetpunt unieke_id="{name}"><tijd_waarneming>{stamp}</tijd_waarneming>{states}{traffic}'
        f"<rekendata><bezettingsgraad>{share}</bezettingsgraad></rekendata></meetpunt>"
    )


def minutes(*points: str) -> bytes:
    published = "<tijd_publicatie>2025-07-01T10:02:10+02:00</tijd_publicatie>"
    return f'<?xml version="1.0"?><miv schemaVersion="1">{published}{"".join(points)}</miv>'.encode()


AT = "2025-07-01T09:00:00+01:00"
WHOLE = minutes(*(point(name, AT) for name in POINTS))


def folder(where: Path, *files: bytes) -> Path:
    config(where)
    for k, content in enumerate(files):
        (where / f"minute_{k}.xml").write_bytes(content)
    return where


def only(where: Path) -> Recording:
    ((_, recording),) = read(where).recordings
    return recording


def test_counts_are_summed_and_speeds_weighted_by_them(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, WHOLE)).frames[0]
    assert frame.count.tolist() == [[10, 10], [10, 10]]
    assert frame.speed[0, 0] == pytest.approx((6 * 25 + 3 * 30 + 60 / 3.6) / 10)
    assert frame.occupancy[0, 0] == 0.2


def test_a_stamp_is_the_start_of_its_minute_on_a_clock_without_summer_time(tmp_path: Path) -> None:
    assert only(folder(tmp_path, WHOLE)).frames[0].time_s == 9 * 3600 + 60


def test_r10_is_lane_0_and_kilometres_have_a_comma(tmp_path: Path) -> None:
    recording = only(folder(tmp_path, WHOLE.replace(b">6<", b">8<", 1)))
    assert [(s.name, s.position_m) for s in recording.corridor.stations] == [("km 7.250", 0), ("km 8.100", 850)]
    assert recording.frames[0].count[0].tolist() == [12, 10]
    assert recording.corridor.name == "E313 A0130001"


def test_kilometres_fall_where_ident_8_ends_in_2(tmp_path: Path) -> None:
    folder(tmp_path, WHOLE)
    config(tmp_path, road="A0130002")
    assert [s.name for s in only(tmp_path).corridor.stations] == ["km 8.100", "km 7.250"]


def test_shoulders_and_wrong_way_traffic_are_left_out_and_told(tmp_path: Path) -> None:
    folder(tmp_path, minutes(*(point(name, AT) for name in (*POINTS, "90", "91", "92"))))
    config(tmp_path, POINTS | {"90": ("7,25", "P00"), "91": ("7,25", "TR10"), "92": ("7,25", "R09")})
    found = read(tmp_path)
    assert "3 points of shoulders, special lanes and wrong-way traffic" in found.left_out
    ((_, recording),) = found.recordings
    assert recording.frames[0].count[0].tolist() == [10, 10]


@pytest.mark.parametrize("code", [251, 252, 254])
def test_a_speed_that_is_a_code_is_not_known(tmp_path: Path, code: int) -> None:
    frame = only(folder(tmp_path, minutes(*(point(name, AT, [(4, code)]) for name in POINTS)))).frames[0]
    assert np.isnan(frame.speed).all()
    assert (frame.count == 4).all()


def test_nobody_is_a_count_of_zero_without_a_speed(tmp_path: Path) -> None:
    frame = only(folder(tmp_path, minutes(*(point(name, AT, [(0, 0), (0, 252)]) for name in POINTS)))).frames[0]
    assert (frame.count == 0).all()
    assert np.isnan(frame.speed).all()


@pytest.mark.parametrize("states", ["<geldig>1</geldig>", "<defect>2</defect>", "<beschikbaar>0</beschikbaar>"])
def test_points_that_are_not_valid_are_not_known_and_told(tmp_path: Path, states: str) -> None:
    content = minutes(point("11", AT, states=states), *(point(name, AT) for name in list(POINTS)[1:]))
    found = read(folder(tmp_path, content))
    assert "1 readings of points that are unavailable, defect or not valid" in found.left_out
    ((_, recording),) = found.recordings
    assert np.isnan(recording.frames[0].count[0, 0])


def test_a_unit_that_lost_its_clock_is_left_out_and_told(tmp_path: Path) -> None:
    content = minutes(point("11", "2001-01-01T00:05:00+01:00"), *(point(name, AT) for name in list(POINTS)[1:]))
    found = read(folder(tmp_path, content))
    assert "1 readings of units that lost their clock" in found.left_out
    assert len(dict(found.recordings)["E313-A0130001"].frames) == 1


def test_an_old_minute_that_comes_again_is_taken_once(tmp_path: Path) -> None:
    found = read(
        folder(tmp_path, WHOLE, minutes(point("11", AT, [(99, 50)]), point("12", "2025-07-01T09:01:00+01:00")))
    )
    assert "1 reading that came twice" in found.left_out
    ((_, recording),) = found.recordings
    assert recording.frames[0].count[0, 0] == 10


def test_the_folder_is_described_by_what_it_holds(tmp_path: Path) -> None:
    assert describe(tmp_path) is None
    assert describe(folder(tmp_path, WHOLE)) == "minutes of Meten in Vlaanderen"


BROKEN = {
    "cut": (WHOLE[:-70], "wanted a whole XML file"),
    "empty": (b"", "wanted a whole XML file"),
    "binary": (bytes(range(256)), "wanted a whole XML file"),
    "csv": (b"punt;aantal\n11;6\n", "wanted a whole XML file"),
    "another document": (b"<a/>", "of two stations or more with readings, got E313 A0130001 with 0"),
    "no time": (WHOLE.replace(b"tijd_waarneming", b"tijd", 2), "point 11: wanted a time as .*, got ''"),
    "another time": (WHOLE.replace(b"2025-07-01T09", b"1/7/2025 9", 1), "point 11: wanted a time"),
    "word": (
        WHOLE.replace(b">6<", b">zes<", 1),
        "point 11, class 2: verkeersintensiteit: wanted a number, 0 to 200, got 'zes'",
    ),
    "share over 100": (
        WHOLE.replace(b">20<", b">2000<", 1),
        "point 11: bezettingsgraad: wanted a number, 0 to 100, got '2000'",
    ),
    "no points": (minutes(), "of two stations or more with readings"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    with pytest.raises(ValueError, match=message):
        read(folder(tmp_path, content))


def test_minutes_without_the_configuration_are_refused(tmp_path: Path) -> None:
    (tmp_path / "minute.xml").write_bytes(WHOLE)
    with pytest.raises(ValueError, match=r"wanted miv-config.xml beside the minutes, got 1 XML files"):
        read(tmp_path)


def test_a_point_without_a_kilometre_is_refused_with_its_number(tmp_path: Path) -> None:
    folder(tmp_path, WHOLE)
    config(tmp_path, POINTS | {"31": ("", "R10")})
    with pytest.raises(ValueError, match="point 31: Kmp_Rsys is missing"):
        read(tmp_path)


def test_an_error_page_in_place_of_a_minute_is_told(tmp_path: Path) -> None:
    config(tmp_path)
    (tmp_path / "m1.xml").write_bytes(minutes(*(point(name, "2025-07-01T09:00:00+01:00") for name in POINTS)))
    (tmp_path / "m2.xml").write_bytes(b"<html><body>404</body></html>")
    assert "1 files without any reading" in read(tmp_path).left_out
