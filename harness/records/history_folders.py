"""The recordings of a history: folders that are recordings, and folders that hold some.

    FOLDER/corridor.toml        a recording itself
    FOLDER/runs/NAME/           the runs of a results folder
    FOLDER/NAME/                a folder of recordings, direct sub-folders alone

Sub-folders stand in natural order: day-2 before day-10. Files beside them do not matter, nor names that begin with a dot.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from simulator.recording.loop_columns import LOOP_FILES
from simulator.recording.not_a_recording import file_slip, folder_slip

_SHOWN = 3  # names in a message


def natural_key(name: str) -> list[str | int]:
    """Return what sorts names by the numbers in them.

    >>> sorted(["day-10", "day-2", "day-1b"], key=natural_key)
    ['day-1b', 'day-2', 'day-10']
    """
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]+)", name))]


def history_recordings(folders: Iterable[Path], option: str) -> list[Path]:
    """Return the recordings in folders, each of which is one or holds some; `option` gave them.

    Raises MissingFileError for a folder that is not there, UserError for one without recordings or with other folders in it, and
    for a recording named twice.
    """
    found = [recording for folder in folders for recording in _recordings_in(folder, option)]
    places = [recording.resolve() for recording in found]
    for recording, place in zip(found, places, strict=True):
        if places.count(place) > 1:
            raise UserError(
                f"{option} {recording}: named twice, and it would count twice (is it in a folder that is named too?)"
            )
    return found


def is_recording(folder: Path) -> bool:
    """Whether a folder has a file of a recording; it may lack others."""
    return any((folder / name).exists() for name in ("corridor.toml", *LOOP_FILES))


def _recordings_in(folder: Path, option: str) -> list[Path]:
    if not folder.is_dir():
        if folder.exists():
            raise UserError(f"{option} {folder}: wanted a folder, got a file{file_slip(folder)}")
        raise MissingFileError(f"{option}: no such folder: {folder}")
    if is_recording(folder):
        return [folder]
    place = folder / "runs" if (folder / "runs").is_dir() and not is_recording(folder / "runs") else folder
    inside = [
        each for each in place.iterdir() if not each.name.startswith(".") and (each.is_dir() or each.is_symlink())
    ]
    inside.sort(key=lambda each: (natural_key(each.name), each.name))
    wanted = "wanted a recording (corridor.toml and a loops file), or a folder whose sub-folders are recordings"
    if not inside:
        got = "one without sub-folders" if any(place.iterdir()) else "an empty folder"
        slip = "" if got == "an empty folder" else folder_slip(place)
        raise UserError(f"{option} {place}: {wanted}, got {got}{slip}")
    others = [each for each in inside if not (each.is_dir() and is_recording(each))]
    if others:
        shown = ", ".join(each.name for each in others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
        runs = others[0] / "runs"
        slip = f"did you mean {runs}?" if runs.is_dir() else "move them away, or name the recordings"
        got = f"{len(others)} of {len(inside)} that are none: {shown}"
        raise UserError(f"{option} {place}: {wanted}, got {got} ({slip})")
    return inside
