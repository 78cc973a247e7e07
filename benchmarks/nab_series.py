"""Series of the Numenta Anomaly Benchmark (NAB), with the windows in which an anomaly is to be found.

A folder with a CSV file per series (columns timestamp, value) and, beside them, labels.json and perhaps windows.json: by file,
`realTraffic/` or not before its name, the times of its anomalies and the windows around them. Without windows.json they are made
by NAB's rule (Lavin and Ahmad 2015): WINDOWS_SHARE of the series' time, divided by its anomalies and centred on them.

A series is one quantity of one sensor: no second station, no lanes, no counts. A recording needs two stations, and one of them
made up would be no recording, so none is made and `laneblock convert` does not read it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.errors import MissingFileError, UserError
from simulator.frame import Array, Flags
from simulator.recording.csv_columns import numbers, read_columns
from simulator.recording.csv_header import shown

WINDOWS_SHARE = 0.1
"""Share of a series' time that its windows cover together, NAB's rule."""
PROBATION_SHARE = 0.15
"""Share of a series' samples, its first ones, in which a detector may learn and is not scored: NAB's rule."""
PROBATION_MOST = 750
"""Samples of that time at most: NAB's rule, its share of 5000."""


@dataclass(frozen=True, slots=True, eq=False)
class NabSeries:
    """T samples of a sensor: `time_s` (T,) since 1970, never falling, and `value` (T,) in the file's own unit; `windows` [s]."""

    name: str
    time_s: Array
    value: Array
    windows: tuple[tuple[float, float], ...]

    @property
    def probation(self) -> int:
        """Number of the first samples that are not scored."""
        return min(int(PROBATION_SHARE * len(self.value)), PROBATION_MOST)

    @property
    def period_s(self) -> float:
        """Usual time between two samples [s]."""
        return float(np.median(np.diff(self.time_s)))

    def in_window(self) -> Flags:
        """Return (T,) whether a sample is in one of the windows."""
        inside = [(self.time_s >= from_s) & (self.time_s <= to_s) for from_s, to_s in self.windows]
        return np.asarray(np.any(inside, axis=0)) if inside else np.zeros(len(self.time_s), dtype=np.bool_)


def read_series(folder: Path) -> list[NabSeries]:
    """Return the series of a folder that have labels, by name.

    Raises MissingFileError for a missing folder or file, UserError naming file and line, or file and entry.
    """
    if not folder.is_dir():
        wrong = "wanted a folder, got a file" if folder.exists() else "no such folder"
        raise MissingFileError(f"{folder}: {wrong}; wanted the one that holds labels.json and the series' CSV files")
    files = {path.name: path for path in sorted(folder.glob("*.csv"))}
    if not files:
        raise MissingFileError(f"{folder}: holds no CSV file (is it the folder above?)")
    labels = _times(folder / "labels.json")
    windows = _times(folder / "windows.json") if (folder / "windows.json").is_file() else {}
    unknown = sorted(set(labels) - set(files))
    if unknown:
        raise MissingFileError(f"{folder}: labels.json names {shown(unknown[0])}, and there is no such file")
    return [_series(files[name], labels[name], windows.get(name), folder) for name in sorted(labels)]


def windows_around(time_s: Array, labels_s: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return windows by NAB's rule around the anomalies of a series, cut at its ends.

    >>> windows_around(np.array([0.0, 1000.0]), [500.0])
    ((450.0, 550.0),)
    """
    first_s, last_s = float(time_s[0]), float(time_s[-1])
    half_s = WINDOWS_SHARE * (last_s - first_s) / max(len(labels_s), 1) / 2.0
    return tuple((max(each - half_s, first_s), min(each + half_s, last_s)) for each in labels_s)


def _series(path: Path, labels: Sequence[Any], windows: Sequence[Any] | None, folder: Path) -> NabSeries:
    table = read_columns(path, ("timestamp", "value"))
    if len(table.lines) < 2:
        raise UserError(f"{path}: wanted two samples or more, got {len(table.lines)}")
    value = numbers(table.columns[1], table.lines, "value", path, known=True)
    lines = zip(table.columns[0], table.lines, strict=True)
    time_s = np.array([_seconds(text, f"{path}, line {line}") for text, line in lines])
    back = np.flatnonzero(np.diff(time_s) < 0)
    if back.size:
        raise UserError(f"{path}, line {table.lines[back[0] + 1]}: samples stand in order of time, got an earlier one")
    labels_s = [_seconds(label, f"{folder / 'labels.json'}, {path.name}") for label in labels]
    if windows is None:
        return NabSeries(path.stem, time_s, value, windows_around(time_s, labels_s))
    found = []
    for window in windows:
        where = f"{folder / 'windows.json'}, {path.name}"
        if not isinstance(window, list) or len(window) != 2:
            raise UserError(f"{where}: a window is two times, got {shown(window)}")
        from_s, to_s = (_seconds(text, where) for text in window)
        if not from_s < to_s:
            raise UserError(f"{where}: a window begins before it ends, got {window[0]} and {window[1]}")
        found.append((from_s, to_s))
    return NabSeries(path.stem, time_s, value, tuple(sorted(found)))


def _times(path: Path) -> Mapping[str, Sequence[Any]]:
    """The lists of a JSON file by the name of a CSV file, without the folder before it."""
    if not path.is_file():
        raise MissingFileError(f"{path} is missing (NAB has it as combined_labels.json)")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UserError(f"{path}: it is not JSON: {error}") from None
    if not isinstance(content, dict) or not all(isinstance(each, list) for each in content.values()):
        raise UserError(f"{path}: wanted a list of times by file, got {shown(content)}")
    return {name.rpartition("/")[2]: times for name, times in content.items()}


def _seconds(text: object, where: str) -> float:
    if isinstance(text, str):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
        except ValueError:
            pass
    raise UserError(f"{where}: wanted a time like 2015-09-16 08:09:00, got {shown(text)}")
