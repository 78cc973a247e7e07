"""The end of the interval in which an onset falls: TTD in whole intervals counts from there.

An interval is start <= t < end, on the grid of a run's first frame, and need not have been recorded.
"""

import math


def interval_end_s(onset_s: float, first_frame_s: float, period_s: float) -> float:
    """Return the end of the interval (start <= t < end) in which the onset falls.

    >>> interval_end_s(1000.0, 930.0, 30.0), interval_end_s(990.0, 930.0, 30.0)
    (1020.0, 1020.0)
    """
    # A billionth of a period keeps an onset on a border from falling short of it by rounding.
    return first_frame_s + period_s * (math.floor((onset_s - first_frame_s) / period_s + 1e-9) + 1)
