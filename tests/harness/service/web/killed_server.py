"""A server in a process of its own, which can be killed and started again at the same address."""

import subprocess
import sys
from pathlib import Path

import httpx

from harness.service.sources.reading_message import write_message
from tests.harness.service.web.small_service import batch_of, free_frame


class KilledServer:
    """A server in a process of its own, which can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, 0
        self.start()

    def start(self) -> None:
        """Start, and wait until requests are answered."""
        told = self._folder / "address"
        told.unlink(missing_ok=True)
        words = [
            "-m",
            "tests.harness.service.web.small_service",
            str(self._folder / "store"),
            str(self.port),
            str(told),
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log)
        while not (told.exists() and told.read_text(encoding="utf-8")):
            assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8")
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        self.address = told.read_text(encoding="utf-8")
        self.port = int(self.address.rpartition(":")[2])

    def kill(self) -> None:
        """Kill at once, as a loss of power does."""
        self._process.kill()
        self._process.wait()

    def push(self, time_s: float, slow: dict[tuple[int, int], float] | None = None) -> None:
        """Push a frame; a slow lane opens an incident."""
        headers = {"Content-Type": "application/json"}
        body = write_message(batch_of(free_frame(time_s, slow)))
        answer = httpx.post(f"{self.address}/api/readings", content=body, headers=headers, timeout=60.0)
        assert answer.status_code == 202
