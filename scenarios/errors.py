"""Whose fault an error is: the user's, the machine's, another package's, or ours.

    UserError     wrong input or wrong use: one line with what was wanted, what came and where; exit code 2
    MachineError  SUMO, a disk, a worker or the network failed: one line, and where its log is; exit code 3
    PluginError   a detector of another package failed: named, with its traceback kept; exit code 1
    anything else a bug in laneblock: its traceback is kept; exit code 1

`harness.records.failure` sorts OSErrors. Every room may import these classes: this room imports nothing of ours.
A check of what a user can give raises UserError; a rule that only our own code can break raises ValueError or RuntimeError.
"""

from pathlib import Path
from typing import TypeVar

BUG = 1
USER_ERROR = 2
MACHINE_FAILED = 3
"""Exit codes of a command and of a worker."""


class UserError(ValueError):
    """Wrong input or wrong use: a value, a name, a file, a combination of options."""


class MissingFileError(UserError, FileNotFoundError):
    """A file or folder that the user named does not exist."""


class MissingExtraError(UserError, ImportError):
    """A package that only some commands need is not installed; the message names the extra that installs it."""


class MachineError(RuntimeError):
    """The machine failed: SUMO, a disk, a worker, the network. `log` is the file that the failed program wrote, if any."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


class PluginError(Exception):
    """A detector of another package failed; the message names both, `__cause__` is what it raised."""


Named = TypeVar("Named", bound=UserError | PluginError)


def at(place: object, error: Named) -> Named:
    """Return an error of the same class whose message begins with the place.

    >>> at("mine.toml", MissingFileError("site: no such file"))
    MissingFileError('mine.toml: site: no such file')
    """
    return type(error)(f"{place}: {error}")


def in_one_line(error: BaseException) -> str:
    """Return the class and the message of an error that is not ours, in one line; the class alone where it cannot say more.

    >>> in_one_line(ValueError("wanted a shape of (4, 4),\\n  got (3, 4)"))
    'ValueError: wanted a shape of (4, 4), got (3, 4)'
    >>> in_one_line(MemoryError())
    'MemoryError'
    """
    try:
        message = " ".join(str(error).split())
    except Exception:  # whatever another package's error does when it is printed
        message = ""
    return ": ".join(filter(None, (type(error).__name__, message)))


def printable(text: str) -> str:
    """Return a text from a file, with escapes for characters that a terminal would obey or hide.

    >>> printable("lane \\x1b[2J")
    'lane \\\\x1b[2J'
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
