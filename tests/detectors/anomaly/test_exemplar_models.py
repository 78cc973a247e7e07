"""What `one_class_svm`, `lof` and `dbscan` have in common: files, sizes, speed, errors."""

import json
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest
from pydantic import create_model

from detectors.anomaly import anomaly_features
from detectors.anomaly.dbscan import DbscanFile, train_dbscan
from detectors.anomaly.lof import LofFile, train_lof
from detectors.anomaly.novelty_model import NoveltyModel, Train
from detectors.anomaly.one_class_svm import OneClassSvmFile, train_one_class_svm
from detectors.file_schema import FileSchema, checked
from detectors.tree_file import MOST_FEATURES
from scenarios.errors import MissingExtraError, UserError
from tests.detectors.anomaly.normal_rows import normal_rows, novel_rows

TRAINERS: dict[str, Train] = {"one_class_svm": train_one_class_svm, "lof": train_lof, "dbscan": train_dbscan}
SCHEMAS: dict[str, Any] = {"one_class_svm": OneClassSvmFile, "lof": LofFile, "dbscan": DbscanFile}
NAMES = pytest.mark.parametrize("name", sorted(TRAINERS))
WIDE = len(anomaly_features.NAMES)
"""Features of the widest row: hours and days with all others."""


@pytest.fixture(scope="module")
def trained() -> dict[str, NoveltyModel]:
    return {name: train(normal_rows(), 3) for name, train in TRAINERS.items()}


@pytest.fixture(scope="module")
def largest() -> dict[str, NoveltyModel]:
    """Models of a history with more rows than any of them keeps."""
    rows = np.random.default_rng(0).normal(size=(20_000, WIDE))
    return {name: train(rows, 3) for name, train in TRAINERS.items()}


def read(name: str, content: dict[str, Any]) -> NoveltyModel:
    """The model in the key `model` of a file."""
    file = create_model("File", __base__=FileSchema, model=(SCHEMAS[name], ...))
    model: NoveltyModel = checked(file, {"model": content}, "own.json").model.trained()  # type: ignore[attr-defined]
    return model


@NAMES
def test_a_model_read_scores_exactly_as_the_one_written(name: str, trained: dict[str, NoveltyModel]) -> None:
    again, rows = read(name, json.loads(json.dumps(trained[name].to_json()))), novel_rows()
    assert again.novelty(rows).tolist() == trained[name].novelty(rows).tolist()
    assert again.parts(rows).tolist() == trained[name].parts(rows).tolist()


@NAMES
def test_what_was_read_is_written_again_as_it_was(name: str, trained: dict[str, NoveltyModel]) -> None:
    content = trained[name].to_json()
    assert read(name, json.loads(json.dumps(content))).to_json() == content


@NAMES
def test_novel_rows_score_higher_than_normal_ones(name: str, trained: dict[str, NoveltyModel]) -> None:
    normal, novel = (trained[name].novelty(rows) for rows in (normal_rows(500, seed=7), novel_rows()))
    assert np.median(novel) > np.quantile(normal, 0.98)


@NAMES
def test_a_seed_gives_the_same_model(name: str, trained: dict[str, NoveltyModel]) -> None:
    assert TRAINERS[name](normal_rows(), 3).to_json() == trained[name].to_json()


@NAMES
def test_a_model_knows_its_features(name: str, trained: dict[str, NoveltyModel]) -> None:
    assert trained[name].features == normal_rows().shape[1]


@NAMES
def test_no_rows_give_no_scores(name: str, trained: dict[str, NoveltyModel]) -> None:
    assert trained[name].novelty(np.zeros((0, 8))).shape == (0,)
    assert trained[name].parts(np.zeros((0, 8))).shape == (0, 8)


@NAMES
def test_rows_are_left_as_they_were(name: str, trained: dict[str, NoveltyModel]) -> None:
    rows = novel_rows()
    trained[name].novelty(rows)
    trained[name].parts(rows)
    assert rows.tolist() == novel_rows().tolist()


@NAMES
def test_many_rows_are_as_each_alone(name: str, trained: dict[str, NoveltyModel]) -> None:
    rows = novel_rows(1500)
    together, every = trained[name].novelty(rows), range(0, 1500, 97)
    alone = [float(trained[name].novelty(rows[row : row + 1])[0]) for row in every]
    np.testing.assert_allclose(together[list(every)], alone, rtol=1e-9)  # a matrix product may add in another order


@NAMES
def test_a_file_stays_below_a_megabyte(name: str, largest: dict[str, NoveltyModel]) -> None:
    assert len(json.dumps(largest[name].to_json())) < 1_000_000


@NAMES
def test_a_frame_of_4000_sections_takes_less_than_a_second(name: str, largest: dict[str, NoveltyModel]) -> None:
    rows, taken_s = np.random.default_rng(1).normal(size=(4000, WIDE)), []
    for _ in range(3):
        started_s = time.thread_time()  # of this thread: other tests run beside it
        largest[name].novelty(rows)
        taken_s.append(time.thread_time() - started_s)
    assert min(taken_s) < 1


@NAMES
def test_a_history_too_short_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(
        UserError, match=rf"^{name} learns from the history: wanted at least 1000 different rows.*got 50"
    ):
        TRAINERS[name](normal_rows(50), 3)


@NAMES
def test_without_scikit_learn_the_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'laneblock\[learned\]'"):
        TRAINERS[name](normal_rows(), 3)


@NAMES
def test_a_model_runs_without_scikit_learn(name: str, trained: dict[str, NoveltyModel]) -> None:
    code = (
        "import json, sys; sys.modules['sklearn'] = sys.modules['scipy'] = None\n"
        f"from detectors.anomaly.{name} import {SCHEMAS[name].__name__} as Schema\n"
        "model = Schema.model_validate(json.load(sys.stdin)).trained()\n"
        "print(model.novelty(model.parts(__import__('numpy').ones((2, 8)))).shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(trained[name].to_json()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(2,)"


@pytest.mark.parametrize(
    ("name", "key", "value", "wrong"),
    [
        ("dbscan", "eps", 0.0, "eps: wanted greater than or equal to 0.001, got 0.0"),
        ("dbscan", "eps", "wide", "eps: wanted a valid number, got 'wide'"),
        ("dbscan", "core", [], "core: wanted rows of numbers, got none"),
        ("dbscan", "core", [[]], r"core: wanted 1 to 20000 core points of 1 to 10000 numbers, got 1 of 0"),
        ("dbscan", "core", [[1.0] * (MOST_FEATURES + 1)], r"core: wanted 1 to 20000 core points .*, got 1 of 10001"),
        ("dbscan", "core", [[1.0]] * 20_001, r"core: wanted 1 to 20000 core points .*, got 20001 of 1"),
        ("dbscan", "core", [[1.0, 2.0], [3.0]], r"core\[1\]: wanted rows of one length, 2 numbers, got 1"),
        ("lof", "neighbours", 0, "neighbours: wanted greater than or equal to 1, got 0"),
        ("lof", "neighbours", 2.5, "neighbours: wanted a valid integer, got 2.5"),
        ("lof", "reach", [1.0], "reach: wanted 1200 numbers, one for each of the exemplars, got 1"),
        ("lof", "density", [1.0] * 1199 + [0.0], r"density\[1199\]: wanted a number above 0, got 0"),
        ("lof", "exemplars", [[1.0]], "reach: wanted 1 numbers, one for each of the exemplars, got 1200"),
        ("one_class_svm", "rho", -1.0, "rho: wanted greater than or equal to 0.001, got -1.0"),
        ("one_class_svm", "gamma", 0, "gamma: wanted greater than or equal to 0.00001, got 0"),
        ("one_class_svm", "weights", [], r"weights: wanted \d+ numbers, one for each of the support vectors, got 0"),
        ("one_class_svm", "weights", None, "weights: wanted a list of numbers, got None"),
    ],
)
def test_a_file_with_a_wrong_part_is_named(
    name: str, key: str, value: Any, wrong: str, trained: dict[str, NoveltyModel]
) -> None:
    with pytest.raises(UserError, match=rf"^own\.json: model\.{wrong}"):
        read(name, trained[name].to_json() | {key: value})


def test_more_neighbours_than_exemplars_are_refused() -> None:
    content = {"neighbours": 2, "reach": [1.0, 1.0], "density": [1.0, 1.0], "exemplars": [[0.0], [1.0]]}
    with pytest.raises(UserError, match=r"^own\.json: model\.neighbours: wanted fewer than the 2 exemplars, got 2"):
        read("lof", content)


@NAMES
def test_an_unknown_key_is_named(name: str, trained: dict[str, NoveltyModel]) -> None:
    with pytest.raises(UserError, match=r"^own\.json: model\.gama: unknown key"):
        read(name, trained[name].to_json() | {"gama": 1.0})
