"""Statistical comparison with a baseline: DR, false alarms and TTD, each tested for being no worse by more than a margin."""

from dataclasses import dataclass
from typing import Literal

from harness.reporting.number_text import number
from harness.scoring.noninferiority import (
    Margins,
    Noninferiority,
    dr_noninferiority,
    false_alarm_noninferiority,
    ttd_noninferiority,
)
from harness.studies.baseline.baseline_file import DetectorResult

MeasureVerdict = Literal["no worse", "even", "not shown", "worse"]


@dataclass(frozen=True, slots=True)
class Measure:
    """The test of DR, false alarms or TTD: `of` is what was counted, `bound` what is shown, beside the margin."""

    name: str
    verdict: MeasureVerdict
    of: str
    bound: str


def measures_of(was: DetectorResult, now: DetectorResult, margins: Margins) -> tuple[Measure, ...]:
    """Return the tests of DR, false alarms and TTD, paired by run and incident."""
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
            f"shown: fell by less than {number(100 * dr.bound)} points (margin {100 * margins.dr:g})"
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
            f"{number(mean_s, signed=True)} s on average over {len(later_s)} incidents detected both times"
            if later_s
            else "no such incidents",
            f"shown: at most {number(ttd.bound)} s later (margin {margins.ttd_s:g})" if len(later_s) > 1 else "too few",
        ),
    )


def _verdict(shown: Noninferiority) -> MeasureVerdict:
    if shown.no_worse:
        return "no worse"
    if shown.worse:
        return "worse"
    return "not shown" if shown.observed_worse else "even"
