"""Units by physics: occupancy x period x speed / count is a vehicle's length, and a lane passes no more than its capacity."""

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings

SHORTEST_M, LONGEST_M = 4.0, 13.0
"""Median of vehicle and loop length. Chosen: cars alone 5 to 7 m; every second one a truck 12 m."""
LEAST_CELLS = 50
"""Loop readings that a judgement needs. Chosen: the median of fewer moves by a tenth."""
HIGHEST_SPEED_MPS = 45.0
"""Median speed of a road at most. Chosen: 160 km/h; 65 mph taken as m/s is above it."""
HIGHEST_FLOW = 2800.0
"""Vehicles per hour and lane, 99 of 100 frames over five minutes stay below. Chosen: 2,400 is a good lane's capacity."""
_WINDOW_S = 300.0
MPS_PER_MPH = 0.44704
_SLIPS = (
    (100.0, "is occupancy in per cent?"),
    (3.6, "are speeds in km/h?"),
    (1 / MPS_PER_MPH, "are speeds in mph?"),
    (360.0, "is occupancy in per cent, and are speeds in km/h?"),
    (100 / MPS_PER_MPH, "is occupancy in per cent, and are speeds in mph?"),
)


def lengths_m(readings: Readings) -> np.ndarray:
    """Return (T, S, L) the vehicle length that each reading of two vehicles or more implies, NaN elsewhere."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = readings.occupancy * readings.corridor.period_s * readings.speed / readings.count
        return np.where((readings.count >= 2) & (readings.speed > 0) & (readings.occupancy > 0), found, np.nan)


def unit_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return the doubts about units of occupancy, speed and count; estimated speeds say nothing of units."""
    if readings.corridor.estimated_speeds:
        return _flow_doubts(readings)
    return (*_length_doubts(readings), *_speed_doubts(readings), *_flow_doubts(readings))


def _length_doubts(readings: Readings) -> tuple[Doubt, ...]:
    lengths = lengths_m(readings)
    lengths = lengths[np.isfinite(lengths)]
    if len(lengths) < LEAST_CELLS:
        return ()
    median = float(np.median(lengths))
    if SHORTEST_M <= median <= LONGEST_M:
        return ()
    slips = (*_SLIPS, *_count_slips(readings.corridor.period_s))
    fitting = [text for factor, text in slips if SHORTEST_M <= median / factor <= LONGEST_M]
    slip = " or: ".join(dict.fromkeys(fitting)) or "do count, speed and occupancy belong together?"
    evidence = (
        f"occupancy x period x speed / count is {median:.3g} m, a vehicle's length is {SHORTEST_M:g} to {LONGEST_M:g}"
    )
    return (Doubt("units", evidence, slip),)


def _count_slips(period_s: float) -> tuple[tuple[float, str], ...]:
    """What makes vehicles so many times longer, below 1 shorter: a rate r in place of the count r x period, a period in minutes.

    >>> [round(1 / factor) for factor, _ in _count_slips(30.0)[:3]]
    [120, 2, 60]
    """
    return (
        (period_s / 3600, "are counts vehicles per hour?"),
        (period_s / 60, "are counts vehicles per minute?"),
        (1 / 60, "is period_s in minutes?"),
        *((1 / lanes, "are counts those of several lanes?") for lanes in (2, 3, 4, 5)),
    )


def _speed_doubts(readings: Readings) -> tuple[Doubt, ...]:
    known = readings.speed[np.isfinite(readings.speed) & (readings.speed > 0)]
    if len(known) < LEAST_CELLS or (median := float(np.median(known))) <= HIGHEST_SPEED_MPS:
        return ()
    return (
        Doubt(
            "speeds", f"half of them are above {median:.0f} m/s ({3.6 * median:.0f} km/h)", "are they in mph or km/h?"
        ),
    )


def _flow_doubts(readings: Readings) -> tuple[Doubt, ...]:
    frames = max(1, round(_WINDOW_S / readings.corridor.period_s))
    whole = len(readings.count) // frames * frames
    if whole == 0:
        return ()
    means = readings.count[:whole].reshape(-1, frames, *readings.count.shape[1:]).mean(axis=1)
    flows = means[np.isfinite(means)] * 3600 / readings.corridor.period_s
    if len(flows) < LEAST_CELLS or (highest := float(np.quantile(flows, 0.99))) <= HIGHEST_FLOW:
        return ()
    return (
        Doubt(
            "counts",
            f"a lane passes {highest:,.0f} veh/h over five minutes, 2,400 is a good lane's capacity",
            "are they vehicles per hour, or of several lanes, or is period_s too short?",
        ),
    )
