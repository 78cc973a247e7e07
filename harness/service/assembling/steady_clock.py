"""Whether a station's clock goes on: its stamps come one after another, not here and there.

Times are interval numbers, whole periods. A stamp *goes on* where it is later than all before it by `jump` at most, or where it is
one of the `late` before the latest that has not come yet. A stamp further off is a break: the clock goes on again after
STEADY_STEPS new stamps without another.
"""

STEADY_STEPS = 3
"""New stamps after a break. Chosen: one wrong stamp now and then gives two breaks with no more than one step between them; more
delays how soon silent stations are not waited for after a gap."""


class SteadyClock:
    """The stamps of one station. It is taken for steady at the beginning."""

    __slots__ = ("_jump", "_late", "_latest", "_seen", "_steps")

    def __init__(self, jump: int, late: int) -> None:
        self._jump, self._late = jump, late
        self._latest: int | None = None
        self._seen = 0
        """Bit d: the stamp d periods before the latest has come."""
        self._steps = STEADY_STEPS

    def goes_on(self, interval: int) -> bool:
        """Take a stamp; return whether a steady clock went on with it.

        >>> clock = SteadyClock(jump=20, late=1)
        >>> [clock.goes_on(interval) for interval in (10, 11, 10, 13, 12, 12, 900, 14, 15)]
        [True, True, False, True, True, False, False, False, False]
        """
        step = 1 if self._latest is None else interval - self._latest
        if abs(step) > self._jump:
            self._latest, self._seen, self._steps = interval, 1, 0
            return False
        if step > 0:
            self._latest = interval
            self._seen = (self._seen << step | 1) & ((2 << self._late) - 1)
        elif -step > self._late or self._seen >> -step & 1:
            return False
        else:
            self._seen |= 1 << -step
        self._steps = min(self._steps + 1, STEADY_STEPS)
        return self._steps == STEADY_STEPS
