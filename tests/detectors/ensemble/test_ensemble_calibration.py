"""Calibration of an ensemble of toys: its file works, its figures are out of fold, and what cannot be is refused."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import calibration_sample
from detectors.calibration.outcome import Outcome, outcome_at
from detectors.ensemble.ensemble_calibration import calibrate_ensemble, member_levels
from detectors.ensemble.ensemble_candidates import SHRINKAGES, Candidate, soonest
from detectors.ensemble.ensemble_detector import EnsembleDetector
from detectors.ensemble.ensemble_file import read_ensemble
from detectors.ensemble.ensemble_parameters import METHODS, Method
from detectors.ensemble.member_margins import RATES
from detectors.ensemble.member_scores import ScoredMember
from detectors.ensemble.member_source import build_member
from tests.detectors.ensemble.toy_members import OCCUPANCY, RUNS, SLOWNESS, entry_of, source_of, trained_entry

SOURCE = source_of(OCCUPANCY, SLOWNESS, entry_of("constant", lambda frame: np.zeros(2)), trained_entry([]))
TWO = (("occupancy", None), ("slowness", None))


def replayed(path: Path, aim: float) -> list[np.ndarray]:
    read = read_ensemble(path)
    scores = []
    for run in RUNS:
        members = [build_member(member, run.corridor, SOURCE, path.name) for member in read.members]
        detector = EnsembleDetector(run.corridor, members, read, aim)
        scores.append(np.array([detector.step(frame).score for frame in run.frames]))
    return scores


@pytest.mark.parametrize("method", METHODS)
def test_the_file_detects_the_incidents_it_was_calibrated_on_at_the_rate_it_was_calibrated_for(
    method: Method, tmp_path: Path
) -> None:
    out = tmp_path / "e.json"
    calibrate_ensemble(RUNS, out, "toys", TWO, SOURCE, (method,))
    read = read_ensemble(out)
    assert read.method == method
    assert [member.name for member in read.members] == ["occupancy", "slowness"]
    assert set(read.thresholds) == set(read.votes) == set(AIMS)
    sample = calibration_sample(RUNS, Aim().recovery_s)
    found = outcome_at(read.threshold(10.0), sample, replayed(out, 10.0), Aim(10.0))
    assert found.detected == 6
    assert found.false_alarms <= max(3, 10.0 * found.corridor_days)


def test_the_ensemble_of_two_independent_readings_detects_sooner_than_either(tmp_path: Path) -> None:
    out, sample = tmp_path / "e.json", calibration_sample(RUNS, Aim().recovery_s)
    calibrate_ensemble(RUNS, out, "", TWO, SOURCE)
    together = outcome_at(read_ensemble(out).threshold(1.0), sample, replayed(out, 1.0), Aim())
    for entry, of in ((OCCUPANCY, "occupancy"), (SLOWNESS, "slowness")):
        scores = []
        for run in RUNS:
            detector = entry.build(run.corridor, None, 1.0)
            scores.append(np.array([detector.step(frame).score for frame in run.frames]))
        levels = member_levels(ScoredMember(of, scores, None, ""), RUNS)
        assert together.delay_s < outcome_at(levels[1.0], sample, scores, Aim()).delay_s


def test_the_least_delay_decides_between_the_candidates() -> None:
    delays = ((None, 9.0), (0.1, 3.0), (0.01, 3.0))
    made = [Candidate(shrinkage, [], Outcome(delay_s, 0, 1.0, 0, 0)) for shrinkage, delay_s in delays]
    assert soonest(made) is made[1]


def test_the_file_says_what_every_candidate_does(tmp_path: Path) -> None:
    calibrate_ensemble(RUNS, tmp_path / "e.json", "", TWO, SOURCE)
    said = read_ensemble(tmp_path / "e.json").provenance["candidates"].split("; ")
    assert [each.partition(":")[0] for each in said] == [
        "majority",
        *(f"stacked, shrinkage {shrinkage:g}" for shrinkage in SHRINKAGES),
    ]


def test_a_trained_member_is_in_the_file_with_the_model_of_all_runs(tmp_path: Path) -> None:
    out = tmp_path / "e.json"
    calibrate_ensemble(RUNS, out, "", (("trained", None), ("slowness", None)), SOURCE, ("majority",))
    trained, slowness = read_ensemble(out).members
    assert trained.file is not None
    assert '"gain"' in trained.file
    assert slowness.file is None


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ((("occupancy", None),), "wanted 2 to 50 members, got 1"),
        ((("occupancy", None), ("occupancy", None)), "wanted each detector once, got 'occupancy' 2 times"),
        ((("occupancy", None), ("ensemble", None)), "an ensemble cannot be a member of an ensemble"),
        ((("occupancy", None), ("slownes", None)), "member 'slownes': no detector .*did you mean 'slowness'"),
        ((("occupancy", None), ("constant", None)), "member 'constant': wanted scores that differ, got 0 for all"),
    ],
)
def test_members_that_make_no_ensemble_are_refused(
    members: tuple[tuple[str, None], ...], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        calibrate_ensemble(RUNS, tmp_path / "e.json", "", members, SOURCE)
    assert not (tmp_path / "e.json").exists()


def test_runs_without_known_incidents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ensemble is calibrated on known incidents"):
        calibrate_ensemble([replace(run, incidents=None) for run in RUNS], tmp_path / "e.json", "", TWO, SOURCE)


def test_levels_of_a_score_of_few_values_still_rise() -> None:
    scores = [np.round(10 * np.array([frame.occupancy[:-1, 0] for frame in run.frames])) for run in RUNS]
    levels = member_levels(ScoredMember("rounded", scores, None, ""), RUNS)
    values = [levels[rate] for rate in sorted(RATES, reverse=True)]
    assert all(low < high for low, high in pairwise(values))
