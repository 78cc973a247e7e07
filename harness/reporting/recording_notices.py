"""Warnings for people on recordings: what their loops do not tell a detector, and logs that are rougher than scoring takes them."""

import math
import shlex
from collections.abc import Mapping
from os.path import lexists
from pathlib import Path

from harness.reporting.number_text import first_names
from harness.scoring.detection_score import Score
from simulator.recording.corridor_file import read_corridor
from simulator.recording.incident_log import read_incidents
from simulator.recording.truth_files import TRUTH_FILE

MOST_SHOWN = 3
"""Recordings in a command that is shown. Chosen: it stays a line or two."""


def sight_notices(score: Score) -> tuple[str, ...]:
    """Return a sentence for each lack of readings, with the runs that have it; none where a detector saw what it needs."""
    runs: dict[tuple[bool, str], list[str]] = {}
    for run in score.run_outcomes:
        if run.sight.told:
            runs.setdefault((run.sight.judged, run.sight.text), []).append(run.run)
    many = len(score.run_outcomes) > 1
    return tuple(
        f"{'Partly judged' if judged else 'Not judged'}: {text}{f', in {first_names(names)}' if many else ''}"
        f"{', where nothing can be detected.' if judged else '; no figures there.'}"
        for (judged, text), names in runs.items()
    )


def unjudged_runs(score: Score) -> dict[str, dict[str, object]]:
    """Return by run, where readings lack: the share of decisions without what the detector needs, and whether it is scored."""
    return {
        run.run: {"share": run.sight.unjudged, "without": run.sight.needs, "judged": run.sight.judged}
        for run in score.run_outcomes
        if run.sight.told
    }


def rough_log_notices(runs: Mapping[str, Path]) -> tuple[str, ...]:
    """Return a sentence on the recordings, by name, whose log states tolerances or lacks lanes, and the command that uses both.

    Raises UserError for a log that cannot be read.
    """
    rough = {name: folder for name, folder in runs.items() if _is_rough(folder)}
    if not rough:
        return ()
    folders = " ".join(shlex.quote(str(folder)) for folder in list(rough.values())[:MOST_SHOWN])
    return (
        f"Rough logs: {first_names(list(rough))} {'have' if len(rough) > 1 else 'has'} an incidents.csv with tolerances, or "
        "without lanes. These figures take times and places as written: of an incident logged late, the alarm is false and the "
        "incident missed; one without effect on traffic is missed too. By tolerances, and by what the loops show: laneblock "
        f"compare real-roads {folders}{' ...' if len(rough) > MOST_SHOWN else ''}",
    )


def _is_rough(folder: Path) -> bool:
    if lexists(folder / TRUTH_FILE):
        return False
    log = read_incidents(folder, read_corridor(folder))
    return log is not None and any(
        not one.lanes or any(not math.isnan(value) for value in one.tolerances) for one in log.incidents
    )
