"""Training on recordings made of chance: three sections, Poisson traffic, a station's lanes blocked for ten minutes."""

import sys
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.calibration import hard_examples
from detectors.calibration.aims import AIMS
from detectors.calibration.incident_free import incident_free_frames
from detectors.calibration.outcome import Outcome
from detectors.catalogue import build
from detectors.learned.learned_model_file import read_learned
from detectors.learned.learned_scorers import LearnedLanes, LearnedStations, section_scores
from detectors.learned.learned_training import lane_examples, odds_of, station_examples, train_learned
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.known_runs import Known, Run

CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 3) for s in range(4)))
NAMES = ("trees", "mlp", "pnn")


def recorded(seed: int, incident: bool, dead: tuple[int, ...] = ()) -> Run:
    """An hour; upstream of an incident occupancy rises, downstream of it its lane is empty."""
    rng = np.random.default_rng(seed)
    lane, section = int(rng.integers(3)), int(rng.integers(3))
    made = []
    for k in range(120):
        count = rng.poisson(12.0, (4, 3)).astype(float)
        occupancy = 0.008 * count + rng.uniform(0.0, 0.01, (4, 3))
        speed = rng.normal(27.0, 1.0, (4, 3))
        if incident and 60 <= k < 80:
            count[section + 1, lane] = rng.poisson(0.5)
            occupancy[section] += 0.4
            speed[section] = 5.0
        for values in (count, occupancy, speed):
            values[list(dead)] = nan
        made.append(LoopFrame(30.0 * (k + 1), count, speed, occupancy))
    known = (Known(1790.0, 2390.0, 800.0 * section + 400.0, (lane,)),) if incident else ()
    return Run(CORRIDOR, tuple(made), known)


RUNS = [recorded(seed, incident=seed < 6) for seed in range(9)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of each, trained on RUNS; of trees as few and coarse as tell these incidents."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        for settings in ("FIRST_ROUND", "TREES"):
            patch.setattr(hard_examples, settings, {**getattr(hard_examples, settings), "max_iter": 10, "max_bins": 6})
        for name in NAMES:
            train_learned(name, RUNS, folder / f"{name}.json", "made of chance")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_clear_incidents_are_detected_without_false_alarms(name: str, trained: Path) -> None:
    detected = false_alarms = 0
    for run in [recorded(seed, incident=seed % 2 == 0) for seed in range(100, 112)]:  # other seeds
        detector = build(name, CORRIDOR, trained / f"{name}.json", 10.0)
        alarms = np.array([detector.step(frame).alarm for frame in run.frames])
        starts = alarms.copy()
        starts[1:] &= ~alarms[:-1]
        for incident in run.incidents or ():
            detected += bool(starts[60:82, CORRIDOR.section_at(incident.position_m)].any())
        false_alarms += int((starts & incident_free_frames(run, 900.0)).sum())
    assert detected >= 5  # of 6
    assert false_alarms <= 4  # 12 hours of three sections; ten per day of seven are aimed at: 2.1, less incidents' time


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_has_a_threshold_for_every_aim(name: str, trained: Path) -> None:
    assert tuple(read_learned(trained / f"{name}.json", name).thresholds) == AIMS


@pytest.mark.parametrize("name", NAMES)
def test_the_result_says_where_it_comes_from(name: str, trained: Path) -> None:
    lines = read_learned(trained / f"{name}.json", name).provenance
    assert lines["sources"] == "made of chance"
    assert "of 6 out of fold" in lines["detected"]
    assert "thresholds out of fold (3)" in lines["method"]


@pytest.mark.parametrize("name", ["mlp", "pnn"])
def test_training_twice_gives_the_same(name: str, trained: Path, tmp_path: Path) -> None:
    train_learned(name, RUNS, tmp_path / "again.json", "made of chance")
    assert (tmp_path / "again.json").read_bytes() == (trained / f"{name}.json").read_bytes()


@pytest.mark.parametrize("dead", [(), (0,), (1,), (3,), (1, 2)])
@pytest.mark.parametrize("name", NAMES)
def test_training_scores_a_run_as_the_detector_does(name: str, dead: tuple[int, ...], trained: Path) -> None:
    run, model = recorded(200, True, dead), read_learned(trained / f"{name}.json", name).model
    examples = lane_examples(run) if name == "trees" else station_examples(run)
    scorer = LearnedLanes(CORRIDOR, model) if name == "trees" else LearnedStations(CORRIDOR, model)
    scores = [scorer.score(frame) for frame in run.frames]
    # the same numbers multiplied in larger matrices: rounding only
    np.testing.assert_allclose(
        section_scores(odds_of(model, examples), examples.scored), scores, rtol=1e-6, atol=1e-6, equal_nan=True
    )


def test_a_scorer_that_is_passed_in_decides(tmp_path: Path) -> None:
    train_learned("mlp", RUNS, tmp_path / "own.json", "", lambda sample, alarms, aim: Outcome(12.0, 7, 1.0, 2, 3))
    assert read_learned(tmp_path / "own.json", "mlp").provenance["detected"].startswith("2 of 3 out of fold")


def test_examples_of_lanes_are_a_window_per_lane() -> None:
    examples = lane_examples(RUNS[0])
    assert examples.features.shape == (120, 3, 3, 86)
    assert examples.scored.shape == (120, 3, 3)


def test_examples_of_stations_are_a_window_per_section() -> None:
    examples = station_examples(RUNS[0])
    assert examples.features.shape == (120, 3, 1, 16)
    assert examples.scored.shape == (120, 3, 1)


def test_a_section_is_blocked_where_one_of_its_lanes_is() -> None:
    lanes, stations = lane_examples(RUNS[0]).truth, station_examples(RUNS[0]).truth
    assert stations.blocked.sum() == 19  # frames that end from 1805 s, 15 s after onset, to 2390 s
    assert (stations.blocked[:, :, 0] == lanes.blocked.any(axis=2)).all()
    assert (stations.usable == lanes.usable).all()


def test_what_is_not_judged_has_no_odds() -> None:
    examples = station_examples(recorded(201, False, dead=(0, 1)))

    class One:
        def raw(self, rows: Any) -> Any:
            return np.ones(len(rows))

    odds = odds_of(One(), examples)
    assert set(odds[:, 0, 0]) == {-np.inf}
    assert set(odds[:, 2, 0]) == {1.0}


@pytest.mark.parametrize("name", NAMES)
def test_fewer_incidents_than_folds_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{name} is trained on known incidents: wanted at least 3, got fewer"):
        train_learned(name, RUNS[4:], tmp_path / "own.json", "")


@pytest.mark.parametrize("name", NAMES)
def test_recordings_without_known_incidents_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is trained on known incidents"):
        train_learned(name, [replace(run, incidents=None) for run in RUNS], tmp_path / "own.json", "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("runs", ["one", "one fold"])
def test_incidents_that_all_fall_into_one_fold_are_refused(name: str, runs: str, tmp_path: Path) -> None:
    busy = replace(RUNS[0], incidents=(RUNS[0].incidents or ()) * 3)
    given = [busy] if runs == "one" else [busy, *RUNS[7:], RUNS[1]]
    with pytest.raises(ValueError, match=f"{name} needs incidents in several recordings"):
        train_learned(name, given, tmp_path / "own.json", "")


@pytest.mark.parametrize("name", NAMES)
def test_without_scikit_learn_the_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[learned\]'"):
        train_learned(name, RUNS, tmp_path / "own.json", "")
    assert not (tmp_path / "own.json").exists()
