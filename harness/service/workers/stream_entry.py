"""What stands in a corridor's stream: a batch of readings, or the end of its sources."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.service.sources.reading import ReadingBatch
from harness.service.store.batch_bytes import pack_batch, unpack_batch
from scenarios.errors import MachineError

_READINGS, _LAST, _END = b"readings", b"last_s", b"end"


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """An entry by its number in the stream. `batch`: its readings, None at the end of the sources, or where it is `damaged`."""

    number: str
    batch: ReadingBatch | None
    damaged: str = ""

    @property
    def is_end(self) -> bool:
        """Whether it says that the corridor's sources have ended."""
        return self.batch is None and not self.damaged


def batch_fields(batch: ReadingBatch) -> dict[bytes, bytes]:
    """Return the fields of an entry with a batch. Raises UserError for a lane that is no number of a lane."""
    last_s = max((reading.time_s for reading in batch.readings), default=float("-inf"))
    return {_READINGS: pack_batch(batch), _LAST: repr(float(last_s)).encode()}


def end_fields() -> dict[bytes, bytes]:
    """Return the fields of the entry that ends a corridor's sources."""
    return {_END: b"1"}


def entry_of(corridor: str, number: bytes | str, fields: Mapping[bytes, bytes]) -> StreamEntry:
    """Return an entry from its number and fields; what cannot be read is told in the entry."""
    name = number.decode() if isinstance(number, bytes) else number
    if _END in fields:
        return StreamEntry(name, None)
    try:
        return StreamEntry(name, unpack_batch(corridor, fields.get(_READINGS, b"")))
    except MachineError as error:
        return StreamEntry(name, None, str(error))


def last_stamp_s(fields: Mapping[bytes, bytes]) -> float | None:
    """Return the last stamp of an entry's readings; None where it has none."""
    try:
        return float(fields[_LAST])
    except (KeyError, ValueError):
        return None


def order_of(number: str) -> tuple[int, int]:
    """Return what entries are sorted by.

    >>> order_of("12-3") < order_of("100-0")
    True
    """
    time_ms, _, ordinal = number.partition("-")
    return int(time_ms), int(ordinal or 0)
