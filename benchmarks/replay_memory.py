"""Peak memory and time of replaying long recordings, which should not grow with their length.

    python -m benchmarks.replay_memory [DAYS] [STATIONS] [DETECTOR ...]
    python -m benchmarks.replay_memory 1 40 silent snd sequential sheu2004      wanted: under 200 MB each
    python -m benchmarks.replay_memory 30 40 snd                                wanted: under 300 MB

Makes a recording of DAYS days (1) at STATIONS stations (40) of four lanes, 30 s a frame, in the temporary folder, and replays it
through each detector (`silent`) as a child process, `laneblock replay`. Prints the child's peak memory and its time.

Traffic, without a simulation: flow has a morning and an evening peak, counts are Poisson, and in the peaks a queue grows
upstream of a bottleneck and dissolves again, so that detectors have symptoms to look at. Incidents are known: there are none.
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.incident_log import write_incidents
from simulator.recording.loop_table import write_loops

LANES, SPACING_M, PERIOD_S = 4, 800.0, 30.0
"""Lanes of a station, metres between two, seconds of a frame. Chosen: as on sr91, a little further apart."""
DAY_S = 86400.0
PEAKS_H, PEAK_WIDTH_H = (8.0, 17.0), 1.5
"""Hours of the day at which traffic peaks, and by how many hours around them it has fallen to a third. Chosen: commuters."""
NIGHT_VPHPL, PEAK_VPHPL = 250.0, 1500.0
"""Flow at night and at a peak, veh/h and lane. Chosen: a peak stays below the capacity of a lane, 2000."""
FREE_MPS, QUEUED_MPS = 29.0, 7.0
"""Speed of free traffic and in a queue, m/s. Chosen: 65 and 16 mph."""
LANE_MPS = np.array([-3.0, -1.0, 1.0, 3.0])
"""How much faster each lane is, m/s, from the right. Chosen."""
QUEUE_STATIONS = 8
"""How far the queue of a peak reaches, in stations."""
VEHICLE_M = 6.5
"""Length of a vehicle and its loop, m."""


def day_frames(corridor: Corridor, days: float, rng: np.random.Generator) -> Iterator[LoopFrame]:
    """Yield frames of everyday traffic, one by one."""
    shape = (len(corridor.stations), corridor.lanes)
    upstream = 0.75 * shape[0] - np.arange(shape[0])  # stations between each one and the bottleneck
    for k in range(round(days * DAY_S / PERIOD_S)):
        hour = (k * PERIOD_S / 3600) % 24
        peak = max(math.exp(-(((hour - at) / PEAK_WIDTH_H) ** 2)) for at in PEAKS_H)
        flow_vphpl = NIGHT_VPHPL + (PEAK_VPHPL - NIGHT_VPHPL) * peak
        count = rng.poisson(flow_vphpl * PERIOD_S / 3600, shape).astype(np.float64)
        queued = (upstream >= 0) & (upstream < QUEUE_STATIONS * (peak - 0.5) / 0.5)
        mean_mps = np.where(queued[:, np.newaxis], QUEUED_MPS, FREE_MPS - 4 * peak + LANE_MPS)
        speed = np.maximum(mean_mps + rng.normal(0.0, 1.0, shape), 1.0)
        occupancy = np.minimum(count * VEHICLE_M / speed / PERIOD_S, 1.0)
        yield LoopFrame(
            time_s=(k + 1) * PERIOD_S,
            count=count,
            speed=np.where(count > 0, speed.round(1), np.nan),
            occupancy=occupancy.round(3),
        )


def make_recording(folder: Path, days: float, stations: int) -> None:
    """Write the recording frame by frame."""
    corridor = Corridor("long", PERIOD_S, tuple(Station(f"S{k}", SPACING_M * k, LANES) for k in range(stations)))
    folder.mkdir()
    write_corridor(folder, corridor)
    write_incidents(folder, ())
    write_loops(folder / "loops.csv", corridor, day_frames(corridor, days, np.random.default_rng(1)))


def replay_cost(folder: Path, detector: str, out: Path) -> tuple[float, float]:
    """Return the peak memory [2**20 bytes] and the time [s] of a replay in a process of its own."""
    start = perf_counter()
    program = shutil.which("laneblock", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        raise SystemExit("no program laneblock beside this Python, nor on the PATH: install it (pip install -e .)")
    child = subprocess.Popen(
        [program, "replay", str(folder), "--detector", detector, "--out", str(out)], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the replay through {detector} ended with exit code {os.waitstatus_to_exitcode(status)}")
    return used.ru_maxrss / 1024, perf_counter() - start


def main(arguments: list[str]) -> None:
    """Print peak memory and time by detector."""
    days, stations = float(arguments[0]) if arguments else 1.0, int(arguments[1]) if len(arguments) > 1 else 40
    with tempfile.TemporaryDirectory() as box:
        folder = Path(box) / "recording"
        make_recording(folder, days, stations)
        size_mb = (folder / "loops.csv").stat().st_size / 2**20
        rows = round(days * DAY_S / PERIOD_S) * stations * LANES
        print(f"{days:g} days of {stations} stations: {rows / 1e6:.2f} million rows, {size_mb:.0f} MB")
        for detector in arguments[2:] or ["silent"]:
            memory_mb, took_s = replay_cost(folder, detector, Path(box) / detector)
            print(
                f"{detector}: {memory_mb:.0f} MB, {took_s:.0f} s, {rows / took_s / 1e3:,.0f} thousand rows/s",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
