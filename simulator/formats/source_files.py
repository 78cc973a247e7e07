"""The files of a source as bytes and as lines, plain, gzip, zip or gzip in zip: told by their first bytes, not by their names.

Sources are files and folders; of a folder, the files directly in it are taken, in order of their names. Nothing expands beyond
the bounds of `bounded_gzip`, a row has `LONGEST_ROW` bytes at most, and every problem is one line.
"""

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from scenarios.errors import MissingFileError, UserError
from scenarios.files.bounded_gzip import BoundedGzip
from scenarios.regular_file import check_regular
from simulator.formats.zip_members import bounded_entries, only_entry
from simulator.recording.bounded_text import LONGEST_ROW

HEAD_BYTES = 4096
"""Bytes from which a format is recognised. Chosen: namespaces and header rows stand there."""
MOST_LOOKED_AT = 40
"""Files of a folder from which a format is recognised. Chosen: a month of minutes is 44,000, and tables stand first or last."""
_ENCRYPTED = 1  # flag of a member
_BUFFER_BYTES = 1 << 16
"""Chosen: some hundred rows; BoundedGzip is asked once for them all."""
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, or the member of a zip archive; a zip archive without `member` is read as the one file in it."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """Its name without folders and without `.gz`."""
        return (self.member.rsplit("/", 1)[-1] or self.path.name).removesuffix(".gz")

    @property
    def place(self) -> str:
        """The beginning of a message."""
        return f"{self.path}{f', {self.member}' if self.member else ''}"

    @contextmanager
    def opened(self, buffer_bytes: int = _BUFFER_BYTES) -> Iterator[IO[bytes]]:
        """Open its expanded bytes, of gzip expanded so many at a time.

        Raises UserError for damaged data, a zip of several files, a pipe, endless expansion.
        """
        check_regular(self.path)
        try:
            with ExitStack() as stack:
                stream: IO[bytes] = stack.enter_context(self.path.open("rb"))
                packed_bytes = self.path.stat().st_size
                if self.member or _peek(stream, len(_ZIP)) == _ZIP:
                    archive = stack.enter_context(ZipFile(stream))
                    entry = archive.getinfo(self.member) if self.member else only_entry(archive, self.path)
                    if entry.flag_bits & _ENCRYPTED:
                        raise UserError(f"{self.path}: this zip archive is encrypted: unpack it, and name the folder")
                    stream, packed_bytes = stack.enter_context(archive.open(entry)), entry.file_size
                if _peek(stream, len(_GZIP)) == _GZIP:
                    # Lines read past BoundedGzip's own buffer would not be counted: another one stands before it.
                    expanded = BoundedGzip(self.path, stream, packed_bytes)
                    stream = stack.enter_context(io.BufferedReader(expanded, buffer_bytes))
                yield stream
        except (gzip.BadGzipFile, EOFError, zlib.error, BadZipFile) as error:
            raise UserError(
                f"{self.place}: the compressed data are damaged: {error} (is the download cut off or interrupted?)"
            ) from None

    def content(self, most_bytes: int) -> bytes:
        """Return its expanded bytes, of a file that has more than `most_bytes` one more than these. Raises as `opened` does."""
        pieces, left = list[bytes](), most_bytes + 1
        # A buffer for all of them would be made anew for each of thousands of small files.
        with self.opened() as stream:
            while piece := stream.read(min(left, _BUFFER_BYTES)):
                pieces.append(piece)
                left -= len(piece)
        return b"".join(pieces)

    def head(self) -> bytes:
        """Return its first `HEAD_BYTES`, nothing of a damaged file; UTF-16 as UTF-8."""
        try:
            with self.opened(HEAD_BYTES) as stream:
                head = stream.read(HEAD_BYTES)
        except UserError:
            return b""
        return head.decode("utf-16", "ignore").encode() if head[:2] in _UTF16 else head


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and text of each line of a file, without its end, blank lines left out.

    Bytes that are not UTF-8 are read as Latin-1: names of places have them. Raises as `SourceFile.opened`, and UserError for
    UTF-16, for binary data and for a line without end.
    """
    with SourceFile(path).opened() as stream:
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


def source_files(sources: Sequence[Path], *endings: str) -> list[SourceFile]:
    """Return the files of `sources` whose names, without `.gz`, end so; all members of zip archives that do.

    Raises MissingFileError where a source is not there, UserError for a pipe or a damaged or overblown archive.
    """
    found: dict[SourceFile, None] = {}
    for path in (path for source in sources for path in _paths(source)):
        every = _members(path) if path.suffix.lower() == ".zip" else [SourceFile(path)]
        found |= dict.fromkeys(each for each in every if each.name.lower().endswith(endings))
    return list(found)


def some_files(source: Path, *endings: str) -> list[SourceFile]:
    """Return up to `MOST_LOOKED_AT` of these files, from both ends, to recognise a format by; none of a damaged source."""
    try:
        files = source_files((source,), *endings)
    except UserError:
        return []
    half = MOST_LOOKED_AT // 2
    return files if len(files) <= MOST_LOOKED_AT else files[:half] + files[-half:]


def one_folder(sources: Sequence[Path]) -> Path:
    """Return the folder that all of `sources` are in, or are. Raises MissingFileError, UserError for several folders."""
    for source in sources:
        if not source.exists():
            raise MissingFileError(f"{source}: no such file or folder")
    folders = list(dict.fromkeys(source if source.is_dir() else source.parent for source in sources))
    if len(folders) > 1:
        raise UserError(
            f"{sources[-1]}: wanted files of one folder, got {len(folders)} (convert each folder by itself?)"
        )
    return folders[0]


def named(sources: Sequence[Path]) -> str:
    """Return how a message names the sources: the first, and how many more."""
    return f"{sources[0]}" + (f" and {len(sources) - 1} more" if len(sources) > 1 else "")


def _peek(stream: IO[bytes], number: int) -> bytes:
    start = stream.read(number)
    stream.seek(0)
    return start


def _paths(source: Path) -> list[Path]:
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    if source.is_dir():
        return sorted(path for path in source.iterdir() if path.is_file())
    check_regular(source)
    return [source]


def _members(path: Path) -> list[SourceFile]:
    try:
        with ZipFile(path) as archive:
            entries = bounded_entries(archive, path)
    except BadZipFile as error:
        raise UserError(f"{path}: wanted a zip archive, got {error} (is the download cut off?)") from None
    return [SourceFile(path, entry.filename) for entry in sorted(entries, key=lambda each: each.filename)]
