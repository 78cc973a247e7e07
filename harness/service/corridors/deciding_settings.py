"""How a service decides on frames: how often it keeps its state, how much may wait, how long frames are kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidingSettings:
    """Settings of all corridors; all defaults are chosen.

    `checkpoint_frames`: frames between two checkpoints; more costs time after a crash (they are decided on again), fewer costs time
    always. `most_waiting`: frames that may wait before some are shed; more hides a longer delay. `threads`: corridors decided on at
    once; detectors run in one interpreter, so more threads only help while others wait for the store. `keep_days`: data time for
    which frames are kept; older ones are thinned to every tenth; None keeps all. `most_pushed`: pushed readings that may be in
    work before senders are asked to wait.
    """

    checkpoint_frames: int = 20
    most_waiting: int = 200
    threads: int = 2
    keep_days: float | None = 30.0
    most_pushed: int = 500_000
