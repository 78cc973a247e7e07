"""Whose fault it is: the user's input, the machine, or neither, and then it is a bug in laneblock.

    UserError     wrong input or wrong use: one line that says what was wanted, what came, where; exit code 2
    MachineError  SUMO, a disk, a worker or the network failed: one line, and where its log is; exit code 3
    anything else a bug: exit code 1, and its traceback is kept

Every room may import these classes; they stand here because this room imports nothing of ours.
"""

USER_ERROR = 2
MACHINE_FAILED = 3
"""Exit codes of a command."""


class UserError(ValueError):
    """What the user gave cannot be: a value, a name, a file, a combination of options."""


class MissingFileError(UserError, FileNotFoundError):
    """A file or folder that the user named is not there."""


class MissingExtraError(UserError, ImportError):
    """A package that only some commands need is not installed; the message names the extra that brings it."""


class MachineError(RuntimeError):
    """The machine failed, so nothing is known of the detectors: SUMO is missing, or runs crashed."""
