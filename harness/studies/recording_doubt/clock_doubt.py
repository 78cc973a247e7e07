"""Whether the clock is right: hours that are missing or come twice, and a night that is not at night."""

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings
from simulator.frame import Array

DAY_S = 86400.0
_HOUR_S = 3600.0
NIGHT_FROM_H, NIGHT_TO_H = 0.0, 6.0
"""The quietest three hours of a road begin and end in these. Chosen: on every road with a day's traffic."""
LEAST_H = 23.0
"""Hours of the day with data that the judgement needs."""
CLEAR_RATIO = 0.5
"""Flow of the quietest three hours by that of the mean hour. Chosen: without a night the road tells nothing of its clock."""


def clock_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return the doubts about the recording's times."""
    return (*_missing_hour(readings), *_wrong_night(readings))


def _missing_hour(readings: Readings) -> tuple[Doubt, ...]:
    period_s = readings.corridor.period_s
    steps_s = np.diff(readings.time_s)
    hours = np.flatnonzero(np.abs(steps_s - _HOUR_S - period_s) < 0.5 * period_s)
    if len(hours) != 1 or period_s >= _HOUR_S / 2:
        return ()
    at = clock_text(float(readings.time_s[hours[0]]))
    return (
        Doubt(
            "clock",
            f"exactly one hour is missing after {at}",
            "was the clock put forward? seconds since one moment have no such hour",
        ),
    )


def _wrong_night(readings: Readings) -> tuple[Doubt, ...]:
    flow = hourly_flow(readings)
    if int(np.isfinite(flow).sum()) < LEAST_H:
        return ()
    three = np.array([np.nanmean(flow[[k, (k + 1) % 24, (k + 2) % 24]]) for k in range(24)])
    quietest = int(np.nanargmin(three))
    if (
        three[quietest] > CLEAR_RATIO * np.nanmean(flow)
        or NIGHT_FROM_H - 1 <= quietest <= NIGHT_TO_H - 2
        or quietest == 23
    ):
        return ()
    evidence = f"the quietest three hours begin at {quietest:02d}:00, if 0 s is midnight"
    return (Doubt("clock", evidence, "is 0 s another time of day, or the clock in another zone?"),)


def hourly_flow(readings: Readings) -> Array:
    """Return (24,) the mean count of a loop and period by hour of day, if 0 s is midnight; NaN for hours without."""
    hour = ((readings.time_s - readings.corridor.period_s / 2) % DAY_S // _HOUR_S).astype(int)
    found = np.full(24, np.nan)
    for k in range(24):
        own = readings.count[hour == k]
        known = np.isfinite(own)
        if known.any():
            found[k] = own[known].mean()
    return found


def clock_text(time_s: float) -> str:
    """Return a time of the recording as a day and a clock.

    >>> clock_text(90061.0)
    'day 1 01:01:01'
    """
    whole = round(time_s)
    return f"day {whole // 86400} {whole % 86400 // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
