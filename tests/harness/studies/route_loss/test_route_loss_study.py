"""A whole study on days made up by formula, without SUMO: a small town, six stations, one bypass."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import harness.studies.route_loss.route_loss_study
from harness.studies.route_loss.optimal_thresholds import loss_at
from harness.studies.route_loss.route_loss_files import write_route_losses
from harness.studies.route_loss.route_loss_measurements import Measurements, check_study, measure_study
from harness.studies.route_loss.route_loss_study import KindResult, evaluate_study
from harness.studies.route_loss.route_loss_summary import RouteLossFindings
from harness.studies.route_loss.route_loss_sweep import sweep_settings
from scenarios.city import City
from scenarios.files.city_file import load_city
from tests.harness.studies.route_loss.made_up_town import STUDY, TOWN, made_up


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("town")
    (folder / "town.toml").write_text(TOWN, encoding="utf-8")
    return load_city("town.toml", folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def measured(town: City, folder: Path) -> Measurements:
    rng, patch = np.random.default_rng(4), pytest.MonkeyPatch()
    days = made_up(town, 3, rng), made_up(town, 2, rng)
    with patch.context() as context:
        context.setattr(harness.studies.route_loss.route_loss_measurements, "simulate_days", lambda *_: days)
        first = measure_study(STUDY, town, folder, lambda *_: None)
        context.setattr(
            harness.studies.route_loss.route_loss_measurements, "fit_predictor", None
        )  # kept: neither is called again
        context.setattr(harness.studies.route_loss.route_loss_measurements, "route_losses", None)
        again = measure_study(STUDY, town, folder, lambda *_: None)
    assert np.array_equal(first.test_losses.miss, again.test_losses.miss)
    assert np.array_equal(first.test.z(), again.test.z())
    return again


@pytest.fixture(scope="module")
def results(measured: Measurements) -> tuple[KindResult, ...]:
    return evaluate_study(STUDY, measured)


def test_a_study_finds_what_is_at_stake_and_what_thresholds_save(
    measured: Measurements, results: tuple[KindResult, ...]
) -> None:
    assert measured.test_losses.miss.sum() > 0
    assert [result.kind for result in results] == ["undercount", "overcount"]
    for result in results:
        assert result.static_s.sum() > 0
        assert (result.trained_s >= result.static_s - 1e-9).all()  # hindsight is never worse
        assert result.saved == pytest.approx(1 - result.optimal_s.sum() / result.static_s.sum())
        assert result.saved_interval.low <= result.saved_interval.high


def test_the_static_threshold_is_the_best_of_all_for_the_test_days(
    measured: Measurements, results: tuple[KindResult, ...]
) -> None:
    losses = measured.test_losses
    for result in results:
        for s, curve in enumerate(result.curves):
            wrong, missed = losses.false_alarm[..., s].mean(), losses.miss[..., s].mean()
            every = loss_at(curve, np.linspace(0, curve.greatest, 2001), wrong, missed, STUDY.fault_share)
            assert result.static_s[s] <= every.min() + 1e-9


def test_without_the_shortcut_optimal_thresholds_never_lose_more_than_the_static_one(measured: Measurements) -> None:
    keen = STUDY.model_copy(update={"slack": 0.0, "restarts": 20})
    for result in evaluate_study(keen, measured):
        assert (result.optimal_s <= result.static_s * 1.001 + 1e-9).all()


def test_the_files_say_the_same_as_the_summary(
    town: City, measured: Measurements, results: tuple[KindResult, ...], tmp_path: Path
) -> None:
    rows = sweep_settings(STUDY, town, tmp_path, measured, results, lambda *_: None)
    assert [(row.what, row.value) for row in rows] == [("as studied", ""), ("P(fault)", "0.5")]
    text = write_route_losses(
        tmp_path, RouteLossFindings(STUDY, town, measured, results, rows), "laneblock faults routes town"
    )
    assert text == (tmp_path / "summary.txt").read_text(encoding="utf-8")
    found = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    for result in results:
        assert found["kinds"][result.kind]["saved"] == pytest.approx(result.saved)
        assert f"save {100 * result.saved:.1f} % of the static loss" in text
    assert len((tmp_path / "sensors.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * len(town.stations)
    for name in ("trade-off.png", "losses.png", "map.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.width > 600


def test_more_close_sensors_than_there_are_is_refused(town: City) -> None:
    with pytest.raises(ValueError, match="closest: 'town' has 8 stations, so wanted at most 7, got 8"):
        check_study(STUDY.model_copy(update={"closest": 8}), town)
