"""Checks before a comparison: are these the runs, the scoring and the detectors of the baseline?"""

from collections.abc import Mapping

from harness.reporting.number_text import first_names
from harness.studies.baseline.baseline_file import Baseline, RunIdentity
from scenarios.errors import UserError


def check_comparable(before: Baseline, now: Baseline, same_runs: bool = True) -> None:
    """Raise UserError naming the main difference where the two cannot be compared (see `check_runs`)."""
    check_runs(before, now.battery, now.runs, same_runs)
    for name, was, is_now in (
        ("persistence", before.persistence, now.persistence),
        ("grace_s", before.grace_s, now.grace_s),
    ):
        if was != is_now:
            raise UserError(f"the baseline was scored with {name} {was:g}, this with {is_now:g}")
    absent = [name for name in before.detectors if name not in now.detectors]
    if absent:
        raise UserError(
            f"the baseline holds {', '.join(before.detectors)}; this result has no {', '.join(absent)}, only "
            f"{', '.join(now.detectors)}"
        )


def check_runs(before: Baseline, battery: str, runs: Mapping[str, RunIdentity], same_runs: bool = True) -> None:
    """Raise UserError where these are not the baseline's runs; this needs no replay.

    `same_runs` False allows other scenarios: the battery that replaces a baseline may have grown.
    """
    missing = [name for name in before.runs if name not in runs]
    if before.battery != battery and before.runs.keys() != runs.keys():
        raise UserError(f"the baseline is of the battery {before.battery!r}, this is {battery!r}")
    periods = ({run.period_s for run in each.values()} for each in (before.runs, runs))
    was, now = (" and ".join(f"{period_s:g}" for period_s in sorted(each)) for each in periods)
    if was != now:
        raise UserError(f"the baseline's frames are of {was} s, these of {now} s: not comparable")
    if not same_runs:
        return
    if missing:
        raise UserError(f"{len(missing)} of the baseline's {len(before.runs)} runs are missing: {first_names(missing)}")
    accept = "another battery? If the change is intended: laneblock baseline accept"
    more = [name for name in runs if name not in before.runs]
    if more:
        raise UserError(f"{len(more)} runs are not in the baseline: {first_names(more)} ({accept})")
    other = [name for name, run in before.runs.items() if runs[name].scenario != run.scenario]
    if other:
        raise UserError(
            f"{len(other)} runs are of other scenarios than the baseline's: {first_names(other)} ({accept})"
        )
