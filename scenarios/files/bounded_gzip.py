"""Reading gzip files with a bound on what they expand to: a small file can hold gigabytes.

A file of `BYTES_ALWAYS_READ` or less is always read. A larger one is refused as soon as it has expanded to more than
`LARGEST_RATIO` times its own size: text of loops, routes and networks reaches 10 to 60, a file made to fill the memory 1000.
"""

import gzip
import io
import os
from pathlib import Path
from typing import IO

from scenarios.errors import UserError

BYTES_ALWAYS_READ = 64 << 20
"""Expanded size below which the ratio does not matter. Chosen: fits into any memory."""
LARGEST_RATIO = 250
"""Expanded bytes per byte of the file. Chosen: gzip reaches 1032 at most, a recording of empty fields alone about 170."""


class BoundedGzip(gzip.GzipFile):
    """A gzip file for reading, as bytes. `read` raises UserError naming `path` where it expands beyond the bounds.

    `packed_bytes` is the size of `stream` where it is no file of its own, as a member of a zip archive. Damaged data raise as
    `gzip.GzipFile` does: BadGzipFile, EOFError, zlib.error.
    """

    def __init__(self, path: Path, stream: IO[bytes], packed_bytes: int | None = None) -> None:
        super().__init__(fileobj=stream, mode="rb")
        self._path = path
        packed_bytes = os.fstat(stream.fileno()).st_size if packed_bytes is None else packed_bytes
        self._most = max(BYTES_ALWAYS_READ, LARGEST_RATIO * packed_bytes)

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes; all that are left where it is negative or None."""
        whole = size is None or size < 0
        content = super().read(self._most + 1 if whole else size)
        if self.tell() > self._most or (whole and len(content) > self._most):
            raise UserError(
                f"{self._path}: expands to more than {self._most / 1e6:.0f} MB, {LARGEST_RATIO} times its size or more: "
                "no recording and no SUMO file does (a file made to fill the memory?)"
            )
        return content

    def read1(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, some kilobytes where it is negative."""
        return self.read(size if size >= 0 else io.DEFAULT_BUFFER_SIZE)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer and return the number of bytes."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)
