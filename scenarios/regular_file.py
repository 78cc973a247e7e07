"""Regular files: nothing else is opened for reading, because a pipe or a device may never end."""

import stat
from pathlib import Path

from scenarios.errors import MissingFileError, UserError


def check_regular(path: Path) -> None:
    """Refuse a folder, a pipe, a device, and nothing. Raises UserError, MissingFileError, PermissionError."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        raise  # it may be there
    except (OSError, ValueError):  # nothing, too long a name, a link in a circle, a zero byte
        raise MissingFileError(f"no such file: {path}") from None
    if not stat.S_ISREG(mode):
        got = "a folder" if stat.S_ISDIR(mode) else "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "a pipe"
        raise UserError(f"{path}: wanted a file, got {got}")
