"""How far the clock of a corridor's data has come, by the word of a share of its stations.

Times are interval numbers, whole periods. Each station has a vote, its last stamp; the clock, the *watermark*, is the latest
interval that `share` of the speaking stations (two at least, where two speak) have reached. So a station whose clock runs ahead
moves nothing, and a jump is believed when that share has made it. The watermark never goes back.

A station speaks until `away_turns` turns have passed without it; a turn is over when a station that was heard in it goes on: its
stamp is new, ahead of the watermark, and its clock is steady (`steady_clock`). So a station whose stamps flap, however often it
sends, does not make the others seem silent.
"""

import math

from harness.service.assembling.steady_clock import SteadyClock

NEVER = -(1 << 62)
"""The vote of a station that has not spoken: before all intervals."""
_FEWEST = 2
"""Stations that must agree, where so many speak. Chosen: one clock alone is not believed."""


class ClockTrust:
    """The votes of the stations and the watermark.

    `jump` is how far behind it [periods] a station may be without being told, and the longest step of a clock that goes on; `late`
    how far out of order its stamps may come.
    """

    def __init__(self, stations: int, share: float, away_turns: int, jump: int, late: int = 0) -> None:
        self.watermark = NEVER
        self.votes = [NEVER] * stations
        self._share, self._away_turns, self._jump = share, away_turns, jump
        self._speaking = stations
        self._beyond = 0
        self._turn = 0
        self._heard = [0] * stations
        self._clocks = [SteadyClock(jump, late) for _ in range(stations)]
        self._by_turn: dict[int, set[int]] = {0: set(range(stations))}
        self._behind: set[int] = set()
        self._went_back = False

    def begin(self, interval: int) -> None:
        """Start at an interval that is known to be over."""
        self.watermark = interval
        self._beyond = sum(vote > interval for vote in self.votes)

    def note(self, station: int, interval: int) -> bool:
        """Note a station's stamp, another than its last; return whether the watermark moved."""
        vote, self.votes[station] = self.votes[station], interval
        self._beyond += (interval > self.watermark) - (vote > self.watermark)
        if interval < self.watermark - self._jump:
            self._behind.add(station)
        else:
            self._behind.discard(station)
        goes_on = self._clocks[station].goes_on(interval) and interval > self.watermark
        self._hear(station, goes_on)
        return self._beyond >= self._needed() and self._recount()

    def went_back(self) -> int | None:
        """Return the interval that the share of stations went back to, once each time that they do."""
        back = len(self._behind) >= self._needed()
        found, self._went_back = back and not self._went_back, back
        return sorted(self.votes[station] for station in self._behind)[len(self._behind) // 2] if found else None

    def believe(self) -> bool:
        """Believe the stations that spoke, though fewer than the share did; return whether the watermark moved."""
        spoken = sum(vote > NEVER for vote in self.votes)
        return spoken > 0 and self._move_to(max(1, math.ceil(self._share * spoken)))

    def _needed(self) -> int:
        return max(math.ceil(self._share * self._speaking), min(_FEWEST, self._speaking), 1)

    def _hear(self, station: int, goes_on: bool) -> None:
        before = self._heard[station]
        if goes_on and before == self._turn:
            self._turn += 1
            self._expire(self._turn - self._away_turns - 1)
        if before in self._by_turn:
            self._by_turn[before].discard(station)
        else:
            self._speaking += 1
        self._heard[station] = self._turn
        self._by_turn.setdefault(self._turn, set()).add(station)

    def _expire(self, turn: int) -> None:
        """Stations last heard in this turn speak no longer."""
        for station in self._by_turn.pop(turn, ()):
            self._speaking -= 1
            self._beyond -= self.votes[station] > self.watermark
            self.votes[station] = NEVER
            self._behind.discard(station)

    def _recount(self) -> bool:
        return self._move_to(self._needed())

    def _move_to(self, needed: int) -> bool:
        """Move the watermark to the interval that `needed` stations have reached, if that is later."""
        reached = sorted(self.votes, reverse=True)[needed - 1]
        moved = reached > self.watermark
        if moved:
            self.watermark = reached
            self._beyond = sum(vote > reached for vote in self.votes)
        return moved
