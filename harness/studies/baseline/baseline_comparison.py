"""Compare a result with its baseline: is anything worse, and what changed, incident by incident?

The comparison is one of two, and says which:

**Exact**, where only the detectors can have changed: the same SUMO version, system and architecture, or the same frames to
the last digit (recordings). Worse means that an incident is lost or found later, or a run has more false alarms; one of
these is enough, whatever else improved.

**Statistical**, otherwise or on request: runs and incidents are paired by name and number. DR, false alarms and TTD are each
tested for being no worse than a stated margin allows (`harness.scoring.noninferiority`). Four verdicts:

    no worse     shown, at the margin
    even         not worse on these runs, and too few to show more
    not shown    worse on these runs, and too few to tell chance from change
    worse        shown to be worse than before, and not shown to be within the margin

"not shown" counts as worse by default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.records.recorded_detectors import short
from harness.scoring.noninferiority import (
    Margins,
    Noninferiority,
    dr_noninferiority,
    false_alarm_noninferiority,
    ttd_noninferiority,
)
from harness.studies.baseline.baseline_file import Baseline, DetectorResult, IncidentResult, RunIdentity, RunResult
from scenarios.errors import UserError

Verdict = Literal["same", "changed", "no worse", "even", "not shown", "worse"]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in one run; `worse` is True, False for better, None for neither."""

    run: str
    text: str
    worse: bool | None


@dataclass(frozen=True, slots=True)
class Measure:
    """The test of DR, false alarms or TTD: `of` says what was counted, `bound` what is shown, in terms of the margin."""

    name: str
    verdict: Verdict
    of: str
    bound: str


@dataclass(frozen=True, slots=True)
class DetectorCompared:
    """One detector before and now. `measures` only from statistical comparison; `other` says if it is set otherwise, else ""."""

    detector: str
    before: DetectorResult
    now: DetectorResult
    verdict: Verdict
    changes: tuple[Change, ...]
    measures: tuple[Measure, ...]
    other: str = ""


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """All detectors; `why` the comparison is exact or statistical; `notices` for the reader."""

    battery: str
    exact: bool
    why: str
    margins: Margins
    undecided_is_worse: bool
    detectors: tuple[DetectorCompared, ...]
    notices: tuple[str, ...]

    @property
    def worse(self) -> tuple[str, ...]:
        """The detectors that are worse, or "not shown" where that counts as worse."""
        bad = ("worse", "not shown") if self.undecided_is_worse else ("worse",)
        return tuple(one.detector for one in self.detectors if one.verdict in bad)


def compare_with_baseline(
    before: Baseline,
    now: Baseline,
    statistical: bool = False,
    margins: Margins | None = None,
    undecided_is_worse: bool = True,
) -> BaselineComparison:
    """Return the comparison. Raises UserError where battery, period, scoring or detectors differ."""
    check_comparable(before, now)
    limits = margins or Margins()
    exact, why = way(before, now)
    if statistical and exact:
        exact, why = False, "asked for (--statistical)"
    notices = list(_frames_notices(before, now, exact))
    compared = []
    for name, was in before.detectors.items():
        is_now = now.detectors[name]
        other = _other_detector(was, is_now)
        if other:
            notices.append(f"{name}: {other}.")
        changes = tuple(change for run in was.runs for change in _changes(run, was.runs[run], is_now.runs[run]))
        measures = () if exact else _measures(was, is_now, limits)
        verdict = _exact_verdict(changes) if exact else _worst([measure.verdict for measure in measures])
        compared.append(DetectorCompared(name, was, is_now, verdict, changes, measures, other))
    for whose, one in (("The baseline", before), ("This result", now)):
        unknown = [name for name in before.detectors if not one.detectors[name].fingerprint]
        if unknown:
            notices.append(
                f"{whose} is older than fingerprints, so its models and parameters may be others: {first_names(unknown)}."
            )
    more = [name for name in now.detectors if name not in before.detectors]
    if more:
        notices.append(f"Not in the baseline, and so not compared: {', '.join(more)}.")
    return BaselineComparison(before.battery, exact, why, limits, undecided_is_worse, tuple(compared), tuple(notices))


def way(before: Baseline, now: Baseline) -> tuple[bool, str]:
    """Return whether the comparison may be exact, and why."""
    if all(now.runs[name].frames == run.frames for name, run in before.runs.items()):
        return True, "the frames are the same, to the last digit"
    was, is_now = before.made_with.platform, now.made_with.platform
    if was == is_now and was[0]:
        return True, f"SUMO {was[0]} on {was[1]} {was[2]}, both times"
    if not was[0] or not is_now[0]:
        return False, "the frames differ, and it is not known which SUMO and system they are from"
    return False, f"made with SUMO {was[0]} on {was[1]} {was[2]}, now SUMO {is_now[0]} on {is_now[1]} {is_now[2]}"


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
            f"the baseline is of {', '.join(before.detectors)}; {', '.join(absent)} did not watch here, only "
            f"{', '.join(now.detectors)}"
        )


def check_runs(before: Baseline, battery: str, runs: Mapping[str, RunIdentity], same_runs: bool = True) -> None:
    """Raise UserError where these are not the baseline's runs; nothing has to be replayed to know that.

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
    accept = "another battery? If it was changed on purpose: laneblock baseline accept"
    more = [name for name in runs if name not in before.runs]
    if more:
        raise UserError(f"{len(more)} runs are not in the baseline: {first_names(more)} ({accept})")
    other = [name for name, run in before.runs.items() if runs[name].scenario != run.scenario]
    if other:
        raise UserError(
            f"{len(other)} runs are of other scenarios than the baseline's: {first_names(other)} ({accept})"
        )


def _other_detector(was: DetectorResult, now: DetectorResult) -> str:
    """In what the detector differs from that of the baseline; "" where nothing is known to differ."""
    if not was.fingerprint or not now.fingerprint:
        return ""
    told = []
    for what, before, after in (
        ("other model or parameters than the baseline's", was.fingerprint, now.fingerprint),
        ("another mask than the baseline's", was.mask_fingerprint, now.mask_fingerprint),
    ):
        if before != after:
            told.append(f"{what} ({short(before) if before else 'none'} -> {short(after) if after else 'none'})")
    return ", ".join(told)


def first_names(names: Sequence[str]) -> str:
    """Return the first few names as text, with "..." for the rest."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _frames_notices(before: Baseline, now: Baseline, exact: bool) -> list[str]:
    notices = []
    other = [name for name, run in before.runs.items() if now.runs[name].frames != run.frames]
    if other and exact:
        notices.append(
            f"The frames of {len(other)} of {len(before.runs)} runs differ ({first_names(other)}): the simulation or its "
            "settings changed, not only the detectors."
        )
    keys = ("laneblock", "numpy", "scipy", "filterpy")
    was, is_now = before.made_with.versions, now.made_with.versions
    differ = [f"{key} {was.get(key)} -> {is_now.get(key)}" for key in keys if was.get(key) != is_now.get(key)]
    if differ:
        notices.append(f"Other versions: {', '.join(differ)}.")
    return notices


def _changes(run: str, was: RunResult, now: RunResult) -> list[Change]:
    changes = []
    for number, (one, other) in enumerate(zip(was.incidents, now.incidents, strict=False)):
        change = _incident_change(run, one, other)
        if change is not None:
            several = f"incident {number}: " if len(was.incidents) > 1 else ""
            changes.append(Change(run, several + change[0], change[1]))
    if len(was.incidents) != len(now.incidents):
        changes.append(Change(run, f"{len(now.incidents)} incidents, {len(was.incidents)} before", None))
    if was.false_alarms != now.false_alarms:
        more = now.false_alarms > was.false_alarms
        changes.append(Change(run, f"{now.false_alarms} false alarms, {was.false_alarms} before", more))
    if not changes and was.said != now.said:
        changes.append(Change(run, "alarms at other times, without effect on the score", None))
    return changes


def _incident_change(run: str, was: IncidentResult, now: IncidentResult) -> tuple[str, bool | None] | None:
    if was.counted != now.counted:
        told = "now counts" if now.counted else "no longer counts"
        return f"its incident {told} (impact on the loops)", None
    if not was.counted:
        return None
    if was.detected and not now.detected:
        return f"lost: found {was.ttd_s:g} s after onset before", True
    if now.detected and not was.detected:
        return f"found now, {now.ttd_s:g} s after onset", False
    if was.ttd_s is not None and now.ttd_s is not None and was.ttd_s != now.ttd_s:
        return f"found {now.ttd_s:g} s after onset, {was.ttd_s:g} s before", now.ttd_s > was.ttd_s
    if was.located != now.located:
        where = "in its own section now" if now.located else "in the next section upstream, in its own before"
        return f"found {where}", not now.located
    return None


def _exact_verdict(changes: Sequence[Change]) -> Verdict:
    if any(change.worse for change in changes):
        return "worse"
    return "changed" if changes else "same"


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    order: tuple[Verdict, ...] = ("worse", "not shown", "even", "no worse")
    return next(verdict for verdict in order if verdict in verdicts)


def _verdict(shown: Noninferiority) -> Verdict:
    if shown.no_worse:
        return "no worse"
    if shown.worse:
        return "worse"
    return "not shown" if shown.observed_worse else "even"


def _measures(was: DetectorResult, now: DetectorResult, margins: Margins) -> tuple[Measure, ...]:
    pairs = [
        (one, other)
        for name, run in was.runs.items()
        for one, other in zip(run.incidents, now.runs[name].incidents, strict=False)
        if one.counted and other.counted
    ]
    lost = sum(one.detected and not other.detected for one, other in pairs)
    gained = sum(other.detected and not one.detected for one, other in pairs)
    dr = dr_noninferiority(len(pairs), lost, gained, margins)
    alarms = false_alarm_noninferiority(
        was.false_alarms, was.corridor_days, now.false_alarms, now.corridor_days, margins
    )
    later_s = [other.ttd_s - one.ttd_s for one, other in pairs if one.ttd_s is not None and other.ttd_s is not None]
    ttd = ttd_noninferiority(later_s, margins)
    mean_s = sum(later_s) / len(later_s) if later_s else float("nan")
    return (
        Measure(
            "DR",
            _verdict(dr),
            f"{lost} lost and {gained} gained of {len(pairs)} incidents",
            f"shown: fell by less than {100 * dr.bound:.1f} points (margin {100 * margins.dr:g})"
            if pairs
            else "no incidents",
        ),
        Measure(
            "false alarms",
            _verdict(alarms),
            f"{now.false_alarms} in {now.corridor_days:.2f} corridor-days, {was.false_alarms} in {was.corridor_days:.2f} before",
            f"shown: less than {alarms.bound:.3g} times as often (margin {margins.false_alarms:g})"
            if was.false_alarms + now.false_alarms
            else "none, so no ratio",
        ),
        Measure(
            "TTD",
            _verdict(ttd),
            f"{mean_s:+.1f} s on average over {len(later_s)} incidents found both times"
            if later_s
            else "no such incidents",
            f"shown: at most {ttd.bound:.1f} s later (margin {margins.ttd_s:g})" if len(later_s) > 1 else "too few",
        ),
    )
