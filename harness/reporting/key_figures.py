"""Key figures at the top of a page: DR, false alarms per corridor-day, TTD and delay, each with its interval."""

from harness.reporting.number_text import counted, number, percent, rate_text, span
from harness.reporting.report_document import DASH, KeyFigure
from harness.scoring.detection_score import Score
from harness.scoring.intervals import Interval
from harness.scoring.rates import Proportion, Rate, Sample

TERMS = (
    "DR: share of the incidents that the detector raised an alarm for. Impact: the loops show the incident. TTD: time to "
    "detection, from the onset of an incident to its alarm, over the detected incidents. False alarm: an alarm that belongs "
    "to no incident. Corridor-day: 24 hours of the whole road. Ranges: 95 % confidence intervals."
)


def detection_figure(dr: Proportion, of: str = "incidents with impact") -> KeyFigure:
    """Return DR with its Wilson interval; `of` names the incidents counted."""
    interval = _range(dr.interval.scaled(100), 0, " %")
    return KeyFigure("Detection rate (DR)", _value(percent(dr.value), " %"), interval, f"{dr.part} of {dr.whole} {of}")


def false_alarm_figure(per_day: Rate, days: float, note: str = "") -> KeyFigure:
    """Return the false alarms per corridor-day; `days` is the exposure in corridor-days, `note` is added to it."""
    return rate_figure("False alarms", per_day, days, f" without an incident{note}")


def rate_figure(what: str, per_day: Rate, days: float, note: str = "") -> KeyFigure:
    """Return how many of something there are per corridor-day; `days` is the exposure in corridor-days, `note` is added to it."""
    label, seen = f"{what} per corridor-day", f"{per_day.events} in {number(days, 2)} corridor-days{note}"
    if per_day.exposure and not per_day.events:
        return KeyFigure(label, "none seen", rate_text(per_day), seen)
    return KeyFigure(label, number(per_day.value), _range(per_day.interval, 1), seen)


def ttd_figure(ttd: Sample) -> KeyFigure:
    """Return the mean TTD, with the median beside it."""
    median = f"median {_value(number(ttd.median, 0), ' s')}"
    return KeyFigure(
        "Mean time to detection (TTD)", _value(number(ttd.mean, 0), " s"), _range(ttd.interval, 0, " s"), median
    )


def delay_figure(delay: Sample) -> KeyFigure:
    """Return the mean delay over all incidents, where a missed one counts its duration."""
    return KeyFigure(
        "Mean delay",
        _value(number(delay.mean, 0), " s"),
        _range(delay.interval, 0, " s"),
        f"over {counted(len(delay.values), 'incident')}, missed ones included",
    )


def score_figures(score: Score) -> tuple[KeyFigure, ...]:
    """Return the three key figures of `score`."""
    return (
        detection_figure(score.dr),
        false_alarm_figure(score.false_alarms_per_corridor_day, score.corridor_days),
        ttd_figure(score.ttd),
    )


def _value(text: str, unit: str) -> str:
    return text if text == DASH else text + unit


def _range(interval: Interval, digits: int, unit: str = "") -> str:
    text = span(interval, digits)
    return "no interval" if text == DASH else text + unit
