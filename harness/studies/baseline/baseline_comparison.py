"""Compare a result with its baseline: is anything worse, and what changed, incident by incident?

There are two comparisons:

**Exact**, where only the detectors can have changed: the same SUMO version, system and architecture, or the same frames to
the last digit (recordings). Worse means that an incident is lost or detected later, or a run has more false alarms; one of
these is enough, even where others improved.

**Statistical**, otherwise or on request: runs and incidents are paired by name and number. DR, false alarms and TTD are each
tested for being no worse by more than a margin (`harness.scoring.noninferiority`). Four verdicts:

    no worse     shown, at the margin
    even         not worse on these runs, which are too few to show more
    not shown    worse on these runs, which are too few to exclude chance
    worse        shown to be worse than before, and not shown to be within the margin

"not shown" counts as worse by default.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.records.recorded_detectors import short
from harness.reporting.number_text import first_names
from harness.scoring.noninferiority import Margins
from harness.studies.baseline.baseline_changes import Change, changes_of_run
from harness.studies.baseline.baseline_checks import check_comparable
from harness.studies.baseline.baseline_file import Baseline, DetectorResult
from harness.studies.baseline.baseline_measures import Measure, MeasureVerdict, measures_of

Verdict = MeasureVerdict | Literal["same", "changed"]


@dataclass(frozen=True, slots=True)
class DetectorCompared:
    """One detector before and now. `measures` only from statistical comparison; `other`: how its settings differ, or ""."""

    detector: str
    before: DetectorResult
    now: DetectorResult
    verdict: Verdict
    changes: tuple[Change, ...]
    measures: tuple[Measure, ...]
    other: str = ""


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """The comparison of all detectors; `why`: the reason why it is exact or statistical."""

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
    exact, why = can_be_exact(before, now)
    if statistical and exact:
        exact, why = False, "requested (--statistical)"
    notices = list(_frames_notices(before, now, exact))
    compared = []
    for name, was in before.detectors.items():
        is_now = now.detectors[name]
        other = _other_detector(was, is_now)
        if other:
            notices.append(f"{name}: {other}.")
        changes = tuple(change for run in was.runs for change in changes_of_run(run, was.runs[run], is_now.runs[run]))
        measures = () if exact else measures_of(was, is_now, limits)
        verdict = _exact_verdict(changes) if exact else _worst([measure.verdict for measure in measures])
        compared.append(DetectorCompared(name, was, is_now, verdict, changes, measures, other))
    for whose, one in (("The baseline", before), ("This result", now)):
        unknown = [name for name in before.detectors if not one.detectors[name].fingerprint]
        if unknown:
            notices.append(
                f"{whose} has no fingerprints, so its models and parameters may differ: {first_names(unknown)}."
            )
    more = [name for name in now.detectors if name not in before.detectors]
    if more:
        notices.append(f"Not in the baseline, and so not compared: {', '.join(more)}.")
    return BaselineComparison(before.battery, exact, why, limits, undecided_is_worse, tuple(compared), tuple(notices))


def can_be_exact(before: Baseline, now: Baseline) -> tuple[bool, str]:
    """Return whether the comparison can be exact, and the reason."""
    if all(now.runs[name].frames == run.frames for name, run in before.runs.items()):
        return True, "the frames are the same, to the last digit"
    was, is_now = before.made_with.platform, now.made_with.platform
    if was == is_now and was[0]:
        return True, f"SUMO {was[0]} on {was[1]} {was[2]}, both times"
    if not was[0] or not is_now[0]:
        return False, "the frames differ, and the SUMO and the system that made them are not known"
    return False, f"made with SUMO {was[0]} on {was[1]} {was[2]}, now SUMO {is_now[0]} on {is_now[1]} {is_now[2]}"


def _other_detector(was: DetectorResult, now: DetectorResult) -> str:
    """Return how the detector differs from that of the baseline; "" where no difference is known."""
    if not was.fingerprint or not now.fingerprint:
        return ""
    differences = []
    for what, before, after in (
        ("other model or parameters than the baseline's", was.fingerprint, now.fingerprint),
        ("another mask than the baseline's", was.mask_fingerprint, now.mask_fingerprint),
    ):
        if before != after:
            differences.append(f"{what} ({short(before) if before else 'none'} -> {short(after) if after else 'none'})")
    return ", ".join(differences)


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


def _exact_verdict(changes: Sequence[Change]) -> Verdict:
    if any(change.worse for change in changes):
        return "worse"
    return "changed" if changes else "same"


def _worst(verdicts: Sequence[MeasureVerdict]) -> MeasureVerdict:
    order: tuple[MeasureVerdict, ...] = ("worse", "not shown", "even", "no worse")
    return next(verdict for verdict in order if verdict in verdicts)
