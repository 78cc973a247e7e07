"""A command of laneblock in a process of its own, as a user starts it: it can be killed, and all it started is found."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LANEBLOCK = Path(sys.executable).with_name("laneblock")
LONGEST_S = 120.0
"""No command here takes longer; it is killed then. Chosen: far more than the slowest, on a busy machine."""
ORPHANS_S = 10.0
"""Time in which a killed command's workers end. Chosen: a worker sees at once that its parent is gone, SUMO ends with a step."""
_MARK = "LANEBLOCK_TRIAL"


@dataclass(frozen=True, slots=True)
class Process:
    """How a process ended: its exit code (negative: a signal), output, error and time; `interrupted`: it got the signal."""

    code: int
    out: str
    err: str
    wall_s: float
    interrupted: bool


def run_command(arguments: Sequence[str], folder: Path, mark: str) -> Process:
    """Run `laneblock` in `folder` to its end. `mark` is how `processes_of` finds it."""
    return interrupt_command(arguments, folder, mark, LONGEST_S, signal.SIGKILL, whole_group=True)


def interrupt_command(
    arguments: Sequence[str], folder: Path, mark: str, after_s: float, signal_: signal.Signals, whole_group: bool
) -> Process:
    """Run `laneblock` in `folder`; send it a signal after a time, where it runs that long, and wait for its end.

    `whole_group`: the signal goes to its process group, as Ctrl-C in a terminal does; else to the process alone.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.SIG_IGN:  # as in a shell's background: a child would ignore it, too
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            process = subprocess.Popen(
                [LANEBLOCK, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                env={**os.environ, _MARK: mark},
            )
        finally:
            if before is signal.SIG_IGN:
                signal.signal(signal.SIGINT, before)
        interrupted = False
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            interrupted = True
            if whole_group:
                os.killpg(process.pid, signal_)
            else:
                process.send_signal(signal_)
        try:
            process.wait(LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", errors="replace"))
    return Process(process.returncode, texts[0], texts[1], time.monotonic() - started, interrupted)


def processes_of(mark: str, within_s: float = ORPHANS_S) -> dict[int, str]:
    """Return the processes of a command that still run after a time to end, by id with their command lines; kill them."""
    deadline = time.monotonic() + within_s
    while (found := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return found


def _marked(mark: str) -> dict[int, str]:
    wanted, found = f"{_MARK}={mark}".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (
                    (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
    return found
