"""Tables of detection: by persistence beside the paper, and by the levels of a factor. Undefined is a dash, never 0.

Conventions: shares are printed in percent, as in the paper; intervals are of 95 %: Wilson for DR, exact
Poisson for false alarms, bootstrap over incidents for the mean TTD (2000 resamples, always from the same seed).
"""

from collections.abc import Callable, Sequence

from harness.reporting.extent_figures import extent_rows
from harness.reporting.number_text import number, percent, span
from harness.reporting.paper_table import PAPER_I880, PAPER_SIMULATED, PaperRow, paper_row, printed_figure
from harness.reporting.report_document import DASH, Table
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.detection_score import Score

FACTOR_HEADINGS = {
    "demand": "demand [veh/h/lane]",
    "lanes_blocked": "lanes blocked",
    "position": "position in the section",
    "section_length": "section length (short below 0.6 miles, long above 0.85)",
    "condition": "other conditions",
    "duration_min": "planned duration [min]",
}


def persistence_table(scores: Sequence[Score]) -> Table:
    """Return one column per score (persistence 0 to 3), one row per figure, the paper's figures beneath ours."""
    rows: list[tuple[str, ...]] = []

    def figure(name: str, of: Callable[[Score], str]) -> None:
        rows.append((name, *(of(score) for score in scores)))

    def paper(name: str, table: tuple[PaperRow, ...], of: Callable[[PaperRow], float]) -> None:
        rows.append((f"  {name}", *(printed_figure(of(paper_row(table, score.persistence))) for score in scores)))

    figure("Incidents with impact", lambda score: str(score.incidents))
    figure("Detected", lambda score: str(score.detected))
    figure("DR [%]", lambda score: percent(score.dr.value))
    figure("  95 % (Wilson)", lambda score: span(score.dr.interval.scaled(100)))
    paper("Sheu 2004, simulated", PAPER_SIMULATED, lambda row: row.dr_percent)
    figure("False alarms", lambda score: str(score.false_alarms))
    figure("False alarms in groups", lambda score: str(score.false_groups))
    figure("Decisions counted", lambda score: str(score.decisions))
    figure("Section-hours counted", lambda score: number(score.section_hours))
    figure("FAR, decisions [%]", lambda score: percent(score.far.value, 4))
    figure("  95 % (Poisson)", lambda score: span(score.far.interval.scaled(100), 4))
    paper("Sheu 2004, simulated", PAPER_SIMULATED, lambda row: row.far_percent)
    figure("False alarms per section-hour", lambda score: number(score.false_alarms_per_section_hour.value, 4))
    figure("False alarms per corridor-day", lambda score: number(score.false_alarms_per_corridor_day.value, 2))
    figure("  95 % (Poisson)", lambda score: span(score.false_alarms_per_corridor_day.interval, 2))
    figure("Groups per corridor-day", lambda score: number(score.false_groups_per_corridor_day.value, 2))
    figure("TTD from onset, mean [s]", lambda score: number(score.ttd.mean))
    figure("  95 % (bootstrap)", lambda score: span(score.ttd.interval))
    figure("  median [s]", lambda score: number(score.ttd.median))
    figure("  90th percentile [s]", lambda score: number(score.ttd.p90))
    if any(score.by_extents for score in scores):
        rows += ((name, *(extent_rows(score)[name] for score in scores)) for name in extent_rows(scores[0]))
    figure("TTD in whole intervals, mean [s]", lambda score: number(score.ttd_intervals.mean))
    paper("Sheu 2004, simulated", PAPER_SIMULATED, lambda row: row.ttd_s)
    paper("Sheu 2004, I-880", PAPER_I880, lambda row: row.ttd_s)
    figure("  median [s]", lambda score: number(score.ttd_intervals.median))
    figure("  90th percentile [s]", lambda score: number(score.ttd_intervals.p90))
    figure("TTD floor, detected, mean [s]", lambda score: number(score.floor_mean_s))
    figure("TTD floor, all with impact, mean [s]", lambda score: number(score.floor_mean_all_s))
    figure("Detected, but in the next section upstream", lambda score: str(score.detected - score.located))
    figure("Detected before the earliest evidence", lambda score: str(score.before_evidence))
    figure("Neutral alarms", lambda score: str(score.neutral_alarms))
    return Table(
        caption="Detection by persistence",
        columns=("Persistence", *(str(score.persistence) for score in scores)),
        rows=tuple(rows),
        note="Sheu (2004): 36 simulated and 21 recorded (I-880) incidents; no incident-free hours are reported there, "
        "so its FAR of 0 has no denominator.",
    )


def factor_heading(factor: str) -> str:
    """Return the text of a factor in captions."""
    return FACTOR_HEADINGS.get(factor, factor.replace("_", " "))


def breakdown_table(score: Score, factor: str) -> Table:
    """Return DR, TTD and false alarms by the levels of one factor."""
    rows = tuple(
        (
            level,
            f"{part.detected} of {part.incidents}",
            percent(part.dr.value),
            span(part.dr.interval.scaled(100)),
            number(part.ttd.mean),
            number(part.ttd.median),
            number(part.floor_mean_s),
            str(part.false_alarms) if part.decisions else DASH,
            number(part.section_hours) if part.decisions else DASH,
            number(part.false_alarms_per_corridor_day.value),
            span(part.false_alarms_per_corridor_day.interval),
        )
        for level, part in by_factor(score, factor)
    )
    return Table(
        caption=f"By {factor_heading(factor)}",
        columns=(
            *("Level", "Detected", "DR [%]", "95 %", "TTD [s]", "median [s]", "Floor [s]"),
            *("False", "Section-hours", "per day", "95 %"),
        ),
        rows=rows,
        note="TTD: mean over detected incidents. Floor: the least TTD of any loop-based detector, mean over the "
        "same incidents. Per day: false alarms per day of the whole corridor.",
    )


def breakdown_tables(score: Score, factors: Sequence[str] | None = None) -> tuple[Table, ...]:
    """Return a table per factor: those of `factors`, or every one with two to twelve levels."""
    return tuple(breakdown_table(score, factor) for factor in (factors_of(score) if factors is None else factors))
