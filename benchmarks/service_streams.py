"""Subscribers of a live service that cost little: each is a socket, and of an event only its number and time of arrival are kept.

Many of them share a core with the service that they measure; an HTTP client each, and JSON read for each, took longer than the
service itself.
"""

import asyncio
import re
import time
from collections import defaultdict

_END = b"\r\n\r\n"
_NUMBER = re.compile(rb"(?:^|\n)id: (\d+)\r\n")


class Subscribers:
    """Streams of events of one service, held by this event loop. `arrived` is, of each event's number, when each stream had it."""

    def __init__(self, port: int, query: str = "frames=false") -> None:
        self._port, self._query = port, query
        self._streams: list[_Stream] = []
        self.arrived: dict[int, list[float]] = defaultdict(list)

    async def begin(self, count: int) -> None:
        """Begin this many streams more."""
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, stream = await loop.create_connection(
                lambda: _Stream(self._port, self._query, self.arrived), "127.0.0.1", self._port
            )
            self._streams.append(stream)

    def end(self) -> None:
        """End all streams."""
        for stream in self._streams:
            stream.end()

    @property
    def cut(self) -> int:
        """Streams that the service has ended, or refused."""
        return sum(stream.lost for stream in self._streams)

    @property
    def missed(self) -> int:
        """Events that a stream did not get though it got one before and one after."""
        return sum(stream.missed for stream in self._streams)


class _Stream(asyncio.Protocol):
    def __init__(self, port: int, query: str, arrived: dict[int, list[float]]) -> None:
        self._request = f"GET /api/events?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self._arrived, self._rest = arrived, b""
        self._last: int | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._ending = self.lost = False
        self.missed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note the events that have come as a whole."""
        now_s = time.perf_counter()
        *whole, self._rest = (self._rest + data).split(_END)
        for message in whole:
            found = _NUMBER.search(message)
            if found is not None:
                number = int(found[1])
                self.missed += 0 if self._last is None else number - self._last - 1
                self._last = number
                self._arrived[number].append(now_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note a stream that was ended by the other side."""
        self.lost = not self._ending

    def end(self) -> None:
        """End it."""
        self._ending = True
        if self._transport is not None:
            self._transport.close()
