"""How many section-frames per second `sheu2004` replays on a large corridor where no symptom is active.

    python -m benchmarks.replay_speed [SECTIONS]

Makes its own steady traffic (1200 veh/h/lane on four lanes: every lane's count is the mean or one off it, occupancy
8 %, 28 m/s) and steps the detector through it with its shipped parameters. Target: 100,000 section-frames per second
on 1,000 sections, so a step below 10 ms. Also prints the time of the slowest step, the lanes with symptoms seen (0 is
wanted) and the functions that take longest.
"""

import cProfile
import io
import pstats
import sys
from time import perf_counter

import numpy as np

from detectors.sheu.parameter_file import shipped_parameters
from detectors.sheu.sheu2004 import Sheu2004
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

LANES = 4
FRAMES = 240
TARGET = 100_000.0


def steady_frames(corridor: Corridor, frames: int, rng: np.random.Generator) -> list[LoopFrame]:
    """Frames of steady traffic with little noise."""
    shape = (len(corridor.stations), corridor.lanes)
    return [
        LoopFrame(
            time_s=(k + 1) * corridor.period_s,
            count=10.0 + rng.integers(-1, 2, shape).astype(np.float64),
            speed=28.0 + rng.normal(0.0, 0.5, shape),
            occupancy=0.08 + rng.uniform(-0.01, 0.01, shape),
        )
        for k in range(frames)
    ]


def main() -> None:
    """Print the rate, the slowest step, the symptoms and the profile."""
    sections = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    stations = tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(sections + 1))
    corridor = Corridor("long", 30.0, stations)
    frames = steady_frames(corridor, FRAMES, np.random.default_rng(1))
    detector = Sheu2004(corridor, shipped_parameters())
    took, symptoms = [], 0
    for frame in frames:
        start = perf_counter()
        detector.step(frame)
        took.append(perf_counter() - start)
        symptoms += int(detector.estimate.blocked.sum())
    rate = sections * len(frames) / sum(took)
    print(
        f"{sections} sections x {LANES} lanes, {len(frames)} frames: {rate:,.0f} section-frames/s (wanted {TARGET:,.0f})"
    )
    print(f"step: median {1e3 * float(np.median(took)):.2f} ms, slowest {1e3 * max(took):.2f} ms; symptoms: {symptoms}")
    profile = cProfile.Profile()
    detector = Sheu2004(corridor, shipped_parameters())
    profile.enable()
    for frame in frames:
        detector.step(frame)
    profile.disable()
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(8)
    print(text.getvalue().split("Ordered by")[1])


if __name__ == "__main__":
    main()
