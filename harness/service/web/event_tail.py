"""The end of the table of events, read once for all subscribers, and each subscriber's way through it.

The store is the truth: a wake-up only says that there may be more. A subscriber is a position in one list that all share, so a slow
one costs no memory and holds nobody up; one that has fallen behind the list, or resumes, reads the store itself.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, TypeVar

import anyio

from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.service_condition import conditions, store_words
from harness.service.web.service_view import ServiceView
from harness.service.web.stream_message import (
    StreamMessage,
    event_messages,
    frame_message,
    reset_message,
    status_message,
)
from harness.service.web.web_log import Log
from harness.service.web.web_settings import WebSettings
from scenarios.errors import MachineError

KEPT = 2000
"""Events kept in memory for subscribers. Chosen: an hour of a busy district; with fewer, more subscribers read the store."""
AT_ONCE = 200
"""Events that a resuming subscriber reads at a time. Chosen: some 200 kB of text."""
Found = TypeVar("Found")


class EventTail:
    """Follows the store on behalf of all subscribers; made and used in the event loop of the server."""

    def __init__(self, view: ServiceView, broadcast: EventBroadcast, settings: WebSettings, log: Log) -> None:
        self._view, self._broadcast, self._settings, self._log = view, broadcast, settings, log
        self._kept: deque[StreamMessage] = deque()
        self._kept_after = self.last_number = 0
        self._frames: dict[str, tuple[float, StreamMessage]] = {}
        self._condition: dict[str, Any] = {"conditions": [], "store": ""}
        self._subscribers: set[asyncio.Event] = set()
        self._of_frames: set[asyncio.Event] = set()  # those of them that want speeds too
        self._started = self._ended = False
        self._frames_due = self._status_due = 0.0
        self._turn: anyio.CapacityLimiter | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def subscribers(self) -> int:
        """How many streams there are."""
        return len(self._subscribers)

    @property
    def is_full(self) -> bool:
        """Whether one more subscriber is refused."""
        return self._ended or len(self._subscribers) >= self._settings.most_subscribers

    async def follow(self) -> None:
        """Follow the store until cancelled. A store that does not answer is asked again; subscribers are told."""
        loop, awake = asyncio.get_running_loop(), asyncio.Event()
        self._loop = loop

        def wake() -> None:
            loop.call_soon_threadsafe(awake.set)

        forget = self._broadcast.listen(wake)
        # A thread of its own: requests that wait for the store must not hold up what subscribers are told.
        self._turn = anyio.CapacityLimiter(1)
        try:
            while True:
                awake.clear()
                try:
                    await self._look()
                except MachineError as error:
                    self._condition = {**self._condition, "store": str(error)}
                except Exception:  # a bug in one answer must not end all streams for good
                    self._log.exception("following the store failed")
                await _woken(awake, self._settings.poll_s)
        finally:
            forget()
            self.end()

    def end(self) -> None:
        """End all streams."""
        self._ended = True
        _wake(self._subscribers)

    def end_soon(self) -> None:
        """End all streams; to be called from another thread, before the server stops."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.end)

    async def messages(self, after: int | None, frames: bool) -> AsyncGenerator[Sequence[StreamMessage], None]:
        """Yield all events after a number (None: from now on), without gap or duplicate; a heartbeat, and the latest frames.

        They come as they are there, some at a time. Ends where the store does not answer; who reads it comes back with the number
        of the last event.
        """
        waiting = asyncio.Event()
        self._subscribers.add(waiting)  # first subscribe, then read
        if frames:
            self._of_frames.add(waiting)
        try:
            last = await anyio.to_thread.run_sync(self._view.store.last_number)
            if after is not None and after > last:
                yield (reset_message(last),)
            cursor = last if after is None else min(after, last)
            told: dict[str, float] = {}
            heartbeat_due = 0.0
            while not self._ended:
                waiting.clear()
                if time.monotonic() >= heartbeat_due:
                    yield (self._status(),)
                    heartbeat_due = time.monotonic() + self._settings.heartbeat_s
                if found := await self._after(cursor):
                    yield found
                    cursor = found[-1].number or cursor
                    continue
                if frames:
                    fresh = {name: each for name, each in self._frames.items() if told.get(name) != each[0]}
                    told.update((name, time_s) for name, (time_s, _) in fresh.items())
                    yield [message for _, message in fresh.values()]
                await _woken(waiting, max(0.0, heartbeat_due - time.monotonic()))
        except MachineError as error:
            self._condition = {**self._condition, "store": str(error)}
            yield (self._status(),)
        finally:
            self._subscribers.discard(waiting)
            self._of_frames.discard(waiting)

    def _status(self) -> StreamMessage:
        return status_message(self.last_number, {**self._condition, "subscribers": self.subscribers})

    async def _after(self, cursor: int) -> list[StreamMessage]:
        if cursor < self._kept_after:
            return await anyio.to_thread.run_sync(partial(self._read, cursor, AT_ONCE))
        newest_first = takewhile(lambda message: (message.number or 0) > cursor, reversed(self._kept))
        return list(newest_first)[::-1]

    async def _look(self) -> None:
        if not self._started:
            self.last_number = self._kept_after = await self._ask(self._view.store.last_number)
            self._started = True
        now = time.monotonic()
        if now >= self._status_due:
            self._status_due = now + self._settings.heartbeat_s / 2
            status = await self._ask(self._view.status)
            self._condition = {"conditions": conditions(status, self._view.corridors), "store": store_words(status)}
        if await self._read_events():
            _wake(self._subscribers)
        if self._of_frames and now >= self._frames_due:
            self._frames_due = now + self._settings.poll_s
            if fresh := await self._ask(self._fresh_frames):
                self._frames.update(fresh)
                _wake(self._of_frames)

    async def _read_events(self) -> bool:
        new = await self._ask(partial(self._read, self.last_number, AT_ONCE))
        for message in new:
            self._kept.append(message)
            self.last_number = message.number or self.last_number
        while len(self._kept) > KEPT:
            self._kept_after = self._kept.popleft().number or self._kept_after
        if len(new) == AT_ONCE:
            return await self._read_events()
        return bool(new)

    def _read(self, after: int, limit: int) -> list[StreamMessage]:
        store = self._view.store
        return event_messages(store.events_after(after, limit), store, self._view.corridors)

    def _fresh_frames(self) -> dict[str, tuple[float, StreamMessage]]:
        fresh = {}
        for name in self._view.corridors:
            frame, known = self._view.latest_frame(name), self._frames.get(name)
            if frame is not None and (known is None or known[0] != frame.time_s):
                fresh[name] = (frame.time_s, frame_message(name, frame))
        return fresh

    async def _ask(self, question: Callable[[], Found]) -> Found:
        return await anyio.to_thread.run_sync(question, limiter=self._turn)


def _wake(subscribers: Iterable[asyncio.Event]) -> None:
    for waiting in subscribers:
        waiting.set()


async def _woken(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        pass
