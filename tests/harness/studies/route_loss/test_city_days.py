"""CityDays of a study as arrays: which are training, and what a link takes in them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from harness.studies.route_loss import city_days
from harness.studies.route_loss.city_days import CityDays, all_times, simulate_days, usual_times
from scenarios.city import City
from scenarios.files.city_file import load_city
from simulator.frame import Array
from tests.harness.studies.route_loss.made_up_town import STUDY, TOWN, made_up


@pytest.fixture
def town(tmp_path: Path) -> City:
    (tmp_path / "town.toml").write_text(TOWN, encoding="utf-8")
    return load_city("town.toml", tmp_path)


def test_the_first_days_are_for_training_and_each_has_a_seed_and_a_file(
    town: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[Path] = []
    told: list[tuple[str, int, int]] = []

    def play(city: City, seed: int, work: Path, file: Path, made_with: str) -> SimpleNamespace:
        files.append(file)
        values = {name: np.full((2, 3), float(seed)) for name in ("occupancy", "speed", "flow", "link_s")}
        return SimpleNamespace(times_s=np.array([1.0, 2.0]), **values)

    monkeypatch.setattr(city_days, "play_day", play)
    study = STUDY.model_copy(update={"seed": 7})
    train, test = simulate_days(study, town, tmp_path, lambda *shown: told.append(shown))
    assert [day[0, 0] for day in train.occupancy] == [7, 8, 9]
    assert [day[0, 0] for day in test.link_s] == [10, 11]
    assert files == [tmp_path / "days" / f"{seed}.npz" for seed in range(7, 12)]
    assert told[2:4] == [("day 3 (training)", 3, 5), ("day 4 (test)", 4, 5)]


def days(town: City, link_s: Array) -> CityDays:
    return replace(made_up(town, len(link_s), np.random.default_rng(1)), link_s=link_s)


def test_a_link_usually_takes_its_mean_of_the_days_in_that_hour(town: City) -> None:
    link_s = np.full((2, 2, len(town.links)), np.nan)
    link_s[:, 0, 0] = 40.0, 60.0
    link_s[0, 1, 0] = 90.0  # on one day only
    # periods end at the given times: that which ends with an hour is in it
    usual = usual_times(town, days(town, link_s), np.array([7 * 3600 + 300.0, 8 * 3600.0, 8 * 3600 + 300.0]))
    assert usual[:, 0].tolist() == [50.0, 50.0, 90.0]


def test_a_link_without_vehicles_takes_its_free_time(town: City) -> None:
    usual = usual_times(town, days(town, np.full((2, 2, len(town.links)), np.nan)), np.array([7 * 3600 + 300.0]))
    assert usual[0].tolist() == [link.free_s for link in town.links]


def test_links_with_a_station_take_what_it_tells_and_others_what_is_usual(town: City) -> None:
    occupancy = np.full((2, 3, len(town.stations)), 0.2)
    usual = np.arange(3.0 * len(town.links)).reshape(3, -1)
    curve = SimpleNamespace(times_s=lambda given: 1000.0 * given)
    times = all_times(town, curve, usual, occupancy)  # type: ignore[arg-type]
    with_station = list(town.stations)
    assert (times[..., with_station] == 200.0).all()
    others = np.setdiff1d(np.arange(len(town.links)), with_station)
    np.testing.assert_array_equal(times[1][:, others], usual[:, others])
