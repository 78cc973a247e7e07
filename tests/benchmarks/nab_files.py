"""Series in the format of the Numenta Anomaly Benchmark, made for tests."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.nab_series import NabSeries

FIRST = datetime(2015, 9, 1, tzinfo=UTC)
PERIOD_S = 300.0


def made_series(samples: int, windows: tuple[tuple[int, int], ...] = (), shift: float = 0.0) -> NabSeries:
    """A day's wave with noise; within `windows` (first and last sample), all is `shift` deviations of the noise higher."""
    time_s = FIRST.timestamp() + PERIOD_S * np.arange(float(samples))
    value = 50.0 + 5.0 * np.sin(2 * np.pi * time_s / 86400.0) + np.random.default_rng(7).normal(0.0, 1.0, samples)
    for first, last in windows:
        value[first : last + 1] += shift
    return NabSeries("made", time_s, value, tuple((float(time_s[a]), float(time_s[b])) for a, b in windows))


def write_series(folder: Path, values: Mapping[str, Sequence[object]], labels: object, windows: object = None) -> Path:
    """A folder with a CSV file by name, a value every five minutes, labels.json and, unless None, windows.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, series in values.items():
        times = (FIRST + timedelta(seconds=PERIOD_S * k) for k in range(len(series)))
        lines = [f"{time:%Y-%m-%d %H:%M:%S},{value}" for time, value in zip(times, series, strict=True)]
        (folder / name).write_text("\n".join(["timestamp,value", *lines]) + "\n", encoding="utf-8")
    (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    if windows is not None:
        (folder / "windows.json").write_text(json.dumps(windows), encoding="utf-8")
    return folder
