"""Scores of members for a calibration: settings are replayed, trained members never score a run they were trained on."""

import json
from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.out_of_fold import FOLDS
from detectors.ensemble.member_scores import scored_member
from scenarios.errors import MissingExtraError
from tests.detectors.ensemble.toy_members import (
    CORRIDOR,
    OCCUPANCY,
    RUNS,
    Reader,
    entry_of,
    no_extra,
    occupancy,
    source_of,
    trained_entry,
)


def upstream(number: int, gain: float) -> np.ndarray:
    return gain * np.array([frame.occupancy[:-1, 0] for frame in RUNS[number].frames])


def test_a_member_of_settings_is_replayed_with_those_that_ship() -> None:
    found = scored_member("occupancy", None, RUNS, source_of(OCCUPANCY), "")
    assert found.file is None
    for number, scores in enumerate(found.scores):
        assert scores == pytest.approx(upstream(number, 1.0))


def test_a_file_that_is_given_is_replayed_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"gain": 3.0}', encoding="utf-8")
    calls: list[list[int]] = []
    found = scored_member("trained", file, RUNS, source_of(trained_entry(calls)), "")
    assert not calls
    assert found.file == '{"gain": 3.0}'
    assert found.scores[2] == pytest.approx(upstream(2, 3.0))


def test_a_trained_member_scores_each_run_with_a_model_of_the_other_folds() -> None:
    calls: list[list[int]] = []
    found = scored_member("trained", None, RUNS, source_of(trained_entry(calls)), "")
    ends = [int(run.frames[-1].time_s) for run in RUNS]
    assert calls == [*([end for k, end in enumerate(ends) if k % FOLDS != fold] for fold in range(FOLDS)), ends]
    for number, scores in enumerate(found.scores):  # the model of fold k has a gain of k + 1
        assert scores == pytest.approx(upstream(number, 1.0 + number % FOLDS))


def test_a_trained_member_s_file_is_that_of_all_runs() -> None:
    found = scored_member("trained", None, RUNS, source_of(trained_entry([])), "")
    assert json.loads(found.file or "") == {"gain": FOLDS + 1.0}


def test_a_model_that_is_the_one_that_ships_is_not_kept_again(tmp_path: Path) -> None:
    entry, shipped = trained_entry([]), tmp_path / "trained.json"
    shipped.write_text(json.dumps({"gain": FOLDS + 1.0}), encoding="utf-8")
    entry = type(entry)(
        entry.name, entry.summary, entry.build, entry.calibrate, suffix=".json", shipped=lambda aim: shipped
    )
    source = source_of(entry)
    ships = type(source)(source.entry, source.build, lambda name, file, aim: entry.fingerprint(file, aim))
    assert scored_member("trained", None, RUNS, ships, "").file is None


def test_runs_that_a_member_cannot_be_trained_on_are_refused_with_its_name() -> None:
    words = r"member 'trained': wanted two incidents, got fewer \(trained on \d of 4 recordings; .*: trained=FILE\)"
    with pytest.raises(ValueError, match=words):
        scored_member("trained", None, RUNS[5:], source_of(trained_entry([])), "")


def test_a_missing_extra_is_named_with_the_member() -> None:
    entry = trained_entry([])
    source = source_of(type(entry)(entry.name, entry.summary, entry.build, no_extra, suffix=".json"))
    with pytest.raises(MissingExtraError, match=r"member 'trained': .*laneblock\[learned\]"):
        scored_member("trained", None, RUNS, source, "")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.bin"
    file.write_bytes(b"\xff\xfe\x00")
    entry = entry_of("occupancy", occupancy)
    made = type(entry)(entry.name, entry.summary, lambda corridor, path, aim: Reader(CORRIDOR, occupancy))
    with pytest.raises(ValueError, match=r"member 'occupancy': .*mine\.bin: wanted a parameter file of text"):
        scored_member("occupancy", file, RUNS, source_of(made), "")
