"""Rows of Wavetronix exports: the same by pyarrow and row by row."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.wavetronix_rows import LaneRows
from simulator.formats.wavetronix_units import read_unit

HEADER = "LANE/APPROACH NAME,VOLUME,OCCUPANCY(%),SPEED (mph),SENSOR TIME (MM/dd/yy  HH:mm:ss),INTERVAL (sec)"


def export(*rows: str, end: str = "\n") -> str:
    return end.join(("Sensor: NORTH, x", "Interval data", HEADER, *rows, ""))


def many_rows(number: int) -> list[str]:
    """Rows of four lanes, with zeros and empty fields."""
    rng = random.Random(7)
    return [
        f"LANE_0{k % 4 + 1},{rng.choice(['', '0', str(rng.randrange(20))])},{rng.choice(['', '0', '7.15', '12.35'])},"
        f"{rng.choice(['', '0', '0.0', '61.5', '59'])},"
        f"07/{k // 2880 + 1:02d}/24  {k // 120 % 24:02d}:{k // 2 % 60:02d}:{k % 2 * 30:02d},30"
        for k in range(number)
    ]


def row(lane: str = "LANE_01", count: str = "7", stamp: str = "07/09/24  15:20:00", interval: str = "30") -> str:
    return f"{lane},{count},2.4,66,{stamp},{interval}"


def bits(file: Path, text: str) -> list[int] | str:
    """The rows of a unit's file to the bit, or why it is refused."""
    file.write_bytes(text.encode())
    try:
        table: list[int] = read_unit(file).table.view(np.int64).ravel().tolist()
    except UserError as error:
        return str(error)
    return table


TEXTS = {
    "many": export(*many_rows(4000)),
    "windows": export(row(), "", row("LANE_02"), end="\r\n"),
    "no last end": export(row(), row("LANE_02")).rstrip(),
    "blanks": export(row(" LANE_01 ", " 7 "), row(stamp=" 7/9/2024 5:20:00")),
    "quoted": export(row('"LANE_01"', '"7"'), row()),
    "latin": export(row("VOIE É_01")),
    "minus nought": export(row(count="-0"), row(count="0")),
    "exponents": export(row(count="1e1"), row(count="+5"), row(count=".5")),
    "odd numbers": export(row(count="nan"), row(count="1_0")),
    "no number": export(row(), row(count="x")),
    "no lane": export(row(), row("LANE")),
    "no time": export(row(), row(stamp="07/39/24  15:20:00")),
    "no clock": export(row(), row(stamp="07/09/24  15:20:60")),
    "no interval": export(row(), row(interval="")),
    "interval of 0": export(row(), row(interval="0")),
    "cut off": export(row(), row()[:-7]),
    "two mistakes": export(row(count="x"), row("LANE")),
    "header again": export(row(), HEADER),
    "bare returns": export(row(), row("LANE_02") + "\r" + row("LANE_03")),
    "binary": export(row(), row("LANE\0_02")),
    "no rows": export(),
}


@pytest.mark.parametrize("name", TEXTS)
def test_files_are_read_alike_with_and_without_pyarrow(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    with_pyarrow = bits(tmp_path / "north1.csv", TEXTS[name])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert bits(tmp_path / "north1.csv", TEXTS[name]) == with_pyarrow


def test_files_are_read_alike_in_several_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    whole = bits(tmp_path / "north1.csv", TEXTS["many"])
    monkeypatch.setattr("simulator.recording.plain_tables.line_blocks.__defaults__", (5000,))
    assert bits(tmp_path / "north1.csv", TEXTS["many"]) == whole
    assert len(read_unit(tmp_path / "north1.csv").blocks) > 10


def test_a_message_names_the_line_of_the_file(tmp_path: Path) -> None:
    assert "line 5: volume, occupancy, speed and interval are numbers, got 'x'" in str(
        bits(tmp_path / "north1.csv", TEXTS["no number"])
    )


def test_intervals_are_counted_in_the_order_in_which_they_come() -> None:
    rows = LaneRows()
    for interval_s in (60.0, 20.0, 20.0):
        rows.blocks.append(np.array([[0.0, interval_s, 3.0, 1.0, 20.0, 0.1]]))
    assert list(rows.intervals().items()) == [(60.0, 1), (20.0, 2)]
    assert rows.most_lane == 3
    assert rows.table.shape == (3, 6)
