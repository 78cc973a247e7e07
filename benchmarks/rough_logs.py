"""Logs as real roads have them, made of a simulation's truth: late, rough in place, often without lanes or clearance.

Conventions: tolerances are those that `harness.scoring.incident_extent` takes for a log that states none, and what a log is off by
lies within them. Drawn with a seed; the same truth and seed give the same log.
"""

from collections.abc import Sequence

import numpy as np

from harness.scoring.incident_extent import EARLY_S, NEAR_M
from scenarios.corridor import Corridor
from simulator.recording.incident_log import RecordedIncident
from simulator.truth import ObservedIncident

MOST_LATE_S = 0.8 * EARLY_S
"""Latest entry after the onset, s. Chosen: calls come after one to eight minutes."""
MOST_SOON_S = 60.0
"""A clock may be fast by this much, s. Chosen."""
MOST_OFF_M = 0.9 * NEAR_M
"""Farthest entry from the place, m. Chosen: the nearest half mile, and a margin."""
PAPERWORK_S = 900.0
"""Longest time from clearance to its entry, s. Chosen."""
LANES_NAMED, CLEARANCE_NAMED = 0.3, 0.6
"""Shares of entries that name lanes, and a clearance. Chosen."""


def rough_log(
    incidents: Sequence[ObservedIncident], corridor: Corridor, rng: np.random.Generator
) -> list[RecordedIncident]:
    """Return a log of the incidents as an operator might have kept it."""
    ends_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    made = []
    for incident in incidents:
        onset_s = incident.onset_s + rng.uniform(-MOST_SOON_S, MOST_LATE_S)
        position_m = float(np.clip(incident.position_m + rng.uniform(-MOST_OFF_M, MOST_OFF_M), *ends_m))
        lanes = incident.lanes if rng.random() < LANES_NAMED else ()
        late_s = rng.uniform(0, PAPERWORK_S)
        cleared_s = incident.clearance_s + late_s if rng.random() < CLEARANCE_NAMED else float("nan")
        made.append(
            RecordedIncident(
                onset_s,
                float(np.fmax(cleared_s, onset_s + 1.0)) if cleared_s == cleared_s else cleared_s,
                position_m,
                lanes,
            )
        )
    return made
