"""The smoke test as a whole: thresholds from the first samples alone, a table over all series, wrong names refused."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import nab
from benchmarks.nab_scores import scorers
from benchmarks.nab_series import NabSeries
from scenarios.errors import UserError
from simulator.frame import Array
from tests.benchmarks.nab_files import made_series, write_series


def test_a_threshold_comes_from_the_first_samples_alone() -> None:
    series = made_series(1000)
    score = np.random.default_rng(1).random(1000)
    later = np.where(np.arange(1000) < series.probation, score, 100.0)
    assert nab.learned_threshold(series, later, 1.0) == nab.learned_threshold(series, score, 1.0)


def test_a_rarer_alarm_needs_a_higher_threshold() -> None:
    series = made_series(1000)
    score = np.random.default_rng(1).random(1000)
    assert nab.learned_threshold(series, score, 1.0 / 7.0) > nab.learned_threshold(series, score, 1.0)


def test_a_shift_of_25_deviations_is_found_in_both_series() -> None:
    every = [made_series(1000, ((500, 560),), shift=25.0), made_series(1000, ((700, 760),), shift=-25.0)]
    total, _ = nab.evaluate(every, {"ewma": scorers()["ewma"]})
    assert [row[:3] for row in total.rows] == [("ewma", "1 a day", "2 of 2"), ("ewma", "1 in 7 days", "2 of 2")]


def test_a_detector_that_cannot_learn_from_so_little_is_left_out_with_the_reason() -> None:
    def refusing(_: NabSeries) -> Array:
        raise UserError("wanted 500 rows, got 3")

    total, by_series = nab.evaluate([made_series(400)], {"ewma": scorers()["ewma"], "lof": refusing})
    assert [row[0] for row in by_series.rows] == ["ewma"]
    assert total.note == "Left out: lof: wanted 500 rows, got 3."


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["nab", *arguments])
    nab.main()


def test_the_command_prints_both_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    series = made_series(400, ((300, 320),), shift=25.0)
    folder = write_series(tmp_path, {"made.csv": series.value.tolist()}, {"made.csv": ["2015-09-02 01:30:00"]})
    run(monkeypatch, str(folder), "--detector", "xbar")
    printed = capsys.readouterr().out
    assert "1 series, 1 windows" in printed
    assert "xbar      1 in 7 days" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--detector", "snd"), "no chart or anomaly model 'snd'; there are xbar"),
        (("--series", "other"), "no series 'other'; there are made"),
    ],
)
def test_a_wrong_name_ends_with_the_known_ones(
    arguments: tuple[str, str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = write_series(tmp_path, {"made.csv": [1.0] * 100}, {"made.csv": []})
    with pytest.raises(SystemExit, match="2"):
        run(monkeypatch, str(folder), *arguments)
    assert message in capsys.readouterr().err
