"""Effect of each kind of sensor fault on a loop's count, occupancy and speed: one picture, from one recording.

    python -m benchmarks.fault_pictures RECORDING [--station NAME] [--lane N] --out kinds.png

The loop is faulty in the middle third of the recording, at each kind's usual magnitude; grey are the true values.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import BLUE, GRID, VERMILLION, write_png
from scenarios.fault import KINDS, SensorFault
from simulator.faults.corrupted_frames import corrupted
from simulator.recording.recording_folder import Recording, read_recording

QUANTITIES = (
    ("count", "vehicles per frame", 1.0, 22.0),
    ("occupancy", "occupancy, %", 100.0, 22.0),
    ("speed", "speed, km/h", 3.6, 130.0),
)
SEED = 1


def draw_kinds(recording: Recording, station: str, lane: int, path: Path) -> None:
    """Write the picture. Raises ValueError for a loop that does not exist."""
    corridor, frames = recording.corridor, recording.frames
    first_s, last_s = frames[0].time_s - corridor.period_s, frames[-1].time_s
    third_s = (last_s - first_s) / 3
    minutes = np.array([frame.time_s - first_s for frame in frames]) / 60
    figure = Figure(figsize=(12.5, 1.25 * len(KINDS) + 0.6), dpi=80, layout="constrained", facecolor="white")
    panels = figure.subplots(len(KINDS), len(QUANTITIES), sharex=True, squeeze=False)
    for row, (name, kind) in enumerate(KINDS.items()):
        fault = SensorFault(
            station=station, lane=lane, kind=name, onset_s=first_s + third_s, end_s=first_s + 2 * third_s
        )
        faulty = list(corrupted(frames, corridor, (fault,), SEED))
        place = [each.name for each in corridor.stations].index(station), lane
        for axes, (quantity, label, factor, least) in zip(panels[row], QUANTITIES, strict=True):
            true, read = (
                factor * np.array([getattr(frame, quantity)[place] for frame in each]) for each in (frames, faulty)
            )
            axes.axvspan(third_s / 60, 2 * third_s / 60, color=VERMILLION, alpha=0.07, linewidth=0)
            axes.plot(minutes, true, color="#aaaaaa", linewidth=1.0)
            axes.plot(minutes, read, color=BLUE, linewidth=1.0, marker=".", markersize=2)
            axes.grid(True, color=GRID, linewidth=0.5)
            axes.tick_params(labelsize=8)
            axes.set_ylim(0, 1.1 * np.nanmax([*true, *read, least]))
            if row == 0:
                axes.set_title(label, fontsize=10)
        meaning = kind.magnitude.replace(", ", ",\n")
        size = "" if kind.usual is None else f"\n{kind.usual:g}: {meaning}"
        panels[row][0].set_ylabel(f"{name}{size}", fontsize=8, rotation=0, ha="right", va="center")
    figure.supxlabel(
        "minutes; blue: the loop's readings, grey: true values; the loop is faulty in the shaded third", fontsize=9
    )
    write_png(path, figure)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--station", help="a station's name (default: the third)")
    parser.add_argument("--lane", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    recording = read_recording(arguments.recording)
    stations = recording.corridor.stations
    draw_kinds(recording, arguments.station or stations[min(2, len(stations) - 1)].name, arguments.lane, arguments.out)


if __name__ == "__main__":
    main()
