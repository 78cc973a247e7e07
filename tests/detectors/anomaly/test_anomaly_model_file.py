"""An anomaly detector as a file: round trip, what ships, and clear errors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_model_file import TrainedAnomalyDetector, read_anomaly, write_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.anomaly.isolation_forest import train_isolation_forest
from detectors.anomaly.standard_rows import StandardRows
from detectors.calibration.aims import AIMS
from detectors.catalogue import build
from detectors.contract_traffic import CORRIDOR
from scenarios.errors import UserError

ROWS = np.random.default_rng(0).normal(5.0, 2.0, (400, 3))
STANDARD = StandardRows.of(ROWS)
THRESHOLDS = {0.1: 0.75, 1.0: 2 / 3, 10.0: 0.5}
SOURCES = {"sources": 'quoted "so", a \\ and\na line, ç', "method": "made of chance"}
OWN = TrainedAnomalyDetector(
    "isolation_forest", NAMES[:3], STANDARD, train_isolation_forest(STANDARD.apply(ROWS), 0), THRESHOLDS, SOURCES
)


def written(folder: Path, **changes: Any) -> Path:
    """A file of the forest, with keys of it changed (None: taken out)."""
    path = folder / "own.json"
    write_anomaly(path, OWN)
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps({key: each for key, each in content.items() if each is not None}), encoding="utf-8")
    return path


def test_what_is_read_scores_as_what_was_written(tmp_path: Path) -> None:
    read = read_anomaly(written(tmp_path), "isolation_forest")
    np.testing.assert_array_equal(
        read.model.novelty(read.standard.apply(ROWS)), OWN.model.novelty(OWN.standard.apply(ROWS))
    )
    assert (read.features, dict(read.thresholds), dict(read.provenance)) == (NAMES[:3], THRESHOLDS, SOURCES)


def test_what_was_read_is_written_again_byte_by_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    write_anomaly(first, OWN)
    write_anomaly(second, read_anomaly(first, "isolation_forest"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", sorted(ANOMALY_MODELS))
def test_what_ships_has_a_threshold_for_every_aim_and_says_where_it_comes_from(name: str) -> None:
    shipped = read_anomaly(None, name)
    thresholds = [shipped.threshold(aim) for aim in AIMS]
    assert thresholds == sorted(thresholds, reverse=True)
    assert {"method", "history", "detected", "sources"} <= set(shipped.provenance)


@pytest.mark.parametrize("name", sorted(ANOMALY_MODELS))
def test_what_ships_knows_no_clock_because_its_runs_start_at_no_hour(name: str) -> None:
    assert not {"hour", "day"} & set(read_anomaly(None, name).features)


def test_a_model_of_another_detector_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, detector="mlp")
    with pytest.raises(ValueError, match=r"own\.json: wanted a model with detector = 'isolation_forest', got 'mlp'"):
        read_anomaly(path, "isolation_forest")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"features": [*NAMES[:2], "colour"]}, r"features\[2\]: wanted features of anomaly_features.py, got 'colour'"),
        ({"features": [*NAMES[:2], NAMES[0]]}, r"features\[2\]: wanted each feature once, got 'volume' twice"),
        ({"features": []}, "features: List should have at least 1 item"),
        ({"mean": [0.0]}, "mean: wanted 3 numbers, one for each of the features, got 1"),
        ({"sd": [1.0, 1e-9, 0.0]}, "sd: wanted 0, or deviations of 1e-06 or more, got 1e-09"),
        ({"sd": [1.0, -1.0, 0.0]}, "sd: wanted 0, or deviations of 1e-06 or more, got -1"),
        ({"period_s": 0}, "period_s: .*greater than 0"),
        ({"sd": "x"}, "sd: wanted a list of numbers, got 'x'"),
        (
            {"features": list(NAMES[:4]), "mean": [0.0] * 4, "sd": [1.0] * 4},
            "wanted a model of 4 features, .* got one of 3",
        ),
        ({"model": None}, "model: wanted, but missing"),
        ({"model": {"roots": []}}, "model.roots: unknown key"),
        ({"thresholds": {"1": 0.5, "10": 0.6}}, "fewer false alarms want a threshold at least as high"),
        ({"treshold": 1.0}, "treshold: unknown key .did you mean 'thresholds'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_place(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=rf"own\.json: .*{words}"):
        read_anomaly(written(tmp_path, **changes), "isolation_forest")


@pytest.mark.parametrize("text", ["", "detector = 'isolation_forest'", '{"detector": "isolation_forest"', "[1]"])
def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.json") as error:
        read_anomaly(path, "isolation_forest")
    assert "\n" not in str(error.value)


def test_the_file_of_another_period_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"own\.json: isolation_forest was trained on frames of 20 s, .* are of 30 s"):
        build("isolation_forest", CORRIDOR, written(tmp_path, period_s=20))


def test_a_file_builds_the_detector_of_the_catalogue(tmp_path: Path) -> None:
    assert build("isolation_forest", CORRIDOR, written(tmp_path)) is not None
