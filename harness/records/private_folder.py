"""A folder that only its owner can use: what is kept there may be trusted."""

import os
import stat
import tempfile
from pathlib import Path


def private_folder(wanted: Path) -> Path:
    """Return the folder `wanted`, made where it is missing, if it is this user's alone; else a new one in the temporary folder.

    Not this user's alone: a link, a folder of another user's, one that others may write to, or one that cannot be made.
    """
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = wanted.lstat()
    except OSError:
        found = None
    mine = found is not None and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if mine and found is not None and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and os.access(wanted, os.W_OK):
        return wanted
    return Path(tempfile.mkdtemp(prefix="laneblock-"))  # with a name that nobody can foresee, and for this user only
