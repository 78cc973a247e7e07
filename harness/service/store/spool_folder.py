"""A folder of append-only files that keeps records in order, safe against a crash, until they are taken out again.

A record is a line: a checksum (CRC-32, 8 hexadecimal digits), a space, JSON. It is on the disk when `append` returns. A line that a
crash or a full disk cut short is not read; the next process begins a new file. Files that were read are removed one by one, so
the disk gets its room back while a long spool is played.
"""

import contextlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

PART_BYTES = 16 * 2**20
"""Size of a file, at least. Chosen: some minutes of a district; larger files leave more to be played again after a crash."""


class SpoolFolder:
    """Records in a folder. One thread at a time may append; another may read meanwhile."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file: BinaryIO | None = None
        self._size = 0

    def append(self, record: Mapping[str, Any]) -> None:
        """Keep a record; it is on the disk on return. Raises OSError, and then keeps nothing of it."""
        text = json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        if self._file is None:
            self._begin()
        assert self._file is not None
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            self._give_up()
            raise
        self._size += len(line)
        if self._size >= PART_BYTES:
            self._end()

    def parts(self) -> list[Path]:
        """Return the files in the order in which they were written."""
        return sorted(self._folder.glob("spool-*.jsonl"))

    def read(self, part: Path, offset: int = 0) -> Iterator[tuple[dict[str, Any] | None, int]]:
        """Yield the records of a file from an offset, each with the offset after it; None for one that is damaged.

        Ends before a last line that was cut short.
        """
        with part.open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                text, offset = line[9:-1], offset + len(line)
                whole = line[:9] == b"%08x " % zlib.crc32(text)
                yield (json.loads(text) if whole else None), offset

    def remove(self, part: Path) -> None:
        """Remove a file that was read; one that is written to is ended first."""
        if self._file is not None and Path(self._file.name) == part:
            self._end()
        part.unlink(missing_ok=True)

    def is_written_to(self, part: Path) -> bool:
        """Return whether more records may come into this file."""
        return self._file is not None and Path(self._file.name) == part

    def close(self) -> None:
        """End the file; records stay."""
        self._end()

    def _begin(self) -> None:
        parts = self.parts()
        number = int(parts[-1].stem.partition("-")[2]) + 1 if parts else 1
        path = self._folder / f"spool-{number:08d}.jsonl"
        self._file, self._size = path.open("xb"), 0
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _give_up(self) -> None:
        """Cut what was written of the last line, and go on in a new file: after a failed fsync this one cannot be trusted."""
        assert self._file is not None
        file, self._file = self._file, None
        with contextlib.suppress(OSError):  # the buffer could not be written, and is not wanted
            file.close()
        with contextlib.suppress(OSError):  # then its checksum tells
            os.truncate(file.name, self._size)
