"""The folder in which a conversion works, so that it goes on where it was ended, and its memory does not grow with its files.

    state            how far reading is, and what readers know so far; written aside and renamed
    files            a line for each file that is read: its size, time of change and place
    NAME.rows ...    readings (`stored_rows`)
    days/RECORDING/  the days of a recording that are written (`written_days`)
    written          a line for each recording that is finished

Readers do not know who called them: the work stands in the context. Without one, all is in memory, and nobody is told of progress.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

MOST_ROWS = 2_000_000
"""Readings in memory; more are moved to the disk. Chosen: 64 MB of 32 bytes each; fewer make blocks short, and slow to read."""
EVERY_S = 10.0
"""Time between two checkpoints [s]. Chosen: what is lost when a conversion is ended; each costs some ms."""
Show = Callable[[int, int, str], None]
"""Told how many are done, of how many, and what: files that are read, or days that are written."""
READ, WRITTEN = "read", "days written"


@dataclass(frozen=True, slots=True)
class WrittenRecording:
    """A recording that was written: hours of its corridor, sections, impossible values, how speeds were estimated."""

    name: str
    hours: float
    sections: int
    impossible: int
    estimated_speeds: str


class ConversionWork:
    """A conversion's folder, made when it is first needed: `prepare` is called before, to lock what it stands in.

    `made_of` is what a change of which makes everything anew, other than files: format, options; `sources` all files (`signature`),
    of which readers decide what a change costs. `tell` is told what is taken up, `show` the progress.
    """

    def __init__(
        self,
        folder: Path,
        made_of: Mapping[str, str],
        sources: Sequence[str],
        tell: Callable[[str], None],
        prepare: Callable[[], None] = lambda: None,
        show: Show = lambda done, total, what: None,
        most_rows: int = MOST_ROWS,
        every_s: float = EVERY_S,
    ) -> None:
        self.folder, self.tell, self.show = folder, tell, show
        self.most_rows, self.every_s = most_rows, every_s
        self._prepare: Callable[[], None] | None = prepare
        self._made_of, self._sources = dict(made_of), sha256("\n".join(sources).encode()).hexdigest()
        before = self._read("made_of")
        if folder.exists() and before != self._made_of:
            changed = [key for key in self._made_of if (before or {}).get(key) != self._made_of[key]]
            self.clear(f"{', '.join(changed)} changed" if before else "its record is not whole")
        elif folder.exists() and self._read("sources") != self._sources:
            self.forget_written()
            self.write("sources", self._sources)

    def path(self, name: str) -> Path:
        """Return the path of a file in the folder, which is made."""
        if self._prepare is not None:
            prepare, self._prepare = self._prepare, None
            prepare()
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self.write("sources", self._sources)
            self.write("made_of", self._made_of)
        return self.folder / name

    def read(self, name: str) -> Any:
        """Return what was written by that name; None where nothing was."""
        return self._read(name)

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, content: object) -> None:
        """Write a record, whole or not at all."""
        replace_text(self.path(name), json.dumps(content))

    def written(self) -> list[WrittenRecording]:
        """Return the recordings that are finished."""
        return [WrittenRecording(*each) for each in self._read("written") or ()]

    def note_written(self, recording: WrittenRecording) -> None:
        """Note that a recording is finished; its days are not needed any more."""
        self.write("written", [astuple(each) for each in (*self.written(), recording)])
        shutil.rmtree(self.folder / "days" / recording.name, ignore_errors=True)

    def forget_written(self) -> None:
        """Forget the recordings that are written, and their days: other readings are to come."""
        if self.folder.exists():
            (self.folder / "written").unlink(missing_ok=True)
            shutil.rmtree(self.folder / "days", ignore_errors=True)

    def clear(self, why: str = "") -> None:
        """Begin anew; `why` is told where something was there."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
            if why:
                self.tell(f"begun anew, because {why}")


def replace_text(path: Path, text: str) -> None:
    """Write a text file that is on the disk before it gets its name."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


_WORK: ContextVar[ConversionWork | None] = ContextVar("work", default=None)


@contextmanager
def working(work: ConversionWork) -> Iterator[None]:
    """Read and write within the block in this folder."""
    token = _WORK.set(work)
    try:
        yield
    finally:
        _WORK.reset(token)


def current_work() -> ConversionWork | None:
    """Return the folder of the conversion under way; None where it has none."""
    return _WORK.get()


def signature(path: Path, member: str = "") -> str:
    """Return by what a file is known again, on one line: size, time of change, place. Raises OSError."""
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns} {path.absolute()}{f', {member}' if member else ''}".replace("\n", " ")


def place_of(line: str) -> str:
    """Return the place in such a line."""
    return line.split(" ", 2)[2]
