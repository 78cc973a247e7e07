"""Which recordings of a replay are scored by extents, and what of the road they are found from."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.running.logged_extents import logged_extents, states_tolerances
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.truth_files import write_truth
from simulator.truth import Truth
from tests.harness.conftest import LOGGED


@pytest.mark.parametrize(
    ("tolerances", "stated"),
    [
        ((math.nan, math.nan, math.nan), False),
        ((0.0, 0.0, 0.0), False),
        ((0.0, 0.0, 100.0), True),
        ((60.0, math.nan, math.nan), True),
    ],
)
def test_tolerances_are_stated_where_one_is_above_zero(tolerances: tuple[float, float, float], stated: bool) -> None:
    early_s, late_s, away_m = tolerances
    assert states_tolerances(RecordedIncident(60.0, 90.0, 400.0, (0,), early_s, late_s, away_m)) is stated


def test_extents_are_of_the_recordings_whose_logs_state_tolerances(made_recordings: Path) -> None:
    found = logged_extents({name: made_recordings / name for name in ("day-2", "elsewhere", "day-10")})
    ((name, (extent,)),) = found.items()
    assert (name, extent.incident, extent.trace) == ("day-10", LOGGED, "queue")


def test_nothing_is_read_where_no_log_states_any(made_recordings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exact"
    shutil.copytree(made_recordings / "day-10", folder)
    write_incidents(folder, [replace(LOGGED, onset_early_s=0.0, onset_late_s=0.0, position_tolerance_m=0.0)])
    (folder / "loops.csv.gz").write_bytes(b"no loops at all")
    assert logged_extents({"exact": folder}) == {}


def test_truth_is_exact_whatever_the_log_says(made_recordings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made_recordings / "day-10", folder)
    write_truth(folder, Truth((), (), (), (), 0, 0))
    assert logged_extents({"run": folder}) == {}
