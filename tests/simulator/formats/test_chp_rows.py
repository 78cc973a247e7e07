"""Rows of the Highway Patrol's log: commas in their texts, and the lanes that details name."""

import math
from datetime import datetime
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.formats.chp_rows import ChpRow, chp_details, chp_rows, kind_of, lanes_in_details
from simulator.formats.log_entry import ALL_LANES, UNKNOWN_LANES

ROW = "88,LA,x,02/03/2025 13:10:20,1183-Trfc Collision,US7 E,X,,,0,0,7,1,,7,E,R1.0,40.60,,12\n"
DETAIL = "88,1,02/03/2025 13:10:20,[1] A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R\n"


def test_commas_in_a_location_shift_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(ROW.replace("US7 E", "US7 E, AT OAK, ON RAMP"))
    (row,) = chp_rows(path)
    assert (row.freeway, row.direction, row.postmile, row.duration_s) == ("7", "E", 40.6, 720.0)


@pytest.mark.parametrize(("text", "kind"), [(ROW, "log"), (DETAIL, "details"), ("88,1,a,b\n", None), ("", None)])
def test_logs_and_details_are_told_by_their_first_row(tmp_path: Path, text: str, kind: str | None) -> None:
    path = tmp_path / "any.txt"
    path.write_text(text)
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("texts", "from_left", "from_right"),
    [
        (["[1] UNK INJ", "[2] VEH BLKG #4 LN UNK INJ"], (4,), ()),
        (["#2 LN", "NOW #3 LN"], (2,), ()),
        (["#1 THRU #3"], (1, 2, 3), ()),
        (["RHT LN ?"], (), (1,)),
        (["1125 LFT LN"], (1,), ()),
        (["ALL VEHS RT LN"], (), (1,)),
    ],
)
def test_the_first_detail_that_names_lanes_tells_them(
    texts: list[str], from_left: tuple[int, ...], from_right: tuple[int, ...]
) -> None:
    claim = lanes_in_details(texts)
    assert (claim.from_left, claim.from_right) == (from_left, from_right)


def row(folder: Path, text: str = ROW) -> ChpRow:
    (folder / "log.txt").write_text(text)
    (one,) = chp_rows(folder / "log.txt")
    return one


def test_a_row_without_a_postmile_or_a_duration_leaves_them_open(tmp_path: Path) -> None:
    one = row(tmp_path, ROW.replace("40.60,,12", ",,"))
    assert math.isnan(one.postmile)
    assert one.duration_s == 0.0


def test_a_row_has_twenty_fields_at_least(tmp_path: Path) -> None:
    assert row(tmp_path).starts == datetime(2025, 2, 3, 13, 10, 20)
    with pytest.raises(UserError, match=r"log.txt, line 1: wanted 20 fields of a CHP log, got 19: .*cut off"):
        row(tmp_path, ROW.replace("1183-Trfc Collision,US7 E", "1183-Trfc Collision"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("40.60", "forty", "postmile and duration are numbers, got 'forty, 12'"),
        (",12\n", ",soon\n", "postmile and duration are numbers, got '40.60, soon'"),
        ("02/03/2025 13:10:20", "yesterday", "wanted a time like 03/12/2024 07:10:10, got 'yesterday'"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(UserError, match=f"line 1: {message}"):
        row(tmp_path, ROW.replace(old, new))


def test_an_empty_log_is_told(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("")
    with pytest.raises(UserError, match="is empty: wanted incidents"):
        list(chp_rows(tmp_path / "log.txt"))


def test_a_log_begins_with_a_number(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(ROW.replace("88,", "id,", 1))
    assert kind_of(tmp_path / "log.txt") is None


def test_words_of_details_are_kept_whole_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("88,1,02/03/2025 13:10:20,[1] A, B\n 9 ,1,02/03/2025 13:10:20,C\n")
    (tmp_path / "two.txt").write_text("88,2,02/03/2025 13:12:20,[2] D\n")
    found = chp_details([tmp_path / "one.txt", tmp_path / "two.txt"])
    assert found == {"88": ["[1] A, B", "[2] D"], "9": ["C"]}


def test_a_detail_that_is_cut_off_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("88,1,02/03/2025 13:10:20,[1] A\n88,2,02/03\n")
    with pytest.raises(UserError, match=r"one.txt, line 2: wanted id, number, time and text, got '88,2,02/03'"):
        chp_details([tmp_path / "one.txt"])


def test_all_lanes_are_lanes_that_a_detail_names() -> None:
    assert lanes_in_details(["[1] UNK INJ", "[2] ALL LNS BLKD", "[3] #2 LN"]) == ALL_LANES
    assert lanes_in_details(["[1] RS"]) == UNKNOWN_LANES
