"""Which entries of a corridor's stream are still needed: those before a position are in committed frames, and can go.

An entry is over when the frame of its newest reading is committed, and the position moves over entries that are over, in order. So
who begins after it has all readings of frames that are not committed.

A reading far ahead of the clock is held by the assembler until the other stations are there, or dropped; its entry is over after
`held_frames` frames, whatever its stamp says, or one broken clock would keep the stream from being trimmed for ever.
"""

import math
import threading
from collections import deque
from dataclasses import dataclass

from harness.service.assembling.assembler_settings import AssemblerSettings

MORE_FRAMES = 60
"""Frames added to those that the assembler may hold a reading. Chosen: frames that wait to be decided on, and a gap filled."""


@dataclass(frozen=True, slots=True)
class _Taken:
    number: str
    end_s: float
    frames: int


class StreamLedger:
    """The entries that one worker has read of one corridor's stream. Any thread may use it."""

    def __init__(self, held_frames: int) -> None:
        self._held_frames = held_frames
        self._lock = threading.Lock()
        self._taken: deque[_Taken] = deque()
        self._position: str | None = None
        self._committed_s, self._frames = -math.inf, 0

    def took(self, number: str, end_s: float) -> None:
        """Note an entry, read after all others; its newest reading's interval ends at `end_s`, minus infinity for none."""
        with self._lock:
            self._taken.append(_Taken(number, end_s, self._frames))

    def begin_after(self, time_s: float) -> None:
        """Note that frames up to `time_s` were committed before."""
        with self._lock:
            self._committed_s = time_s

    def position_with(self, time_s: float) -> str | None:
        """Return the position that may be stored with the frame that ends at `time_s`; None where none is known yet."""
        with self._lock:
            position = self._position
            for each in self._taken:
                if not self._is_over(each, max(time_s, self._committed_s), self._frames + 1):
                    break
                position = each.number
            return position

    def committed(self, time_s: float) -> str | None:
        """Note that the frame that ends at `time_s` is committed; return the position."""
        with self._lock:
            self._frames += time_s > self._committed_s
            self._committed_s = max(time_s, self._committed_s)
            while self._taken and self._is_over(self._taken[0], self._committed_s, self._frames):
                self._position = self._taken.popleft().number
            return self._position

    def now(self) -> str | None:
        """Return the position without a new frame: entries whose readings came too late can go."""
        return self.committed(self._committed_s)

    def _is_over(self, entry: _Taken, committed_s: float, frames: int) -> bool:
        return entry.end_s <= committed_s or frames - entry.frames > self._held_frames


def held_frames(settings: AssemblerSettings, period_s: float) -> int:
    """Return for how many frames an assembler may hold a reading that is ahead of its clock."""
    held_s = settings.allowed_jump_s + settings.silent_after_s + settings.allowed_lateness_s
    return 2 * math.ceil(held_s / period_s) + MORE_FRAMES
