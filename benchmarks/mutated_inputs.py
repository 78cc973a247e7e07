"""Damaged inputs of every command: does each end in time and memory, with one clear message or a good result?

    python -m benchmarks.mutated_inputs [--seed N] [--count N] [--first N] [--keep FOLDER]
    python -m benchmarks.mutated_inputs --seed 7 --count 2000       wanted: no finding
    python -m benchmarks.mutated_inputs --seed 7 --first 41 --count 1       one trial again

Good inputs of 44 kinds are made with laneblock and SUMO (seconds). In every trial one file of them is damaged (a
value, a key, bytes, or what stands in its place), or the command line, and the command that reads it is run in a
process of its own. Most trials stop where SUMO would start. A finding is: a traceback or a bug; another exit code
than 0, 1, 2, 3 and 130; over 60 s or 1 GB; a message of several lines, or one that does not name the file; an
impossible value (not a number, infinite, beyond 1e300, of another type) that is taken; a cell that a spreadsheet
would run; processes left behind. Prints findings as they come; their inputs, with the command and what it said in
`finding.txt`, are kept in FOLDER. Exit code 1 where there are any. 2,000 trials take 7 to 11 minutes, 3 to 5 a second.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.robustness.forked_command import CommandServer
from tests.robustness.good_inputs import make_good_inputs
from tests.robustness.mutated_inputs import refused, trials

SHOWN_EVERY = 100
"""Trials between two lines of progress."""


def main() -> None:
    """Do the trials, print findings and a summary."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutated_inputs", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000, help="trials")
    parser.add_argument("--first", type=int, default=0, help="number of the first trial")
    parser.add_argument("--keep", type=Path, default=Path("results/mutated-inputs"), help="folder of findings")
    given = parser.parse_args()
    started, found, slowest_s, most_mb = time.monotonic(), Counter[str](), 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="laneblock-") as folder, CommandServer() as server:
        good, work = Path(folder) / "good", Path(folder) / "work"
        good.mkdir()
        make_good_inputs(good, lambda *arguments: server.run(arguments, good, sumo=True).code)
        for line in refused(server, good, work):
            print(f"a good input is refused: {line}", flush=True)
            found["good input refused"] += 1
        numbers = range(given.first, given.first + given.count)
        for done, trial in enumerate(trials(server, good, work, given.seed, numbers, given.keep.resolve()), 1):
            slowest_s, most_mb = max(slowest_s, trial.ended.wall_s), max(most_mb, trial.ended.peak_mb)
            for finding in trial.findings:
                found[finding.partition(":")[0]] += 1
                print(f"{trial.number}: {finding}: {trial.kind}: {trial.file}: {trial.damaged.what}", flush=True)
            if done % SHOWN_EVERY == 0:
                print(f"{done} of {given.count} trials, {found.total()} findings", flush=True)
    wall_s = time.monotonic() - started
    print(f"seed {given.seed}: {given.count} damaged inputs in {wall_s:.0f} s, {found.total()} findings")
    print(f"slowest command {slowest_s:.1f} s, most memory {most_mb:.0f} MB")
    for finding, times in found.most_common():
        print(f"  {times:4d} {finding}")
    if found:
        print(f"Findings: {given.keep}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
