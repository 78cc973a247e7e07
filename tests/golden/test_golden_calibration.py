"""Calibrations on made-up recordings, kept: the same recordings must give the same parameters and thresholds.

After a change that is meant to change calibrations:

    python -m tests.golden.test_golden_calibration tests/golden/calibration
"""

import json
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from detectors.faults.fault_catalogue import FAULT_DETECTORS
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording

GOLDEN = Path(__file__).parent / "calibration"
CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 3) for s in range(4)))
FILES = ("delos.toml", "sheu2004.toml", "conservation.json")


def recorded(seed: int, incident: bool, frames: int = 120) -> Recording:
    """An hour of Poisson traffic with now and then a silent station; upstream of an incident occupancy rises."""
    rng = np.random.default_rng(seed)
    lane, section = int(rng.integers(3)), int(rng.integers(3))
    made = []
    for k in range(frames):
        count = rng.poisson(12.0, (4, 3)).astype(float)
        occupancy, speed = 0.008 * count + rng.uniform(0.0, 0.01, (4, 3)), rng.normal(27.0, 1.0, (4, 3))
        if incident and 60 <= k < 80:
            count[section + 1, lane] = rng.poisson(0.5)
            occupancy[section] += 0.3
            speed[section] = 5.0
        if rng.random() < 0.02:
            count[0] = occupancy[0] = speed[0] = np.nan
        made.append(LoopFrame(30.0 * (k + 1), count, speed, occupancy))
    known = (RecordedIncident(1790.0, 2390.0, 800.0 * section + 400.0, (lane,)),) if incident else ()
    return Recording(CORRIDOR, tuple(made), known)


def calibrate(file: str, folder: Path) -> None:
    """Write one of FILES to a folder."""
    name = file.partition(".")[0]
    if name in FAULT_DETECTORS:
        fit = FAULT_DETECTORS[name].calibrate
        assert fit is not None
        fit([recorded(seed, False, 480) for seed in range(3)], folder / file, "made up", lambda what: None)
    else:
        found = DETECTORS[name].calibrate
        assert found is not None
        found([recorded(seed, seed < 3) for seed in range(5)], folder / file, "made up", 1.0)


def values(path: Path) -> dict[str, object]:
    """Every value of a file under its path, such as "thresholds.1"."""
    text = path.read_text(encoding="utf-8")
    left = [("", tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))]
    found = {}
    while left:
        at, value = left.pop()
        if isinstance(value, dict | list):
            left += [
                (f"{at}.{key}", each) for key, each in (value.items() if isinstance(value, dict) else enumerate(value))
            ]
        else:
            found[at] = value
    return found


@pytest.mark.parametrize("file", FILES)
def test_calibration_gives_what_it_gave(file: str, tmp_path: Path) -> None:
    calibrate(file, tmp_path)
    # Sums may round differently on another processor.
    assert values(tmp_path / file) == {
        at: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
        for at, value in values(GOLDEN / file).items()
    }


if __name__ == "__main__":
    for each in FILES:
        calibrate(each, Path(sys.argv[1]))
