"""Detectors as options name them: each known and given once, or all but the ends of the scale where none is named."""

from collections.abc import Sequence

from detectors.catalogue import DETECTORS, fingerprint
from scenarios.errors import UserError

ENDS_OF_SCALE = ("silent", "coin")
"""Detectors that only test a scorer; a study takes them where they are named."""


def check_given_once(names: Sequence[str], option: str) -> None:
    """Raise UserError for a name that is given twice after `option`.

    >>> check_given_once(["coin", "coin"], "--detector")
    Traceback (most recent call last):
    scenarios.errors.UserError: --detector coin is given twice
    """
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{option} {name} is given twice")


def check_names(names: Sequence[str], option: str) -> None:
    """Raise UserError for a name after `option` that is no detector's, or is given twice."""
    for name in names:
        if name not in DETECTORS:
            fingerprint(name)  # its error lists the known ones
    check_given_once(names, option)


def named_or_all(names: Sequence[str]) -> list[str]:
    """Return the detectors named, or where none is, all but the ends of the scale."""
    return list(names) or [name for name in DETECTORS if name not in ENDS_OF_SCALE]
