"""How well `sequential` describes incidents, by road: lanes, place, clearance, queue and lane changing, beside what is asked for.

    python -m benchmarks.characterisation RESULTS [RESULTS ...] [--recorded]

RESULTS: folders of `laneblock battery` or single recordings with truth. Each run is replayed through the shipped detector;
with --recorded the estimates that the run folders already hold are scored instead (what an earlier version made).
Asked for: exact lanes two frames after the alarm 95 %, place within 100 m, clearance within 60 s (RMSE), queue within 20 % of the
true queue's mean (RMSE), on roads that the detector was not calibrated on.
"""

import re
import sys
from collections.abc import Iterator
from math import nan
from pathlib import Path

from harness.records.decisions import read_decisions, read_estimates
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder
from harness.running.replay_recording import replay_recording
from harness.scoring.characterization import ErrorSums
from harness.scoring.characterization_score import CharacterizationScore
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.score_runs import ScoredRun, score_runs
from simulator.recording.recording_folder import open_recording

DETECTOR = "sequential"
COLUMNS = (
    "road",
    "found",
    "lanes",
    "2 frames later",
    "place, m",
    "clearance, s",
    "queue, veh",
    "of mean",
    "bias",
    "share",
)
TARGETS = ("asked for", "", "", "95 %", "100", "60", "", "20 %", "", "")


def run_folders(results: Path) -> Iterator[Path]:
    """Yield the run folders of a results folder, or the folder itself where it is a recording."""
    runs = results / "runs"
    yield from sorted(path for path in runs.iterdir() if RunFolder(path).finished) if runs.is_dir() else [results]


def scored_run(folder: Path, recorded: bool) -> ScoredRun | None:
    """Return a run to score; None for one without incidents, or whose folder holds no estimates where those are asked for."""
    run = RunFolder(folder)
    recording = open_recording(folder)
    truth = known_truth(folder, recording)
    if truth is None or not truth.incidents:
        return None
    if not recorded:
        return replay_recording(folder.name, folder, DETECTOR, None)[0]
    if not run.estimates(DETECTOR).is_file():
        return None
    made = read_decisions(run.decisions(DETECTOR))
    estimates = read_estimates(run.estimates(DETECTOR))
    return ScoredRun(folder.name, recording.corridor, made.times_s, made.alarm, truth, estimates)


def road_of(run: str) -> str:
    """Return the road in a run's name.

    >>> road_of("two-lanes-close-07"), road_of("sr91-incident-12")
    ('two-lanes-close', 'sr91-incident')
    """
    return re.sub(r"-\d+$", "", run)


def row(name: str, incidents: list[IncidentOutcome]) -> tuple[str, ...]:
    """Return one row of the table."""
    found = CharacterizationScore(tuple(incidents))
    named, queue = len(found.described), found.queue_error
    return (
        name,
        f"{sum(one.hit for one in incidents)} of {len(incidents)}",
        _share(sum(one.lanes_exact for one in found.described), named),
        _share(sum(one.lanes_exact_later for one in found.described), named),
        _error(found.location_error, 0),
        _error(found.clearance_error, 0),
        _error(queue, 1),
        _share(queue.rmse, queue.true_mean),
        f"{queue.bias:.1f}",
        _error(found.lane_changing_error, 3),
    )


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole else nan:.0f} %"


def _error(errors: ErrorSums, digits: int) -> str:
    return f"{errors.rmse:.{digits}f}"


def main(arguments: list[str]) -> None:
    """Print the table as Markdown."""
    recorded = "--recorded" in arguments
    folders = [folder for each in arguments if not each.startswith("--") for folder in run_folders(Path(each))]
    runs = [run for run in (scored_run(folder, recorded) for folder in folders) if run is not None]
    incidents = [one for one in score_runs(runs, 0).incident_outcomes if one.counted]
    by_road: dict[str, list[IncidentOutcome]] = {}
    for one in incidents:
        by_road.setdefault(road_of(one.run), []).append(one)
    rows = [row(road, by_road[road]) for road in sorted(by_road)]
    for cells in (COLUMNS, ("---",) * len(COLUMNS), *rows, row("all", incidents), TARGETS):
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
