"""A command in a watched process of its own, because detectors of other packages, or SUMO, may hang, crash or end it.

The watching process loads neither. It ends the other when one of its notes (`detectors.plugin_notes`) is older than the time
limit. The command is done only when its process has said so: a detector may end that process with exit code 0.
"""

import contextlib
import faulthandler
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from detectors.plugin_notes import INTERRUPTED, NOTE_SUFFIX, WATCH_FOLDER
from harness.records.failure import note_log_file, write_temporary_log
from harness.running.ended_process import memory_kills, why_it_ended
from harness.running.sumo_traces import noted_traces
from scenarios.errors import MachineError, PluginError

WATCHED = (sys.executable, "-P", "-c", "import laneblock; laneblock.watched()")
"""The command of a watched process, before its arguments."""
_TRACEBACK, _EXIT_CODE = "traceback.txt", "exit-code.txt"
_POLL_S = 0.05
_TRACEBACK_S = 1.0
"""Time that a process has to write where it is before it is killed. Chosen."""
_STOP_S = 3.0
"""Time that a process has to end by itself after Ctrl-C, or when it is done. Chosen: a battery stops its runs in less."""

_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE)


def watch(arguments: Sequence[str], time_limit_s: float, detectors: str, limit_hint: str) -> int:
    """Do the command of these arguments in a process of its own, and return its exit code.

    `detectors` are those of other packages ("": none, but SUMO), `limit_hint` is how to raise the time limit, both in words.
    Raises PluginError or MachineError, with a log, where the process hangs, or ends without having said that it is done;
    KeyboardInterrupt after that process has ended.
    """
    kills_before = memory_kills()
    with (
        tempfile.TemporaryDirectory(prefix="laneblock-", ignore_cleanup_errors=True) as folder,
        _ended_by_signals(),
        subprocess.Popen(
            [*WATCHED, *arguments],
            stdin=subprocess.PIPE,
            env={**os.environ, WATCH_FOLDER: folder},
            start_new_session=True,  # Ctrl-C reaches us alone
        ) as process,
    ):
        watched = _Watched(process, Path(folder), time_limit_s)
        try:
            late = watched.wait()
        except KeyboardInterrupt:
            (Path(folder) / INTERRUPTED).touch()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            watched.wait_at_most(_STOP_S)
            raise
        finally:
            watched.kill()
        if late:
            raise _with_log(PluginError(f"{late}: not done within {time_limit_s:g} s{limit_hint}"), Path(folder))
        code = watched.exit_code
        if code is None:
            blamed = ", ".join(dict.fromkeys(watched.notes.values())) or detectors
            at = blamed or "the simulation"
            reason = f"{at}: {why_it_ended(process.returncode, kills_before, Path(folder))}"
            killed = process.returncode == -signal.SIGKILL
            if blamed and not killed:
                raise _with_log(PluginError(reason), Path(folder))
            traces = noted_traces(Path(folder))
            if traces is None:
                raise _with_log(MachineError(reason), Path(folder))
            said = traces.words if -process.returncode in _CRASHES else ""
            error = _with_log(MachineError(reason + said), Path(folder), traces.log)
            traces.clear()
            raise error
        return code


def be_watched(command: Callable[[], None]) -> None:
    """Do a command in the process that is watched, and say with which exit code it is done."""
    folder = Path(os.environ[WATCH_FOLDER])
    with (folder / _TRACEBACK).open("w", encoding="utf-8") as file:
        faulthandler.enable(file)
        try:
            command()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # closed by a detector
                stream.flush()
        (folder / _EXIT_CODE).write_text(str(code), encoding="ascii")
        faulthandler.disable()
    raise SystemExit(code)


class _Watched:
    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, time_limit_s: float) -> None:
        self._process, self._folder, self._time_limit_s = process, folder, time_limit_s
        self._noted_since_s: dict[Path, float] = {}

    @property
    def exit_code(self) -> int | None:
        """The exit code that the process said it is done with; None where it has not."""
        try:
            return int((self._folder / _EXIT_CODE).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    @property
    def notes(self) -> dict[Path, str]:
        """What it is at."""
        found = {}
        for path in sorted(self._folder.glob(f"*{NOTE_SUFFIX}")):
            with contextlib.suppress(FileNotFoundError):
                found[path] = path.read_text(encoding="utf-8")
        return found

    def wait(self) -> str:
        """Wait until the process ends or has said that it is done; return what is over its time, "" where nothing is."""
        while not self.wait_at_most(_POLL_S):
            if self.exit_code is not None:
                self.wait_at_most(_STOP_S)  # threads that a detector left running may keep it
                return ""
            late, number = self._late()
            if late:
                with contextlib.suppress(ProcessLookupError):
                    if number != self._process.pid:
                        self._process.send_signal(signal.SIGSTOP)  # it would tell of a lost process of its pool
                    os.kill(number, signal.SIGABRT)  # its fault handler writes where it is
                self.wait_at_most(_TRACEBACK_S)
                return late
        return ""

    def wait_at_most(self, seconds: float) -> bool:
        """Whether the process ends within so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None

    def kill(self) -> None:
        """End the process and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _late(self) -> tuple[str, int]:
        """What is over its time, and the number of its process."""
        now_s = time.monotonic()
        self._noted_since_s = {
            path: self._noted_since_s.get(path, now_s) for path in self._folder.glob(f"*{NOTE_SUFFIX}")
        }
        for path, since_s in self._noted_since_s.items():
            if now_s - since_s > self._time_limit_s:
                with contextlib.suppress(FileNotFoundError):
                    return path.read_text(encoding="utf-8"), int(path.name.partition("-")[0])
        return "", 0


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as an error does, so that the watched process ends with this one."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    # nohup has one of them ignored, and so it stays
    heeded = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, end) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _with_log(error: PluginError | MachineError, folder: Path, messages: str = "") -> PluginError | MachineError:
    """Return the error with a note of its log: where the process was when it ended, as far as it could say, and `messages`."""
    with contextlib.suppress(OSError):
        where = (folder / _TRACEBACK).read_text(encoding="utf-8", errors="replace")
        told = f"\nSUMO's messages:\n{messages}\n" if messages else ""
        note_log_file(error, write_temporary_log((where or "The process left no traceback.\n") + told))
    return error
