"""What logs with tolerances add to a score's files, tables and sentences: the traces that loops have of incidents.

Nothing where every incident is exact: files and tables are then what they are without this.
"""

from harness.reporting.number_text import number, percent, span
from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome

EXTENT_READING = (
    "With tolerances, detected: the first alarm inside the incident's extent, the region of space and time in which loops show it; "
    "others inside are neutral, alarms outside false. TTD from the log is negative where the log is late."
)


def extent_figures(score: Score) -> dict[str, object]:
    """Return figures for score.json: TTD from the first trace, and the share of alarms that are false."""
    if not score.by_extents:
        return {}
    return {
        "ttd_trace_mean_s": score.ttd_trace.mean,
        "ttd_trace_mean_interval_s": score.ttd_trace.interval,
        "ttd_trace_median_s": score.ttd_trace.median,
        "share_false": score.share_false.value,
        "share_false_interval": score.share_false.interval,
    }


def extent_columns(score: Score) -> tuple[str, ...]:
    """Return columns for incidents.csv."""
    return ("trace", "first_trace_s", "ttd_trace_s") if score.by_extents else ()


def extent_cells(one: IncidentOutcome) -> tuple[object, ...]:
    """Return an incident's values in these columns."""
    return one.trace, one.first_trace_s, one.ttd_trace_s


def extent_rows(score: Score) -> dict[str, str]:
    """Return rows for the table by persistence."""
    return {
        "TTD from the first trace in the loops, mean [s]": number(score.ttd_trace.mean),
        "  95 % (bootstrap), first trace": span(score.ttd_trace.interval),
        "  median, first trace [s]": number(score.ttd_trace.median),
        "Alarms that are false [%]": percent(score.share_false.value),
    }


def ttd_text(score: Score) -> str:
    """Return the mean TTD of a headline."""
    ttd = f"mean TTD {number(score.ttd.mean)} s"
    if not score.by_extents:
        return ttd
    return f"{ttd} from the log and {number(score.ttd_trace.mean)} s from the first trace in the loops"


def share_false_text(score: Score) -> str:
    """Return the share of false alarms, to end a headline."""
    if not score.by_extents or not score.share_false.whole:
        return ""
    return f"; {percent(score.share_false.value, 0)} % of the alarms are false"
