"""Tracebacks of what failed while the service runs, in a folder: each failure a file, the oldest go."""

import re
import threading
from pathlib import Path

MOST_FILES = 200
"""Files kept. Chosen: a detector that fails every hour is seen over a week."""


class FailureLog:
    """Keeps tracebacks in `folder`, which is made with the first."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()

    def keep(self, corridor: str, name: str, time_s: float, text: str) -> str:
        """Keep a traceback and return the name of its file; "" where the disk does not take it."""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", f"{corridor}-{name}-{time_s:.0f}")[:120]
        with self._lock:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / f"{plain}.log").write_text(text, encoding="utf-8")
                old = sorted(self._folder.glob("*.log"), key=lambda path: path.stat().st_mtime)[:-MOST_FILES]
                for path in old:
                    path.unlink(missing_ok=True)
            except OSError:
                return ""
        return f"{plain}.log"
