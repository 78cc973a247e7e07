import math
from pathlib import Path

import pytest

from harness.service.sources.e1_file import loops_by_id, read_e1, read_loops_table
from harness.service.sources.reading import Reading
from scenarios.errors import UserError
from tests.harness.service.sources.played_recordings import CORRIDOR

ROW = '<interval begin="0.00" end="{end}" id="{id}" nVehContrib="3" flow="360" occupancy="8.5" speed="{speed}" length="4.5"/>'


def written(path: Path, *rows: tuple[str, float, float]) -> Path:
    body = "".join(ROW.format(id=name, end=end, speed=speed) for name, end, speed in rows)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- SUMO -->\n<detector>{body}</detector>\n')
    return path


def test_intervals_become_readings(tmp_path: Path) -> None:
    path = written(tmp_path / "e1.xml", ("S1_1", 30.0, 27.5), ("ramp", 30.0, 9.0), ("S2_0", 30.0, -1.0))
    first, second = read_e1(path, CORRIDOR, loops_by_id(CORRIDOR))
    assert first == Reading("S1", 1, 30.0, 3.0, 27.5, 0.085)
    assert second.station == "S2"
    assert math.isnan(second.speed_mps)


def test_an_interval_that_the_end_of_the_run_cut_short_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "e1.xml", ("S1_1", 30.0, 27.5), ("S1_0", 12.0, 27.5))
    assert [reading.lane for reading in read_e1(path, CORRIDOR, loops_by_id(CORRIDOR))] == [1]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("S1_0", 60.0, 20.0)], r"wanted intervals of the corridor's period_s, 30 s, got 60 s"),
        ([("x", 30.0, 20.0)], r"wanted loops 'S1_0, S1_1, S2_0', got 'x' \(a table e1_loops.csv says"),
        ([("S1_0", 30.0, math.nan)], "wanted a number for speed, got 'nan'"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, rows: list[tuple[str, float, float]], told: str) -> None:
    with pytest.raises(UserError, match=told):
        read_e1(written(tmp_path / "e1.xml", *rows), CORRIDOR, loops_by_id(CORRIDOR))


def test_a_network_is_no_e1_output(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<net/>")
    with pytest.raises(UserError, match=r"wanted SUMO's E1 output .* got <net>"):
        read_e1(tmp_path / "a.xml", CORRIDOR, {})


def test_a_table_says_which_loop_is_which(tmp_path: Path) -> None:
    (tmp_path / "e1_loops.csv").write_text("id,station,lane\nMQ 12,S2,0\n")
    loops = read_loops_table(tmp_path / "e1_loops.csv", CORRIDOR)
    (reading,) = read_e1(written(tmp_path / "e1.xml", ("MQ 12", 30.0, 20.0)), CORRIDOR, loops)
    assert (reading.station, reading.lane) == ("S2", 0)


@pytest.mark.parametrize("row", ["a,S9,0", "a,S2,1", "a,S2,x", "a", "a,S2,-1"])
def test_a_table_of_other_loops_is_refused(tmp_path: Path, row: str) -> None:
    (tmp_path / "e1_loops.csv").write_text(f"id,station,lane\n{row}\n")
    with pytest.raises(UserError, match=r"e1_loops.csv, line 2: wanted a station and lane of the corridor, got"):
        read_loops_table(tmp_path / "e1_loops.csv", CORRIDOR)
