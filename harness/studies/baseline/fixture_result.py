"""The result of the pytest fixture `laneblock`: figures, and assertions on them."""

import math
from dataclasses import dataclass
from pathlib import Path

from harness.reporting.number_text import number, percent, span
from harness.scoring.intervals import Interval
from harness.scoring.noninferiority import Margins
from harness.studies.baseline.baseline_comparison import compare_with_baseline
from harness.studies.baseline.baseline_file import Baseline, DetectorResult, read_baseline
from harness.studies.baseline.baseline_text import as_text
from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class FixtureResult:
    """One detector's results on a battery or on recordings; `report` is the path of the summary, with tables beside it.

    `result` has every figure: `dr.value`, `dr.interval`, `false_alarms_per_day.value`, `ttd.mean`, ... (`baseline_file`).
    """

    detector: str
    battery: str
    result: DetectorResult
    baseline: Baseline
    report: Path

    def __str__(self) -> str:
        of = self.result
        return (
            f"{self.detector} on {self.battery}: DR {percent(of.dr.value)} % ({span(of.dr.interval.scaled(100))}), "
            f"{of.detected} of {of.incidents}; {of.false_alarms} false alarms, "
            f"{number(of.false_alarms_per_day.value, 2)} per corridor-day ({span(of.false_alarms_per_day.interval, 2)}); "
            f"mean TTD {number(of.ttd.mean)} s ({span(of.ttd.interval)})\nreport: {self.report}"
        )

    def check(
        self,
        dr_at_least: float | None = None,
        false_alarms_per_day_at_most: float | None = None,
        ttd_mean_s_at_most: float | None = None,
        shown: bool = False,
    ) -> None:
        """Assert limits on the figures or, with `shown`, on the worse ends of their 95 % intervals.

        `dr_at_least` is a share. Raises AssertionError naming every missed limit, with figure, interval and report; an
        undefined figure (no incident detected, say) misses its limit.
        """
        __tracebackhide__ = True  # pytest shows the line of the test instead
        of = self.result
        if dr_at_least is not None and not 0 <= dr_at_least <= 1:
            raise UserError(f"dr_at_least is a share, 0 to 1, got {dr_at_least:g} (is it a percentage?)")
        rate = of.false_alarms_per_day
        missed = [
            *_missed("DR", of.dr.value, of.dr.interval, dr_at_least, shown, least=True),
            *_missed("false alarms per corridor-day", rate.value, rate.interval, false_alarms_per_day_at_most, shown),
            *_missed("mean TTD [s]", of.ttd.mean, of.ttd.interval, ttd_mean_s_at_most, shown),
        ]
        if missed:
            raise AssertionError("; ".join(missed) + f"\n{self}")

    def check_baseline(
        self,
        file: str | Path,
        statistical: bool = False,
        margins: Margins | None = None,
        let_undecided_pass: bool = False,
    ) -> None:
        """Assert that nothing is worse than in a baseline (`shipped`, or a file), as `laneblock baseline compare` does.

        Raises AssertionError with the whole comparison, UserError where the two cannot be compared.
        """
        __tracebackhide__ = True
        before = read_baseline(SHIPPED_BASELINE if str(file) == "shipped" else Path(file))
        if self.detector not in before.detectors:
            raise UserError(f"{file}: the baseline holds {', '.join(before.detectors)}, not {self.detector}")
        before = before.model_copy(update={"detectors": {self.detector: before.detectors[self.detector]}})
        compared = compare_with_baseline(before, self.baseline, statistical, margins, not let_undecided_pass)
        if compared.worse:
            raise AssertionError(f"{as_text(compared)}\nreport: {self.report}")


def _missed(
    what: str, value: float, interval: Interval, limit: float | None, shown: bool, least: bool = False
) -> list[str]:
    if limit is None:
        return []
    figure = (interval.low if least else interval.high) if shown else value
    if not math.isnan(figure) and (figure >= limit if least else figure <= limit):
        return []
    end = f" ({'low' if least else 'high'} end of the interval)" if shown else ""
    return [f"{what}: wanted {'at least' if least else 'at most'} {limit:g}, got {figure:.4g}{end}"]
