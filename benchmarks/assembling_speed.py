"""CPU time of taking the readings of one frame of a whole district: parsed from JSON, and assembled.

    python -m benchmarks.assembling_speed [STATIONS] [LANES] [FRAMES]
    python -m benchmarks.assembling_speed 4000 4 40     wanted: assembling under 0.2 s CPU a frame, a frame every 1.5 s of wall time

30-s frames come in order, then shuffled within the allowed lateness of 60 s with a tenth of the readings twice and one loop in
fifty silent. Prints the CPU time per frame (median, worst), the readings per second that this makes, and the peak memory.
"""

import resource
import sys
from collections.abc import Iterator
from statistics import median
from time import process_time

import numpy as np

from harness.service.assembling.assembler import Assembler
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.reading_message import parse_message, write_message
from scenarios.corridor import Corridor, Station

DEFAULTS = (4000, 4, 40)
PERIOD_S, LATENESS_S = 30.0, 60.0


def in_order(corridor: Corridor, frames: int, rng: np.random.Generator) -> Iterator[tuple[Reading, ...]]:
    """Yield the readings of each frame, all loops, in order."""
    loops = [(station.name, lane) for station in corridor.stations for lane in station.lane_numbers]
    for k in range(1, frames + 1):
        counts, speeds = rng.integers(0, 15, len(loops)).tolist(), rng.uniform(20, 35, len(loops)).tolist()
        yield tuple(
            Reading(*loop, k * PERIOD_S, float(n), v, 0.1) for loop, n, v in zip(loops, counts, speeds, strict=True)
        )


def disordered(corridor: Corridor, frames: int, rng: np.random.Generator) -> Iterator[tuple[Reading, ...]]:
    """Yield the readings that arrive in each period: shuffled, some twice, some loops never."""
    waiting: list[tuple[float, Reading]] = []
    for k, batch in enumerate(in_order(corridor, frames, rng), start=1):
        sent = [reading for index, reading in enumerate(batch) if index % 50]
        waiting += [
            (r.time_s + d, r) for r, d in zip(sent, rng.uniform(0, LATENESS_S, len(sent)).tolist(), strict=True)
        ]
        waiting += [(r.time_s + LATENESS_S / 2, r) for r in sent[::10]]
        waiting.sort(key=lambda each: each[0])
        come = sum(arrival <= k * PERIOD_S for arrival, _ in waiting)
        yield tuple(reading for _, reading in waiting[:come])
        del waiting[:come]


def main() -> None:
    """Measure and print."""
    stations, lanes, frames = (*map(int, sys.argv[1:]), *DEFAULTS[len(sys.argv) - 1 :])
    corridor = Corridor("district", PERIOD_S, tuple(Station(f"S{k}", 500.0 * k, lanes) for k in range(stations)))
    for name, made in (("in order", in_order), ("disordered", disordered)):
        assembler = Assembler(corridor, AssemblerSettings(allowed_lateness_s=LATENESS_S))
        parsing, assembling = [], []
        for readings in made(corridor, frames, np.random.default_rng(1)):
            message = write_message(ReadingBatch("district", readings))
            start_s = process_time()
            parsed = parse_message(message)
            middle_s = process_time()
            for batch in parsed.batches:
                assembler.add(batch.readings)
            parsing.append(middle_s - start_s)
            assembling.append(process_time() - middle_s)
        for part, times_s in (("parsing", parsing), ("assembling", assembling)):
            rate = stations * lanes / median(times_s)
            print(f"{name}: {part} {median(times_s):.3f} s a frame (worst {max(times_s):.3f}), {rate:,.0f} readings/s")
        print(
            f"{name}: {assembler.counts.frames} frames, {assembler.counts.duplicate} duplicates, {assembler.counts.late} late"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
