"""What a path that is no recording seems to be instead, as a hint in a message."""

from itertools import islice
from os.path import lexists
from pathlib import Path

_MOST_LOOKED_AT = 1000
"""Entries of a folder that are looked at. Chosen: a year of days, twice."""
_OWN_FILES = ("loops.csv", "loops.csv.gz", "loops.parquet", "incidents.csv", "faults.csv", "corridor.toml")
CONVERT = "laneblock convert auto {} --out DIR makes recordings of field data"


def folder_slip(folder: Path) -> str:
    """Return the likely slip, in brackets, of who takes `folder`, which has no corridor.toml, for a recording; "" for none.

    An empty folder, one of recordings, one of field data that were never converted.
    """
    if content := content_slip(folder):
        return content
    inside = _inside(folder)
    if not inside or any(lexists(folder / name) for name in _OWN_FILES):
        return ""
    if any(each.is_file() for each in inside):
        return f" ({CONVERT.format(folder)}; it takes the files' names too)"
    return " (the folder above, or one of those in it?)"


def content_slip(folder: Path) -> str:
    """Return in brackets that a folder is empty, or holds recordings; "" of another, or where it cannot be read."""
    inside = _inside(folder)
    if inside is None:
        return ""
    if not inside:
        return " (the folder is empty)"
    recordings = [each for each in inside if (each / "corridor.toml").is_file()]
    if not recordings:
        return ""
    if len(recordings) == 1:
        return f" (the folder holds a recording: name it, {recordings[0]})"
    return f" (the folder holds {len(recordings)} recordings: name one or several, such as {recordings[0]})"


def file_slip(file: Path) -> str:
    """Return the likely slip, in brackets, of who takes a file for a recording."""
    if file.name in _OWN_FILES:
        return " (name the folder that holds it?)"
    return f" ({CONVERT.format(file)})"


def _inside(folder: Path) -> list[Path] | None:
    """The entries of a folder that are not hidden, some of very many; None where it cannot be read."""
    try:
        return sorted(each for each in islice(folder.iterdir(), _MOST_LOOKED_AT) if not each.name.startswith("."))
    except OSError:
        return None
