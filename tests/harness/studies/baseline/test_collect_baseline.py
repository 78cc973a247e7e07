"""From results or recordings to a baseline: the figures are the score's, and what cannot be one is refused."""

import json
import shutil
from pathlib import Path

import pytest

from harness.records.atomic_files import write_json
from harness.records.decisions import write_decisions, write_estimates
from harness.records.digests import frames_digest, scenario_digest
from harness.records.failure import FailedRunsError
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_folder import RunFolder, write_record
from harness.reporting.evaluate_results import evaluate
from harness.running.replay_recording import replay_recording
from harness.running.run_defaults import shipped_text
from harness.studies.baseline.baseline_file import Baseline, read_baseline, write_baseline
from harness.studies.baseline.collect_baseline import baseline_of, recordings_in
from harness.studies.baseline.run_identities import SHIPPED
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.recording.recording_folder import read_recording

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
ASKED = Incident(onset_s=956.0, duration_s=222.0, position_m=4082.9, lanes=(1, 2))


def results_in(folder: Path, names: tuple[str, ...] = ("one", "two"), detector: str = "sheu2004") -> Path:
    """A battery's results, each run the golden one, as a battery leaves them."""
    scenarios = [Scenario(name=name, seed=k, end_s=1260.0, incidents=(ASKED,)) for k, name in enumerate(names)]
    scored, decisions, _ = replay_recording("golden", GOLDEN, detector, None)
    for scenario in scenarios:
        run = RunFolder(folder / "runs" / scenario.name)
        run.path.mkdir(parents=True)
        for file in ("corridor.toml", "loops.csv.gz", "incidents.csv"):
            shutil.copy(GOLDEN / file, run.path / file)
        write_decisions(run.decisions(detector), decisions)
        write_estimates(run.estimates(detector), scored.estimates or ())
        made_with = {"versions": {"libsumo": "1.28.0"}, "platform": "Linux-6.1-x86_64-with-glibc2.36"}
        write_record(run.path, {"scenario": scenario.model_dump(mode="json"), **made_with})
    record = {"name": "trial", **recorded_detectors({detector: shipped_text(detector)}, None)}
    write_json(
        folder / "battery.json", {**record, "scenarios": [scenario.model_dump(mode="json") for scenario in scenarios]}
    )
    return folder


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results_in(tmp_path_factory.mktemp("results") / "trial")


@pytest.fixture(scope="module")
def made(results: Path) -> Baseline:
    return baseline_of(results, None, 0, "laneblock baseline save")


def test_its_figures_are_those_of_the_score(results: Path, made: Baseline) -> None:
    evaluate(results, report=False)
    score = json.loads((results / "score.json").read_text())
    of = made.detectors["sheu2004"]
    assert (of.incidents, of.detected, of.false_alarms) == (2, 2, 0)
    for key, figure in (
        ("incidents", of.incidents),
        ("detected", of.detected),
        ("false_alarms", of.false_alarms),
        ("decisions", of.decisions),
        ("dr", of.dr.value),
        ("dr_interval", list(of.dr.interval)),
        ("false_alarms_per_corridor_day", of.false_alarms_per_day.value),
        ("false_alarms_per_corridor_day_interval", list(of.false_alarms_per_day.interval)),
        ("ttd_mean_s", of.ttd.mean),
        ("ttd_mean_interval_s", list(of.ttd.interval)),
    ):
        assert figure == pytest.approx(score[key]), key


def test_results_and_their_recordings_replayed_give_the_same(results: Path, made: Baseline) -> None:
    replayed = baseline_of(results / "runs", {"sheu2004": None}, 0, "")
    assert replayed.battery == made.battery == "trial"
    assert replayed.runs == made.runs
    assert replayed.detectors == made.detectors
    assert replayed.made_with.platform == made.made_with.platform == ("1.28.0", "Linux", "x86_64")


def test_it_reads_back_equal_and_has_a_line_per_run(tmp_path: Path, made: Baseline) -> None:
    file = tmp_path / "sub" / "baseline.json"
    write_baseline(file, made)
    assert read_baseline(file) == made
    assert sum('"said"' in line for line in file.read_text().splitlines()) == 2


def test_another_persistence_is_scored_with_it(results: Path, made: Baseline) -> None:
    later = baseline_of(results, None, 2, "")
    assert later.persistence == 2
    assert later.detectors["sheu2004"].ttd.mean >= made.detectors["sheu2004"].ttd.mean + 60


def test_equal_frames_have_equal_digests_and_one_digit_changes_them() -> None:
    frames = read_recording(GOLDEN).frames
    assert frames_digest(frames) == frames_digest(read_recording(GOLDEN).frames)
    assert frames_digest(frames) != frames_digest(frames[:-1])


def test_a_scenario_s_digest_is_of_what_it_says_alone() -> None:
    plain = Scenario(name="a", seed=1, end_s=60.0)
    assert scenario_digest(plain) == scenario_digest(Scenario(name="a", seed=1, end_s=60.0, truck_share=0.06))
    assert scenario_digest(plain) != scenario_digest(Scenario(name="a", seed=2, end_s=60.0))


def test_runs_that_failed_keep_whose_fault_it_was(tmp_path: Path) -> None:
    folder = results_in(tmp_path / "trial")
    shutil.rmtree(folder / "runs" / "two")
    with pytest.raises(ValueError, match=r"1 of 2 runs are missing \(two\): finish it"):
        baseline_of(folder, None, 0, "")
    write_json(folder / "failed" / "two.json", {"reason": "no such station", "fault": "user"})
    with pytest.raises(FailedRunsError, match=r"1 of 2 runs failed, such as two: no such station"):
        baseline_of(folder, None, 0, "")


def test_what_is_no_source_is_refused(tmp_path: Path, results: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        baseline_of(tmp_path / "nowhere", {"silent": None}, 0, "")
    with pytest.raises(ValueError, match=r"neither a battery's results .* nor recordings"):
        baseline_of(tmp_path, {"silent": None}, 0, "")
    with pytest.raises(ValueError, match="wanted a detector to replay them with"):
        baseline_of(GOLDEN.parent, None, 0, "")
    with pytest.raises(ValueError, match=r"was run with sheu2004, not with trees \(replay it: give .*runs\)"):
        baseline_of(results, {"trees": None}, 0, "")
    with pytest.raises(ValueError, match="wanted --persistence of 0 or more, got -1"):
        baseline_of(results, None, -1, "")


def test_recordings_whose_incidents_are_not_known_cannot_be_scored(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "all" / "one")
    (tmp_path / "all" / "one" / "incidents.csv").unlink()
    with pytest.raises(ValueError, match="its incidents are not known"):
        baseline_of(tmp_path / "all", {"silent": None}, 0, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "not a baseline"),
        ('{"laneblock_baseline": 2}', "wanted a baseline of format 1, got 2"),
        ('{"laneblock_baseline": 1, "battery": 5}', "battery: wanted a valid string, got 5"),
        ("[", "broken JSON"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_baseline(file)


def test_a_folder_instead_of_a_baseline_is_told_as_the_likely_slip(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="are BASELINE and DIR swapped"):
        read_baseline(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"laneblock baseline save DIR --out FILE makes one"):
        read_baseline(tmp_path / "none.json")


def test_the_shipped_recordings_are_small_and_known() -> None:
    recordings = recordings_in(SHIPPED)
    assert len(recordings) == 8
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*")) < 200_000
    assert recordings_in(recordings[0]) == [recordings[0]]


def test_results_older_than_fingerprints_have_none_in_the_baseline(tmp_path: Path) -> None:
    folder = results_in(tmp_path / "trial", ("one",))
    record = json.loads((folder / "battery.json").read_text())
    write_json(folder / "battery.json", {key: value for key, value in record.items() if "fingerprint" not in key})
    assert baseline_of(folder, None, 0, "").detectors["sheu2004"].fingerprint == ""


def test_a_baseline_older_than_fingerprints_is_read_and_has_none(tmp_path: Path, made: Baseline) -> None:
    content = made.model_dump(mode="json")
    for detector in content["detectors"].values():
        del detector["fingerprint"], detector["mask_fingerprint"]
        detector["parameters"] = "e3b0c44298fc1c14"
    write_json(tmp_path / "old.json", content)
    assert read_baseline(tmp_path / "old.json").detectors["sheu2004"].fingerprint == ""
