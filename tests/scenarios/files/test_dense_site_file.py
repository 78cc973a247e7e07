"""A site with more loops is the same road, and reads back as it was written."""

from pathlib import Path

import pytest

from scenarios.files.dense_site_file import grid_m, with_loops_at
from scenarios.files.site_file import load_site, write_site
from simulator.sumo.network import mainline

SR91 = load_site("sr91")


def test_a_dense_site_keeps_its_own_stations_and_its_road() -> None:
    dense = with_loops_at(SR91, [*grid_m(SR91, 50.0), 547.2, 123.4])
    assert {(at.name, at.position_m) for at in SR91.station} <= {(at.name, at.position_m) for at in dense.station}
    assert len(dense.station) == 161 + 7 + 1  # S1 stands on the grid, the six inner ones and S8 do not
    assert mainline(dense, ()) == mainline(SR91, ())


def test_a_dense_site_reads_back_as_it_was_written(tmp_path: Path) -> None:
    dense = with_loops_at(SR91, grid_m(SR91, 500.0))
    write_site(tmp_path / "dense", dense)
    assert load_site(str(tmp_path / "dense")) == dense


def test_loops_off_the_corridor_would_make_another_road() -> None:
    with pytest.raises(ValueError, match=r"between the first and the last station .* got 9000 m"):
        with_loops_at(SR91, [9000.0])
