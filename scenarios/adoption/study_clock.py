"""Times of a study: warm-up and end from the user's configuration, onset and duration of its incidents."""

import math
from dataclasses import dataclass

from scenarios.errors import UserError
from scenarios.files.route_file import sumo_time_s
from scenarios.files.sumo_config_file import SumoConfig

USUAL_RUN_S = 3600.0
"""Length of a run where the configuration has no end, s. Chosen: an hour."""
LONGEST_WARM_UP_S, WARM_UP_SHARE = 900.0, 0.2
"""Warm-up: this share of a run, at most so long. Chosen: vehicles need some minutes to fill the road."""
LONGEST_INCIDENT_S, INCIDENT_SHARE = 600.0, 0.4
"""Duration of an incident: this share of the recorded time, at most so long. Chosen: as in the battery sr91."""
SHORTEST_INCIDENT_S = 60.0
ONSET_S = 7.0
"""Time of an onset after the end of a period, s. Chosen: an onset at a period's border would be a special case."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of a study's runs, s."""

    warm_up_s: float
    end_s: float
    period_s: float

    @property
    def onset_s(self) -> float:
        """The onset of incidents: in the third recorded period."""
        return self.warm_up_s + 2 * self.period_s + ONSET_S

    @property
    def duration_s(self) -> float:
        """The duration of incidents, whole periods."""
        share_s = (self.end_s - self.warm_up_s) * INCIDENT_SHARE
        return max(self.period_s, min(LONGEST_INCIDENT_S, share_s) // self.period_s * self.period_s)


def study_clock(config: SumoConfig, period_s: float) -> Clock:
    """Return the times of a study with loops of this period. Raises UserError where the simulation is too short for an incident."""
    begin_s = sumo_time_s(dict(config.settings).get("begin", "0"))
    end_s = sumo_time_s(config.end or "")
    if not end_s > begin_s:  # not given, or -1: until all have arrived
        end_s = begin_s + USUAL_RUN_S
    end_s -= (end_s - begin_s) % period_s
    warm_up_s = min(LONGEST_WARM_UP_S, (end_s - begin_s) * WARM_UP_SHARE)
    clock = Clock(begin_s + warm_up_s // period_s * period_s, end_s, period_s)
    least_s = ONSET_S + 4 * period_s + SHORTEST_INCIDENT_S
    if end_s - clock.warm_up_s < least_s:
        wanted_s = math.ceil(least_s / (1 - WARM_UP_SHARE) / period_s) * period_s
        raise UserError(
            f"the configuration simulates {end_s - begin_s:g} s, wanted {wanted_s:g} s or more with periods "
            f"of {period_s:g} s (a later end, or a shorter --period?)"
        )
    return clock
