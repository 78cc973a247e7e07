"""What waiting costs in vehicle-hours: the delay that a chain's incident would have lost less, had its lanes been free earlier.

Conventions: lanes are free when the scenario says; nobody's arrival moves that. Time on the scene is taken as given, so lanes
would have been free as much earlier as any step before it had been shorter: the twins say what that is worth. A **wait** ends when
a team is there or the lanes are free, whichever is first; an incident to which nobody comes waited all its time. So what waiting
cost is between nothing and all that the incident cost, and a miss costs all of it.

Between the twins, and down to no incident at all (0 s blocked, 0 vehicle-hours), delay is interpolated over the time that lanes
were blocked, by monotone cubics (Fritsch and Butland 1984): delay grows faster than that time, and no twin is overshot.
"""

from math import isfinite

from harness.service.drill.incident_chain import IncidentChain
from simulator.earlier_clearance import ClearanceTwins

STEPS = ("evidence_s", "alarm_s", "opened_s", "seen_s", "acknowledged_s", "team_s")
"""The steps for which an incident waits, in order."""


def saved_veh_h(twins: ClearanceTwins, sooner_s: float) -> float:
    """Return the vehicle-hours that lanes free `sooner_s` earlier would have saved, at most all that the incident cost."""
    from scipy.interpolate import PchipInterpolator  # here: it takes longer to import than to score a drill

    blocked_s = twins.clearance_s - twins.onset_s
    known = {0.0: 0.0, blocked_s: twins.delay_veh_h}
    known |= {each.clearance_s - twins.onset_s: each.delay_veh_h for each in twins.earlier}
    times_s = sorted(known)
    delay = PchipInterpolator(times_s, [known[time_s] for time_s in times_s])
    return twins.delay_veh_h - float(delay(min(max(blocked_s - sooner_s, 0.0), blocked_s)))


def waited_s(chain: IncidentChain) -> float:
    """Return how long the lanes were blocked before a team was there."""
    there_s = chain.team_s if isfinite(chain.team_s) else chain.cleared_s
    return min(there_s, chain.cleared_s) - chain.onset_s


def step_s(chain: IncidentChain, step: str) -> float:
    """Return how much of the wait a step took; one that never came took what was left, those after it nothing."""
    end_s = chain.onset_s + waited_s(chain)
    begin_s = chain.onset_s
    for each in STEPS:
        came_s = getattr(chain, each)
        if each == "evidence_s" and not isfinite(came_s):  # not known: it is part of the next step
            came_s = begin_s
        until_s = max(min(came_s if isfinite(came_s) else end_s, end_s), begin_s)
        if each == step:
            return until_s - begin_s
        begin_s = until_s
    raise ValueError(f"{step} is no step for which an incident waits")
