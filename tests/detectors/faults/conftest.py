"""A small corridor, its traffic, and every fault detector fitted to it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from detectors.detector import Detector
from detectors.faults.conservation import write_balance
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from detectors.faults.fit_fault_detectors import fit_conservation, fit_gp_cusum
from detectors.faults.gp_cusum_model_file import write_model
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("three stations", 30.0, tuple(Station(f"S{k}", 800.0 * k, 3) for k in range(3)))


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[()] = ()


def traffic(seed: int, frames: int = 1440, corridor: Corridor = CORRIDOR) -> Run:
    """Half a day of traffic that swells and shrinks; what passes a station passes the next, give or take a vehicle."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(frames):
        level = 8 + 5 * np.sin(2 * np.pi * k / 960)
        vehicles = rng.poisson(level, corridor.lanes).astype(float)
        count = np.maximum(vehicles + rng.integers(-1, 2, (len(corridor.stations), corridor.lanes)), 0)
        speed = np.where(count > 0, 27.0 + rng.normal(0, 1, count.shape), np.nan)
        made.append(LoopFrame(30.0 * (k + 1), count, speed, np.minimum(count * 0.008 + rng.uniform(0, 1e-3), 1)))
    return Run(corridor, tuple(made))


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of the detectors that are fitted, by name."""
    folder = tmp_path_factory.mktemp("fitted")
    runs = [traffic(seed) for seed in (1, 2, 3, 4)]
    files = {name: folder / f"{name}{entry.suffix}" for name, entry in FAULT_DETECTORS.items() if entry.calibrate}
    write_model(files["gp_cusum"], fit_gp_cusum(runs, "test", points=60, n=3))
    write_model(files["gp_cusum_30s"], fit_gp_cusum(runs, "test", None, points=60, n=3))
    write_balance(files["conservation"], fit_conservation(runs, "test"))
    return files


@pytest.fixture(scope="session")
def built(fitted: dict[str, Path]) -> Callable[[str], Detector]:
    """A new detector by its name, at 1 false alarm per loop-month."""
    return lambda name: build_fault_detector(name, CORRIDOR, fitted.get(name))
