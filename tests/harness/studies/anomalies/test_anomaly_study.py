"""A study from runs to findings: who learned what, which runs count, and what a failure costs."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.detector import Decision, Detector
from harness.records.failure import FailedRunsError
from harness.running import process_pool
from harness.studies.anomalies.anomaly_scenarios import study_runs
from harness.studies.anomalies.anomaly_study import AnomalyFindings, choose_detectors, find_anomalies
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.frame import LoopFrame


class Failing:
    """Fails at once."""

    def step(self, frame: LoopFrame) -> Decision:
        raise RuntimeError("out of order")


def _failing(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    return Failing()


def found(made: AnomalyStudy, results: Path, out: Path, *names: str) -> AnomalyFindings:
    return find_anomalies(made, study_runs(made), results, names, out, 1, "", lambda *told: None, {})


def test_every_detector_is_scored_on_every_anomaly(findings: AnomalyFindings) -> None:
    assert [score.detector for score in findings.scores] == ["sheu2004", "snd", "ewma"]
    assert findings.kinds == ("spike", "incident", "surge", "holiday")
    assert {len(score.outcomes) for score in findings.scores} == {4}


def test_a_standstill_is_found_and_traffic_as_usual_is_not(findings: AnomalyFindings) -> None:
    snd = next(score for score in findings.scores if score.detector == "snd")
    assert snd.dr(["incident"]).part == 1
    assert snd.ttd("incident").mean < 300
    assert snd.dr(["spike"]).part == 0  # the made-up loops have no spike in them


def test_normal_time_is_what_no_anomaly_disturbs(findings: AnomalyFindings) -> None:
    (exposure,) = {score.normal.exposure for score in findings.scores}
    frames = sum((~run.anomalies[0].disturbed & ~run.anomalies[-1].disturbed).sum() for run in findings.runs)
    assert exposure == pytest.approx(frames * 30 / 86400 / 7)


def test_a_detector_that_does_not_learn_from_days_without_incidents_says_why(findings: AnomalyFindings) -> None:
    why = {score.detector: score.why_shipped for score in findings.scores}
    assert why == {"sheu2004": "it sets its own rate of alarms", "snd": "", "ewma": ""}


def test_few_threshold_days_are_told_of(findings: AnomalyFindings) -> None:
    (notice,) = findings.notices
    assert "thresholds are extrapolated" in notice


def test_a_failing_detector_is_left_out_with_the_reason(
    made: AnomalyStudy, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setitem(DETECTORS, "failing", Entry("failing", "", _failing))
    scored = found(made, results, tmp_path, "failing", "snd")
    assert [score.detector for score in scored.scores] == ["snd"]
    assert "out of order" in scored.left_out["failing"]
    with pytest.raises(FailedRunsError, match=r"no detector could be replayed.*out of order"):
        found(made, results, tmp_path, "failing")


def test_a_failed_run_is_left_out_with_a_notice(made: AnomalyStudy, results: Path, tmp_path: Path) -> None:
    shutil.copytree(results, tmp_path / "results")
    (tmp_path / "results" / "runs" / "incident" / "run.json").unlink()
    scored = found(made, tmp_path / "results", tmp_path / "out", "snd")
    assert "1 runs failed, and are not in these figures: incident" in scored.notices[0]
    assert "incident" not in scored.kinds


@pytest.mark.parametrize("lost", ["history-1", "threshold-1"])
def test_without_history_or_threshold_days_there_is_no_study(
    made: AnomalyStudy, results: Path, tmp_path: Path, lost: str
) -> None:
    shutil.copytree(results, tmp_path / "results")
    (tmp_path / "results" / "runs" / lost / "run.json").unlink()
    with pytest.raises(FileNotFoundError, match="wanted a history day, a threshold day and a run with anomalies"):
        found(made, tmp_path / "results", tmp_path / "out", "snd")


def test_all_detectors_but_the_scorers_references_by_default() -> None:
    assert "silent" not in choose_detectors(())
    assert "sequential" in choose_detectors(())
    with pytest.raises(UserError, match="did you mean 'cusum'"):
        choose_detectors(("cussum",))
    with pytest.raises(UserError, match="given twice"):
        choose_detectors(("snd", "snd"))
