"""The replays of a command, each kept as soon as it is finished: the same command goes on where it was interrupted.

    plan(): what is kept, and why others are made anew --> one(recording, detector), in order: taken as kept, or replayed and kept

A kept replay counts where recording, detector, mask, memory and code are those of this command (`kept_replay`). With a memory each
recording begins with what those before it taught, so a detector's replays are kept up to the first that has changed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.records.atomic_files import remove_leftovers
from harness.records.kept_arrays import key_of, read_made_of, read_text, replay_file
from harness.records.kept_replays import MadeOf, resume_lines, what_changed
from harness.records.run_folder import RunFolder
from harness.reporting.kept_replay import (
    MEMORY,
    STATE,
    detector_parts,
    read_replay,
    recording_parts,
    write_replay,
)
from harness.reporting.replay_one import replay_one
from harness.running.carried_memory import CarriedMemory, state_of
from harness.running.fault_mask import FaultMask
from harness.running.memory_journal import MemoryJournal
from harness.scoring.score_runs import ScoredRun

NONE = "none"


@dataclass(slots=True, eq=False)
class ResumedReplays:
    """The replays of `runs`, recordings by name, through `detectors` with their files; kept in `out`."""

    runs: Mapping[str, Path]
    detectors: Mapping[str, Path | None]
    out: Path
    mask: FaultMask | None
    memory: CarriedMemory | None
    _recordings: dict[str, dict[str, str]] = field(default_factory=dict)
    _detectors: dict[str, dict[str, str]] = field(default_factory=dict)
    _journal: MemoryJournal | None = None

    def begin(self, fresh: bool = False) -> tuple[str, ...]:
        """Return lines on what is kept of an earlier command and what is made anew, and why; `fresh`: all of it is.

        With a memory it then is as it was when that command began. Call it before `one`, and with the lock of `out`.
        """
        folder = self.out / "replays"
        remove_leftovers(folder)
        self._recordings = {name: recording_parts(folder) for name, folder in self.runs.items()}
        self._detectors = {
            name: detector_parts(name, file, self.mask, place == 0)
            for place, (name, file) in enumerate(self.detectors.items())
        }
        if self.memory is not None:
            names = [str(folder.resolve()) for folder in self.runs.values()], list(self.detectors), self.memory.file
            self._journal = MemoryJournal(folder, self.memory, key_of(*names))
        if fresh:
            for name in self.runs:
                for detector in self.detectors:
                    self._file(name, detector).unlink(missing_ok=True)
            if self._journal is not None:
                self._journal.end()
        if self._journal is not None:
            self._journal.begin()
        return tuple(self._plan())

    def one(self, name: str, detector: str, stage: Path, show: Callable[[str, str, float], None]) -> ScoredRun:
        """Return the replay of a recording, kept or made now, with its files in `stage`. Raises as `replay_one` does."""
        folder, run = self.runs[name], RunFolder(stage / "runs" / name)
        before = NONE if self.memory is None else state_of(self.memory.remembered(detector))
        made_of = self._made_of(name, detector, before)
        kept = read_replay(self._file(name, detector), made_of, name, folder, run)
        if kept is not None:
            found, remembered = kept
            if self.memory is not None and remembered is not None:
                self.memory.put(detector, found.corridor, remembered)
            show(name, detector, 1.0)
            return found
        days, parameters = detector == next(iter(self.detectors)), self.detectors[detector]
        there = set(run.path.glob("*"))
        found = replay_one(name, folder, detector, parameters, stage, self.mask, show, self.memory, days)
        remembered = None if self.memory is None else self.memory.remembered(detector)
        write_replay(self._file(name, detector), made_of, found, sorted(set(run.path.glob("*")) - there), remembered)
        self._write_memory()
        return found

    def finish(self) -> None:
        """Write the memory, and forget with what it began: call it when the results are in place."""
        self._write_memory()
        if self._journal is not None:
            self._journal.end()

    def _write_memory(self) -> None:
        if self._journal is not None:
            self._journal.write()

    def _file(self, name: str, detector: str) -> Path:
        return replay_file(self.out, f"{name}-{detector}")

    def _made_of(self, name: str, detector: str, memory: str) -> MadeOf:
        return {**self._recordings[name], **self._detectors[detector], MEMORY: memory}

    def _plan(self) -> Iterator[str]:
        kept, anew = 0, dict[str, list[str]]()
        for detector in self.detectors:
            before = NONE if self.memory is None else state_of(self.memory.remembered(detector))
            for name in self.runs:
                file = self._file(name, detector)
                was = read_made_of(file)
                why = "; ".join(what_changed(was, self._made_of(name, detector, before or was.get(MEMORY, ""))))
                if was and (why or not before):
                    why = why or "a recording before it is replayed anew, which the memory depends on"
                    anew.setdefault(why, []).append(f"{name} through {detector}")
                elif was:
                    kept += 1
                if self.memory is not None:  # "" once it is not known beforehand
                    before = read_text(file, STATE) or "" if was and not why else ""
        yield from resume_lines(kept, len(self.runs) * len(self.detectors), anew, self.out / "replays")
