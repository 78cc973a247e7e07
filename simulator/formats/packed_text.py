"""Text of field files as agencies pack it: plain, gzip, zip, or gzip in zip, told by the first bytes and not by the name.

Bounded: a row has `LONGEST_ROW` characters at most, and nothing expands beyond the bounds of `bounded_gzip`.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from scenarios.errors import UserError
from scenarios.files.bounded_gzip import BYTES_ALWAYS_READ, LARGEST_RATIO, BoundedGzip
from scenarios.regular_file import check_regular
from simulator.recording.bounded_text import LONGEST_ROW

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_packed(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading as bytes, unpacked. Raises UserError for damaged data, a zip of several files, a pipe."""
    check_regular(path)
    try:
        with ExitStack() as stack:
            stream: IO[bytes] = stack.enter_context(path.open("rb"))
            if _peek(stream, len(_ZIP)) == _ZIP:
                stream = stack.enter_context(_only_member(stack.enter_context(ZipFile(stream)), path))
            if _peek(stream, len(_GZIP)) == _GZIP:
                stream = stack.enter_context(_gunzipped(path, stream))
            yield stream
    except BadZipFile as error:
        raise UserError(f"{path}: {error} (was its download interrupted?)") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{path}: the compressed data are damaged: {error} (was its download interrupted?)") from None


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line's number and text without its end, blank lines left out.

    Bytes that are not UTF-8 are read as Latin-1: names of places have them. Raises as `open_packed`, and UserError for
    UTF-16, for binary data and for a line without end.
    """
    with open_packed(path) as stream:
        if _peek(stream, 2) in _UTF16:
            raise UserError(f"{path}: wanted UTF-8 text, got UTF-16 (was it saved by a spreadsheet as Unicode text?)")
        number = 0
        while line := stream.readline(LONGEST_ROW + 1):
            number += 1
            if len(line) > LONGEST_ROW or b"\0" in line:
                raise UserError(f"{path}, line {number}: wanted lines of text, got binary data or a line without end")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                text = line.decode("latin-1")
            if text := text.strip("\r\n"):
                yield number, text


def first_lines(path: Path, most: int = 5) -> list[str]:
    """Return the first lines of a file; none where it is no text or cannot be read: for telling formats apart."""
    found: list[str] = []
    try:
        for _, text in lines_of(path):
            found.append(text)
            if len(found) == most:
                break
    except (UserError, OSError):
        return []
    return found


def _peek(stream: IO[bytes], number: int) -> bytes:
    start = stream.read(number)
    stream.seek(0)
    return start


def _only_member(archive: ZipFile, path: Path) -> IO[bytes]:
    members = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(members) != 1:
        raise UserError(f"{path}: wanted a zip of one file, got {len(members)} (unpack it, and name the folder?)")
    most_bytes = max(BYTES_ALWAYS_READ, LARGEST_RATIO * members[0].compress_size)
    if members[0].file_size > most_bytes:
        raise UserError(f"{path}: expands to more than {most_bytes / 1e6:.0f} MB (a file made to fill the memory?)")
    return archive.open(members[0])


def _gunzipped(path: Path, stream: IO[bytes]) -> IO[bytes]:
    # A member of a zip archive has no descriptor for BoundedGzip to ask for its size; the packed bytes are few.
    if not isinstance(stream, io.BufferedReader) or not _has_descriptor(stream):
        raw = stream.read()
        return io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(raw)), 1 << 16)
    return io.BufferedReader(BoundedGzip(path, stream), 1 << 16)


def _has_descriptor(stream: IO[bytes]) -> bool:
    try:
        stream.fileno()
    except (OSError, AttributeError):
        return False
    return True
