"""Readings on their way from the front end to workers: a Redis stream for each corridor.

Keys: `PREFIX:readings:CORRIDOR` the stream, `PREFIX:read` by corridor the number of the entry that its worker has read last.
Entries go when the frames of all their readings are committed.
"""

from typing import Any, cast

from harness.service.sources.reading import ReadingBatch
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.stream_entry import (
    StreamEntry,
    batch_fields,
    end_fields,
    entry_of,
    last_stamp_s,
    order_of,
)

BEGINNING = "0-0"
"""The position before all entries."""
LOOKED_AT = 100
"""Newest entries in which the newest stamp is looked for. Chosen: an end may be the very last, batches in parts come before."""


class ReadingStreams:
    """The streams of all corridors. Any thread may use it; raises MachineError where Redis does not answer."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    def add(self, batch: ReadingBatch) -> str:
        """Append a batch to its corridor's stream; return its number. It is in Redis on return."""
        return self._append(batch.corridor, batch_fields(batch))

    def add_end(self, corridor: str) -> None:
        """Append that no more readings come, unless that is the last entry."""
        last = self._last(corridor, 1)
        if not (last and entry_of(corridor, *last[0]).is_end):
            self._append(corridor, end_fields())

    def read(self, corridor: str, after: str, most: int, wait_s: float = 0.0) -> list[StreamEntry]:
        """Return up to `most` entries after a position, waiting for the first; tell how far the corridor is read."""
        key, block = self._key(corridor), max(1, round(1000 * wait_s)) if wait_s else None
        with self._link.answering() as redis:
            found = cast(list[Any], redis.xread({key: after}, count=most, block=block))
            entries = [entry_of(corridor, *each) for each in found[0][1]] if found else []
            if entries:
                redis.hset(self._link.key("read"), corridor, entries[-1].number)
        return entries

    def has_after(self, corridor: str, position: str) -> bool:
        """Return whether there are entries after a position."""
        with self._link.answering() as redis:
            return bool(redis.xread({self._key(corridor): position}, count=1))

    def read_until(self, corridor: str) -> str:
        """Return the number of the entry that the corridor's worker has read last."""
        with self._link.answering() as redis:
            found = cast(bytes | None, redis.hget(self._link.key("read"), corridor))
        return BEGINNING if found is None else found.decode()

    def waiting(self, corridor: str) -> int:
        """Return how many entries a stream has."""
        with self._link.answering() as redis:
            return int(redis.xlen(self._key(corridor)))

    def position(self, corridor: str, wanted: str | None) -> str:
        """Return the position to read after: the one wanted, or the beginning where the stream is another one.

        A Redis that lost its memory numbers anew; where its clock went back, the new numbers are smaller than those known.
        """
        if wanted is None:
            return BEGINNING
        key = self._key(corridor)
        with self._link.answering() as redis:
            if not redis.exists(key):
                return BEGINNING
            last = redis.xinfo_stream(key)["last-generated-id"]
        number = last.decode() if isinstance(last, bytes) else str(last)
        return wanted if order_of(wanted) <= order_of(number) else BEGINNING

    def newest_stamp_s(self, corridor: str) -> float | None:
        """Return the newest stamp in the last entries of a stream, None where there is none."""
        stamps = [last_stamp_s(fields) for _, fields in self._last(corridor, LOOKED_AT)]
        return max((stamp for stamp in stamps if stamp is not None), default=None)

    def trim(self, corridor: str, until: str) -> None:
        """Drop the entries up to a position."""
        time_ms, ordinal = order_of(until)
        with self._link.answering() as redis:
            redis.xtrim(self._key(corridor), minid=f"{time_ms}-{ordinal + 1}", approximate=False)

    def _append(self, corridor: str, fields: dict[bytes, bytes]) -> str:
        with self._link.answering() as redis:
            number = redis.xadd(self._key(corridor), cast(Any, fields))
        return number.decode() if isinstance(number, bytes) else str(number)

    def _last(self, corridor: str, most: int) -> list[Any]:
        with self._link.answering() as redis:
            return cast(list[Any], redis.xrevrange(self._key(corridor), count=most))

    def _key(self, corridor: str) -> str:
        return self._link.key("readings", corridor)
