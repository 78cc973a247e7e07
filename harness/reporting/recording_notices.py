"""Warnings for people on recordings: what their loops do not tell a detector, and what their logs are taken for."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from detectors.catalogue import DETECTORS
from harness.reporting.number_text import first_names
from harness.running.logged_extents import logged_incidents
from harness.scoring.detection_score import Score
from harness.scoring.incident_extent import EARLY_S, LATE_S, NEAR_M
from harness.scoring.tried_periods import period_text
from simulator.recording.corridor_file import read_corridor


def sight_notices(score: Score) -> tuple[str, ...]:
    """Return a sentence for each lack of readings, with the runs that have it; none where a detector saw what it needs."""
    runs: dict[tuple[bool, str], dict[str, float]] = {}
    parts: dict[tuple[str, str], dict[str, float]] = {}
    for run in score.run_outcomes:
        for share, what in run.sight.lacks:
            runs.setdefault((run.sight.judged, what), {})[run.run] = share
        for part in run.sight.lost:
            parts.setdefault((part.without, part.what), {})[run.run] = part.share
    many = len(score.run_outcomes) > 1
    lost = (
        f"Partly judged: {shares_text(shares.values())} of decisions without {without}"
        f"{f', in {first_names(list(shares))}' if many else ''}{part_text(what)}"
        for (without, what), shares in parts.items()
    )
    lacking = tuple(
        f"{'Partly judged' if judged else 'Not judged'}: {shares_text(shares.values())} of decisions without {what}"
        f"{f', in {first_names(list(shares))}' if many else ''}"
        f"{', where nothing can be detected.' if judged else '; no figures there.'}"
        for (judged, what), shares in runs.items()
    )
    return (*lacking, *lost)


def part_text(what: str) -> str:
    """Return how a sentence on the lack of readings goes on where a part of the detector, `what`, is without them."""
    return f": {what} are not judged there, the rest is."


def shares_text(shares: Iterable[float]) -> str:
    """Return the least and the largest share in words: `20 to 93 %`."""
    rounded = sorted(round(100 * share) for share in shares)
    least, largest = rounded[0], rounded[-1]
    return f"{least} %" if least == largest else f"{least} to {largest} %"


def unjudged_runs(score: Score) -> dict[str, dict[str, object]]:
    """Return by run, where readings lack: the share of decisions without what the detector needs, whether it is scored, and the
    parts of it that lack what they need."""
    return {
        run.run: {
            "share": run.sight.unjudged,
            "without": run.sight.needs,
            "unscored": run.sight.unscored,
            "judged": run.sight.judged,
            "parts": [{"share": part.share, "without": part.without, "what": part.what} for part in run.sight.lost],
        }
        for run in score.run_outcomes
        if run.sight.lacks or run.sight.lost
    }


def untried_periods(runs: Mapping[str, Path], detectors: Mapping[str, Path | None]) -> tuple[str, ...]:
    """Return a sentence for each period of the recordings, by name, that detectors' shipped parameters were not tried on.

    `detectors`: with their parameter files. One with a file of its own, without parameters, or of another package does not count.
    """
    shipped = [DETECTORS[name] for name, file in detectors.items() if file is None and name in DETECTORS.own]
    tried = [entry for entry in shipped if entry.calibrate is not None]
    found: dict[str, list[str]] = {}
    for name, folder in runs.items():
        text = period_text(read_corridor(folder).period_s, tried) if tried else ""
        if text:
            found.setdefault(text, []).append(name)
    return tuple(f"Not tried: {first_names(names)}, {text}." for text, names in found.items())


def estimated_speed_notices(runs: Mapping[str, Path]) -> tuple[str, ...]:
    """Return a sentence for each way in which speeds of the recordings, by name, were estimated. Raises UserError."""
    found: dict[str, list[str]] = {}
    for name, folder in runs.items():
        if how := read_corridor(folder).estimated_speeds:
            found.setdefault(how, []).append(name)
    return tuple(f"Not measured: speeds of {first_names(names)} are {how}." for how, names in found.items())


def rough_log_notices(runs: Mapping[str, Path], tolerant: Collection[str]) -> tuple[str, ...]:
    """Return a sentence on recordings scored by their tolerances, whose names are in `tolerant`, and one on logs with neither
    tolerances nor lanes.

    Raises UserError for a log that cannot be read.
    """
    notices = []
    if tolerant:
        names = first_names([name for name in runs if name in tolerant])
        notices.append(
            f"By tolerances: the incidents.csv of {names} says how far off it may be. So each incident's extent is found from the "
            "loops: an alarm inside is the incident's, one outside is false, and an incident that no loop shows is left out of DR. "
            f"A tolerance that is not stated is {EARLY_S:.0f} s before, {LATE_S:.0f} s after, {NEAR_M:.0f} m."
        )
    bare = {name: logged_incidents(folder) for name, folder in runs.items() if name not in tolerant}
    bare = {name: log for name, log in bare.items() if any(not incident.lanes for incident in log)}
    if bare:
        logged = [incident for log in bare.values() for incident in log if not incident.lanes]
        lacks = [
            *(["not all lanes"] if any(not incident.no_lane for incident in logged) else []),
            *(["incidents on the shoulder"] if any(incident.no_lane for incident in logged) else []),
        ]
        notices.append(
            f"As written: the incidents.csv of {first_names(list(bare))} states no tolerances, and {' and '.join(lacks)}. "
            "Where it is late, the alarm is false and the incident missed; one without effect on traffic is missed too. If it is "
            "rough, say so in its columns onset_early_s, onset_late_s, position_tolerance_m: then what the loops show of an "
            "incident counts."
        )
    return tuple(notices)
