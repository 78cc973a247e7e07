"""Frames that wait to be decided on, of all corridors: who is next, and what is shed where there are too many.

The rule, which the status and FRAMES_SHED events refer to:

- A corridor's frames are decided on in order, one at a time. Of the corridors that wait, the most important is next; of equally
  important ones, that whose frame has waited longest. Every `PATIENCE`-th turn is that of the longest wait, however unimportant.
- Where more than `most_waiting` frames wait, the oldest waiting frame of the least important corridor that has more than one is
  shed; of equally important ones, of that which has most. Frames are shed whole, and the newest of each corridor stays.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

PATIENCE = 8
"""Turns from one of the longest wait to the next. Chosen: under overload an unimportant corridor still gets a share of the time."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Item]):
    """A frame that waits, of a corridor, since `since_s` on a clock that never goes back."""

    corridor: str
    since_s: float
    item: Item


@dataclass(frozen=True, slots=True)
class Shed(Generic[Item]):
    """Frames of one corridor that were shed in a row: how many, the first and the last of them."""

    frames: int
    first: Item
    last: Item


@dataclass(slots=True)
class _Line(Generic[Item]):
    importance: float
    waiting: deque[Waiting[Item]] = field(default_factory=deque)
    busy: bool = False
    shed: Shed[Item] | None = None


class FrameBacklog(Generic[Item]):
    """The waiting frames of corridors with an importance each; for any number of threads."""

    def __init__(self, importance: Mapping[str, float], most_waiting: int) -> None:
        self._lines: dict[str, _Line[Item]] = {name: _Line(value) for name, value in importance.items()}
        self._most, self._total, self._turn = most_waiting, 0, 0
        self._changed = threading.Condition()
        self._closed = False

    @property
    def waiting(self) -> int:
        """Frames that wait."""
        with self._changed:
            return self._total

    def waiting_of(self, corridor: str) -> tuple[int, float | None]:
        """Return how many frames of a corridor wait or are being decided on, and since when the oldest waits."""
        with self._changed:
            line = self._lines[corridor]
            return len(line.waiting) + line.busy, line.waiting[0].since_s if line.waiting else None

    def put(self, corridor: str, item: Item, since_s: float) -> None:
        """Let a frame wait; shed others where there are too many."""
        with self._changed:
            self._lines[corridor].waiting.append(Waiting(corridor, since_s, item))
            self._total += 1
            while self._total > self._most and self._shed():
                pass
            self._changed.notify_all()

    def wait_for_room(self, corridor: str, most: int, timeout_s: float) -> bool:
        """Return true as soon as fewer than `most` frames of a corridor wait or are decided on; false after a time, or closed."""
        line = self._lines[corridor]
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(line.waiting) + line.busy < most, timeout_s)
            return not self._closed and len(line.waiting) + line.busy < most

    def take(self) -> tuple[Waiting[Item], Shed[Item] | None] | None:
        """Wait for the next frame and return it, with those of its corridor that were shed before it; None when closed.

        The corridor is busy until `done`.
        """
        with self._changed:
            while True:
                if self._closed:
                    return None
                free = [line for line in self._lines.values() if line.waiting and not line.busy]
                if free:
                    break
                self._changed.wait()
            self._turn += 1
            patient = self._turn % PATIENCE == 0
            line = min(free, key=lambda each: (0.0 if patient else -each.importance, each.waiting[0].since_s))
            line.busy = True
            self._total -= 1
            shed, line.shed = line.shed, None
            return line.waiting.popleft(), shed

    def done(self, corridor: str) -> None:
        """Let the corridor's next frame be taken."""
        with self._changed:
            self._lines[corridor].busy = False
            self._changed.notify_all()

    def idle(self, timeout_s: float) -> bool:
        """Return true as soon as nothing waits and nothing is decided on, false after `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._total == 0 and not any(line.busy for line in self._lines.values()), timeout_s
            )

    def close(self) -> None:
        """Let all who wait go; what waits is left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _shed(self) -> bool:
        lines = [line for line in self._lines.values() if len(line.waiting) > 1]
        if not lines:
            return False
        line = min(lines, key=lambda each: (each.importance, -len(each.waiting)))
        gone, before = line.waiting.popleft().item, line.shed
        line.shed = Shed(1, gone, gone) if before is None else Shed(before.frames + 1, before.first, gone)
        self._total -= 1
        return True
