"""Made files are files of their formats: what is converted is what was made."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks import made_days, made_runs, made_tables, made_xml
from benchmarks.made_days import made_day
from simulator.formats.format_catalogue import read_as


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days of a quarter of an hour at four stations."""
    monkeypatch.setattr(made_days, "STATIONS", 4)
    monkeypatch.setattr(made_days, "DAY_S", 900)
    for module in (made_runs, made_tables, made_xml):
        monkeypatch.setattr(module, "STATIONS", 4)


@pytest.mark.parametrize(
    ("name", "make", "period_s", "lanes_from_left"),
    [
        ("generic_csv", made_tables.long_csv, 30, False),
        ("sumo_e1", made_runs.sumo_csv, 30, False),
        ("midas", made_tables.midas, 60, False),
        ("ndw", made_xml.ndw, 60, True),
        ("datex3", made_xml.datex3, 60, False),
        ("taiwan_vd", made_xml.taiwan_vd, 60, True),
        ("miv", made_xml.miv, 60, False),
        ("pems", made_tables.pems, 30, True),
    ],
)
def test_counts_come_back(
    name: str, make: Callable[[Path, int], Path], period_s: int, lanes_from_left: bool, tmp_path: Path
) -> None:
    (found,) = read_as(name, [make(tmp_path, 1)])
    ((_, recording),) = found.recordings
    wanted = made_day(period_s).count
    wanted = wanted[:, :, ::-1] if lanes_from_left else wanted
    assert np.array([frame.count for frame in recording.frames]).tolist() == wanted.tolist()
