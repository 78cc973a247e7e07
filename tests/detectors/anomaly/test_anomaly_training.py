"""Training of anomaly detectors, on traffic of a seed: no incident needed, deterministic, scored out of fold."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from detectors.anomaly import normal_history
from detectors.anomaly.anomaly_features import NAMES, names_of
from detectors.anomaly.anomaly_model_file import read_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS, DEFAULT_GROUPS
from detectors.anomaly.anomaly_scorer import AnomalyScorer
from detectors.anomaly.anomaly_training import out_of_fold_scores, train_anomaly
from detectors.anomaly.normal_history import rows_of
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.calibration.aims import AIMS
from detectors.catalogue import build
from detectors.contract_traffic import CORRIDOR, traffic
from simulator.frame import Array
from tests.detectors.known_runs import Known, Run

RUNS = [Run(CORRIDOR, tuple(traffic(frames=120, seed=seed)), None) for seed in (1, 2, 3, 4)]


def trained(folder: Path, runs: Sequence[Run] = RUNS, name: str = "own.json") -> Path:
    path = folder / name
    train_anomaly("isolation_forest", runs, path, "a test")
    return path


@pytest.fixture(scope="module", autouse=True)
def few_rows() -> Iterator[None]:
    """Hours instead of days are enough here, so that training takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normal_history, "LEAST_ROWS", 300)
        yield


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("trained"))


def test_training_needs_no_incidents(file: Path) -> None:
    read = read_anomaly(file, "isolation_forest")
    assert sorted(read.thresholds) == sorted(AIMS)
    assert read.features == names_of(*DEFAULT_GROUPS)
    assert build("isolation_forest", CORRIDOR, file) is not None


def test_the_file_holds_the_period_that_it_was_trained_on(file: Path) -> None:
    assert read_anomaly(file, "isolation_forest").period_s == CORRIDOR.period_s


def test_sequences_across_a_gap_are_neither_trained_on_nor_scored() -> None:
    kind = ANOMALY_MODELS["lstm_autoencoder"]
    frames = [frame for frame in traffic(frames=150) if frame.time_s != 900.0 + 30.0 * 80]
    frames = [replace(each, count=np.nan_to_num(each.count, nan=9.0), speed=np.full((4, 4), 27.0)) for each in frames]
    frames = [replace(each, occupancy=np.full((4, 4), 0.1)) for each in frames]
    history = rows_of(Run(CORRIDOR, tuple(frames), None), [NAMES.index(name) for name in kind.features])
    seen: list[Array] = []

    class Counted:
        features = len(kind.features)

        def novelty(self, rows: Array) -> Array:
            return np.zeros(len(rows))

    def train(rows: Array, seed: int) -> NoveltyModel:
        seen.append(rows)
        return cast(NoveltyModel, Counted())

    (scores,) = out_of_fold_scores(replace(kind, train=train), [history] * 3)[:1]
    live = [bool(np.isfinite(row).all()) for row in scores]
    at = 79  # the first frame after the one that is missing
    assert live[at - 1]
    assert not any(live[at : at + kind.frames - 1])
    assert live[at + kind.frames - 1]
    assert {len(rows) for rows in seen} == {2 * int(np.isfinite(scores).sum())}


def test_training_is_deterministic(file: Path, tmp_path: Path) -> None:
    assert trained(tmp_path).read_bytes() == file.read_bytes()


def test_the_file_says_what_it_was_trained_on(file: Path) -> None:
    provenance = read_anomaly(file, "isolation_forest").provenance
    assert provenance["sources"] == "a test"
    assert re.search(r"^\d+ incident-free rows of 4 pieces of 4 recordings$", provenance["history"])


def test_known_incidents_are_left_out_of_training_and_counted(file: Path, tmp_path: Path) -> None:
    incident = Known(onset_s=2700.0, clearance_s=3300.0, position_m=900.0)
    runs = [replace(run, incidents=(incident,)) for run in RUNS]
    with_incidents = json.loads(trained(tmp_path, runs).read_text(encoding="utf-8"))["provenance"]
    without = json.loads(file.read_text(encoding="utf-8"))["provenance"]
    rows = [int(each["history"].split()[0]) for each in (with_incidents, without)]
    assert rows[0] < rows[1]
    assert "of 4 out of fold" in with_incidents["detected"]
    assert "0 of 0 out of fold" in without["detected"]


def test_training_scores_a_piece_as_the_detector_does(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[list[Array]] = []

    def remembered(runs: Sequence[Any], scores: list[Array], *given: Any) -> dict[float, float]:
        seen.append(scores)
        return dict.fromkeys(AIMS, 0.5)

    monkeypatch.setattr("detectors.anomaly.anomaly_training.thresholds_for", remembered)
    monkeypatch.setattr(
        "detectors.anomaly.anomaly_training.out_of_fold",
        lambda runs, train, score: [score(train(list(range(runs)), 3), piece) for piece in range(runs)],
    )  # the model of all runs, as it is written
    read = read_anomaly(trained(tmp_path), "isolation_forest")
    scorer = AnomalyScorer(CORRIDOR, read)
    live = np.stack([scorer.score(frame) for frame in RUNS[0].frames])
    np.testing.assert_array_equal(live, seen[0][0])


def test_one_long_recording_is_enough(tmp_path: Path) -> None:
    path = trained(tmp_path, [Run(CORRIDOR, tuple(traffic(frames=360)), None)])
    assert "3 pieces of 1 recordings" in read_anomaly(path, "isolation_forest").provenance["history"]


def test_too_short_recordings_are_refused_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wanted 300 incident-free rows .*section-hours"):
        trained(tmp_path, [Run(CORRIDOR, tuple(traffic()), None)])
    assert not (tmp_path / "own.json").exists()


def test_every_anomaly_detector_has_a_summary() -> None:
    assert all(model.summary for model in ANOMALY_MODELS.values())


@pytest.mark.parametrize(
    ("name", "module", "extra"), [("autoencoder", "sklearn", "learned"), ("lstm_autoencoder", "torch", "deep")]
)
def test_a_missing_library_is_named_before_anything_is_read(
    name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"laneblock\[{extra}\]"):
        train_anomaly(name, [], tmp_path / "own.json", "")
