"""The model's file: round trip, the shipped model, wrong files."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.calibration.aims import AIMS
from detectors.sequential.estimates.queue_features import QUEUE_NAMES
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_features import SECTION_NAMES
from detectors.sequential.sequential_model_file import ENSEMBLES, Model, read_model, shipped_model, write_model


@pytest.fixture
def written(tmp_path: Path, model: Model) -> dict[str, Any]:
    write_model(tmp_path / "model.json", model)
    read: dict[str, Any] = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    return read


def saved(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path, model: Model) -> None:
    write_model(tmp_path / "model.json", model)
    again = read_model(tmp_path / "model.json")
    for name in (
        "names",
        "thresholds",
        "platt",
        "clearance_lag_s",
        "first_trees",
        "first_trees_limit",
        "provenance",
    ):
        assert getattr(again, name) == getattr(model, name)
    for name in ENSEMBLES:
        assert getattr(again, name).to_json() == getattr(model, name).to_json()


def test_the_shipped_model_survives_being_written(tmp_path: Path) -> None:
    write_model(tmp_path / "model.json", shipped_model())
    rows = np.random.default_rng(0).normal(size=(50, len(shipped_model().names)))
    again = read_model(tmp_path / "model.json")
    np.testing.assert_array_equal(again.lane.raw(rows), shipped_model().lane.raw(rows))


def test_the_shipped_model_has_a_threshold_for_every_aim_and_higher_ones_for_fewer_false_alarms() -> None:
    thresholds = [shipped_model().threshold(aim) for aim in sorted(AIMS)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) == len(AIMS)


def test_the_shipped_model_has_the_names_of_the_table_of_lane_features() -> None:
    assert shipped_model().names == LANE_NAMES


@pytest.mark.parametrize(
    ("names", "ensembles"),
    [
        (LANE_NAMES, ("lane", "blocked", "onset", "place")),
        (SECTION_NAMES, ("section",)),
        (QUEUE_NAMES, ("queue", "share")),
    ],
)
def test_the_shipped_ensembles_take_as_many_features_as_the_tables_have(
    names: tuple[str, ...], ensembles: tuple[str, ...]
) -> None:
    assert {getattr(shipped_model(), name).features for name in ensembles} == {len(names)}


def test_the_shipped_model_has_seven_ensembles_of_970_trees() -> None:
    trees = {name: len(getattr(shipped_model(), name).roots) for name in ENSEMBLES}
    assert (len(trees), sum(trees.values())) == (7, 970)  # the figures of README.md


@pytest.mark.parametrize(("score", "probability"), [(1.5, 0.5), (2.0, 1 / (1 + np.exp(-1.0)))])
def test_the_calibrated_probability_by_hand(model: Model, score: float, probability: float) -> None:
    even = replace(model, platt=(2.0, -3.0))  # log odds 2 x 1.5 - 3 = 0, 2 x 2 - 3 = 1
    assert even.probability(np.array([score])).tolist() == [pytest.approx(probability)]


def test_the_shipped_model_says_where_it_comes_from() -> None:
    assert {"method", "recordings", "detected", "sources"} <= shipped_model().provenance.keys()


def test_an_aim_it_was_not_calibrated_for_is_refused_with_those_it_was(model: Model) -> None:
    with pytest.raises(ValueError, match=r"calibrated for 1, 10 false alarms per corridor-day, got 3"):
        model.threshold(3.0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such model: .*none\.json"):
        read_model(tmp_path / "none.json")


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("[filter]\nstart = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"model\.json: wanted a model of sequential in JSON"):
        read_model(path)


@pytest.mark.parametrize(("content", "got"), [({"detector": "trees"}, "'trees'"), ({}, "None")])
def test_another_detectors_file_is_refused(tmp_path: Path, content: object, got: str) -> None:
    with pytest.raises(ValueError, match=f"wanted a model with detector = 'sequential', got {got}"):
        read_model(saved(tmp_path, content))


@pytest.mark.parametrize("part", ["names", "thresholds", "posterior", "glance", "clearance_lag_s", "ensembles"])
def test_a_missing_part_is_named(tmp_path: Path, written: dict[str, Any], part: str) -> None:
    del written[part]
    with pytest.raises(ValueError, match=rf"changed\.json: {part}: wanted, but missing"):
        read_model(saved(tmp_path, written))


@pytest.mark.parametrize("name", ENSEMBLES)
def test_a_missing_ensemble_is_named(tmp_path: Path, written: dict[str, Any], name: str) -> None:
    del written["ensembles"][name]
    with pytest.raises(ValueError, match=rf"changed\.json: ensembles\.{name}: wanted, but missing"):
        read_model(saved(tmp_path, written))


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("thresholds", [1.0]),
        ("names", 3),
        ("provenance", "mine"),
        ("glance", None),
        ("glance_trees", True),
        ("glance_trees", -1),
        ("posterior", [1.0]),
        ("posterior", [1.0, 1e308]),
        ("clearance_lag_s", -1.0),
    ],
)
def test_a_part_of_another_type_is_refused(tmp_path: Path, written: dict[str, Any], part: str, wrong: object) -> None:
    written[part] = wrong
    with pytest.raises(ValueError, match=rf"changed\.json: {part}.*: .*, got"):
        read_model(saved(tmp_path, written))


def test_a_threshold_that_is_no_number_is_refused(tmp_path: Path, model: Model) -> None:
    write_model(tmp_path / "model.json", replace(model, thresholds={1.0: float("nan")}))
    with pytest.raises(ValueError, match=r"model\.json: thresholds\.1\.0: wanted a finite number, got nan"):
        read_model(tmp_path / "model.json")


def test_trees_of_other_features_than_the_file_names_are_refused(tmp_path: Path, written: dict[str, Any]) -> None:
    written["ensembles"]["queue"]["features"] += 1
    with pytest.raises(
        ValueError, match=r"changed\.json: ensembles\.queue\.features: wanted \d+, with \d+ names .* got \d+"
    ):
        read_model(saved(tmp_path, written))
