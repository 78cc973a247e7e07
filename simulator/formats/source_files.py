"""The files of a source, plain, `.gz` or inside `.zip`, as streams of bytes; their problems told in one line.

Sources are files and folders; of a folder, the files directly in it are taken, in order of their names.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scenarios.errors import MissingFileError, UserError
from scenarios.files.bounded_gzip import LARGEST_RATIO, BoundedGzip
from scenarios.regular_file import check_regular

HEAD_BYTES = 4096
"""Bytes from which a format is recognised. Chosen: namespaces and header rows stand there."""

MOST_LOOKED_AT = 40
"""Files of a folder from which a format is recognised. Chosen: a month of minutes is 44,000, and tables stand first or last."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, or the member of a zip archive; `name` is its own name, without `.gz`."""

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
    def opened(self) -> Iterator[IO[bytes]]:
        """Open its expanded bytes. Raises UserError for a damaged file or one that expands without end."""
        try:
            with self.path.open("rb") as plain:
                if self.member:
                    with zipfile.ZipFile(plain) as archive, archive.open(self.member) as stream:
                        yield gzip.GzipFile(fileobj=stream) if self.member.endswith(".gz") else stream  # type: ignore[misc]
                elif self.path.name.endswith(".gz"):
                    yield BoundedGzip(self.path, plain)  # type: ignore[misc]  # reads as one
                else:
                    yield plain
        except (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise UserError(
                f"{self.place}: wanted a whole compressed file, got {error} (is the download cut off?)"
            ) from None

    def head(self) -> bytes:
        """Return its first `HEAD_BYTES`, nothing of a damaged file."""
        try:
            with self.opened() as stream:
                return stream.read(HEAD_BYTES)
        except UserError:
            return b""


def source_files(sources: Sequence[Path], *endings: str) -> list[SourceFile]:
    """Return the files of `sources` whose names, without `.gz`, end so; all members of zip archives that do.

    Raises MissingFileError where a source is not there, UserError for a pipe or a damaged or overblown archive.
    """
    found: dict[SourceFile, None] = {}
    for path in (path for source in sources for path in _paths(source)):
        every = _members(path) if path.suffix.lower() == ".zip" else [SourceFile(path)]
        found |= dict.fromkeys(each for each in every if each.name.lower().endswith(endings))
    return list(found)


def named(sources: Sequence[Path]) -> str:
    """Return how a message names the sources: the first, and how many more."""
    return f"{sources[0]}" + (f" and {len(sources) - 1} more" if len(sources) > 1 else "")


def _paths(source: Path) -> list[Path]:
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    if source.is_dir():
        return sorted(path for path in source.iterdir() if path.is_file())
    check_regular(source)
    return [source]


def some_files(source: Path, *endings: str) -> list[SourceFile]:
    """Return up to `MOST_LOOKED_AT` of these files, from both ends, to recognise a format by; none of a damaged source."""
    try:
        files = source_files((source,), *endings)
    except UserError:
        return []
    half = MOST_LOOKED_AT // 2
    return files if len(files) <= MOST_LOOKED_AT else files[:half] + files[-half:]


def _members(path: Path) -> list[SourceFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile as error:
        raise UserError(f"{path}: wanted a zip archive, got {error} (is the download cut off?)") from None
    for entry in entries:
        if entry.file_size > max(64 << 20, LARGEST_RATIO * entry.compress_size):
            raise UserError(
                f"{path}, {entry.filename}: expands {LARGEST_RATIO} times (a file made to fill the memory?)"
            )
    return [SourceFile(path, entry.filename) for entry in sorted(entries, key=lambda each: each.filename)]
