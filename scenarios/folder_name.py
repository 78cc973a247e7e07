"""Names of scenarios and studies: result folders are named after them."""

import re

from scenarios.errors import UserError


def check_name(name: str) -> None:
    """Refuse a name that a folder cannot have on every system. Raises UserError.

    >>> check_name("../mine")
    Traceback (most recent call last):
    scenarios.errors.UserError: name: wanted letters, digits, . _ and - (a folder is named after it), got '../mine'
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise UserError(f"name: wanted letters, digits, . _ and - (a folder is named after it), got {name[:120]!r}")
