"""What a recording is too short or too empty to be judged by: no doubt does not mean that it was looked at."""

import numpy as np

from harness.studies.recording_doubt import clock_doubt, order_doubt, unit_doubt
from harness.studies.recording_doubt.lane_side_doubt import LEAST_FRAMES, lane_differences
from harness.studies.recording_doubt.readings import Readings


def not_judged(readings: Readings) -> tuple[str, ...]:
    """Return a phrase for each thing that the readings cannot tell."""
    found = list[str]()
    cells = int(np.isfinite(unit_doubt.lengths_m(readings)).sum())
    if readings.corridor.estimated_speeds:
        found.append("units by the length of a vehicle: the speeds are estimated from one")
    elif cells < unit_doubt.LEAST_CELLS:
        wanted = f"wanted {unit_doubt.LEAST_CELLS} readings with count, speed and occupancy, got {cells}"
        found.append(f"units by the length of a vehicle: {wanted}")
    if not order_doubt.platoon_z(readings):
        wanted = f"wanted {order_doubt.LEAST_FRAMES} frames and more with counts, without gaps"
        found.append(f"order of stations: {wanted}")
    if not lane_differences(readings):
        found.append(f"side of the lanes: wanted {LEAST_FRAMES} frames with the measured speeds of two lanes")
    hours = int(np.isfinite(clock_doubt.hourly_flow(readings)).sum())
    if hours < clock_doubt.LEAST_H:
        found.append(f"clock by the night: wanted {clock_doubt.LEAST_H:g} hours of a day, got {hours}")
    return tuple(found)
