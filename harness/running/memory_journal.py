"""What a site's memory was when a replay began, until the replay is finished: the same command goes on from there.

    OUT/replays/site-memory-before.npz    the memory as it was; not there where there was none
    OUT/replays/site-memory.json          the command, and digests of all that it has written to the memory's file since

An interrupted replay has taught the file the recordings that it finished. The same command begins with the memory that was there
before, takes what is kept of these recordings, and so teaches nothing twice; another command, or a file that was changed by
another, begins with the file as it is. A state is noted before it is written, so every file that the command leaves is known.
"""

from dataclasses import dataclass, field
from pathlib import Path

from harness.records.atomic_files import write_json
from harness.records.site_memory_file import read_site_memory, write_site_memory
from harness.running.carried_memory import CarriedMemory, site_state
from scenarios.errors import UserError
from simulator.recording.json_file import read_object

_JOURNAL, _BEFORE = "site-memory.json", "site-memory-before.npz"


@dataclass(slots=True, eq=False)
class MemoryJournal:
    """The journal, in `folder`, of the `memory` of a replay; `command`: what distinguishes it from other replays."""

    folder: Path
    memory: CarriedMemory
    command: str
    _states: list[str] = field(default_factory=list)

    def begin(self) -> bool:
        """Return whether the same command was interrupted here: the memory then begins as it did, else as its file is."""
        if self.memory.file is None:
            return False
        states = self._interrupted()
        if states and site_state(self.memory.site) in states:
            before = self.folder / _BEFORE
            site = read_site_memory(before) if before.exists() else None
            if site_state(site) == states[0]:
                self.memory.begin_as(site)
                self._states = states
                return True
        self.end()
        if self.memory.site is not None and self.memory.site.detectors:
            write_site_memory(self.folder / _BEFORE, self.memory.site)
        self._note()
        return False

    def write(self) -> None:
        """Write the memory's file, its state noted first."""
        if self.memory.file is not None:
            self._note()
            self.memory.write()

    def end(self) -> None:
        """Forget it: the replay is finished."""
        for name in (_JOURNAL, _BEFORE):
            (self.folder / name).unlink(missing_ok=True)

    def _note(self) -> None:
        state = site_state(self.memory.site)
        if state not in self._states:
            self._states.append(state)
            content = {"command": self.command, "states": self._states}
            write_json(self.folder / _JOURNAL, content, lasting=True)

    def _interrupted(self) -> list[str]:
        """The states of this command's journal, the first that of its beginning; none where there is no such journal."""
        path = self.folder / _JOURNAL
        try:
            content = read_object(path) if path.is_file() else {}
        except UserError:  # broken: nothing is known of it
            return []
        states = content.get("states")
        return list(map(str, states)) if content.get("command") == self.command and isinstance(states, list) else []
