"""`faults.csv`: written and read back, and what it refuses."""

from pathlib import Path

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.fault import KINDS, SensorFault
from simulator.recording.fault_log import read_faults, write_faults

CORRIDOR = Corridor("two", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 2)))


def test_faults_read_back_with_every_default_spelt_out(tmp_path: Path) -> None:
    schedule = [
        SensorFault(station="a", lane=2, kind=kind, onset_s=1000.0 * k, end_s=1000.0 * k + 500.5)
        for k, kind in enumerate(KINDS)
    ]
    schedule.append(SensorFault(station="b", lane=0, kind="undercount", onset_s=5.0, ramp_s=7.0, level_vph=900.0))
    write_faults(tmp_path, CORRIDOR, schedule)
    back = read_faults(tmp_path, CORRIDOR)
    assert back is not None
    assert len(back) == len(schedule)
    for one, other in zip(schedule, back, strict=True):
        assert (one.kind, one.onset_s, one.last_s, one.strength) == (
            other.kind,
            other.onset_s,
            other.last_s,
            other.strength,
        )
        assert (one.level, one.loops(range(3)), one.ramp_s) == (other.level, other.loops(range(3)), other.ramp_s)


def test_without_the_file_nothing_is_known_and_with_a_header_there_was_none(tmp_path: Path) -> None:
    assert read_faults(tmp_path, CORRIDOR) is None
    write_faults(tmp_path, CORRIDOR, [])
    assert read_faults(tmp_path, CORRIDOR) == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("c,0,dead,0,,,0,,", "no station 'c'"),
        ("a,0,ded,0,,,0,,", "line 2: .*did you mean 'dead'"),
        ("a,0,dead,60,30,,0,,", "line 2: .*wanted end_s after onset_s"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(tmp_path: Path, row: str, message: str) -> None:
    head = "station,lane,kind,onset_s,end_s,magnitude,ramp_s,level_vph,other_lane\n"
    (tmp_path / "faults.csv").write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_faults(tmp_path, CORRIDOR)


def test_a_fraction_of_a_lane_is_refused(tmp_path: Path) -> None:
    text = "station,lane,kind,onset_s,end_s,magnitude,ramp_s,level_vph,other_lane\nS0,0.5,dead,60,,,0,,\n"
    (tmp_path / "faults.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"faults\.csv, line 2: lane is a whole number, got 0\.5"):
        read_faults(tmp_path, CORRIDOR)
