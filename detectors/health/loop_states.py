"""What is wrong with each loop after a frame: the first test that failed, by number, by name and as text."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Flags


class Reason(IntEnum):
    """Why a loop is not to be trusted; where several hold, the least number."""

    SOUND = 0
    NO_DATA = 1
    STUCK = 2
    LOCKED_ON = 3
    IMPOSSIBLE = 4
    VEHICLE_LENGTH = 5
    SLOW = 6
    NOISY = 7
    DEAD = 8
    NEARLY_DEAD = 9
    INTERMITTENT = 10
    MISCOUNT = 11


TEXTS = {
    Reason.SOUND: "sound",
    Reason.NO_DATA: "sends no data",
    Reason.STUCK: "repeats one reading",
    Reason.LOCKED_ON: "occupied all the time while traffic passes beside it",
    Reason.IMPOSSIBLE: "reads more than a lane can carry",
    Reason.VEHICLE_LENGTH: "count, speed and occupancy contradict each other",
    Reason.SLOW: "reads slow in thin traffic while all around it is free",
    Reason.NOISY: "speeds scatter while those beside it do not",
    Reason.DEAD: "counts nothing while the vehicles pass it",
    Reason.NEARLY_DEAD: "counts a small part of what its neighbours count",
    Reason.INTERMITTENT: "fell silent lately while vehicles passed it",
    Reason.MISCOUNT: "its count contradicts the stations up and down",
}
"""A reason in words."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopStates:
    """The loops not to be trusted after the frame that ends at `time_s`, (S, L), and why (numbers of `Reason`)."""

    time_s: float
    faulty: Flags
    reason: NDArray[np.int8]

    def text(self, station: int, lane: int) -> str:
        """Return why a loop is not trusted, in words; "sound" where it is."""
        return TEXTS[Reason(int(self.reason[station, lane]))]


def loop_states(time_s: float, failed: dict[Reason, Flags], there: Flags) -> LoopStates:
    """Return the states, read-only, from the tests that `failed` (S, L); where there is no loop nothing is."""
    reason = np.zeros(there.shape, dtype=np.int8, order="F")
    for each in sorted(failed, reverse=True):
        reason[failed[each]] = each
    reason[~there] = Reason.SOUND
    faulty = reason != Reason.SOUND
    reason.flags.writeable = faulty.flags.writeable = False
    return LoopStates(time_s, faulty, reason)
