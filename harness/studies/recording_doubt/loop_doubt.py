"""Loops that are not to be trusted for much of the time, as detectors judge them on line (`detectors.loop_health`)."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from detectors.health.loop_states import TEXTS, Reason
from detectors.loop_health import LoopHealth
from harness.studies.recording_doubt.readings import Doubt, Readings
from simulator.frame import LoopFrame

LEAST_SHARE = 0.25
"""Share of the frames for which a loop is not trusted. Chosen: a blocked lane or a jam that is taken for a fault lasts less."""
LEAST_S = 1800.0
"""... and the time, s: a first guess is taken back by then."""
MOST_FRAMES = 2880
"""Frames that are judged, the first ones. Chosen: a day of 30 s; 42 stations of four lanes take 3 ms a frame."""
MOST_LOOPS = 12
"""Loops named at most, the worst ones."""


def loop_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return a doubt for each loop that fails the tests of its readings; one that sends nothing is told as missing."""
    health = LoopHealth(readings.corridor)
    judged = min(len(readings.time_s), MOST_FRAMES)
    reasons = np.zeros((judged, *readings.count.shape[1:]), dtype=np.int8)
    for k in range(judged):
        count, speed, occupancy = (of[k].astype(float) for of in (readings.count, readings.speed, readings.occupancy))
        occupancy[occupancy > 1] = np.nan  # in another unit: `unit_doubt` tells it
        reasons[k] = health.step(LoopFrame(float(readings.time_s[k]), count, speed, occupancy)).reason
    reasons[reasons == Reason.NO_DATA] = Reason.SOUND
    failed = (reasons != Reason.SOUND).sum(axis=0)
    least = max(LEAST_SHARE * judged, LEAST_S / readings.corridor.period_s)
    worst = sorted(np.argwhere(failed >= least).tolist(), key=lambda at: -failed[tuple(at)])
    found = [_doubt(readings, reasons[:, station, lane], station, lane) for station, lane in worst[:MOST_LOOPS]]
    if len(worst) > MOST_LOOPS:
        more = f"{len(worst) - MOST_LOOPS} more that fail so often"
        found.append(Doubt("loops", more, "are lanes or stations in another order?"))
    return tuple(found)


def _doubt(readings: Readings, reasons: NDArray[np.int8], station: int, lane: int) -> Doubt:
    counted = Counter(reasons[reasons != Reason.SOUND].tolist())
    reason = Reason(counted.most_common(1)[0][0])
    share = 100 * counted.total() / reasons.size
    part = "" if reasons.size == len(readings.time_s) else f" of the first {reasons.size:,} frames"
    return Doubt(
        f"loop {readings.corridor.stations[station].name} lane {lane}",
        f"{TEXTS[reason]}, in {share:.0f} %{part or ' of the frames'}",
        "a faulty loop? detectors that judge their loops leave it out",
    )
