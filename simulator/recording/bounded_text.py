"""Text files of unknown origin, opened for reading in bounded memory: plain or gzip, row by row.

A file can be one endless line, or open a quotation mark that it never closes; whatever reads it row by row would hold it all. So
the reader says where it has dealt with what it has read (`start_block`), and reading on for more than a block and one row of
`LONGEST_ROW` raises LongRowError.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scenarios.files.bounded_gzip import BoundedGzip
from scenarios.regular_file import check_regular

LONGEST_ROW = 1 << 17
"""Bytes of a row that is always read. Chosen: a row of loops takes 60; the csv module refuses longer fields too."""
BLOCK = 1 << 21
"""Bytes after which a reader starts a new block. Chosen: as fields they take some 20 MB at most."""


class LongRowError(Exception):
    """A row does not end where every row should have ended."""


class _CountedBytes(io.RawIOBase):
    """Bytes as they are read, counted since the last block began."""

    def __init__(self, stream: IO[bytes] | BoundedGzip) -> None:
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self.taken += len(content)
        if self.taken > BLOCK + LONGEST_ROW:
            raise LongRowError
        return len(content)


class BoundedText:
    """A text file open for reading: `text`, the bytes `taken` since `start_block`, and the share of the file read."""

    def __init__(self, path: Path, plain: IO[bytes]) -> None:
        self._plain = plain
        # A member of a zip archive (zipfile.Path) has no size to ask for here; it counts as read from the start.
        self._size = path.stat().st_size if isinstance(path, Path) else 0
        self._bytes = _CountedBytes(BoundedGzip(path, plain) if path.name.endswith(".gz") else plain)
        # Bytes that are not UTF-8 become lone surrogates: no number and no station's name, so the check of their field
        # refuses them, with its line.
        buffered = io.BufferedReader(self._bytes)
        self.text = io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape", newline="")

    @property
    def full(self) -> bool:
        """Whether a block has been read since `start_block`."""
        return self._bytes.taken > BLOCK

    def start_block(self) -> None:
        """Begin a new block: the rows before it have been dealt with."""
        self._bytes.taken = 0

    @property
    def share_read(self) -> float:
        """The share of the file that has been read, 0 to 1."""
        return self._plain.tell() / self._size if self._size else 1.0


@contextmanager
def open_bounded(path: Path) -> Iterator[BoundedText]:
    """Open a text file, compressed where its name ends in `.gz`.

    Raises UserError for a pipe or a device, OSError as opening does.
    """
    if isinstance(path, Path):
        check_regular(path)
    with path.open("rb") as plain:
        opened = BoundedText(path, plain)
        try:
            yield opened
        finally:
            opened.text.close()
