"""Commands killed at random instants, and run again: nothing finished is lost or made twice, and the results are the same.

    COMMANDS (interrupted_commands) -> an uninterrupted reference -> killed (command_process) -> the same command again
                                    -> compared with the reference (compared_folders) -> findings

What is drawn depends on the seed and the number of the trial alone; where exactly a kill hits depends on the machine.
"""

import random
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.robustness.command_process import Process, interrupt_command, processes_of, run_command
from tests.robustness.compared_folders import contents, differences, leftovers
from tests.robustness.interrupted_commands import COMMANDS, Interrupted

INTERRUPTED = 130
WAYS = (
    (signal.SIGKILL, False),
    (signal.SIGKILL, True),
    (signal.SIGTERM, False),
    (signal.SIGINT, True),
    (signal.SIGINT, False),
)
"""Signals, and whether they go to the whole process group."""
WRITTEN_LATER = "report.html"
"""Written into a folder that is complete."""
SOONEST_S = 0.02
"""A command that ends sooner cannot be killed. Chosen."""


@dataclass(frozen=True, slots=True)
class Killed:
    """One kill: of which command, how, after which share of its time, and the promises that it broke."""

    number: int
    command: str
    way: str
    after_s: float
    code: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An uninterrupted command: its time, and what was there before and after."""

    wall_s: float
    before: dict[str, bytes]
    after: dict[str, bytes]


@dataclass(slots=True)
class Killing:
    """Kills of commands on the inputs in `good`, in folders in `work`; folders of findings go to `keep`."""

    good: Path
    work: Path
    keep: Path | None = None
    _references: dict[str, Reference] = field(default_factory=dict)

    def trials(self, seed: int, numbers: Sequence[int], commands: Sequence[Interrupted] = COMMANDS) -> Iterator[Killed]:
        """Do the trials with these numbers: the commands in turn, each killed at an instant of its own."""
        for number in numbers:
            choose = random.Random(f"{seed} {number}")
            command = commands[number % len(commands)]
            signal_, whole_group = choose.choice(WAYS)
            share = choose.uniform(0.02, 0.95)
            yield self._trial(number, command, signal_, whole_group, share)

    def reference(self, command: Interrupted) -> Reference:
        """Return the command's uninterrupted run. Raises RuntimeError where it fails."""
        if command.name not in self._references:
            folder = self.prepared(command)
            before = contents(folder)
            done = run_command(command.arguments, folder, f"{folder} reference")
            if done.code != 0:
                raise RuntimeError(f"laneblock {' '.join(command.arguments)}: exit code {done.code}: {done.err[-500:]}")
            self._references[command.name] = Reference(done.wall_s, before, contents(folder))
            shutil.rmtree(folder)
        return self._references[command.name]

    def prepared(self, command: Interrupted, work: Path | None = None) -> Path:
        """Return a folder with the command's inputs, always the same one: records hold absolute paths."""
        folder = (work or self.work) / command.name.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in command.needs:
            if (self.good / name).is_dir():
                shutil.copytree(self.good / name, folder / name)
            else:
                shutil.copy(self.good / name, folder / name)
        for arguments in command.first:
            done = run_command(arguments, folder, f"{folder} first")
            if done.code != 0:
                raise RuntimeError(f"laneblock {' '.join(arguments)}: exit code {done.code}: {done.err[-500:]}")
        return folder

    def _trial(
        self, number: int, command: Interrupted, signal_: signal.Signals, whole_group: bool, share: float
    ) -> Killed:
        reference = self.reference(command)
        after_s = share * reference.wall_s
        while True:
            folder = self.prepared(command)
            mark = f"{folder} {number}"
            killed = interrupt_command(command.arguments, folder, mark, after_s, signal_, whole_group)
            if killed.interrupted or after_s < SOONEST_S:
                break
            after_s = share * killed.wall_s  # the machine is quicker now
        findings = [
            *_of_the_kill(killed, signal_),
            *not_survived(command, contents(folder), reference.before, reference.after),
        ]
        finished = _finished(command, folder)
        if not _done(command, folder, reference):
            again = run_command(command.arguments, folder, f"{mark} again")
            findings += _of_the_second(again)
        findings += [
            f"made again: {name}" for name in finished if _finished(command, folder).get(name) != finished[name]
        ]
        findings += [f"still runs: {line}" for line in processes_of(mark).values()]
        findings += [f"left behind: {name}" for name in leftovers(folder)]
        findings += differences(reference.after, contents(folder))
        way = f"{signal_.name} to {'its group' if whole_group else 'the process'}"
        result = Killed(number, command.name, way, after_s, killed.code, tuple(findings))
        if findings and self.keep is not None:
            self._keep(result, command, folder, killed)
        shutil.rmtree(folder)
        return result

    def _keep(self, result: Killed, command: Interrupted, folder: Path, killed: Process) -> None:
        assert self.keep is not None
        to = self.keep / f"{command.name.replace(' ', '-')}-{result.number}"
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(folder, to)
        lines = (
            f"laneblock {' '.join(command.arguments)}",
            f"{result.way} after {result.after_s:.2f} s: exit code {killed.code}",
            *result.findings,
            killed.err[-4000:],
        )
        (to / "finding.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _of_the_kill(killed: Process, signal_: signal.Signals) -> Iterator[str]:
    # A traceback from before `laneblock.main` is Python's own start: the script that an installer wrote has no way to catch it.
    begun = "in main\n" in killed.err or "this is a bug" in killed.err
    if ("Traceback" in killed.err or "this is a bug" in killed.err) and (begun or signal_ is not signal.SIGINT):
        yield f"traceback when killed: {_last_line(killed.err)}"
    # Python itself, while it starts or ends, dies of the signal: a shell shows 130 then, too.
    if signal_ is signal.SIGINT and killed.code not in (0, INTERRUPTED, -signal.SIGINT):
        yield f"exit code {killed.code} after SIGINT, wanted {INTERRUPTED}"


def _of_the_second(again: Process) -> Iterator[str]:
    if again.code != 0:
        yield f"the same command again: exit code {again.code}: {_last_line(again.err)}"
    elif "Traceback" in again.err:
        yield f"traceback of the same command again: {_last_line(again.err)}"


def not_survived(
    command: Interrupted, there: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]
) -> Iterator[str]:
    """Yield what is wrong with what must at every instant be the old or the new one."""

    def part(of: dict[str, bytes]) -> dict[str, bytes]:
        inside = f"{command.survives}/"
        found = {name: text for name, text in of.items() if name == command.survives or name.startswith(inside)}
        return {name: text for name, text in found.items() if not name.endswith(WRITTEN_LATER)}

    if command.survives and part(there) not in (part(before), part(after)):
        yield f"{command.survives}: neither the old nor the new one, but {sorted(part(there)) or 'nothing'}"


def _done(command: Interrupted, folder: Path, reference: Reference) -> bool:
    """Whether a command that must not be done twice has done its work before it was killed."""
    return command.once != "" and contents(folder).get(command.once) == reference.after[command.once]


def _finished(command: Interrupted, folder: Path) -> dict[str, tuple[int, int]]:
    """What is finished: its inode and its time."""
    found = {}
    for pattern in command.kept:
        for path in folder.glob(pattern):
            if not path.name.startswith(".") and ".part" not in path.name:
                stat = path.stat()
                found[path.relative_to(folder).as_posix()] = (stat.st_ino, stat.st_mtime_ns if path.is_file() else 0)
    return found


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:300]
