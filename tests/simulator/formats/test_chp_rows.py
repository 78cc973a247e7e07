"""Rows of the Highway Patrol's log: commas in their texts, and the lanes that details name."""

from pathlib import Path

import pytest

from simulator.formats.chp_rows import chp_rows, kind_of, lanes_in_details

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
