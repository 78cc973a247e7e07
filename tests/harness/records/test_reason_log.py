"""Alarms of a detector that says why are kept with their reasons, told live, and read back."""

import csv
from pathlib import Path

import numpy as np
import pytest

from detectors.detector import Decision
from detectors.fault_masking import masked
from harness.records.decisions import Step
from harness.records.reason_log import ReasonLog, read_reasons, reasons_by_raise, write_reasons
from harness.running.feed_detector import step_all
from harness.running.live_text import LiveState, live_lines
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import LoopFrame

ROAD = Corridor("two", 30.0, (Station("A", 0.0, 2), Station("B", 800.0, 2)))


class Said:
    """Reasons with the frame's number in them."""

    def __init__(self, number: int) -> None:
        self._number = number

    def text(self, section: int) -> str:
        return f"=frame {self._number}, section\n{section}"


class Explaining:
    """Alarms in section 0 in frames 2 and 3, and in 6, and says why."""

    def __init__(self) -> None:
        self._at = -1

    def step(self, frame: LoopFrame) -> Decision:
        self._at += 1
        return Decision(frame.time_s, np.zeros(1), np.array([self._at in {2, 3, 6}]))

    @property
    def evidence(self) -> Said:
        return Said(self._at)


class Quiet:
    """A fault detector without an alarm; it says nothing."""

    def step(self, frame: LoopFrame) -> Decision:
        return Decision(frame.time_s, np.zeros(4), np.zeros(4, dtype=bool))


def frames() -> list[LoopFrame]:
    cells = np.full((2, 2), 5.0)
    return [LoopFrame(30.0 * (k + 1), cells, cells * 5, cells / 50) for k in range(8)]


def log_of(steps: list[Step]) -> ReasonLog:
    log = ReasonLog()
    for step in steps:
        log.add(step)
    return log


def test_an_alarm_keeps_its_reason_at_the_raise() -> None:
    alarms = log_of(list(step_all(Explaining(), frames(), ROAD))).alarms
    assert alarms is not None
    assert [(a.section, a.raised_s, a.ended_s, a.reason) for a in alarms] == [
        (0, 90.0, 120.0, "=frame 2; section 0"),
        (0, 210.0, 210.0, "=frame 6; section 0"),
    ]


def test_reasons_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    alarms = log_of(list(step_all(Explaining(), frames(), ROAD))).alarms
    assert alarms is not None
    write_reasons(tmp_path / "reasons.csv", alarms, ROAD)
    assert read_reasons(tmp_path / "reasons.csv") == reasons_by_raise(alarms)
    with (tmp_path / "reasons.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert first["reason"] == "'=frame 2; section 0"  # no spreadsheet's formula


def test_behind_a_mask_the_reasons_are_the_same() -> None:
    alone, behind = (
        log_of(list(step_all(detector, frames(), ROAD))).alarms
        for detector in (Explaining(), masked(Explaining(), Quiet()))
    )
    assert alone
    assert behind == alone


def test_a_detector_that_does_not_say_why_has_no_reasons(tmp_path: Path) -> None:
    assert log_of(list(step_all(masked(Quietly(), Quiet()), frames(), ROAD))).alarms is None
    assert read_reasons(tmp_path / "none.csv") is None


class Quietly:
    """Alarms in every frame, and says nothing."""

    def step(self, frame: LoopFrame) -> Decision:
        return Decision(frame.time_s, np.zeros(1), np.ones(1, dtype=bool))


def test_the_reason_stands_on_the_live_line() -> None:
    state, lines = LiveState(last_s=0.0), []
    for step in step_all(Explaining(), frames(), ROAD):
        news, state = live_lines(ROAD, {"said": step}, state)
        lines += news
    assert lines[0] == "00:01:30  said  section 0 (A to B)  ALARM; =frame 2, section 0; group 1"
    assert lines[2].endswith("alarm ended after 1 min 00 s")


HEADER = "section,upstream,downstream,raised_s,ended_s,reason\n"


@pytest.mark.parametrize(
    "content", ["", "section,raised_s\n0,30\n", f"{HEADER}x,A,B,30,30,y\n", f"{HEADER}0,A,B,30", '"']
)
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "reasons-ewma.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"reasons-ewma\.csv: wanted the columns"):
        read_reasons(path)
