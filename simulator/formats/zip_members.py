"""The members of a zip archive, none of which expands beyond the bounds of `bounded_gzip`."""

from pathlib import Path
from zipfile import ZipFile, ZipInfo

from scenarios.errors import UserError
from scenarios.files.bounded_gzip import BYTES_ALWAYS_READ, LARGEST_RATIO


def bounded_entries(archive: ZipFile, path: Path) -> list[ZipInfo]:
    """Return the files in an archive. Raises UserError for one that expands too far."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        most_bytes = max(BYTES_ALWAYS_READ, LARGEST_RATIO * entry.compress_size)
        if entry.file_size > most_bytes:
            raise UserError(
                f"{path}, {entry.filename}: expands to more than {most_bytes / 1e6:.0f} MB (a file made to fill the memory?)"
            )
    return entries


def only_entry(archive: ZipFile, path: Path) -> ZipInfo:
    """Return the one file in an archive. Raises UserError for several, and as `bounded_entries` does."""
    entries = bounded_entries(archive, path)
    if len(entries) != 1:
        raise UserError(f"{path}: wanted a zip of one file, got {len(entries)} (unpack it, and name the folder?)")
    return entries[0]
