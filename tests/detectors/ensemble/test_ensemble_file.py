"""The file of an ensemble: what is written is read again, and what cannot be is refused in clear words."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.ensemble.ensemble_file import read_ensemble, write_ensemble
from detectors.ensemble.ensemble_parameters import EnsembleParameters, Member
from detectors.ensemble.stacked_weights import StackedWeights

AIMS = {0.1: 0.5, 1.0: 0.0, 10.0: -0.5}
MEMBERS = (
    Member("ewma", None, "a" * 64, {0.1: 3.0, 1.0: 2.0, 10.0: 1.0}),
    Member("snd", 'detector = "snd"\n', "b" * 64, {0.1: 6.0, 1.0: 4.0, 10.0: 3.0}),
)
STACK = StackedWeights(-3.5, np.array([1.0, 0.0]), np.array([-2.0, -1.5]))
STACKED = EnsembleParameters("stacked", MEMBERS, STACK, AIMS, {0.1: 4.0, 1.0: 3.0, 10.0: 1.0}, {"sources": "x"})
MAJORITY = EnsembleParameters("majority", MEMBERS, None, AIMS, AIMS, {})


@pytest.mark.parametrize("parameters", [STACKED, MAJORITY], ids=lambda each: each.method)
def test_what_is_written_is_read_again(parameters: EnsembleParameters, tmp_path: Path) -> None:
    write_ensemble(tmp_path / "e.json", parameters)
    read = read_ensemble(tmp_path / "e.json")
    assert read.method == parameters.method
    for one, other in zip(read.members, parameters.members, strict=True):
        assert (one.name, one.file, one.fingerprint, one.levels) == (
            other.name,
            other.file,
            other.fingerprint,
            other.levels,
        )
    assert (read.votes, read.thresholds, read.provenance) == (
        parameters.votes,
        parameters.thresholds,
        parameters.provenance,
    )
    assert (read.stack is None) == (parameters.stack is None)
    if read.stack is not None:
        assert read.stack.bias == -3.5
        assert (read.stack.weights.tolist(), read.stack.usual.tolist()) == ([1.0, 0.0], [-2.0, -1.5])


def content() -> dict[str, Any]:
    return {
        "detector": "ensemble",
        "provenance": {},
        "method": "stacked",
        "members": [
            {"name": name, "file": None, "fingerprint": "a" * 64, "levels": {"1": 2.0, "10": 1.0}}
            for name in ("ewma", "snd")
        ],
        "stack": {
            "bias": -1.0,
            "weights": [1.0, 1.0],
            "usual": [-2.0, -2.0],
        },
        "votes": {"0.1": 0.5, "1": 0.0, "10": -0.5},
        "thresholds": {"0.1": 3.0, "1": 2.0, "10": 1.0},
    }


def _set(*keys: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(written: Any) -> None:
        for key in keys[:-1]:
            written = written[key]
        written[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_set("detector", to="snd"), "wanted a model with detector = 'ensemble', got 'snd'"),
        (_set("method", to="voting"), "method: wanted 'majority' or 'stacked', got 'voting'"),
        (_set("method", to="majority"), "stack: wanted a stack for .* and none for 'majority', got method 'majority' with"),
        (_set("stack", to=None), "stack: .* got method 'stacked' without one"),
        (_set("stack", "weights", to=[1.0]), "stack.weights: wanted 2 numbers, one for each member, got 1"),
        (_set("stack", "weights", to=[1.0, -0.1]), "stack.weights: wanted numbers of 0 or more"),
        (_set("members", to=[]), "members: .* at least 2 items"),
        (_set("members", 1, "name", to="ewma"), "members: wanted each member once, got 'ewma' 2 times"),
        (_set("members", 0, "levels", to={"1": 2.0}), r"members\[0\].levels: wanted thresholds for two rates"),
        (_set("members", 0, "levels", to={"0": 3.0, "1": 2.0}), r"members\[0\].levels: wanted thresholds for two rates above 0"),
        (_set("members", 0, "levels", to={"1": 2.0, "10": 2.0}), r"wanted a higher threshold for fewer false alarms, got 2"),
        (_set("members", 0, "fingerprint", to="abc"), r"members\[0\].fingerprint"),
        (_set("thresholds", to={"1": 2.0}), "thresholds: wanted one for each of the rates 0.1, 1, 10, got none for 0.1"),
        (_set("votes", to={"0.1": 1.0, "1": 0.0}), "votes: wanted one for each of the rates .* got none for 10"),
        (_set("threshold", to=1.0), "threshold: unknown key .did you mean 'thresholds'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], None], words: str, tmp_path: Path
) -> None:
    written = copy.deepcopy(content())
    (tmp_path / "e.json").write_text(json.dumps(written), encoding="utf-8")
    read_ensemble(tmp_path / "e.json")
    change(written)
    (tmp_path / "e.json").write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_ensemble(tmp_path / "e.json")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no such model: nowhere\.json"):
        read_ensemble(Path("nowhere.json"))
