"""The first table of a report: detection by persistence, in the paper's terms and beside its Table 1."""

import math
from collections.abc import Sequence

from harness.reporting.detection_tables import PAPER_SIMULATED, PaperRow
from harness.reporting.number_text import number, percent, span, with_interval
from harness.reporting.report_document import DASH, Table
from harness.scoring.detection_score import Score

NO_ROW = PaperRow(math.nan, math.nan, math.nan)


def beside_the_paper(scores: Sequence[Score]) -> Table:
    """Return a row per score, by rising persistence: DR, FAR and TTD both ways, beside the paper's, and the floor."""
    rows = []
    for score in scores:
        paper = PAPER_SIMULATED[score.persistence] if score.persistence < len(PAPER_SIMULATED) else NO_ROW
        far, day, ttd = score.far, score.false_alarms_per_corridor_day, score.ttd
        rows.append(
            (
                str(score.persistence),
                f"{percent(score.dr.value)} ({span(score.dr.interval.scaled(100), 0)})" if score.incidents else DASH,
                f"{score.detected} of {score.incidents}",
                _printed(paper.dr_percent),
                with_interval(100 * far.value, far.interval.scaled(100), 3),
                with_interval(day.value, day.interval),
                _printed(paper.far_percent),
                with_interval(ttd.mean, ttd.interval, 0),
                number(score.ttd_intervals.mean, 2),
                _printed(paper.ttd_s),
                number(score.floor_mean_s, 0),
            )
        )
    denominators = ""
    if scores:
        first = scores[0]
        denominators = (
            f"False alarms at persistence {first.persistence}: {first.false_alarms} in {first.decisions} decisions, "
            f"which are {number(first.section_hours)} section-hours or {number(first.corridor_days, 2)} corridor-days. "
        )
    return Table(
        caption="Detection by persistence, beside Table 1 of Sheu (2004)",
        columns=(
            *("Persistence", "DR, %", "Detected", "paper: DR, %"),
            *("FAR, % of decisions", "False alarms per corridor-day", "paper: FAR, %"),
            *("TTD from onset, s", "TTD in whole intervals, s", "paper: TTD, s", "Floor, s"),
        ),
        rows=tuple(rows),
        note=f"{denominators}In brackets: 95 % intervals. Times are means over detected incidents.",
    )


def _printed(value: float) -> str:
    return f"{value:g}" if math.isfinite(value) else DASH
