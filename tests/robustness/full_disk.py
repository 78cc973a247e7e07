"""Commands on a disk that is full after some bytes: one message that names a file, and with more room the same command finishes."""

import contextlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.robustness.command_process import Process, run_command
from tests.robustness.compared_folders import contents, differences, leftovers
from tests.robustness.interrupted_commands import BY_NAME, Interrupted
from tests.robustness.killed_commands import Killing, not_survived

WRITING = tuple(
    BY_NAME[name]
    for name in (
        "battery",
        "faults inject",
        "replay",
        "compare",
        "merge",
        "placement",
        "faults robustness",
        "run again",
    )
)
"""Commands that write much."""
ROOM_MB = 200
"""Enough for any of them."""
MACHINE_FAILED = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """One command on a disk with `room_kb`, and the promises that it broke."""

    number: int
    command: str
    room_kb: int
    code: int
    findings: tuple[str, ...]


def can_mount(folder: Path) -> bool:
    """Whether this process may make a disk of its own: root may, outside of most containers."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with contextlib.suppress(subprocess.CalledProcessError), small_disk(folder, 64):
        return True
    return False


@contextlib.contextmanager
def small_disk(folder: Path, room_kb: int) -> Iterator[None]:
    """Mount a disk of `room_kb` in memory on a folder. Raises subprocess.CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    _call("mount", "-t", "tmpfs", "-o", f"size={room_kb}k", "laneblock-robustness", str(folder))
    try:
        yield
    finally:
        _call("umount", "--lazy", str(folder))


def _call(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def trials(
    killing: Killing, disk: Path, seed: int, numbers: Sequence[int], commands: Sequence[Interrupted] = WRITING
) -> Iterator[Filled]:
    """Do the trials with these numbers: the commands in turn, each with room for a share of what it writes."""
    for number in numbers:
        choose = random.Random(f"{seed} {number}")
        command = commands[number % len(commands)]
        with small_disk(disk, ROOM_MB << 10):
            yield _trial(killing, disk, number, command, choose.uniform(0.0, 0.95))


def _trial(killing: Killing, disk: Path, number: int, command: Interrupted, share: float) -> Filled:
    folder = killing.prepared(command, disk / "work")
    before, used_kb = contents(folder), _used_kb(disk)
    whole = run_command(command.arguments, folder, f"{folder} reference")
    assert whole.code == 0, whole.err
    after, all_kb = contents(folder), _used_kb(disk)
    shutil.rmtree(folder)
    killing.prepared(command, disk / "work")
    room_kb = int(share * (all_kb - used_kb)) // 4 * 4
    _resize(disk, _used_kb(disk) + room_kb)
    filled = run_command(command.arguments, folder, f"{folder} {number}")
    findings = list(_of_the_full(filled))
    findings += not_survived(command, contents(folder), before, after)
    _resize(disk, ROOM_MB << 10)
    again = run_command(command.arguments, folder, f"{folder} {number} again")
    if again.code != 0:
        findings.append(f"with room again: exit code {again.code}: {again.err.strip()[-300:]}")
    findings += [f"left behind: {name}" for name in leftovers(folder)]
    findings += differences(after, contents(folder))
    result = Filled(number, command.name, room_kb, filled.code, tuple(findings))
    if findings and killing.keep is not None:
        to = killing.keep / f"full-{command.name.replace(' ', '-')}-{number}"
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(folder, to)
        text = "\n".join(
            (f"laneblock {' '.join(command.arguments)}", str(result), filled.err[-4000:], again.err[-2000:])
        )
        (to / "finding.txt").write_text(text, encoding="utf-8")
    return result


def _of_the_full(filled: Process) -> Iterator[str]:
    if filled.code not in (0, MACHINE_FAILED):
        yield f"exit code {filled.code} on a full disk, wanted {MACHINE_FAILED}: {filled.err.strip()[-300:]}"
    if "Traceback" in filled.err or "this is a bug" in filled.err:
        yield f"traceback on a full disk: {filled.err.strip()[-300:]}"
    lines = [line for line in filled.err.splitlines() if "No space left" in line or "is the disk of " in line]
    if filled.code == MACHINE_FAILED and not any("/" in line for line in lines):
        yield f"no message that names a file and says that the disk is full: {filled.err.strip()[-300:]}"


def _used_kb(disk: Path) -> int:
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize // 1024


def _resize(disk: Path, kb: int) -> None:
    _call("mount", "-o", f"remount,size={max(kb, 4)}k", str(disk))
