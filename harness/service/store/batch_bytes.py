"""A batch of readings as bytes: exact to the bit, NaN kept, compressed.

Layout: `_HEAD` (layout 1, readings N, length of the names), the names of stations as a JSON list, then N station numbers (uint32),
N lanes (int32) and N values each of time, count, speed and occupancy (float64); little-endian, all compressed by zstandard.
"""

import json
import struct

import numpy as np
import zstandard

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.frame_bytes import LEVEL
from scenarios.errors import MachineError, UserError

_HEAD = struct.Struct("<BII")
_LAYOUT = 1


def pack_batch(batch: ReadingBatch) -> bytes:
    """Return the readings of a batch; its corridor is kept beside them. Raises UserError for a lane that is no number of a lane."""
    stations, lanes, *values = zip(*batch.readings, strict=True) if batch.readings else ((),) * len(Reading._fields)
    index = {name: number for number, name in enumerate(dict.fromkeys(stations))}
    text = json.dumps(list(index)).encode()
    try:
        lane_bytes = np.array(lanes, "<i4").tobytes()
    except OverflowError:
        raise UserError(
            f"corridor {batch.corridor!r}: a lane counts from 0 at the right, got a number beyond 2^31"
        ) from None
    content = b"".join(
        (
            _HEAD.pack(_LAYOUT, len(batch.readings), len(text)),
            text,
            np.array([index[name] for name in stations], "<u4").tobytes(),
            lane_bytes,
            np.array(values, "<f8").tobytes(),
        )
    )
    return zstandard.compress(content, LEVEL)


def unpack_batch(corridor: str, body: bytes) -> ReadingBatch:
    """Return a batch from the bytes that `pack_batch` made. Raises MachineError for others."""
    try:
        content = zstandard.decompress(body)
        layout, count, length = _HEAD.unpack_from(content)
        if layout != _LAYOUT:
            raise ValueError(f"layout {layout}")
        start = _HEAD.size + length
        names = json.loads(content[_HEAD.size : start])
        stations = np.frombuffer(content, "<u4", count, start).tolist()
        lanes = np.frombuffer(content, "<i4", count, start + 4 * count).tolist()
        values = np.frombuffer(content, "<f8", 4 * count, start + 8 * count).reshape(4, count).tolist()
        rows = zip(stations, lanes, *values, strict=True)
        return ReadingBatch(corridor, tuple(Reading(names[station], *rest) for station, *rest in rows))
    except (struct.error, ValueError, IndexError, zstandard.ZstdError) as error:
        raise MachineError(f"a journaled batch of corridor {corridor!r} is damaged ({error})") from None
