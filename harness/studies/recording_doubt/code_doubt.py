"""Values that stand for something else: zeros and codes for nobody, fractions that somebody filled in."""

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings

LEAST_SHARE = 0.01
"""Share of readings from which a value is told. Chosen: single slips of a loop are no convention."""
TOP_SPEED_MPS = 60.0
"""Chosen: nobody's mean speed over a period in traffic; Flanders' code for nobody, 252 km/h, is 70 m/s."""


def code_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return the doubts about values that are no measurement."""
    found = list[Doubt]()
    known = np.isfinite(readings.speed)
    number = max(1, int(known.sum()))
    zero = known & (readings.speed == 0)
    nobody = int((zero & (readings.count == 0)).sum())
    if nobody > LEAST_SHARE * number:
        found.append(
            Doubt("zero speeds", f"{nobody:,} of them with count 0", "nobody passed: leave such a speed empty")
        )
    passing = int((zero & (readings.count > 0)).sum())
    if passing > LEAST_SHARE * number:
        found.append(
            Doubt("zero speeds", f"{passing:,} of them while vehicles pass", "does 0 mean that none was measured?")
        )
    fast = known & (readings.speed > TOP_SPEED_MPS)
    if int(fast.sum()) > LEAST_SHARE * number:
        values, times = np.unique(np.round(readings.speed[fast], 2), return_counts=True)
        common = f"{float(values[np.argmax(times)]):g} m/s {int(times.max()):,} times"
        found.append(
            Doubt("speeds", f"{int(fast.sum()):,} above {TOP_SPEED_MPS:g} m/s, {common}", "a code for nobody, or km/h?")
        )
    counted = np.isfinite(readings.count)
    parts = int((counted & (readings.count % 1 != 0)).sum())
    if parts > LEAST_SHARE * max(1, int(counted.sum())):
        share = parts / int(counted.sum())
        found.append(
            Doubt("counts", f"{100 * share:.0f} % are no whole numbers", "filled in, smoothed, or flows per hour?")
        )
    return tuple(found)
