"""CPU time of a detector per frame on a long corridor, in quiet and in heavy traffic, and its memory.

    python -m benchmarks.replay_speed [SECTIONS] [DETECTOR] [FRAMES]
    python -m benchmarks.replay_speed 40000 sequential 20       wanted: a frame in under 0.3 s in quiet traffic, 2 s in heavy
    python -m benchmarks.replay_speed 7 sequential 2880         a day of 30-s frames: is memory flat?

Quiet traffic is made here (1200 veh/h/lane on four lanes: every lane's count is the mean or one off it, occupancy 8 %, 28 m/s):
symptoms in 1 to 2 % of the sections. Heavy traffic is `heavy_traffic.py`, timed from the beginning of its jam on. The detector
is `sheu2004` unless another is named, with its shipped parameters; target of `sheu2004`: 100,000 section-frames per second on
1,000 sections in quiet traffic, so a step below 10 ms. Prints CPU times of a step and of an estimate, the shares of sections
with an alarm and with an estimate and, for `sequential`, with symptoms; the lanes believed blocked (0 is wanted in quiet
traffic); the peak memory after a quarter of the frames and at the end; and the functions that take longest.
"""

import cProfile
import io
import pstats
import resource
import sys
from collections.abc import Iterable, Iterator
from time import process_time
from typing import Any

import numpy as np

from benchmarks.heavy_traffic import FREE_FRAMES, LANES, PERIOD_S, heavy_traffic
from detectors.catalogue import build
from detectors.sequential.lane_log_odds import symptomatic
from detectors.sequential.section_scorer import SectionScorer
from detectors.sequential.sequential_model_file import shipped_model
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

DEFAULTS = ("1000", "sheu2004", "240")
PROFILED = 20  # frames
SYMPTOM_SECTIONS = 1000
"""Most sections on which symptoms are counted, after the measurement: the share is the same on more."""


def quiet_traffic(sections: int, frames: int, rng: np.random.Generator) -> tuple[Corridor, Iterator[LoopFrame]]:
    """Return a corridor of sections of 800 m, and `frames` frames of steady traffic with little noise."""
    corridor = Corridor("quiet", PERIOD_S, tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(sections + 1)))
    shape = (sections + 1, LANES)
    made = (
        LoopFrame(
            time_s=(k + 1) * PERIOD_S,
            count=10.0 + rng.integers(-1, 2, shape).astype(np.float64),
            speed=28.0 + rng.normal(0.0, 0.5, shape),
            occupancy=0.08 + rng.uniform(-0.01, 0.01, shape),
        )
        for k in range(frames)
    )
    return corridor, made


TRAFFIC = {"quiet": (quiet_traffic, 0), "heavy": (heavy_traffic, FREE_FRAMES)}
"""By name: what makes it, and the first frames, which are not timed."""


def peak_mb() -> float:
    """Return the peak memory of this process [2**20 bytes]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def milliseconds(took_s: list[float]) -> str:
    """Return the median and the slowest of some times."""
    return f"median {1e3 * float(np.median(took_s)):.2f} ms, slowest {1e3 * max(took_s):.2f} ms"


def measure(traffic: str, sections: int, name: str, frames: int) -> None:
    """Print the times of a detector in one kind of traffic, what it said, and the memory."""
    make, first = TRAFFIC[traffic]
    corridor, made = make(sections, frames, np.random.default_rng(1))
    detector: Any = build(name, corridor)
    step_s, estimate_s, alarms, estimates, memory_mb = [], [], [], [], []
    blocked = 0
    for k, frame in enumerate(made):
        start = process_time()
        decision = detector.step(frame)
        stepped = process_time()
        estimate = getattr(detector, "estimate", None)
        ended = process_time()
        if k < first:
            continue
        step_s.append(stepped - start)
        estimate_s.append(ended - stepped)
        alarms.append(decision.alarm.mean())
        if estimate is not None:
            estimates.append(np.isfinite(estimate.evidence).mean())
            blocked += int(estimate.blocked.sum())
        if len(step_s) in (max(frames // 4, 1), frames):
            memory_mb.append(peak_mb())
    rate = sections * len(step_s) / sum(step_s)
    print(f"{traffic}: {name}, {sections} sections x {LANES} lanes, {frames} frames: {rate:,.0f} section-frames/s")
    print(f"  step: {milliseconds(step_s)}; estimate: {milliseconds(estimate_s)}")
    shares = [f"an alarm in {share(alarms)}", f"an estimate in {share(estimates)} of the sections"]
    print(f"  {', '.join(shares)}; lanes blocked: {blocked}")
    if name == "sequential":
        print(f"  {symptoms(traffic, min(sections, SYMPTOM_SECTIONS), frames)}")
    print(f"  peak memory: {memory_mb[0]:.0f} MB after a quarter of the frames, {memory_mb[-1]:.0f} MB at the end")


def share(of_frames: Iterable[float]) -> str:
    """Return the mean of the frames' shares as text."""
    return f"{100 * float(np.mean([*of_frames] or [0.0])):.1f} %"


def symptoms(traffic: str, sections: int, frames: int) -> str:
    """Return the shares of sections and lanes with symptoms, and of lanes that all trees are evaluated for."""
    make, first = TRAFFIC[traffic]
    corridor, made = make(sections, frames, np.random.default_rng(1))
    scorer = SectionScorer(corridor, shipped_model())
    found: list[Array] = []
    for k, frame in enumerate(made):
        scorer.score(frame)
        if k >= first:
            lanes = scorer.last.corridor.judged & symptomatic(scorer.last.corridor.features)
            unclear = scorer.last.log_odds > scorer.last.log_odds.min()
            found.append(np.array([lanes.any(axis=1).mean(), lanes.mean(), unclear.mean()]))
    of_sections, of_lanes, of_unclear = np.mean(found, axis=0)
    return (
        f"symptoms in {100 * of_sections:.1f} % of the sections and {100 * of_lanes:.1f} % of the lanes; all trees in "
        f"{100 * of_unclear:.1f} % of the lanes (of {sections} sections)"
    )


def profile(sections: int, name: str, frames: int) -> None:
    """Print the functions that take longest in heavy traffic."""
    corridor, made = heavy_traffic(sections, min(frames, PROFILED), np.random.default_rng(1))
    detector: Any = build(name, corridor)
    profiler = cProfile.Profile()
    for k, frame in enumerate(made):
        if k >= FREE_FRAMES:
            profiler.enable()
        detector.step(frame)
        profiler.disable()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(8)
    print(text.getvalue().split("Ordered by")[1])


def main() -> None:
    """Measure in quiet traffic, then in heavy traffic, and print a profile."""
    sections, name, frames = (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :])
    for traffic in TRAFFIC:
        measure(traffic, int(sections), name, int(frames))
    profile(int(sections), name, int(frames))


if __name__ == "__main__":
    main()
