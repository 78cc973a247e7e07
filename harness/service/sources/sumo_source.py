"""A scenario played by SUMO as if it were live, at a pace.

SUMO runs in a process of its own, because libsumo has one simulation a process and keeps Python's lock while it steps: the other
threads of the service would stand still, and a crash of SUMO would end them. traci needs a process of SUMO's as well, and is
slower. The same scenario gives the same readings, so after a restart it is played from its start, silently up to `after_s`.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from harness.running.ended_process import memory_kills, why_it_ended
from harness.service.sources.pace import Pacer, check_pace
from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import parse_message
from harness.service.sources.sumo_player import ERROR_FILE, SCENARIO_FILE
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, UserError, at
from scenarios.files.scenario_loading import load_scenario
from scenarios.placed_scenario import PlacedScenario

PLAYER = (sys.executable, "-P", "-X", "faulthandler", "-c", "import laneblock; laneblock.play()")
"""The command of a player's process; its folder is its argument."""
_LAST_WORDS = 4000
"""Bytes kept of what a failed player wrote. Chosen."""


class SumoSource:
    """Plays a scenario by its name or file; `pace` is data seconds per second, infinite for as fast as SUMO can.

    `corridor` is the name of its corridor in the service ("": that of its place); `offset_s` is added to its times. Raises
    UserError, MissingFileError for what is no scenario; `batches` UserError and MachineError where SUMO refuses it or dies.
    """

    def __init__(
        self,
        scenario: str | PlacedScenario,
        pace: float = 1.0,
        corridor: str = "",
        offset_s: float = 0.0,
        name: str = "",
    ) -> None:
        placed = load_scenario(scenario) if isinstance(scenario, str) else scenario
        self._scenario = placed.scenario
        self._corridor = replace(placed.corridor, name=corridor or placed.corridor.name)
        self._pace, self._offset_s = check_pace(pace), offset_s
        self._name = name or f"scenario {self._scenario.name}"
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Its name in messages and in the status."""
        return self._name

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """The corridor of the scenario's place."""
        return (self._corridor,)

    @property
    def repeats(self) -> bool:
        """It gives readings again after a crash."""
        return True

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield the readings of each frame that ends later than `after_s`, each in its time; the frames before are played first."""
        pacer = Pacer(self._pace, self._stopped)
        with tempfile.TemporaryDirectory(prefix="laneblock-play-", ignore_cleanup_errors=True) as folder:
            for batch in self._played(Path(folder)):
                readings = tuple(r._replace(time_s=r.time_s + self._offset_s) for r in batch.readings)
                time_s = readings[0].time_s
                if after_s is not None and time_s <= after_s:
                    continue
                if not pacer.wait_until(time_s):
                    return
                yield ReadingBatch(self._corridor.name, readings)

    def stop(self) -> None:
        """Let `batches` end, and SUMO."""
        self._stopped.set()
        with self._lock:
            if self._process is not None:
                _end_group(self._process)

    def _played(self, folder: Path) -> Iterator[ReadingBatch]:
        (folder / SCENARIO_FILE).write_text(self._scenario.model_dump_json(), encoding="utf-8")
        kills_before = memory_kills()
        with (folder / "output.txt").open("wb") as output:
            process = self._started(folder, output)
        if process is None:
            return
        with process:
            try:
                for line in process.stdout or ():
                    if line.endswith(b"\n"):  # the last may be cut off
                        yield from parse_message(line).batches
                code = process.wait()
            finally:
                with self._lock:
                    self._process = None
                _end_group(process)
        if code and not self._stopped.is_set():
            raise self._failure(folder, code, kills_before)

    def _started(self, folder: Path, output: IO[bytes]) -> "subprocess.Popen[bytes] | None":
        """Start the player, unless the source has been stopped. It ends when its standard input does, so it ends with us."""
        with self._lock:
            if self._stopped.is_set():
                return None
            self._process = subprocess.Popen(
                [*PLAYER, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us alone
            )
            return self._process

    def _failure(self, folder: Path, code: int, kills_before: int | None) -> UserError | MachineError:
        """The error that the player wrote, or else one by its exit code."""
        try:
            written = json.loads((folder / ERROR_FILE).read_text(encoding="utf-8"))
            if written["whose"] == "user":
                return at(self._name, UserError(written["reason"]))
            return MachineError(f"{self._name}: {written['reason']}")
        except (OSError, ValueError, KeyError):
            with contextlib.suppress(OSError):
                words = (folder / "output.txt").read_bytes()[-_LAST_WORDS:].decode("utf-8", errors="replace")
            return MachineError(f"{self._name}: {why_it_ended(code, kills_before, folder, words)}")


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
