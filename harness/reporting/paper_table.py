"""The figures of Sheu (2004), and the first table of a report: detection by persistence, beside its Table 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.reporting.number_text import number, percent, span, with_interval
from harness.reporting.report_document import DASH, Table
from harness.scoring.detection_score import Score


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of Sheu (2004): TTD in s (whole intervals, it seems), DR and FAR in percent."""

    ttd_s: float
    dr_percent: float
    far_percent: float


# Sheu, European Journal of Operational Research 157 (2004) 471-485, by persistence 0 to 3.
PAPER_SIMULATED = (
    PaperRow(20.83, 100, 0),
    PaperRow(57.92, 100, 0),
    PaperRow(87.08, 100, 0),
    PaperRow(110.12, 100, 0),
)  # Table 1, 36 simulated incidents
PAPER_I880 = (PaperRow(9, 100, 0), PaperRow(47, 100, 0), PaperRow(71, 100, 0), PaperRow(90, 95, 0))  # Table 2, 21


def paper_row(table: Sequence[PaperRow], persistence: int) -> PaperRow:
    """Return the paper's row for a persistence; NaN where the paper has none."""
    return table[persistence] if persistence < len(table) else PaperRow(math.nan, math.nan, math.nan)


def printed_figure(value: float) -> str:
    """Return a figure of the paper with the digits it is printed with, a dash where there is none."""
    return f"{value:g}" if math.isfinite(value) else DASH


def paper_table(scores: Sequence[Score]) -> Table:
    """Return a row per score, by rising persistence: DR, FAR and TTD both ways, beside the paper's, and the floor."""
    rows = []
    for score in scores:
        paper = paper_row(PAPER_SIMULATED, score.persistence)
        far, day, ttd = score.far, score.false_alarms_per_corridor_day, score.ttd
        rows.append(
            (
                str(score.persistence),
                f"{percent(score.dr.value)} ({span(score.dr.interval.scaled(100), 0)})" if score.incidents else DASH,
                f"{score.detected} of {score.incidents}",
                printed_figure(paper.dr_percent),
                with_interval(100 * far.value, far.interval.scaled(100), 3),
                with_interval(day.value, day.interval),
                printed_figure(paper.far_percent),
                with_interval(ttd.mean, ttd.interval, 0),
                number(score.ttd_intervals.mean, 2),
                printed_figure(paper.ttd_s),
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
