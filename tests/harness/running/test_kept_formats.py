"""Every format whose files are read one after the other goes on where it was killed, to the bytes of a conversion in one go."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.running.test_kept_conversion import Conversion, content, kills
from tests.simulator.formats import test_datex3, test_lam, test_miv, test_ndw, test_sumo_e1, test_taiwan_vd
from tests.simulator.formats import test_wavetronix as radars


def ndw(folder: Path) -> None:
    test_ndw.folder(folder, *(test_ndw.minute(time) for time in ("09:01", "09:02", "09:01")))


def datex3(folder: Path) -> None:
    test_datex3.folder(folder, test_datex3.values(test_datex3.END))


def taiwan_vd(folder: Path) -> None:
    test_taiwan_vd.folder(folder, test_taiwan_vd.WHOLE, test_taiwan_vd.WHOLE)
    (folder / "old.xml").write_bytes(test_taiwan_vd.old())


def miv(folder: Path) -> None:
    test_miv.folder(folder, test_miv.WHOLE, test_miv.WHOLE.replace(b"09:00:00", b"09:01:00"))


def lam(folder: Path) -> None:
    test_lam.folder(folder)


def sumo_e1(folder: Path) -> None:
    test_sumo_e1.simulation(folder, **{"e1.xml": test_sumo_e1.xml(test_sumo_e1.ROWS)})
    test_sumo_e1.parquet(folder)


def wavetronix(folder: Path) -> None:
    radars.written(folder, archive=radars.ARCHIVE + radars.MORE)


@pytest.mark.parametrize(
    "make", [ndw, datex3, taiwan_vd, miv, lam, sumo_e1, wavetronix], ids=lambda make: make.__name__
)
def test_a_killed_conversion_goes_on_to_the_same_bytes(make: Callable[[Path], None], tmp_path: Path) -> None:
    source, name = tmp_path / "source", make.__name__
    source.mkdir()
    make(source)
    assert kills(lambda out: Conversion(name, [source], out), tmp_path, iter((4, 11, 24))) >= 2
    Conversion(name, [source], tmp_path / "plain", most_rows=10**6, every_s=1000).run()
    assert content(tmp_path / "plain") == content(tmp_path / "whole")
