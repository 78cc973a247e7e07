"""Why something failed: whose fault it is (user, machine, plug-in, laneblock), the reason in one line, and a log.

The errno of an `OSError` decides whose fault it is:

    the user's     a path that does not exist, is a folder instead of a file (or the reverse), is forbidden, or is not valid
    the machine's  every other errno: disk full, quota, input or output error, too many open files, network
                   (also a connection that breaks or times out, with or without errno)
    a bug          no errno (no system call failed), or EBADF (a file was used after it was closed)

Lack of memory, and the loss of a process of a pool, are the machine's too.
"""

import errno
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.errors import BUG, MACHINE_FAILED, USER_ERROR, MachineError, PluginError, UserError, printable

Whose = Literal["user", "machine", "plug-in", "laneblock"]
EXIT_CODES: Mapping[Whose, int] = {"laneblock": BUG, "plug-in": BUG, "machine": MACHINE_FAILED, "user": USER_ERROR}
"""Worst first: the worst of several failures decides the exit code."""
USERS_ERRNOS = {
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY),
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP),
}
LOG_CHARACTERS = 100_000
"""Characters kept of a failed program's log, from its end. Chosen: SUMO repeats itself."""
REASON_CHARACTERS = 1500
"""Characters of a message, at most. Chosen: the longest of ours list a hundred names."""

_NOTE = "laneblock keeps the log in "


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed. `log` is the text of its log, empty for a user's error; `log_file` is where it is kept."""

    whose: Whose
    reason: str
    log: str = ""
    log_file: Path | None = None

    def __str__(self) -> str:
        """The reason and where the log is, in one line."""
        if self.log_file is None:
            return self.reason
        return f"{self.reason} (log: {self.log_file}{'; please report it' if self.whose == 'laneblock' else ''})"

    @property
    def exit_code(self) -> int:
        """The exit code of a command or a worker that ends with this failure."""
        return EXIT_CODES[self.whose]


class FailedRunsError(Exception):
    """Runs failed that the command needs; the worst failure decides the exit code."""

    def __init__(self, message: str, failures: Mapping[str, Failure]) -> None:
        super().__init__(message, failures)
        self.failures = failures

    def __str__(self) -> str:
        """The message, and why the first run failed."""
        name, failure = next(iter(self.failures.items()))
        return f"{self.args[0]}, such as {name}: {failure}"


def failure_of(error: BaseException) -> Failure:
    """Return whose fault an error is, its message in one line, and its log: the traceback and what a failed program wrote."""
    if isinstance(error, FailedRunsError):
        return Failure(_worst(error.failures), str(error))
    whose = _whose(error)
    reason = printable(_shortened(" ".join(_message(error).split())))
    if whose == "laneblock":
        reason = f"this is a bug in laneblock: {type(error).__name__}{': ' * bool(reason)}{reason}"
    log = "" if whose == "user" else _log(error)
    return Failure(whose, reason or type(error).__name__, log, _noted_log(error))


def _shortened(reason: str) -> str:
    """The reason without its middle where it quotes a text of any length from a user's file."""
    if len(reason) <= REASON_CHARACTERS:
        return reason
    return f"{reason[: REASON_CHARACTERS // 2]} ... {reason[-REASON_CHARACTERS // 2 :]}"


def note_log_file(error: BaseException, log_file: Path | None) -> None:
    """Note on the error where its log is kept, for the message of the command."""
    if log_file is not None:
        error.add_note(f"{_NOTE}{log_file}")


def _noted_log(error: BaseException) -> Path | None:
    notes = [note.removeprefix(_NOTE) for note in getattr(error, "__notes__", ()) if note.startswith(_NOTE)]
    return Path(notes[-1]) if notes else None


def worst_exit_code(failures: Mapping[str, Failure]) -> int:
    """Return the exit code for several failures: a bug's (1) before the machine's (3) before the user's (2)."""
    return EXIT_CODES[_worst(failures)]


def _worst(failures: Mapping[str, Failure]) -> Whose:
    found = {failure.whose for failure in failures.values()}
    return next(whose for whose in EXIT_CODES if whose in found)


def write_temporary_log(log: str) -> Path:
    """Write a log into the temporary folder and return its file. Raises OSError."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="laneblock-", suffix=".log.txt", delete=False
    ) as file:
        file.write(log)
    return Path(file.name)


def end_of(path: Path, characters: int) -> str:
    """Return at most so many characters from the end of a text file of any size. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4 * characters))  # a character has at most 4 bytes
        return file.read(4 * characters).decode("utf-8", errors="replace")[-characters:]


@contextmanager
def add_path_to_errors(path: Path) -> Iterator[None]:
    """Add `path` to system errors of the block that name no file: a write to a full disk raises an error without a name."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def _whose(error: BaseException) -> Whose:
    if isinstance(error, UserError):
        return "user"
    if isinstance(error, MachineError):
        return "machine"
    if isinstance(error, PluginError):
        return "plug-in"
    if isinstance(error, OSError) and error.errno not in (None, errno.EBADF):
        return "user" if error.errno in USERS_ERRNOS else "machine"
    if isinstance(error, ConnectionError | TimeoutError | MemoryError | BrokenExecutor):
        return "machine"
    return "laneblock"


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        files = [str(file) for file in (error.filename, error.filename2) if file]
        return f"{' -> '.join(files)}: {error.strerror}" if files else error.strerror
    if isinstance(error, MemoryError):
        return ": ".join(filter(None, ("memory ran out", str(error))))
    return str(error)


def _log(error: BaseException) -> str:
    text = "".join(traceback.format_exception(error))
    written = error.log if isinstance(error, MachineError) else None
    if written is not None and written.is_file():
        text += f"\n{written.name}:\n{end_of(written, LOG_CHARACTERS)}\n"
    return text
