"""The evidence of a run's detectors is replayed from its recording, and only where they decide as the run has kept."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import build
from detectors.charts.chart_detector import ChartDetector
from harness.records.decisions import write_decisions
from harness.records.reason_log import ReasonLog, write_reasons
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_folder import RunFolder, write_record
from harness.records.run_order import PackedMask
from harness.reporting.evidence_replay import replayed_evidence
from harness.reporting.read_runs import ReportedRun, read_run
from harness.reporting.write_report import write_report
from harness.running.build_detectors import rebuild_detector
from harness.running.feed_detector import collect
from simulator.recording.recording_folder import read_recording
from tests.harness.page_laws import check_page

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
CHARTS = ("xbar", "cusum", "ewma", "hotelling_t2")
WHOLE_RUN = (0.0, 1e9)


def run_of(folder: Path, detectors: tuple[str, ...], mask: PackedMask | None = None) -> Path:
    """A finished run of these detectors on the recording that is kept."""
    shutil.copytree(GOLDEN, folder, ignore=shutil.ignore_patterns("decisions*", "estimates*", "run.json"))
    recording = read_recording(folder)
    record = {**recorded_detectors(dict.fromkeys(detectors), mask), "seed": 1}
    for name in detectors:
        detector = rebuild_detector(record, name, recording.corridor, folder)
        assert detector is not None
        log = ReasonLog()
        decisions, _ = collect(detector, recording.frames, recording.corridor, log.add)
        write_decisions(RunFolder(folder).decisions(name), decisions)
        if log.alarms is not None:
            write_reasons(RunFolder(folder).reasons(name), log.alarms, recording.corridor)
    write_record(folder, record)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("runs") / "one", (*CHARTS, "snd"))


def reported(folder: Path, name: str) -> ReportedRun:
    return read_run(RunFolder(folder), name)


@pytest.mark.parametrize("name", CHARTS)
def test_the_evidence_is_that_of_the_detector_on_these_frames(folder: Path, name: str) -> None:
    run = reported(folder, name)
    found = replayed_evidence(run, name, 1, WHOLE_RUN)
    assert found is not None
    detector = build(name, run.recording.corridor)
    assert isinstance(detector, ChartDetector)
    for frame in run.recording.frames:
        detector.step(frame)
    assert np.array_equal(found.times_s, run.decisions.times_s)
    assert found.score == pytest.approx(run.decisions.score[:, 1], nan_ok=True)
    assert found.threshold == detector.threshold
    assert found.names == detector.evidence.names
    last = detector.evidence.parts if detector.evidence.share is None else detector.evidence.share
    assert found.parts[-1] == pytest.approx(last[1], nan_ok=True)
    assert found.chart is not None
    assert np.isfinite(found.chart.value).any() == (name != "hotelling_t2")
    assert np.isfinite(found.chart.warning).any() == (name == "xbar")


def test_only_the_frames_of_the_window_are_told(folder: Path) -> None:
    run = reported(folder, "ewma")
    times_s = run.decisions.times_s
    found = replayed_evidence(run, "ewma", 0, (float(times_s[2]), float(times_s[5])))
    assert found is not None
    assert found.times_s.tolist() == times_s[3:6].tolist()


def test_behind_a_mask_the_evidence_is_of_the_masked_frames(tmp_path: Path) -> None:
    run = reported(run_of(tmp_path / "masked", ("ewma",), PackedMask(name="iris")), "ewma")
    found = replayed_evidence(run, "ewma", 1, WHOLE_RUN)
    assert found is not None
    assert found.score == pytest.approx(run.decisions.score[:, 1], nan_ok=True)
    assert np.isfinite(found.threshold)


def test_scores_other_than_the_runs_have_no_evidence(folder: Path) -> None:
    run = reported(folder, "ewma")
    score = run.decisions.score.copy()
    score[-1] += 0.1
    assert replayed_evidence(replace(run, decisions=replace(run.decisions, score=score)), "ewma", 0, WHOLE_RUN) is None


def test_another_model_than_the_runs_has_no_evidence(folder: Path) -> None:
    run = reported(folder, "ewma")
    record = {**run.record, "fingerprints": {"ewma": "0" * 64}}
    assert replayed_evidence(replace(run, record=record), "ewma", 0, WHOLE_RUN) is None


def test_parameters_of_another_version_have_no_evidence(folder: Path) -> None:
    run = reported(folder, "ewma")
    record = {**run.record, "parameters": {"ewma": "nonsense = 1"}, "fingerprints": {}}
    assert replayed_evidence(replace(run, record=record), "ewma", 0, WHOLE_RUN) is None


def test_a_detector_that_does_not_say_why_has_no_evidence(folder: Path) -> None:
    assert replayed_evidence(reported(folder, "snd"), "snd", 0, WHOLE_RUN) is None


def test_a_run_of_an_older_laneblock_is_shown_without_reasons(tmp_path: Path) -> None:
    run = run_of(tmp_path / "old", ("ewma",))
    RunFolder(run).reasons("ewma").unlink()
    page = write_report(run).read_text(encoding="utf-8")
    assert "Evidence of ewma" not in page


def test_the_page_of_a_run_shows_each_chart_of_the_incidents_section(folder: Path) -> None:
    page = write_report(folder).read_text(encoding="utf-8")
    assert check_page(page).sources
    for name in CHARTS:
        assert f"Evidence of {name} in " in page
    assert "Evidence of snd" not in page
