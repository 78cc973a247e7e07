"""Section-frames per second of a detector on a large corridor without symptoms, and its memory.

    python -m benchmarks.replay_speed [SECTIONS] [DETECTOR] [FRAMES]
    python -m benchmarks.replay_speed 40000 sequential 20       wanted: a frame in under 1 s
    python -m benchmarks.replay_speed 7 sequential 2880         a day of 30-s frames: is memory flat?

Makes its own steady traffic (1200 veh/h/lane on four lanes: every lane's count is the mean or one off it, occupancy 8 %,
28 m/s) and steps the detector, `sheu2004` by default, through it with its shipped parameters. Target of `sheu2004`: 100,000
section-frames per second on 1,000 sections, so a step below 10 ms. Prints CPU times, the lanes believed blocked (0 is
wanted), the peak memory after a quarter of the frames and at the end, and the functions that take longest.
"""

import cProfile
import io
import pstats
import resource
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

import numpy as np

from detectors.catalogue import build
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

LANES = 4
DEFAULTS = ("1000", "sheu2004", "240")
PROFILED = 100


def steady_frames(corridor: Corridor, frames: int, rng: np.random.Generator) -> Iterator[LoopFrame]:
    """Yield frames of steady traffic with little noise."""
    shape = (len(corridor.stations), corridor.lanes)
    for k in range(frames):
        yield LoopFrame(
            time_s=(k + 1) * corridor.period_s,
            count=10.0 + rng.integers(-1, 2, shape).astype(np.float64),
            speed=28.0 + rng.normal(0.0, 0.5, shape),
            occupancy=0.08 + rng.uniform(-0.01, 0.01, shape),
        )


def peak_mb() -> float:
    """Return the peak memory of this process [2**20 bytes]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the rate, the slowest step, the lanes believed blocked, the memory and the profile."""
    sections, name, frames = (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :])
    stations = tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(int(sections) + 1))
    corridor = Corridor("long", 30.0, stations)
    detector: Any = build(name, corridor)
    took: list[float] = []
    blocked, memory_mb = 0, []
    for frame in steady_frames(corridor, int(frames), np.random.default_rng(1)):
        start = process_time()
        detector.step(frame)
        took.append(process_time() - start)
        blocked += int(detector.estimate.blocked.sum()) if hasattr(detector, "estimate") else 0
        if len(took) in (max(int(frames) // 4, 1), int(frames)):
            memory_mb.append(peak_mb())
    rate = int(sections) * len(took) / sum(took)
    print(f"{name}, {sections} sections x {LANES} lanes, {frames} frames: {rate:,.0f} section-frames/s")
    print(
        f"step: median {1e3 * float(np.median(took)):.2f} ms, slowest {1e3 * max(took):.2f} ms; lanes blocked: {blocked}"
    )
    print(f"peak memory: {memory_mb[0]:.0f} MB after a quarter of the frames, {memory_mb[-1]:.0f} MB at the end")
    profile = cProfile.Profile()
    detector = build(name, corridor)
    for frame in steady_frames(corridor, min(int(frames), PROFILED), np.random.default_rng(1)):
        profile.enable()
        detector.step(frame)
        profile.disable()
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(8)
    print(text.getvalue().split("Ordered by")[1])


if __name__ == "__main__":
    main()
