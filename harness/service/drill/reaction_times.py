"""How long simulated people take, and how often they judge rightly: what one incident draws, from a generator of its own.

All times are lognormal: none is negative, most are short, a few are long, as times of people are. None of the figures is measured
on a desk of traffic operators; each says what changes when it is moved. `laneblock drill` prints them beside its results.
"""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A lognormal time: its median, s, and the deviation of its logarithm."""

    median_s: float
    sigma: float

    def draw(self, rng: np.random.Generator) -> float:
        """Return one time, s."""
        return self.median_s * math.exp(self.sigma * float(rng.standard_normal()))


SEEN = Lognormal(20.0, 0.8)
"""From when an operator is free and an incident stands in the list until it is seen. Chosen: the page sounds, and who has other
work looks up within a minute nine times of ten; a longer one moves all that follows by as much."""
READ = Lognormal(10.0, 0.5)
"""From seen to acknowledged: read, and press the key. Chosen."""
JUDGED = Lognormal(45.0, 0.6)
"""From acknowledged to judged: find the camera, look, decide, call a team. Chosen; it keeps an operator from the next incident."""
SET_OFF = Lognormal(60.0, 0.5)
"""From assigned to set off: the call, and the team in its car. Chosen for a patrol that waits at its entry."""
RIGHT = 0.95
"""Share of incidents that an operator judges rightly. Chosen: a blocked lane that is taken for none gets no team, a false one
sends a team in vain."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one incident draws: four times, s, and whether it is judged `rightly`."""

    seen_s: float
    read_s: float
    judged_s: float
    set_off_s: float
    rightly: bool


def reaction(rng: np.random.Generator) -> Reaction:
    """Return the times of one incident, always drawn in the same order."""
    return Reaction(SEEN.draw(rng), READ.draw(rng), JUDGED.draw(rng), SET_OFF.draw(rng), bool(rng.random() < RIGHT))


def stated() -> str:
    """Return the distributions in words."""
    named = (("seen", SEEN), ("acknowledged", READ), ("judged", JUDGED), ("set off", SET_OFF))
    times = ", ".join(f"{name} {each.median_s:g} s ({each.sigma:g})" for name, each in named)
    return f"Lognormal medians (deviation of the logarithm), chosen: {times}; {100 * RIGHT:.0f} % judged rightly."
