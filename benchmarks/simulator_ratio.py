"""CPU time and memory of a live run, relative to plain SUMO on the same scenario files and loops.

    python -m benchmarks.simulator_ratio [--repeat 3] [--demand 1500] [--seconds 3600] [--detector sequential] [--instructions]

plain   the `sumo` binary, E1 output to a file
live    a Python process: libsumo in it, frames read live, the detector deciding at each
Prints seconds of CPU time and peak memory of each and the ratio. Of the repeats, taken in turn, the least counts: on a shared
machine the others measure its neighbours. With --instructions both are run once under valgrind, side by side, and instructions are
counted instead: some 50 times slower, but the same at every repeat.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scenarios.scenario import Scenario
from simulator.sumo.loops import write_e1_loops
from simulator.sumo.prepare import prepare, sumo_options
from simulator.sumo.sumo_programs import binary

LIVE = """
import sys
from pathlib import Path
from detectors.catalogue import build
from scenarios.scenario import Scenario
from simulator.run import Simulation
scenario = Scenario.model_validate_json(sys.argv[1])
with Simulation(scenario, Path(sys.argv[2])) as simulation:
    detector = build(sys.argv[3], simulation.corridor)
    for frame in simulation.frames():
        detector.step(frame)
    simulation.finish()
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time [s] and peak memory [2**20 bytes] of one process."""

    cpu_s: float
    memory_mb: float


def cost(command: list[str]) -> Cost:
    """Return the cost of a command, run to its end. Raises CalledProcessError where it fails."""
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def instructions(command: list[str]) -> int:
    """Return the instructions of one process without its children, counted by valgrind. Raises where valgrind fails."""
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run([*counter, *command], capture_output=True, text=True, check=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None:
        raise RuntimeError(f"valgrind counted nothing: {done.stderr[-300:]}")
    return int(found.group(1))


def both(scenario: Scenario, work: Path, detector: str) -> dict[str, list[str]]:
    """Return the commands of both runs, with their files in `work`."""
    prepared = prepare(scenario, work)
    write_e1_loops(work / "plain.add.xml", prepared.loops, scenario.period_s, str(work / "e1.xml"))
    options = sumo_options(prepared, work / "plain.add.xml")
    return {
        "plain": [binary("sumo"), *options, "--end", f"{scenario.end_s:g}"],
        "live": [sys.executable, "-P", "-c", LIVE, scenario.model_dump_json(), str(work), detector],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--demand", type=float, default=1500, help="veh/h/lane")
    parser.add_argument("--seconds", type=float, default=3600, help="simulated")
    parser.add_argument("--detector", default="sequential")
    parser.add_argument("--instructions", action="store_true", help="count instructions, under valgrind")
    arguments = parser.parse_args()
    scenario = Scenario(name="ratio", seed=7, warm_up_s=0, end_s=arguments.seconds, demand_vphpl=arguments.demand)
    with tempfile.TemporaryDirectory() as folder:
        commands = both(scenario, Path(folder), arguments.detector)
        if arguments.instructions:
            with ThreadPoolExecutor(len(commands)) as pool:
                counted = dict(zip(commands, pool.map(instructions, commands.values()), strict=True))
            for name, number in counted.items():
                print(f"{name:6} {number / 1e9:7.2f} billion instructions")
            print(f"ratio  {counted['live'] / counted['plain']:.3f}")
            return
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(arguments.repeat):
            for name, command in commands.items():
                costs[name].append(cost(command))
    least = {name: min(one.cpu_s for one in found) for name, found in costs.items()}
    for name, found in costs.items():
        each = ", ".join(f"{one.cpu_s:.2f}" for one in found)
        print(f"{name:6} {least[name]:6.2f} s CPU  {max(one.memory_mb for one in found):4.0f} MB  ({each})")
    print(f"ratio  {least['live'] / least['plain']:.3f}")


if __name__ == "__main__":
    main()
