"""A folder in which files with readings appear: loops files as in a recording, and SUMO's E1 output.

    corridor.toml       the corridor, unless the service's configuration has it
    *.csv *.csv.gz      time_s,station,lane,count,occupancy,speed_mps; in order of time; any part of the loops
    *.xml *.xml.gz      SUMO's E1 output; e1_loops.csv says which loop is which (`e1_file`)
    taken/  damaged/    where files go that are no longer needed, or cannot be read

Whoever writes a file may take their time (`settled_files`), best under a name that ends in `.part`. A file that has been read stays
until its readings are `KEEP_S` older than the newest: until then they come again after a crash. One that grows is read again.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from harness.service.sources.e1_file import LOOPS_TABLE, loops_by_id, read_e1, read_loops_table
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.settled_files import SettledFiles
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError, printable
from scenarios.regular_file import check_regular
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import stream_loops

CSV, E1 = (".csv", ".csv.gz"), (".xml", ".xml.gz")
KEEP_S = 3600.0
"""Data time by which a file's readings are older than the newest when it goes, s. Chosen: frames are stored in far less."""
TOGETHER_BYTES = 64 << 20
"""Size of files whose readings are put in order of time together, such as one a station. Chosen: some 100 MB in memory."""
Tell = Callable[[str], None]


class FolderSource:
    """Watches a folder; `tell` is told in a line of what is moved aside. Stamps are the ends of intervals.

    Raises MissingFileError and UserError where the folder, or its corridor, is missing; `batches` MachineError where it is gone.
    """

    def __init__(
        self,
        folder: Path,
        corridor: Corridor | None = None,
        name: str = "",
        look_every_s: float = 0.5,
        settle_s: float = 1.0,
        patience_s: float = 30.0,
        tell: Tell | None = None,
    ) -> None:
        if not folder.is_dir():
            raise MissingFileError(f"{folder}: no such folder")
        self._corridor = read_corridor(folder) if corridor is None else corridor
        self._own = (self._corridor,) if corridor is None else ()
        table = folder / LOOPS_TABLE
        self._loops = read_loops_table(table, self._corridor) if table.exists() else loops_by_id(self._corridor)
        self._folder, self._look_every_s = folder, look_every_s
        self._tell = tell or logging.getLogger(__name__).warning
        self._settle_s, self._patience_s = settle_s, patience_s
        self._name = name or f"folder {folder}"
        self._stopped = threading.Event()
        self._ends_s: dict[Path, float] = {}
        self._newest_s = float("-inf")
        self.damaged = 0

    @property
    def name(self) -> str:
        """Its name in messages and in the status."""
        return self._name

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """The corridor of its corridor.toml, if it was given none."""
        return self._own

    @property
    def repeats(self) -> bool:
        """It gives readings again after a crash."""
        return True

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield the readings of files as they appear, in order of time among those that are there together."""
        files = SettledFiles(self._folder, (*CSV, *E1), self._settle_s, self._patience_s)
        while not self._stopped.is_set():
            for together in _groups(files.ready()):
                readings = [reading for path, last in together for reading in self._read(files, path, last)]
                for batch in _in_order(self._corridor.name, readings, after_s):
                    if self._stopped.is_set():
                        return
                    yield batch
                self._put_away()
            self._stopped.wait(self._look_every_s)

    def stop(self) -> None:
        """Let `batches` end."""
        self._stopped.set()

    def _read(self, files: SettledFiles, path: Path, last: bool) -> Sequence[Reading]:
        if path.name == LOOPS_TABLE or self._stopped.is_set():
            return ()
        try:
            if not last and path.name.lower().endswith(".csv") and not _ends_with_a_line(path):
                return ()
            readings = self._readings(path)
        except (UserError, OSError) as error:
            if last and path.exists():
                self._move_aside(path, error)
            return ()
        files.done(path)
        self._ends_s[path] = max((reading.time_s for reading in readings), default=float("-inf"))
        self._newest_s = max(self._newest_s, self._ends_s[path])
        return readings

    def _readings(self, path: Path) -> list[Reading]:
        check_regular(path)
        if path.name.lower().endswith(E1):
            return read_e1(path, self._corridor, self._loops)
        frames = stream_loops(path, self._corridor)
        # A loop that the file says nothing of is not unknown: another file may tell it.
        return [r for frame in frames for r in frame_readings(self._corridor, frame).readings if _known(r)]

    def _put_away(self) -> None:
        """Move files whose readings are old."""
        for path, end_s in list(self._ends_s.items()):
            if end_s < self._newest_s - KEEP_S:
                del self._ends_s[path]
                self._move(path, "taken")

    def _move_aside(self, path: Path, error: Exception) -> None:
        self.damaged += 1
        self._ends_s.pop(path, None)
        moved = self._move(path, "damaged")
        self._tell(f"{self._name}: {printable(str(error))}; {moved}")

    def _move(self, path: Path, where: str) -> str:
        """Move a file into a folder beside it; return what became of it, in words."""
        try:
            (self._folder / where).mkdir(exist_ok=True)
            target = self._folder / where / path.name
            number = 1
            while target.exists():
                number += 1
                target = target.with_name(f"{path.name}.{number}")
            path.rename(target)
        except OSError as error:
            return f"it stays, because it cannot be moved: {error.strerror}"
        return f"moved to {where}/"


def _groups(ready: Sequence[tuple[Path, bool]]) -> Iterator[list[tuple[Path, bool]]]:
    """Files to be read together."""
    group: list[tuple[Path, bool]] = []
    size = 0
    for path, last in ready:
        group.append((path, last))
        size += path.stat().st_size if path.exists() else 0
        if size > TOGETHER_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _in_order(corridor: str, readings: list[Reading], after_s: float | None) -> Iterator[ReadingBatch]:
    wanted = [reading for reading in readings if after_s is None or reading.time_s > after_s]
    wanted.sort(key=lambda reading: reading.time_s)
    for _, same_time in groupby(wanted, key=lambda reading: reading.time_s):
        yield ReadingBatch(corridor, tuple(same_time))


def _known(reading: Reading) -> bool:
    return any(value == value for value in reading[3:])


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        return file.read() == b"\n"
