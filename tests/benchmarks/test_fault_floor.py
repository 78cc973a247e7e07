"""Bounds of fault detection, by hand and by law."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fault_floor import bounded, found_soon, known_size_share, noise_of, residuals_of
from scenarios.corridor import Corridor, Station
from scenarios.fault import SensorFault

ROAD = Corridor("two", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2)))


@pytest.mark.parametrize(("vehicles", "most"), [(2.0, 0.304), (100.0, 1.0)])
def test_a_doubled_count_is_found_as_often_as_its_size_in_deviations_allows(vehicles: float, most: float) -> None:
    """2 sqrt(4.375) - 2 sqrt(2.375) = 1.101 a value; six of them, of deviation 1: 2.70; Phi(2.70 - 3.20) = 0.30."""
    fault = SensorFault(station="a", lane=1, kind="overcount", onset_s=600.0, end_s=6000.0, magnitude=1.0)
    count = np.full((20, 4), vehicles)
    (found,) = bounded("run", [fault], ROAD, 0.0, count, np.full(4, np.sqrt(6)))
    assert found.most == pytest.approx(most, abs=0.01)
    assert found.flow_vph == vehicles * 12


def test_knowing_the_size_alone_finds_no_more_than_knowing_its_start_too() -> None:
    rng = np.random.default_rng(1)
    for shift, most in ((2.0, 0.115), (4.0, 0.788), (6.0, 0.997)):
        assert 0.1 * most < known_size_share(shift, rng) < most + 0.02


def test_independent_loops_leave_the_noise_of_poisson_counts() -> None:
    """2 sqrt(n + 3/8) has a deviation of 1, six of them sqrt(6), whatever is predicted from loops that know nothing."""
    rng = np.random.default_rng(2)
    days = [2 * np.sqrt(rng.poisson(30.0, (600, 4)) + 0.375) for _ in range(3)]
    assert noise_of(residuals_of(days, ROAD)).mean() == pytest.approx(np.sqrt(6), rel=0.08)


def test_a_loop_that_counts_what_another_counts_leaves_none() -> None:
    rng = np.random.default_rng(3)
    days = [2 * np.sqrt(rng.poisson(30.0, (600, 4)) + 0.375) for _ in range(3)]
    for day in days:
        day[:, 2] = day[:, 0]
    assert noise_of(residuals_of(days, ROAD))[2] < 0.1


def test_faults_found_in_half_an_hour_are_read_by_detector(tmp_path: Path) -> None:
    file = tmp_path / "faults.csv"
    columns = ("run", "station", "lane", "onset_s", "ttd_s one", "ttd_s other")
    with file.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(columns)
        rows.writerow(("day", "a", 1, 600.0, 1800.0, 1801.0))
        rows.writerow(("day", "b", 0, 700.0, "", 60.0))
    assert found_soon(file) == {"one": {("day", "a", 1, 600.0)}, "other": {("day", "b", 0, 700.0)}}
