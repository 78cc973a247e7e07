"""Every alarm of both detectors is kept with what it was of, and told of live."""

import csv
from pathlib import Path

import numpy as np
import pytest

from detectors.alarm_causes import causes_of_section_alarm
from detectors.detector import Decision
from detectors.fault_masking import masked
from harness.cli import main
from harness.records.cause_log import CauseLog, gather_causes, write_causes
from harness.records.decisions import Step
from harness.running.feed_detector import step_all
from harness.running.live_text import LiveState, live_lines
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
ROAD = Corridor("two", 30.0, (Station("A", 0.0, 2), Station("B", 800.0, 2)))


class Saying:
    """Alarms at one of its places in these frames."""

    def __init__(self, size: int, place: int, frames: set[int]) -> None:
        self._size, self._place, self._frames, self._at = size, place, frames, 0

    def step(self, frame: LoopFrame) -> Decision:
        alarm = np.zeros(self._size, dtype=bool)
        alarm[self._place] = self._at in self._frames
        self._at += 1
        return Decision(frame.time_s, np.zeros(self._size), alarm)


def steps(mask: bool = True) -> list[Step]:
    """The section alarms in frames 2 and 3, and in 6; station B's lane 0 in 1 to 4."""
    section, loop = Saying(1, 0, {2, 3, 6}), Saying(4, 2, {1, 2, 3, 4})
    cells = np.full((2, 2), 5.0)
    frames = [LoopFrame(30.0 * (k + 1), cells, cells * 5, cells / 50) for k in range(8)]
    return list(step_all(masked(section, loop) if mask else section, frames, ROAD))


def test_alarms_are_followed_from_raise_to_end(tmp_path: Path) -> None:
    log = CauseLog()
    for step in steps():
        log.add(step)
    assert log.alarms is not None
    assert [(a.of_loop, a.number, a.raised_s, a.ended_s) for a in log.alarms] == [
        (True, 2, 60, 150),
        (False, 0, 90, 120),
        (False, 0, 210, 210),
    ]
    evidence = steps()[2].evidence
    assert evidence is not None
    assert log.alarms[1].causes == causes_of_section_alarm(evidence, 0)
    write_causes(tmp_path / "one.csv", log.alarms, ROAD)
    gather_causes(tmp_path / "all.csv", {"one": tmp_path / "one.csv", "unmade": tmp_path / "none.csv"})
    with (tmp_path / "all.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [list(row.values())[:9] for row in rows] == [
        ["one", "faulty loop", "", "", "", "B", "0", "60", "150"],
        ["one", "incident", "0", "A", "B", "", "", "90", "120"],
        ["one", "incident", "0", "A", "B", "", "", "210", "210"],
    ]
    for row in rows:
        assert sum(float(row[f"p_{what}"]) for what in ("incident", "faulty_loop", "nothing")) == pytest.approx(
            1, abs=2e-4
        )


def test_without_a_mask_there_is_nothing_to_tell() -> None:
    log = CauseLog()
    for step in steps(mask=False):
        log.add(step)
    assert log.alarms is None


def test_faulty_loops_and_causes_are_told_live() -> None:
    """By hand, the section: 3 loops handed on; incident 1/7, faulty 0.05 x 0.025 x 3, nothing 1/7."""
    told, lines = LiveState(last_s=0.0, mask="iris"), []
    for step in steps():
        news, told = live_lines(ROAD, {"coin": step}, told)
        lines += news
    assert lines[0].startswith("00:01:00  iris  FAULTY LOOP B lane 0: incident ")
    assert (
        lines[1] == "00:01:30  coin  section 0 (A to B)  ALARM; group 1; incident 49 %, faulty loop 1 %, nothing 49 %"
    )
    assert lines[2].startswith("00:02:00  coin  section 0 (A to B)  alarm; incident ")
    assert lines[3:5] == [
        "00:02:30  coin  section 0 (A to B)  alarm ended after 1 min 00 s",
        "00:03:00  iris  loop B lane 0 right again after 2 min 00 s",
    ]
    assert sum("FAULTY LOOP" in line for line in lines) == 1


def test_replay_behind_a_mask_tells_what_alarms_are_of(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["replay", str(GOLDEN), "--detector", "sequential", "--out", str(out)]
    for more in (["--mask-faults", "iris"], []):
        with pytest.raises(SystemExit) as end:
            main([*command, *more])
        assert not end.value.code
        assert (out / "causes.csv").is_file() == bool(more)
    run = next((out / "runs").iterdir())
    assert not (run / "causes-sequential.csv").exists()


def test_the_causes_of_a_real_alarm(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(SystemExit):
        main(["replay", str(GOLDEN), "--detector", "sequential", "--out", str(out), "--mask-faults", "iris"])
    with (out / "causes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["most_likely"] for row in rows if row["alarm"] == "incident"].count("incident") >= 1
