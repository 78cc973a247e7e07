"""Numbers as text, the same in every table, summary and page: fixed decimals, a dash where a value is undefined."""

import math
from collections.abc import Sequence

from harness.reporting.report_document import DASH
from harness.scoring.intervals import Interval
from harness.scoring.rates import Proportion, Rate


def number(value: float, digits: int = 1, signed: bool = False) -> str:
    """Return a number with `digits` decimals (and its sign where `signed`), a dash where it is undefined.

    >>> number(-0.04), number(12.0, 0, signed=True), number(math.nan) == DASH
    ('0.0', '+12', True)
    """
    return f"{value:{'+' if signed else ''}z.{digits}f}" if math.isfinite(value) else DASH


def percent(share: float, digits: int = 1) -> str:
    """Return a share as a number of percent, a dash where it is undefined."""
    return number(100 * share, digits)


def span(interval: Interval, digits: int = 1, signed: bool = False) -> str:
    """Return an interval as "low to high", a dash where it is undefined."""
    if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return DASH
    return f"{number(interval.low, digits, signed)} to {number(interval.high, digits, signed)}"


def with_interval(value: float, interval: Interval, digits: int = 1, signed: bool = False) -> str:
    """Return a number with its interval in brackets, where it has one.

    >>> with_interval(3.0, Interval(1.0, 5.5)), with_interval(3.0, Interval(math.nan, math.nan))
    ('3.0 (1.0 to 5.5)', '3.0')
    """
    text, ends = number(value, digits, signed), span(interval, digits, signed)
    return text if DASH in (text, ends) else f"{text} ({ends})"


def percent_with_interval(share: Proportion, digits: int = 1) -> str:
    """Return a share as a number of percent, with its interval in brackets."""
    return with_interval(100 * share.value, share.interval.scaled(100), digits)


def rate_text(rate: Rate, digits: int = 1) -> str:
    """Return a rate of rare events; where none was seen, the most that it can be, because 0 is not known.

    >>> rate_text(Rate(0, 0.5)), rate_text(Rate(2, 0.5)), rate_text(Rate(0, 0.0)) == DASH
    ('at most 7.4 (95 %)', '4.0', True)
    """
    if rate.events or not rate.exposure:
        return number(rate.value, digits)
    return f"at most {number(rate.interval.high, digits)} (95 %)"


def rate_with_interval(rate: Rate, digits: int = 1) -> str:
    """Return a rate of rare events with its interval in brackets; where none was seen, the most that it can be.

    >>> rate_with_interval(Rate(2, 0.5)), rate_with_interval(Rate(0, 0.5))
    ('4.0 (0.5 to 14.4)', 'at most 7.4 (95 %)')
    """
    return with_interval(rate.value, rate.interval, digits) if rate.events else rate_text(rate)


def minutes(time_s: float) -> str:
    """Return a time in whole minutes with its unit, a dash where it is undefined."""
    return f"{time_s / 60:.0f} min" if math.isfinite(time_s) else DASH


def clock(time_s: float) -> str:
    """Return a time of the simulation as minutes and seconds, a dash where it is not known.

    >>> clock(1267.4), clock(float("nan"))
    ('21:07', '–')
    """
    if not math.isfinite(time_s):
        return DASH
    minutes_part, seconds = divmod(round(time_s), 60)
    return f"{minutes_part}:{seconds:02d}"


def clock_of_day(time_s: float) -> str:
    """Return a time of a recording's clock: hours, minutes and seconds, with the day where it is not the first one, day 0.

    >>> clock_of_day(32505.0), clock_of_day(205305.0)
    ('9:01:45', 'day 2 9:01:45')
    """
    day, of_day = divmod(round(time_s), 86400)
    minutes, seconds = divmod(of_day, 60)
    return f"{f'day {day} ' if day else ''}{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def first_names(names: Sequence[str], most: int = 5) -> str:
    """Return the first few names, with "..." for the rest.

    >>> first_names(["a", "b", "c"], 2)
    'a, b, ...'
    """
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def counted(number_of: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "incident"), counted(0, "false alarm")
    ('1 incident', '0 false alarms')
    """
    return f"{number_of} {noun}{'' if number_of == 1 else 's'}"
