"""Make the recordings that ship as regression data from the battery `regression`, and their baseline.

    laneblock battery regression --detector silent
    python -m benchmarks.shipped_recordings results/regression

Needed only where the recordings themselves change. Where a detector's decisions change, only the baseline does:

    python -m benchmarks.shipped_recordings
"""

import shutil
import sys
from pathlib import Path

from detectors.catalogue import DETECTORS
from harness.records.battery_folder import finished_runs
from harness.studies.baseline.baseline_file import write_baseline
from harness.studies.baseline.baseline_text import baseline_table
from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE, baseline_of, recordings_in
from harness.studies.baseline.run_identities import SHIPPED

KEPT = ("corridor.toml", "loops.csv.gz", "incidents.csv", "truth.json")
"""A detector's input and the truth for its score; the rest of a run folder is not shipped."""


def main(arguments: list[str]) -> None:
    """Copy the runs of a battery's results, if given; write the baseline of every detector of this package."""
    if arguments:
        runs = finished_runs(Path(arguments[0]))
        if not runs:
            raise SystemExit(f"{arguments[0]}: no finished run there")
        for old in recordings_in(SHIPPED):
            shutil.rmtree(old)
        for run in runs:
            (SHIPPED / run.name).mkdir(parents=True)
            for name in KEPT:
                shutil.copyfile(run.path / name, SHIPPED / run.name / name)
    command = "python -m benchmarks.shipped_recordings"
    found = baseline_of(SHIPPED, dict.fromkeys(sorted(DETECTORS.own)), 0, command, print)
    write_baseline(SHIPPED_BASELINE, found)
    size = sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file())
    own = SHIPPED_BASELINE.stat().st_size
    print(f"{baseline_table(found)}\n{SHIPPED.name}: {size / 1000:.0f} kB, of which baseline {own / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
