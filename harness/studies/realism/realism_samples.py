"""Recordings sorted into samples: a long recording is one by itself, the short ones of a road are pooled."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from harness.records.battery_folder import finished_runs
from harness.studies.realism.clean_sample import CleanSample, clean_sample
from harness.studies.realism.congestion import congestion
from harness.studies.realism.fault_shares import fault_shares
from harness.studies.realism.free_traffic import free_traffic
from harness.studies.realism.stacked_recording import StackedRecording, read_stacked
from harness.studies.realism.statistic import STATISTICS
from harness.studies.realism.waves import wave_speeds
from scenarios.corridor import Station
from scenarios.errors import UserError

OWN_SAMPLE_H = 2.5
"""Hours without a known incident from which a recording is a sample of its own. Chosen: half of a rush hour's two flanks; drivers
and weather differ from run to run, and pooling would add that to the spread within a run."""
LEAST_FREE_H = 0.5
"""Hours of all recordings together, at least."""

Show = Callable[[int, int, str], None]


def with_runs(folders: Sequence[Path]) -> list[Path]:
    """Return the folders, each results folder replaced by its finished runs. Raises UserError for one without any."""
    found: list[Path] = []
    for folder in folders:
        if (folder / "runs").is_dir() and not (folder / "corridor.toml").exists():
            runs = [run.path for run in finished_runs(folder)]
            if not runs:
                raise UserError(f"{folder}: wanted recordings, or a results folder with finished runs; it has none")
            found += runs
        else:
            found.append(folder)
    return found


def read_samples(folders: Sequence[Path], show: Show) -> tuple[CleanSample, ...]:
    """Return the recordings as samples. Raises UserError for recordings that are too short, or none."""
    if not folders:
        raise UserError("wanted recordings: folders with corridor.toml and a loops file, got none")
    alone: list[CleanSample] = []
    pooled: dict[tuple[float, tuple[Station, ...]], list[StackedRecording]] = {}
    for number, folder in enumerate(folders):
        recording = read_stacked(folder)
        if recording.free_hours >= OWN_SAMPLE_H:
            alone.append(clean_sample(recording.name, [recording]))
        else:
            key = recording.corridor.period_s, recording.corridor.stations
            pooled.setdefault(key, []).append(recording)
        show(number + 1, len(folders), folder.name)
    together = [clean_sample(f"{each[0].corridor.name}, {len(each)} recordings", each) for each in pooled.values()]
    samples = (*alone, *together)
    hours = sum(sample.hours for sample in samples)
    if hours < LEAST_FREE_H:
        raise UserError(
            f"the recordings hold {60 * hours:.0f} min without a known incident, wanted {60 * LEAST_FREE_H:.0f} min or more"
        )
    if not any(np.isfinite(sample.free_mps).any() for sample in samples):
        raise UserError(
            "the recordings hold no speed of a counted vehicle: wanted counts and speeds (occupancy may be unknown)"
        )
    return samples


def measure(samples: Sequence[CleanSample]) -> dict[str, list[float]]:
    """Return the values of all statistics over all samples, in the order of the table."""
    found: dict[str, list[float]] = {}
    for sample in samples:
        for part in (free_traffic, congestion, wave_speeds, fault_shares):
            for key, values in part(sample).items():
                found.setdefault(key, []).extend(values)
    return {each.key: found[each.key] for each in STATISTICS if found.get(each.key)}
