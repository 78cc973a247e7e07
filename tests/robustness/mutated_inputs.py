"""Commands on damaged inputs: each must end in time, within its memory, with one clear message or a good result.

    KINDS (input_kinds) -> one file of it, damaged (damaged_files) -> the command that reads it (forked_command) -> findings

What is drawn depends on the seed and the number of the trial alone, so that any trial can be repeated.
"""

import csv
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.robustness.damage import Damaged
from tests.robustness.damaged_arguments import damaged_arguments
from tests.robustness.damaged_files import damage, remove
from tests.robustness.forked_command import CommandServer, Ended
from tests.robustness.input_kind import NOTHING, InputKind
from tests.robustness.input_kinds import KINDS

EXIT_CODES = (0, 1, 2, 3, 130)
MAY_SAY_NO = ("merge", "check", "baseline")
"""Commands that end with exit code 1 where the answer is no."""
COMMAND_LINE = "the command line"
"""Stands for a file where the command line was damaged."""
ARGUMENTS_SHARE = 0.08
"""Share of trials that damage the command line instead of a file. Chosen."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One damaged input and how the command on it ended; `findings` are the broken promises, empty where all are kept."""

    number: int
    kind: str
    file: str
    damaged: Damaged
    arguments: tuple[str, ...]
    ended: Ended
    findings: tuple[str, ...]


def trials(
    server: CommandServer,
    good: Path,
    work: Path,
    seed: int,
    numbers: Sequence[int],
    keep: Path | None = None,
    kinds: Sequence[InputKind] = KINDS,
) -> Iterator[Trial]:
    """Do the trials with these numbers on the inputs in `good`, each in a folder in `work`; folders of findings go to `keep`."""
    for number in numbers:
        choose = random.Random(f"{seed} {number}")
        kind = choose.choice(kinds)
        folder = work / f"{number:05d}"
        folder.mkdir(parents=True)
        _copy(good, folder, kind)
        file = choose.choice(kind.files)
        arguments = tuple(file if word == "FILE" else word for word in choose.choice(kind.commands))
        if choose.random() < ARGUMENTS_SHARE:
            file = COMMAND_LINE
            arguments, damaged = damaged_arguments(choose, arguments)
        else:
            damaged = damage(choose, folder / file, kind.form)
        ended = server.run(arguments, folder, kind.sumo)
        found = tuple(_findings(kind, file, damaged, arguments, ended, folder))
        trial = Trial(number, kind.name, file, damaged, arguments, ended, found)
        if found and keep is not None:
            _keep(trial, folder, keep / f"{seed}-{number:05d}")
        shutil.rmtree(folder)
        yield trial


def refused(server: CommandServer, good: Path, work: Path) -> Iterator[str]:
    """Yield the commands that do not take good inputs: there, damage would show nothing."""
    for kind in KINDS:
        for file in kind.files:
            for command in kind.commands:
                folder = work / "good"
                _copy(good, folder, kind)
                arguments = [file if word == "FILE" else word for word in command]
                ended = server.run(arguments, folder, kind.sumo)
                shutil.rmtree(folder)
                if not ended.accepted:
                    yield f"laneblock {' '.join(arguments)}: exit code {ended.code}: {ended.err[-300:].strip()}"


def _copy(good: Path, folder: Path, kind: InputKind) -> None:
    for name in (*kind.needs, *kind.files):
        to = folder / name
        if to.exists():
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        if (good / name).is_dir():
            shutil.copytree(good / name, to)
        else:
            shutil.copy(good / name, to)


def _keep(trial: Trial, folder: Path, to: Path) -> None:
    """Keep the input of a trial, so that its command can be repeated there."""
    remove(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    for path in folder.rglob("*"):
        if path.is_fifo():
            path.unlink()
    shutil.copytree(folder, to, symlinks=True)
    ended = trial.ended
    lines = (
        f"{trial.kind}: {trial.file}: {trial.damaged.what}",
        f"in this folder: laneblock {' '.join(trial.arguments)[:2000]}",
        *trial.findings,
        f"exit code {ended.code}, {ended.wall_s:.1f} s, {ended.peak_mb:.0f} MB {ended.stopped_by}",
        ended.err[-6000:],
    )
    (to / "finding.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")


def _findings(
    kind: InputKind, file: str, damaged: Damaged, arguments: Sequence[str], ended: Ended, folder: Path
) -> Iterator[str]:
    if ended.stopped_by:
        yield f"{ended.stopped_by}: ended after {ended.wall_s:.0f} s, {ended.peak_mb:.0f} MB"
        return
    if "Traceback (most recent call last)" in ended.err or "this is a bug in laneblock" in ended.err:
        yield "traceback"
        return
    if ended.code not in EXIT_CODES:
        yield f"exit code {ended.code}"
    if ended.code == 1 and arguments[0] not in MAY_SAY_NO:
        yield "exit code 1 of a command that has no answer no"
    if ended.left_processes:
        yield "left processes behind"
    if re.search(r"\b[A-Z]\w+Warning: ", ended.err):
        yield "a warning of Python or a library"
    if ended.code in (2, 3) and not ended.accepted:
        yield from _message(kind, file, ended)
    if ended.accepted and _must_be_refused(kind, damaged) and not _told(file, ended):
        yield "accepted"
    yield from _cells_that_run(folder, folder / file)


def _message(kind: InputKind, file: str, ended: Ended) -> Iterator[str]:
    """Whether the message is one line that names the file."""
    lines = [line for line in ended.err.splitlines() if line.startswith(("laneblock: ", "Error: ", "Usage: "))]
    if not lines:
        if "runs failed:" not in ended.err:
            yield "no message"
        return
    if len([line for line in lines if line.startswith("laneblock: ")]) > 1:
        yield "more than one message"
    name = Path(file).name
    folder = Path(file).parent.name
    parts = (name, name.partition(".")[0], *((folder,) if folder not in ("", "models") else ()))
    parts += ("the files of [network]",) if "own" in kind.name else ()
    if file != COMMAND_LINE and not any(part in ended.err for part in parts):
        yield "the message does not name the file"
    if len(lines[-1]) > 2000:
        yield f"a message of {len(lines[-1])} characters"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", ended.err):
        yield "control characters in the message"


def _must_be_refused(kind: InputKind, damaged: Damaged) -> bool:
    if not damaged.impossible or kind.reads == NOTHING:
        return False
    if not damaged.field:
        return not (kind.may_be_absent and damaged.what.endswith("in its place"))
    if kind.ignores and re.search(kind.ignores, damaged.field):
        return False
    return re.search(kind.reads, damaged.field) is not None


def _told(file: str, ended: Ended) -> bool:
    """Whether a command that did its work without the damaged file says so."""
    said = ended.out + ended.err
    return (
        Path(file).name in said
        and re.search("could not|not in these figures|left out|unreadable|skipped", said) is not None
    )


def _cells_that_run(folder: Path, damaged: Path) -> Iterator[str]:
    """Cells of written CSV files that a spreadsheet would run."""
    for path in folder.rglob("*.csv"):
        if path == damaged or not path.is_file():
            continue
        with path.open(encoding="utf-8", errors="replace", newline="") as text:
            if any(cell.startswith(("=", "@", "+cmd")) for row in csv.reader(text) for cell in row):
                yield f"a cell that spreadsheets run in {path.relative_to(folder)}"
                return
