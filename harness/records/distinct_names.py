"""Check of the recordings of one command: their folders have different names."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import UserError
from simulator.recording.recording_folder import check_folder


def check_distinct_names(folders: Sequence[Path]) -> None:
    """Raise UserError for two folders of one name, MissingFileError or UserError for a folder that is no recording.

    >>> check_distinct_names([Path("nowhere")])
    Traceback (most recent call last):
    scenarios.errors.MissingFileError: nowhere: no such folder; a recording is a folder with corridor.toml and a loops file
    """
    names = [folder.resolve().name for folder in folders]
    for folder, name in zip(folders, names, strict=True):
        check_folder(folder)
        if names.count(name) > 1:
            raise UserError(
                f"{folder}: two recordings have the name {name!r}, and their results would overwrite each other "
                "(is a folder given twice?)"
            )
