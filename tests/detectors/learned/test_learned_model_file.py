"""A learned peer as a file: round trip, what ships, and clear errors."""

import json
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.calibration.aims import AIMS
from detectors.learned.learned_model_file import LearnedModel, read_learned, write_learned
from detectors.learned.learned_scorers import Trained
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array

RNG = np.random.default_rng(0)
STANDARD = Standard(RNG.normal(size=3), RNG.uniform(0.5, 2.0, 3))
MODELS: dict[str, Trained] = {
    "trees": TreeEnsemble(
        features=3,
        baseline=-1.5,
        roots=np.array([0], dtype=np.int32),
        depth=1,
        feature=np.array([2, 0, 0], dtype=np.int32),
        threshold=np.array([1 / 3, 0.0, 0.0]),
        left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32),
        missing_left=np.array([True, False, False]),
        value=np.array([0.0, 2 / 3, -1 / 7]),
    ),
    "mlp": Perceptron(STANDARD, RNG.normal(size=(3, 2)), RNG.normal(size=2), RNG.normal(size=2), 0.25),
    "pnn": Probabilistic(STANDARD, RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2)), RNG.normal(size=(5, 2)), 0.5),
}
THRESHOLDS = {0.1: 1 / 3, 1.0: -0.25, 10.0: -7.5}
SOURCES = {"sources": 'quoted "so", a \\ and\na line, ç', "method": "made of chance"}
NAMES = pytest.mark.parametrize("name", sorted(MODELS))


def rows() -> Array:
    made = np.random.default_rng(1).normal(size=(50, 3))
    made[::7, 1] = nan
    return made


def written(folder: Path, name: str = "trees", **changes: Any) -> Path:
    """A file of the model, with parts of it (None: taken out) or of `model_...` changed."""
    path = folder / "own.json"
    write_learned(path, LearnedModel(name, MODELS[name], THRESHOLDS, SOURCES))
    content = json.loads(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        place = content["model"] if key.startswith("model_") else content
        place[key.removeprefix("model_")] = value
        if value is None:
            del place[key.removeprefix("model_")]
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@NAMES
def test_a_model_read_predicts_as_the_one_written(name: str, tmp_path: Path) -> None:
    read = read_learned(written(tmp_path, name), name)
    # weights are written to seven digits
    np.testing.assert_allclose(read.model.raw(rows()), MODELS[name].raw(rows()), rtol=1e-5, atol=1e-5)


@NAMES
def test_what_was_read_is_written_again_byte_by_byte(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    write_learned(first, LearnedModel(name, MODELS[name], THRESHOLDS, SOURCES))
    write_learned(second, read_learned(first, name))
    assert first.read_bytes() == second.read_bytes()


@NAMES
def test_thresholds_and_provenance_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    read = read_learned(written(tmp_path, name), name)
    assert (read.detector, dict(read.thresholds), dict(read.provenance)) == (name, THRESHOLDS, SOURCES)


@NAMES
def test_what_ships_has_a_threshold_for_every_aim_rarer_ones_higher(name: str) -> None:
    shipped = read_learned(None, name)
    thresholds = [shipped.threshold(aim) for aim in AIMS]
    assert thresholds == sorted(thresholds, reverse=True)


@NAMES
def test_what_ships_says_where_it_comes_from(name: str) -> None:
    assert {"method", "detected", "sources"} <= set(read_learned(None, name).provenance)


def test_an_aim_without_a_threshold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"trees is calibrated for 0\.1, 1, 10 false alarms per corridor-day, got 5"):
        read_learned(written(tmp_path), "trees").threshold(5.0)


def test_a_model_of_another_detector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own\.json: wanted a model with detector = 'mlp', got 'trees'"):
        read_learned(written(tmp_path), "mlp")


@pytest.mark.parametrize("text", ["", "detector = 'trees'", '{"detector": "trees"'])
def test_a_file_that_is_not_json_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.json: wanted a model of trees in JSON"):
        read_learned(tmp_path / "own.json", "trees")


@pytest.mark.parametrize("content", [[], "trees", 3, None, {}])
def test_json_that_is_no_model_is_named(content: Any, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.json: (not|wanted) a model"):
        read_learned(tmp_path / "own.json", "trees")


@pytest.mark.parametrize(
    ("name", "changes", "wrong"),
    [
        ("trees", {"thresholds": None}, "thresholds: wanted, but missing"),
        ("trees", {"thresholds": [1.0]}, r"thresholds: wanted a valid dictionary, got \[1.0\]"),
        ("trees", {"thresholds": {}}, "thresholds: wanted thresholds by false alarms, got none"),
        ("trees", {"thresholds": {"one": 1.0}}, "thresholds: .* got 'one'"),
        ("trees", {"thresholds": {"1": "high"}}, "thresholds.1.0: wanted a valid number, got 'high'"),
        ("trees", {"thresholds": {"1": 1.0, "10": 2.0}}, "thresholds: .*are they mixed up"),
        ("trees", {"provenance": None}, "provenance: wanted, but missing"),
        ("trees", {"provenance": "chance"}, "provenance: wanted a valid dictionary, got 'chance'"),
        ("trees", {"modle": {}}, r"modle: unknown key \(did you mean 'model'\?\)"),
        ("trees", {"model": None}, "model: wanted, but missing"),
        ("trees", {"model_depth": None}, "model.depth: wanted, but missing"),
        ("trees", {"model_value": [0.0]}, r"model\.feature: wanted 1 numbers, one for each value, got 3"),
        ("trees", {"model_feature": ["x", 0, 0]}, r"model\.feature\[0\]: wanted a whole number, got 'x'"),
        ("trees", {"model_feature": [3, 0, 0]}, r"model\.feature\[0\]: wanted a feature, 0 to 2, got 3"),
        ("trees", {"model_left": [2**40, 1, 2]}, r"model\.left\[0\]: wanted a whole number, 0 to 2147483647, got 1099"),
        ("mlp", {"model": []}, r"model: wanted a valid .*, got \[\]"),
        ("mlp", {"model_mean": None}, "model.mean: wanted, but missing"),
        ("mlp", {"model_mean": [1.0, [], 2.0]}, r"model\.mean\[1\]: wanted a number, got \[\]"),
        ("mlp", {"model_mean": [1.0]}, r"model\.mean: wanted 3 numbers, one for each of the inputs, got 1"),
        ("mlp", {"model_scale": [1.0, 0.0, 1.0]}, r"model\.scale: wanted numbers of 1e-09 or more, got 0"),
        ("mlp", {"model_hidden": [[1.0, 2.0], [3.0]]}, r"model\.hidden\[1\]: wanted rows of one length, 2 .*got 1"),
        ("mlp", {"model_hidden": [[1.0], [1e308]]}, r"model\.hidden\[1\]\[0\]: wanted a number of size 1e\+06 at most"),
        ("mlp", {"model_output": [True, 1.0]}, r"model\.output\[0\]: wanted a number, got True"),
        ("pnn", {"model_width": None}, "model.width: wanted, but missing"),
        ("pnn", {"model_width": 0}, "model.width: wanted greater than or equal to 0.001, got 0"),
        ("pnn", {"model_turn": {}}, r"model\.turn: wanted a list of rows of numbers, got {}"),
        ("pnn", {"model_free": [[1.0]]}, r"model\.free: wanted 1 to 10000 exemplars of 2 components, .*got 1 of 1"),
    ],
)
def test_a_file_with_a_wrong_part_is_named(name: str, changes: dict[str, Any], wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"own\.json: {wrong}"):
        read_learned(written(tmp_path, name, **changes), name)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_that_is_not_finite_is_refused(number: str, tmp_path: Path) -> None:
    path = written(tmp_path, "mlp")
    path.write_text(path.read_text(encoding="utf-8").replace('"output_bias": 0.25', f'"output_bias": {number}'))
    with pytest.raises(ValueError, match=r"own\.json: .*finite number"):
        read_learned(path, "mlp")


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"detector": "trees", "detector": "trees"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.json: .*the key 'detector' is given twice"):
        read_learned(tmp_path / "own.json", "trees")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.json: .*nested too deeply"):
        read_learned(tmp_path / "own.json", "trees")


def test_a_file_larger_than_any_model_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "own.json").open("wb") as stream:
        stream.truncate(200 << 20)
    with pytest.raises(ValueError, match=r"own\.json: a model has 16 MiB at most"):
        read_learned(tmp_path / "own.json", "trees")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"own\.json"):
        read_learned(tmp_path / "own.json", "trees")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such model: .*own\.json"):
        read_learned(tmp_path / "own.json", "trees")


def test_a_detector_without_a_shipped_model_is_told_how_to_train_it() -> None:
    with pytest.raises(ValueError, match=r"no parameters of other come with this version: calibrate it"):
        read_learned(None, "other")


def test_what_is_no_learned_model_is_not_written(tmp_path: Path) -> None:
    class Other:
        def raw(self, rows: Array) -> Array:
            return rows[:, 0]

    with pytest.raises(TypeError, match="no way to write a Other"):
        write_learned(tmp_path / "own.json", LearnedModel("other", Other(), THRESHOLDS, SOURCES))
