"""CSV exports, wide and long: columns, stamps, units, lanes and places become a recording, what is assumed is told."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.generic_csv import describe, read
from simulator.recording.recording_folder import Recording

PLACES = "position_m = { X1 = 100, X2 = 950 }\n"


def written(folder: Path, text: str, answers: str = PLACES, encoding: str = "utf-8") -> Path:
    file = folder / "counts.csv"
    file.write_bytes(text.encode(encoding))
    if answers:
        (folder / "generic_csv.toml").write_text(answers, encoding="utf-8")
    return file


def only(found: FieldRecordings) -> Recording:
    ((_, recording),) = found.recordings
    return recording


def german(stamps: list[str]) -> str:
    head = "Stau Köln\r\nZeit;" + ";".join(
        f"{station}_{lane}_{q}"
        for station in ("X1", "X2")
        for lane in ("HFS", "UFS1")
        for q in ("q [Kfz/h]", "v [km/h]", "Belegung [%]")
    )
    cells = ["600;90,0;6,5", "720;108,0;7,1", "-;-;", "0;0,0;0,0"]
    return "\r\n".join([head, *(";".join([stamp, *cells]) for stamp in stamps)]) + "\r\n"


@pytest.fixture
def wide(tmp_path: Path) -> Recording:
    stamps = [f"27.10.2024 02:5{k}" for k in range(10)] + [f"27.10.2024 02:0{k}" for k in range(10)]
    return only(read(written(tmp_path, german(stamps), encoding="latin-1")))


def test_decimal_commas_flows_per_hour_and_per_cent_become_si(wide: Recording) -> None:
    frame = wide.frames[0]
    assert (frame.count[0, 0], frame.speed[0, 0], frame.occupancy[0, 0]) == (10, 25, 0.065)


def test_the_main_lane_is_lane_0_and_the_overtaking_lane_is_lane_1(wide: Recording) -> None:
    assert wide.frames[0].count[0].tolist() == [10, 12]


def test_dashes_and_empty_fields_are_unknown_and_a_speed_of_nobody_too(wide: Recording) -> None:
    frame = wide.frames[0]
    assert np.isnan([frame.count[1, 0], frame.speed[1, 0], frame.occupancy[1, 0], frame.speed[1, 1]]).all()
    assert frame.count[1, 1] == 0


def test_seconds_run_on_where_clocks_are_put_back(wide: Recording) -> None:
    assert [frame.time_s for frame in wide.frames] == [10260 + 60 * k for k in range(20)]


def us(stamps: list[str], rows: str = "1,1200.0,8.00,67.0\n2,960.0,9.00,58.0") -> str:
    lines = ["index,timestamp,station,milepost,lane,flow_vph,occ_pct,speed_mph"]
    for station, mile in (("X2", "7.5000"), ("X1", "7.0000")):
        for stamp in stamps:
            lines += [f"0,{stamp},{station},{mile},{row}" for row in rows.splitlines()]
    return "\n".join(lines) + "\n"


SPRING = [f"3/10/2024 01:{m}:{s} AM" for m in range(50, 60) for s in ("00", "30")][1:]
SPRING.append("3/10/2024 03:00:00 AM")


def test_seconds_run_on_where_clocks_are_put_forward_on_a_sunday(tmp_path: Path) -> None:
    found = read(written(tmp_path, us(SPRING), ""))
    assert [frame.time_s for frame in only(found).frames] == [6630 + 30 * k for k in range(20)]
    assert "clocks put forward at 2024-03-10 01:59" in found.left_out


def test_an_hour_that_is_missing_on_a_tuesday_is_a_gap(tmp_path: Path) -> None:
    found = only(read(written(tmp_path, us([stamp.replace("3/10", "3/12") for stamp in SPRING]), "")))
    assert found.frames[-1].time_s - found.frames[-2].time_s == 3630


def test_mileposts_become_metres_downstream_and_the_faster_lane_is_inside(tmp_path: Path) -> None:
    found = read(written(tmp_path, us(SPRING), ""))
    recording = only(found)
    assert [(s.name, s.position_m) for s in recording.corridor.stations] == [("X1", 0.0), ("X2", 804.7)]
    assert recording.frames[0].count[0].tolist() == [8, 10]
    assert "lane 1 is the innermost lane (lane 1 is faster)" in found.left_out
    assert "milepost rises downstream" in found.left_out


def test_the_users_answers_stand_above_what_is_assumed(tmp_path: Path) -> None:
    answers = 'name = "US 9"\nlane_1 = "outer"\ndownstream = "falling"\nstamp = "start"\n'
    recording = only(read(written(tmp_path, us(SPRING), answers)))
    assert recording.corridor.name == "US 9"
    assert [s.name for s in recording.corridor.stations] == ["X2", "X1"]
    assert recording.frames[0].count[0].tolist() == [10, 8]
    assert recording.frames[0].time_s == 6660


def test_noon_and_midnight_of_a_twelve_hour_clock(tmp_path: Path) -> None:
    stamps = [f"6/4/2024 12:{m:02}:00 {half}" for half in ("AM", "PM") for m in range(0, 60, 30)]
    times = [
        frame.time_s for frame in only(read(written(tmp_path, us(stamps), 'stamp = "end"\nperiod_s = 1800'))).frames
    ]
    assert times == [86400, 88200, 129600, 131400]


def test_a_row_that_comes_twice_is_taken_once_and_told(tmp_path: Path) -> None:
    text = us(SPRING)
    found = read(written(tmp_path, text + text.splitlines()[-1] + "\n", ""))
    assert "1 reading that came twice" in found.left_out


def test_of_two_rows_the_files_first_is_taken_also_where_the_newest_stands_first(tmp_path: Path) -> None:
    head, *rows = us(SPRING).splitlines()

    def with_twice(lines: list[str]) -> str:
        twice = [[line, line.replace(",1200.0,", ",960.0,")] if SPRING[4] in line else [line] for line in lines]
        return "\n".join([head, *(line for each in twice for line in each)])

    old, new = with_twice(rows), with_twice(rows[::-1])
    for name, text in (("old", old), ("new", new)):
        (tmp_path / name).mkdir()
        file = written(tmp_path / name, text + "\n", "")
        counts_of = [only(read(file, keep)).frames[4].count[:, 1].tolist() for keep in (Keep.FIRST, Keep.LAST)]
        assert counts_of == [[10, 10], [8, 8]]


def counts(stamps: list[int]) -> str:
    return "ts_ms,X2.L1,X2.L2,X1.L1,X1.L2\n" + "".join(f"{ms},4,-1,7,9\n" for ms in stamps)


def test_counts_alone_by_unix_milliseconds_with_a_gap(tmp_path: Path) -> None:
    first = 1718089200000
    found = read(written(tmp_path, counts([first + 60000 * k for k in (0, 1, 2, 5, 6, 9)])))
    recording = only(found)
    assert [frame.time_s for frame in recording.frames] == [25200 + 60 * (k + 1) for k in (0, 1, 2, 5, 6, 9)]
    assert recording.frames[0].count[0].tolist() == [7, 9]
    assert np.isnan(recording.frames[0].count[1, 1])
    assert np.isnan(recording.frames[0].speed).all()
    assert "no speeds tell" in found.left_out


def test_places_that_stand_nowhere_are_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, counts([1718089200000, 1718089260000]), "")
    with pytest.raises(
        UserError,
        match=r'no column says where stations are: wanted a line like position_m = \{ "X2" = 0.*generic_csv\.toml',
    ):
        read(file)


def test_a_second_header_line_of_units_is_passed_over(tmp_path: Path) -> None:
    head, _, rows = counts([1718089200000, 1718089260000]).partition("\n")
    assert len(only(read(written(tmp_path, f"{head}\nms,veh,veh,veh,veh\n{rows}"))).frames) == 2


def test_a_dot_between_thousands_is_no_decimal_point(tmp_path: Path) -> None:
    rows = "".join(f"01.05.2024 10:{k:02};1.200;60,5\n" for k in range(9))
    text = "Zeit;X1_L1_q [Kfz/h];X1_L1_v [km/h]\n" + rows
    text = text.replace("X1_L1_v", "X2_L1_v")
    assert only(read(written(tmp_path, text))).frames[0].count[0, 0] == 20


def test_counts_with_fractions_are_told(tmp_path: Path) -> None:
    found = read(written(tmp_path, counts([1718089200000, 1718089260000]).replace(",7,", ",1.250,")))
    assert "some counts are no whole numbers" in found.left_out


def test_words_of_a_column_may_stand_apart(tmp_path: Path) -> None:
    head = "time|X1 lane 1 count|X1 lane 2 count|X2 lane 1 count|X2 lane 2 count\n"
    rows = "".join(f"2024-05-01T10:{k:02}:00Z|5|6|7|8\n" for k in range(4))
    assert only(read(written(tmp_path, head + rows))).frames[0].count.tolist() == [[5, 6], [7, 8]]


def test_wide_and_long_tables_are_recognised(tmp_path: Path) -> None:
    assert describe(written(tmp_path, us(SPRING))) == "CSV export, long"
    assert describe(written(tmp_path, counts([1718089200000, 1718089260000]))) == "CSV export, wide"


GOOD = us(SPRING)
SLIPS = {
    "empty": ("", "wanted a header"),
    "no header": (GOOD.partition("\n")[2], "wanted a header"),
    "header alone": (GOOD.partition("\n")[0] + "\n", "wanted rows below the header"),
    "cut": (GOOD[:-25], "wanted 8 fields, got"),
    "another separator below": (GOOD.replace(",", ";", 20).replace(";", ",", 7), "line 2: wanted 8 fields"),
    "no time column": (GOOD.replace("timestamp", "moment"), "wanted a header"),
    "no value columns": (GOOD.replace("flow_vph,occ_pct,speed_mph", "x,y,z"), "no column is a count"),
    "a word for a number": (GOOD.replace("67.0", "fast", 1), "line 2: wanted a number, got 'fast'"),
    "an infinite number": (GOOD.replace("67.0", "inf", 1), "line 2: wanted a number, got 'inf'"),
    "a word for a time": (GOOD.replace("3/10/2024 01:51:00 AM", "later", 1), "wanted a time, got 'later'"),
    "a lane of no number": (GOOD.replace(",2,960", ",left,960"), "wanted a lane number"),
    "utf-16": (GOOD, "UTF-16"),
    "binary": ("\0\1\2" * 99, "wanted lines of text"),
    "one period": (us(SPRING[:1]), "wanted two periods"),
    "one station": ("\n".join(line for line in GOOD.splitlines() if "X2" not in line), "at least two stations"),
    "no milepost": (GOOD.replace("7.5000", ""), "wanted a milepost of every station"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_one_message_with_the_file(slip: str, tmp_path: Path) -> None:
    text, words = SLIPS[slip]
    file = written(tmp_path, text, "", "utf-16" if slip == "utf-16" else "utf-8")
    with pytest.raises(UserError) as told:
        read(file)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(UserError, match="got a folder"):
        read(tmp_path)


@pytest.mark.parametrize(
    "header",
    [
        "date heure;capteur;PK;voie;débit;vitesse;taux",
        "fecha hora;estación;pk;carril;intensidad;velocidad;ocupación",
        "tijd;meetpunt;km;rijstrook;intensiteit;snelheid;bezetting",
    ],
)
def test_french_spanish_and_dutch_names_are_known_and_days_stand_first(tmp_path: Path, header: str) -> None:
    rows = [
        f"11/06/2024 07:0{k};{s};{km};{lane};12;90,5;5,2"
        for k in range(3)
        for s, km in (("X1", "1,0"), ("X2", "1,9"))
        for lane in (1, 2)
    ]
    found = read(written(tmp_path, "\n".join([header, *rows]) + "\n", ""))
    recording = only(found)
    assert [(s.name, s.position_m, s.lanes) for s in recording.corridor.stations] == [("X1", 0.0, 2), ("X2", 900.0, 2)]
    frame = recording.frames[0]
    assert (frame.count[0, 0], frame.speed[0, 0], frame.occupancy[0, 0]) == (12, 25.139, 0.052)
    assert "assumed: dates are day/month/year" in found.left_out


def test_a_quantity_may_stand_before_its_station(tmp_path: Path) -> None:
    text = "time,flow_X1_1,speed_X1_1,flow_X2_1,speed_X2_1\n" + "".join(
        f"2024-06-11 07:0{k}:00,10,95,12,105\n" for k in range(3)
    )
    frame = only(read(written(tmp_path, text))).frames[0]
    assert frame.count.tolist() == [[10], [12]]


def test_commas_between_thousands_are_none_of_decimals(tmp_path: Path) -> None:
    text = "time,station,km,lane,flow_vph\n" + "".join(
        f'2024-06-11 07:0{k}:00,{s},{km},1,"1,320"\n' for k in range(3) for s, km in (("X1", 1), ("X2", 2))
    )
    assert only(read(written(tmp_path, text, ""))).frames[0].count.tolist() == [[22], [22]]


def test_a_table_that_names_no_station_is_refused_in_words(tmp_path: Path) -> None:
    text = "time,place,lane,flow,speed\n2024-06-11 07:00:00,A,1,10,95\n"
    with pytest.raises(UserError, match="line 1: no column names a station, got time, place, lane, flow, speed"):
        read(written(tmp_path, text, ""))
