"""A plug-in's calibration says how sure its threshold is: by what the detector of the new file raises on the recordings."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, Catalogue, Entry
from detectors.detector import Decision, Detector
from detectors.plugins import Plugins
from harness.running import calibrate_detector as calibration
from harness.running.plugin_rates import plugin_rates
from scenarios.corridor import Corridor
from scenarios.errors import PluginError
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic


class Raises:
    """Alarms in every section at the times of its file."""

    def __init__(self, corridor: Corridor, file: Path) -> None:
        self._sections, self._times_s = corridor.sections, json.loads(file.read_text(encoding="utf-8"))

    def step(self, frame: LoopFrame) -> Decision:
        """Return the decision."""
        alarm = np.full(self._sections, frame.time_s in self._times_s)
        return Decision(frame.time_s, alarm.astype(float), alarm)


def build(corridor: Corridor, file: Path | None, aim: float) -> Detector:
    assert file is not None
    return Raises(corridor, file)


def calibrate(runs: Sequence[object], file: Path, sources: str, aim: float) -> None:
    file.write_text(json.dumps([600.0, 1200.0]), encoding="utf-8")


THEIRS = Entry("theirs", "", build, calibrate=calibrate, suffix=".json", module="theirs")
DAY = Recording(ROAD, frames_of(*free_traffic(frames=60)), ())


def test_each_alarm_of_the_written_detector_in_time_free_of_incidents_counts(tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    calibrate((), file, "", 1.0)
    (rate,) = plugin_rates(THEIRS, "theirs", [DAY, DAY], file, 0.5)
    assert (rate.aim, rate.false_alarms) == (0.5, 2 * 2 * ROAD.sections)
    assert rate.exposure == pytest.approx(2 * 60 * 30 / 86400 * ROAD.sections / 7)
    blocked = replace(DAY, incidents=(RecordedIncident(900.0, 1000.0, 3900.0, (0,)),))
    (rate,) = plugin_rates(THEIRS, "theirs", [blocked], file, 0.5)
    assert rate.false_alarms == ROAD.sections


def test_a_plug_in_with_thresholds_is_built_for_each_rate(tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    calibrate((), file, "", 1.0)
    entry = replace(THEIRS, thresholds=lambda: dict.fromkeys(AIMS, 1.0))
    assert [rate.aim for rate in plugin_rates(entry, "theirs", [DAY], file, 1.0)] == list(AIMS)


def test_without_time_free_of_incidents_nothing_is_said(tmp_path: Path) -> None:
    always = replace(DAY, incidents=(RecordedIncident(-60.0, np.nan, 3900.0, ()),))
    assert plugin_rates(THEIRS, "theirs", [always], tmp_path / "none", 1.0) == []


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "plugins", Plugins({"theirs": THEIRS}, {}))
    monkeypatch.setattr(calibration, "CALIBRATED", ("theirs",))


@pytest.mark.usefixtures("installed")
def test_calibration_tells_it(tmp_path: Path) -> None:
    write_recording(tmp_path / "day", DAY)
    said: list[str] = []
    calibration.calibrate_detector("theirs", [tmp_path / "day"], tmp_path / "mine.json", "", 1.0, said.append)
    assert said[0] == "False alarms of the thresholds on these recordings:"
    assert said[1].startswith("  1 per corridor-day: 10 in 0.015 corridor-days, so ")


@pytest.mark.usefixtures("installed")
def test_a_file_that_its_detector_does_not_take_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_recording(tmp_path / "day", DAY)

    def broken_calibrate(runs: Sequence[object], file: Path, sources: str, aim: float) -> None:
        file.write_text("no JSON", encoding="utf-8")

    broken = replace(THEIRS, calibrate=broken_calibrate)
    monkeypatch.setattr(Catalogue, "plugins", Plugins({"theirs": broken}, {}))
    with pytest.raises(PluginError, match="theirs"):
        calibration.calibrate_detector("theirs", [tmp_path / "day"], tmp_path / "mine.json", "", 1.0)
    assert not (tmp_path / "mine.json").exists()
    assert "theirs" in DETECTORS.plugins.entries
