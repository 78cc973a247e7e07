"""Cost of charts, anomaly detectors and ensembles: training on five days of eight stations, a frame of 4,000 sections, peak memory.

    python -m benchmarks.anomaly_cost [--detector NAME ...] [--days 5] [--stations 8] [--sections 4000] [--frames 40]

Wanted on two cores: trained in under TRAINING_S, and charts and forests decide on a frame in under FRAME_S; a slower one says its
own limit here. Each is measured in processes of its own, so that no other's memory is counted. Training is `calibrate` on days of
everyday traffic (`replay_memory`), nothing said of incidents, from frames in memory to the file. Frames are those of heavy traffic
(`heavy_traffic`), jammed from end to end, through the detector as it ships, or as just trained where none ships. Exit code 1 where
a limit is broken.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from benchmarks.contaminated_history import UnloggedRecording
from benchmarks.heavy_traffic import FREE_FRAMES, heavy_traffic
from benchmarks.replay_memory import LANES, PERIOD_S, SPACING_M, day_frames
from benchmarks.replay_speed import peak_mb
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.catalogue import DETECTORS, build
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError

TRAINING_S = 300.0
"""Longest training, elapsed on two cores [s]."""
FRAME_S = 1.0
"""Longest median frame of a chart or a forest [s of CPU time]."""
SLOWER_S = {"one_class_svm": 5.0, "lof": 10.0, "dbscan": 10.0, "autoencoder": 2.0, "lstm_autoencoder": 10.0}
"""Limits of those that are slower, s: they compare a row with many exemplars, or run a network. Chosen: a third of a frame of 30 s
at most, so that 4,000 sections can be watched live."""
CHARTS = ("xbar", "cusum", "ewma", "hotelling_t2")
AIM = 1.0
"""False alarms per corridor-day."""
LONGEST_S = 3600.0
"""Of one measurement [s], after which it is given up."""


def train(name: str, file: Path, days: float, stations: int) -> dict[str, float]:
    """Train a detector into `file`; return the seconds it took, elapsed and of CPU time, and the peak memory [2**20 bytes]."""
    road = Corridor("days", PERIOD_S, tuple(Station(f"s{k}", SPACING_M * k, LANES) for k in range(stations)))
    history = [UnloggedRecording(road, tuple(day_frames(road, days, np.random.default_rng(1))))]
    calibrate, before_mb = DETECTORS[name].calibrate, peak_mb()
    if calibrate is None:
        raise UserError(f"{name} has nothing to calibrate")
    began, worked = perf_counter(), process_time()
    calibrate(history, file, "benchmarks.anomaly_cost", AIM)
    took = {"elapsed_s": perf_counter() - began, "cpu_s": process_time() - worked}
    return {**took, "peak_mb": peak_mb(), "before_mb": before_mb}


def decide(name: str, file: Path | None, sections: int, frames: int) -> dict[str, float]:
    """Return the median and the longest CPU time of a frame of heavy traffic [s], and the peak memory [2**20 bytes]."""
    corridor, made = heavy_traffic(sections, frames, np.random.default_rng(1))
    detector = build(name, corridor, file, AIM)
    took_s = []
    for k, frame in enumerate(made):
        began = process_time()
        detector.step(frame)
        if k >= FREE_FRAMES:
            took_s.append(process_time() - began)
    return {"median_s": float(np.median(took_s)), "longest_s": max(took_s), "peak_mb": peak_mb()}


def measured(step: str, name: str, file: str, *numbers: float) -> dict[str, float] | str:
    """Return what `train` or `decide` returns in a process of its own, or the last line of its error output."""
    command = [sys.executable, "-m", "benchmarks.anomaly_cost", "--step", step, name, file, *map(str, numbers)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return f"given up after {LONGEST_S:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def cost_of(name: str, days: float, stations: int, sections: int, frames: int) -> tuple[tuple[str, ...], bool]:
    """Return a row of the table, and whether both limits are kept."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}{DETECTORS[name].suffix}"
        trained = measured("train", name, str(file), days, stations)
        shipped = DETECTORS[name].shipped
        ships = shipped is not None and shipped(AIM).is_file()
        step = measured("decide", name, "" if ships else str(file), sections, frames)
    limit_s, kept, notes = SLOWER_S.get(name, FRAME_S), True, []
    cells = [name]
    if isinstance(trained, str):
        notes.append(f"not trained: {trained}")
        cells += [DASH] * 3
    else:
        kept &= trained["elapsed_s"] < TRAINING_S
        cells += [f"{trained['elapsed_s']:.1f}", f"{trained['cpu_s']:.1f}", f"{trained['peak_mb']:.0f}"]
    if isinstance(step, str):
        notes.append(f"no frame: {step}")
        cells += [DASH] * 3
    else:
        kept &= step["median_s"] < limit_s
        cells += [f"{1e3 * step['median_s']:.0f}", f"{1e3 * step['longest_s']:.0f}", f"{step['peak_mb']:.0f}"]
    notes.append("within" if kept else "BROKEN")
    return (*cells, f"{1e3 * limit_s:.0f}", "; ".join(reversed(notes))), kept


def main() -> None:
    """Measure, print, and exit with 1 where a limit is broken."""
    if sys.argv[1:2] == ["--step"]:
        step, name, file, first, second = sys.argv[2:]
        if step == "train":
            print(json.dumps(train(name, Path(file), float(first), round(float(second)))))
        else:
            print(json.dumps(decide(name, Path(file) if file else None, round(float(first)), round(float(second)))))
        return
    parser = argparse.ArgumentParser(description="Cost of charts, anomaly detectors and ensembles.")
    parser.add_argument("--detector", action="append", metavar="NAME", help="repeat for more; all by default")
    parser.add_argument("--days", type=float, default=5.0, help="of the training")
    parser.add_argument("--stations", type=int, default=8, help="of the training")
    parser.add_argument("--sections", type=int, default=4000, help="of a frame")
    parser.add_argument("--frames", type=int, default=40, help="timed")
    chosen = parser.parse_args()
    ensembles = [name for name in DETECTORS if "ensemble" in name and name not in ANOMALY_MODELS]
    names = chosen.detector or [*CHARTS, *ANOMALY_MODELS, *ensembles]
    for name in names:
        if name not in DETECTORS:
            parser.error(f"no detector {name!r}; there are {', '.join(DETECTORS)}")
    found = [cost_of(name, chosen.days, chosen.stations, chosen.sections, chosen.frames) for name in names]
    head = (
        "detector",
        "trained in, s",
        "CPU s",
        "peak MB",
        "frame, ms",
        "longest, ms",
        "peak MB",
        "limit, ms",
        "limits",
    )
    caption = f"Trained on {chosen.days:g} days of {chosen.stations} stations (limit {TRAINING_S:.0f} s), "
    caption += f"then frames of {chosen.sections} sections"
    print(plain_text(Table(caption, head, tuple(row for row, _ in found))))
    sys.exit(0 if all(kept for _, kept in found) else 1)


if __name__ == "__main__":
    main()
