"""Times of a CSV export: what a stamp says, and seconds that run on where the clock is put forward or back.

Stamps: ISO, day.month.year, month/day/year (day first where a number is over 12), with AM and PM, Unix seconds and milliseconds,
days of a spreadsheet. Local clocks are put back where a loop's stamps go back by an hour, and forward where they leap an hour on a
Sunday night.
"""

import math
import re
from datetime import date, datetime, timedelta

import numpy as np

from simulator.formats.field_units import DAY_S, HOUR_S
from simulator.frame import Array

_EPOCH = date(1970, 1, 1)
_STAMP = re.compile(
    r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?[Mm]?\.?)?"
    r"(?:\s*(Z|UTC|[+-]\d{2}:?\d{2}))?$"
)


class Stamps:
    """Seconds since 1970 on the file's own clock, of its stamps. `day_first` decides between 3/4 and 4/3 where a slash is used."""

    def __init__(self, day_first: bool) -> None:
        self._day_first = day_first
        self._known: dict[str, float | None] = {}

    def seconds(self, text: str) -> float | None:
        """Return the seconds of a stamp, None for a text that is none."""
        if text not in self._known:
            if len(self._known) > 1 << 20:
                self._known.clear()
            self._known[text] = self._parsed(text.strip())
        return self._known[text]

    def _parsed(self, text: str) -> float | None:
        if re.fullmatch(r"\d+([.,]\d+)?", text):
            return _of_number(float(text.replace(",", ".")))
        match = _STAMP.match(text)
        if match is None:
            return None
        first, second, third = (int(match[k]) for k in (1, 2, 3))
        if first > 31:
            year, month, day = first, second, third
        elif "/" in text and not self._day_first:
            month, day, year = first, second, third
        else:
            day, month, year = first, second, third
        hour = int(match[4] or 0)
        if match[7]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + 12 * (match[7] in "Pp")
        try:
            days = (date(year + 2000 * (year < 100), month, day) - _EPOCH).days
        except ValueError:
            return None
        minute, second_s = int(match[5] or 0), int(match[6] or 0)
        if hour > 24 or minute > 59 or second_s > 59:
            return None
        ahead_s = 0
        if match[8] and match[8][0] in "+-":
            sign = -1 if match[8][0] == "-" else 1
            ahead_s = sign * (int(match[8][1:3]) * HOUR_S + int(match[8][-2:]) * 60)
        return float(days * DAY_S + hour * HOUR_S + minute * 60 + second_s - ahead_s)


def _of_number(value: float) -> float | None:
    if value > 1e11:
        return value / 1000
    if value > 1e8:
        return value
    if 20000 < value < 80000:  # days since 1899-12-30, as spreadsheets count
        return round((value - 25569) * DAY_S, 3)
    return None


def is_day_first(texts: list[str]) -> bool | None:
    """Return whether stamps with a slash begin with the day; None where none of them tells."""
    pairs = [(int(m[1]), int(m[2])) for text in texts if "/" in text and (m := _STAMP.match(text.strip()))]
    if any(first > 12 for first, _ in pairs):
        return first_is_no_year(pairs)
    if any(second > 12 for _, second in pairs) or any(re.search("[AaPp]\\.?[Mm]", text) for text in texts):
        return False
    return None


def first_is_no_year(pairs: list[tuple[int, int]]) -> bool:
    """Return whether the first numbers are days, not years."""
    return all(first <= 31 for first, _ in pairs)


def running_on(stamps: Array, period_s: float) -> tuple[Array, list[str]]:
    """Return the times of one loop, in the order of the file, without leaps of the clock, and what was told of it."""
    if len(stamps) < 2:
        return stamps, []
    step = np.diff(stamps)
    ahead = np.zeros(len(stamps))
    said = []
    for k in np.flatnonzero((step < -HOUR_S / 2) & (step >= -HOUR_S)):
        if -HOUR_S <= step[k] <= 2 * period_s - HOUR_S:
            ahead[k + 1 :] += HOUR_S
            said.append(f"clocks put back at {_text(stamps[k])}, seconds run on")
    for k in np.flatnonzero(np.isclose(step, HOUR_S + period_s)):
        before = datetime(1970, 1, 1) + timedelta(seconds=float(stamps[k]))
        if before.weekday() == 6 and before.hour < 4 and before.month in (3, 4, 9, 10):
            ahead[k + 1 :] -= HOUR_S
            said.append(f"assumed: clocks put forward at {_text(stamps[k])} (no hour is missing), seconds run on")
    return stamps + ahead, said


def _text(stamp_s: float) -> str:
    return f"{datetime(1970, 1, 1) + timedelta(seconds=float(stamp_s)):%Y-%m-%d %H:%M}"


def ends_of_periods(first_s: float, last_s: float, period_s: float) -> bool:
    """Return whether stamps are ends of periods: an export covers round times, so the rounder span is the one covered.

    >>> ends_of_periods(6630.0, 7800.0, 30.0), ends_of_periods(6600.0, 7770.0, 30.0)
    (True, False)
    """

    def roundness(start_s: float, end_s: float) -> int:
        return sum(
            math.isclose(at % unit, 0.0) for unit in (DAY_S, HOUR_S, 1800, 900, 600, 300) for at in (start_s, end_s)
        )

    return roundness(first_s - period_s, last_s) > roundness(first_s, last_s + period_s)
