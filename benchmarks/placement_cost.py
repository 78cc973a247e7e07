"""CPU time of one more placement in a search: its threshold and its delay, on a dense recording.

    python -m benchmarks.placement_cost [DETECTOR] [PLACEMENTS]
    python -m benchmarks.placement_cost mcmaster 1000      wanted: 1,000 placements over 36 incidents in under 10 minutes

Makes its own recording: 8 km with a station of four lanes every 50 m, 36 incidents of 80 frames whose queue grows at 5 m/s, and 18
hours without. Each placement draws ten stations at random, so few pairs of stations repeat; a search, which changes one
station at a time, is faster. One process. Prints seconds of CPU and of the clock, per placement and for all, and the memory.
"""

import math
import sys
from time import perf_counter, process_time

import numpy as np

from benchmarks.replay_speed import peak_mb
from harness.studies.placement.dense_runs import DenseRecordings, DenseRun
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import EquippedStation, sorted_placement
from scenarios.corridor import Corridor, Station
from simulator.frame import Array
from simulator.truth import ObservedIncident, Truth

LANES, STATIONS, EVERY_M = 4, 161, 50.0
INCIDENTS, FREE = 36, 18
CHOSEN = 10
UP_MPS = 5.0
DEFAULTS = ("mcmaster", "1000")


def recorded(rng: np.random.Generator, name: str, frames: int, position_m: float | None) -> DenseRun:
    """Return a run of steady traffic, with a queue growing upstream of `position_m` for ten minutes from 947 s, or without one."""
    shape = (frames, STATIONS, LANES)
    count, speed = rng.poisson(10, shape).astype(np.float64), rng.normal(28, 1, shape)
    occupancy: Array = np.clip(rng.normal(0.08, 0.01, shape), 0.0, 1.0)
    times_s = np.arange(1, frames + 1, dtype=np.float64) * 30.0 + 480.0
    evidence_s, impact = np.full((1, STATIONS, LANES), np.inf), np.zeros((1, STATIONS, LANES), dtype=np.bool_)
    if position_m is None:
        return DenseRun(name, times_s, count, speed, occupancy, Truth((), (), (), (), 0, 0), evidence_s[:0], impact[:0])
    for station in range(int(position_m // EVERY_M) + 1):
        came_s = 947.0 + (position_m - EVERY_M * station) / UP_MPS
        there = (times_s > came_s) & (times_s <= 1547.0)
        occupancy[there, station], speed[there, station] = 0.5, 4.0
        if there.any():
            evidence_s[0, station], impact[0, station] = times_s[there][0], True
    section = int(position_m // EVERY_M)
    incident = ObservedIncident(947.0, 1547.0, position_m, (0,), section, 960.0, True, math.nan, math.nan)
    return DenseRun(name, times_s, count, speed, occupancy, Truth((incident,), (), (), (), 0, 0), evidence_s, impact)


def main() -> None:
    """Judge placements one after another and print the time they take."""
    detector, number = (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :])
    rng = np.random.default_rng(1)
    corridor = Corridor("long", 30.0, tuple(Station(f"S{s}", EVERY_M * s, LANES) for s in range(STATIONS)))
    places_m = rng.uniform(100, EVERY_M * (STATIONS - 1), INCIDENTS)
    runs = [recorded(rng, f"incident-{k}", 80, float(at_m)) for k, at_m in enumerate(places_m)]
    runs += [recorded(rng, f"free-{k}", 120, None) for k in range(FREE)]
    judge = Judge(DenseRecordings(corridor, tuple(runs)), detector)
    judges = Judges(judge, judge, "calibrated", 1.0, 1.0)
    before_mb = peak_mb()
    cpu_s, wall_s, delays_s = process_time(), perf_counter(), []
    for _ in range(int(number)):
        inner = rng.choice(np.arange(1, STATIONS - 1), CHOSEN - 2, replace=False)
        lanes = tuple(range(LANES))
        placement = sorted_placement(EquippedStation(station, lanes) for station in (0, *inner.tolist(), STATIONS - 1))
        delays_s.append(judges.delay_s(placement))
    cpu_s, wall_s = process_time() - cpu_s, perf_counter() - wall_s
    how = "pairs of stations kept" if judge.pairwise else "each replayed from the start"
    print(
        f"{detector}, {number} placements of {CHOSEN} stations over {INCIDENTS} incidents and {FREE} hours without ({how}):"
    )
    print(
        f"one more placement: {1e3 * cpu_s / int(number):.0f} ms of CPU, {1e3 * wall_s / int(number):.0f} ms by the clock"
    )
    print(
        f"all of them: {cpu_s:.0f} s of CPU, {wall_s:.0f} s by the clock; delays from {min(delays_s):.0f} to {max(delays_s):.0f} s"
    )
    print(f"peak memory: {before_mb:.0f} MB with the recording alone, {peak_mb():.0f} MB at the end")


if __name__ == "__main__":
    main()
