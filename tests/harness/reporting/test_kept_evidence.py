"""What a replay keeps of a detector's reasons by part: in the sections and time of its alarms, each frame once."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from detectors.charts.chart_evidence import ChartedSeries, ChartEvidence
from detectors.detector import Decision
from detectors.explained_detector import Reasons
from harness.records.decisions import Step
from harness.reporting.kept_evidence import EvidenceLog, KeptEvidence, read_evidence, write_evidence
from harness.reporting.traffic_sketch import BESIDE_S
from simulator.frame import Array
from tests.harness.made_traffic import ROAD, frames_of, free_traffic

FRAMES = frames_of(*free_traffic(1, 200))
SECTIONS = ROAD.sections


@dataclass(frozen=True)
class Parts:
    """Reasons of two parts: the frame's number, and a tenth of it."""

    number: int
    asked: list[int] = field(default_factory=list)
    names = ("lanes", "queue")
    unit = "nats"

    @property
    def threshold(self) -> Array:
        return np.full(SECTIONS, 8.5)

    @property
    def parts(self) -> Array:
        self.asked.append(self.number)
        return np.tile([float(self.number), self.number / 10], (SECTIONS, 1))

    def text(self, section: int) -> str:
        return "why"


def step(number: int, alarms: dict[int, int], reasons: Reasons | None) -> Step:
    alarm = np.zeros(SECTIONS, dtype=np.bool_)
    alarm[[section for at, section in alarms.items() if at == number]] = True
    frame = FRAMES[number]
    return Step(frame, Decision(frame.time_s, np.full(SECTIONS, float(number)), alarm), None, reasons=reasons)


def kept(alarms: dict[int, int], asked: list[int]) -> KeptEvidence | None:
    log = EvidenceLog(SECTIONS, 30.0)
    for number in range(len(FRAMES)):
        log.add(step(number, alarms, Parts(number, asked)))
    return log.kept()


def test_parts_are_kept_around_each_alarm_of_a_section_and_asked_for_there_alone(tmp_path: Path) -> None:
    asked: list[int] = []
    found = kept({100: 2, 110: 2, 120: 4}, asked)
    assert found is not None
    beside = int(BESIDE_S / 30)
    path = found.of(2, 0.0, 1e6)
    assert path is not None
    assert path.times_s.tolist() == [FRAMES[k].time_s for k in range(100 - beside + 1, 110 + beside + 1)]
    assert path.parts[:, 0].tolist() == list(range(100 - beside + 1, 110 + beside + 1))
    assert (path.names, path.unit, path.threshold, path.chart) == (("lanes", "queue"), "nats", 8.5, None)
    assert found.of(3, 0.0, 1e6) is None
    assert set(asked) == set(range(100 - beside + 1, 120 + beside + 1))
    write_evidence(tmp_path / "evidence.npz", found)
    back = read_evidence(tmp_path / "evidence.npz")
    assert back is not None
    window = back.of(4, FRAMES[119].time_s, FRAMES[121].time_s)
    assert window is not None
    assert (window.score.tolist(), window.parts[:, 1].tolist()) == ([120.0, 121.0], pytest.approx([12.0, 12.1]))


def test_without_an_alarm_or_a_reason_nothing_is_kept(tmp_path: Path) -> None:
    assert kept({}, []) is None
    log = EvidenceLog(SECTIONS, 30.0)
    log.add(step(0, {0: 1}, None))
    assert log.kept() is None
    assert read_evidence(tmp_path / "none.npz") is None


def test_a_charts_lines_come_back(tmp_path: Path) -> None:
    log = EvidenceLog(SECTIONS, 30.0)
    values = np.arange(SECTIONS, dtype=np.float64)
    series = ChartedSeries(values, values + 1, values + 2, values + 3)
    chart = ChartEvidence(30.0, "xbar", values, -values, values[:, None], ("speed",), ("action limit",), series=series)
    log.add(step(0, {0: 3}, chart))
    found = log.kept()
    assert found is not None
    write_evidence(tmp_path / "evidence.npz", found)
    back = read_evidence(tmp_path / "evidence.npz")
    path = None if back is None else back.of(3, 0.0, 30.0)
    assert path is not None
    assert path.chart is not None
    lines = [path.chart.lower, path.chart.value, path.chart.mean, path.chart.action, path.chart.warning]
    assert [line.tolist() for line in lines] == [[-3.0], [3.0], [4.0], [5.0], [6.0]]
    assert (path.chart.limit, path.chart.logarithmic, path.unit) == ("action limit", False, "standard deviations")
