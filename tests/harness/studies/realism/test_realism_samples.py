"""Recordings as samples: long ones alone, short ones of a road together; what a known incident touches is left out."""

from pathlib import Path

import numpy as np
import pytest

from harness.studies.realism.realism_samples import read_samples
from harness.studies.realism.stacked_recording import AFTER_CLEARANCE_S, BEFORE_ONSET_S, stacked
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.studies.realism.made_samples import road

ROAD = road(stations=2, lanes=2)


def frames(corridor: Corridor, count: int, from_s: float = 0.0) -> list[LoopFrame]:
    """So many frames of Poisson counts."""
    rng = np.random.default_rng(count)
    shape = (len(corridor.stations), corridor.lanes)
    return [
        LoopFrame(
            from_s + corridor.period_s * (k + 1),
            rng.poisson(6.0, shape).astype(float),
            rng.normal(28.0, 1.0, shape),
            np.full(shape, np.nan),
        )
        for k in range(count)
    ]


def written(
    folder: Path, corridor: Corridor, count: int, incidents: tuple[RecordedIncident, ...] | None = None
) -> Path:
    """A recording's folder."""
    write_recording(folder, Recording(corridor, tuple(frames(corridor, count)), incidents))
    return folder


def silent(done: int, of: int, name: str) -> None:
    """Show nothing."""


def test_short_recordings_of_a_road_are_pooled_and_long_ones_are_not(tmp_path: Path) -> None:
    other = road(stations=3, lanes=2)
    folders = [written(tmp_path / f"short-{k}", ROAD, 60) for k in range(3)]
    folders += [written(tmp_path / "long", ROAD, 320), written(tmp_path / "other", other, 60)]
    found = {sample.name: len(sample.pieces) for sample in read_samples(folders, silent)}
    assert found == {"long": 1, "made, 3 recordings": 3, "made, 1 recordings": 1}


def test_absent_frames_are_unknown(tmp_path: Path) -> None:
    both = frames(ROAD, 10) + frames(ROAD, 10, from_s=900.0)
    found = stacked("gap", ROAD, both)
    assert len(found.count) == 40
    assert np.isnan(found.count[10:30]).all()
    assert np.isfinite(found.count[30:]).all()


def test_frames_around_an_incident_are_not_used() -> None:
    incident = RecordedIncident(onset_s=3600.0, clearance_s=4200.0, position_m=100.0, lanes=(0,))
    found = stacked("a", ROAD, frames(ROAD, 480), [incident])
    times_s = 30.0 * np.arange(1, 481)
    touched = (times_s > 3600.0 - BEFORE_ONSET_S) & (times_s <= 4200.0 + AFTER_CLEARANCE_S)
    assert (found.free == ~touched).all()


def test_an_incident_without_an_end_leaves_what_was_before() -> None:
    incident = RecordedIncident(onset_s=3600.0, clearance_s=float("nan"), position_m=100.0, lanes=(0,))
    found = stacked("a", ROAD, frames(ROAD, 480), [incident])
    assert found.free_hours == pytest.approx((3600.0 - BEFORE_ONSET_S) / 3600.0)


def test_too_short_recordings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="hold 10 min without a known incident, wanted 30 min or more"):
        read_samples([written(tmp_path / "a", ROAD, 20)], silent)


def test_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wanted recordings"):
        read_samples([], silent)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        read_samples([tmp_path / "none"], silent)


def test_recordings_without_speeds_are_refused(tmp_path: Path) -> None:
    unknown = [
        LoopFrame(frame.time_s, frame.count, np.full(frame.count.shape, np.nan), frame.occupancy)
        for frame in frames(ROAD, 120)
    ]
    write_recording(tmp_path / "a", Recording(ROAD, tuple(unknown), None))
    with pytest.raises(ValueError, match="hold no speed of a counted vehicle"):
        read_samples([tmp_path / "a"], silent)
