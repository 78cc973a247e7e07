"""Key figures of a detector for the top of a page: DR, false alarms per corridor-day and TTD, each with its interval."""

import math

from harness.reporting.report_document import DASH, KeyFigure
from harness.reporting.score_tables import number, percent, span
from harness.scoring.intervals import Interval, wilson
from harness.scoring.score import Score

TERMS = (
    "DR: share of the incidents that the detector raised an alarm for. Impact: the loops show the incident. TTD: time to "
    "detection, from the onset of an incident to its alarm, over the detected incidents. False alarm: an alarm that belongs "
    "to no incident. Corridor-day: 24 hours of the whole road. Ranges: 95 % confidence intervals."
)


def detection_figure(detected: int, incidents: int, of: str = "incidents with impact") -> KeyFigure:
    """Return DR with its Wilson interval; `of` names the incidents counted."""
    share = detected / incidents if incidents else math.nan
    interval = _range(wilson(detected, incidents).scaled(100), 0, " %")
    return KeyFigure("Detection rate (DR)", _value(percent(share), " %"), interval, f"{detected} of {incidents} {of}")


def false_alarm_figure(count: int, rate: float, interval: Interval, days: float) -> KeyFigure:
    """Return the false alarms per corridor-day; `days` is the exposure in corridor-days."""
    counted = f"{count} in {number(days, 2)} corridor-days without an incident"
    return KeyFigure("False alarms per corridor-day", number(rate), _range(interval, 1), counted)


def ttd_figure(mean_s: float, interval: Interval, median_s: float) -> KeyFigure:
    """Return the mean TTD, with the median beside it."""
    value = _value(number(mean_s, 0), " s")
    return KeyFigure(
        "Mean time to detection (TTD)", value, _range(interval, 0, " s"), f"median {_value(number(median_s, 0), ' s')}"
    )


def delay_figure(mean_s: float, interval: Interval, incidents: int) -> KeyFigure:
    """Return the mean delay over all incidents, where a missed one counts its duration."""
    return KeyFigure(
        "Mean delay",
        _value(number(mean_s, 0), " s"),
        _range(interval, 0, " s"),
        f"over {incidents} incidents, missed ones included",
    )


def score_figures(score: Score, ttd_interval: Interval) -> tuple[KeyFigure, ...]:
    """Return the three key figures of `score`."""
    return (
        detection_figure(score.detected, score.incidents),
        false_alarm_figure(
            score.false_alarms,
            score.false_alarms_per_corridor_day,
            score.false_alarms_per_corridor_day_interval,
            score.corridor_days,
        ),
        ttd_figure(score.ttd_mean_s, ttd_interval, score.ttd_median_s),
    )


def _value(text: str, unit: str) -> str:
    return text if text == DASH else text + unit


def _range(interval: Interval, digits: int, unit: str = "") -> str:
    text = span(interval, digits)
    return "no interval" if text == DASH else text + unit
