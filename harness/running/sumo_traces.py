"""What SUMO left where the process that it ran in crashed: its last messages, and the user's files that it read.

SUMO runs in our process, so a crash of it ends that process without a word. Its messages are on disk by then; a note in the folder
of the watching process says where.
"""

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from detectors.plugin_notes import WATCH_FOLDER
from harness.records.failure import end_of
from scenarios.errors import printable
from scenarios.scenario import Scenario

NOTE = "sumo-work.json"
MESSAGES = "*.errors*.txt"
"""Files of a run's work folder that hold SUMO's messages."""
LOG_CHARACTERS = 20_000
"""Characters kept of SUMO's messages, from their end. Chosen: some hundred messages."""
LAST_LINES, LINE_CHARACTERS = 2, 200
"""Lines and characters of a line that are told. Chosen: a message of SUMO and the one before."""
PART = ".part"
"""End of the name of a folder whose run is not complete."""


@dataclass(frozen=True, slots=True)
class SumoTraces:
    """The folder in which SUMO worked, and the user's files that it read; none for a site."""

    work: Path
    files: tuple[str, ...] = ()

    @property
    def log(self) -> str:
        """SUMO's messages, those written last at the end; "" without any."""
        with contextlib.suppress(OSError):
            paths = sorted(self.work.glob(MESSAGES), key=lambda path: path.stat().st_mtime)
            texts = [end_of(path, LOG_CHARACTERS).strip() for path in paths]
            return "\n".join(dict.fromkeys(text for text in texts if text))
        return ""

    @property
    def words(self) -> str:
        """SUMO's last messages, and which files to look at, in one line."""
        lines = [printable(" ".join(line.split())) for line in self.log.splitlines() if line.strip()]
        told = [line[:LINE_CHARACTERS] for line in lines[-LAST_LINES:]]
        said = f"; SUMO's last messages: {' '.join(told)}" if told else "; SUMO gave no message"
        if not self.files:
            return said
        named = ", ".join(printable(file) for file in self.files)
        return f"{said}; is one of its files damaged? {named} (the plain sumo crashes on them too?)"

    def clear(self) -> None:
        """Remove the folder of the run that was not completed."""
        if self.work.parent.name.endswith(PART):
            shutil.rmtree(self.work.parent, ignore_errors=True)


def files_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the user's own files of a scenario that SUMO reads."""
    own = scenario.network
    return () if own is None else (own.net_file, *own.route_files, *own.additional_files)


def note_work(work: Path, scenario: Scenario) -> None:
    """Note where SUMO works, for the process that watches this one; nothing where none does."""
    folder = os.environ.get(WATCH_FOLDER)
    if folder is not None:
        content = {"work": str(work.absolute()), "files": files_of(scenario)}
        (Path(folder) / NOTE).write_text(json.dumps(content), encoding="utf-8")


def noted_traces(folder: Path) -> SumoTraces | None:
    """Return what was noted last in a watching process's folder; None where nothing was."""
    try:
        content = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return SumoTraces(Path(content["work"]), tuple(content["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
