"""Worker processes, started, stopped and killed; and what a service without workers finds in the same recordings."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from math import inf
from pathlib import Path

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.corridors.source_runner import SourceSetup
from harness.service.incidents.incident_event import Event
from harness.service.sources.recording_source import RecordingSource
from harness.service.store.sql_store import SqlStore
from harness.service.web.web_log import web_log
from simulator.recording.recording_folder import Recording, read_recording, write_recording

ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "tests" / "golden" / "smoke-incident-2"
CORRIDORS = ("east", "north", "south", "west", "zoo")
WORK = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "work")
PATIENCE_S = 90.0
"""Time without the wanted condition after which a test fails, s: a machine may be busy."""


def wait_until(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> float:
    """Wait until a condition holds; return how long that took."""
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < patience_s, f"waited {patience_s} s for {what}"
        time.sleep(0.02)
    return time.monotonic() - began_s


def made_recordings(folder: Path) -> dict[str, Recording]:
    """Write a recording for each corridor, each the golden one shifted by some frames, and return them."""
    golden = read_recording(GOLDEN)
    found = {}
    for k, name in enumerate(CORRIDORS):
        recording = Recording(replace(golden.corridor, name=name), golden.frames[k:], None)
        write_recording(folder / name, recording)
        found[name] = recording
    return found


def write_site(folder: Path, database: str, detector: str = "sheu2004") -> Path:
    """Write the file of a service with the corridors of `made_recordings`, without sources."""
    site = folder / "site.toml"
    corridors = "".join(
        f'[[corridor]]\nfolder = "{name}"\nexercise = true\ndetectors = ["{detector}"]\n' for name in CORRIDORS
    )
    site.write_text(
        f'[store]\ndatabase = "{database}"\n[web]\nport = 0\n[deciding]\ncheckpoint_frames = 7\n{corridors}',
        encoding="utf-8",
    )
    return site


class Workers:
    """Worker processes of one site; `folder` gets their logs."""

    def __init__(self, site: Path, redis: str) -> None:
        self._line = [*WORK, str(site), "--redis", redis]
        self._folder = site.parent
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one."""
        with (self._folder / f"{name}.log").open("wb") as log:
            line = [*self._line, "--name", name]
            self.processes[name] = subprocess.Popen(line, stdout=log, stderr=log, cwd=ROOT)

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal."""
        self.processes[name].send_signal(number)

    def log(self, name: str) -> str:
        """What a worker has written."""
        return (self._folder / f"{name}.log").read_text(encoding="utf-8")

    def kill_all(self) -> None:
        """End all."""
        for process in self.processes.values():
            process.kill()
            process.wait()


@contextmanager
def workers(site: Path, redis: str, names: Sequence[str]) -> Iterator[Workers]:
    """Yield running workers; all are killed after the block."""
    found = Workers(site, redis)
    try:
        for name in names:
            found.start(name)
        yield found
    finally:
        found.kill_all()


def holders(store: SqlStore) -> dict[str, str]:
    """The first part of the name of the worker that holds each corridor."""
    return {
        row.name.removeprefix("corridor/"): row.owner.split("-")[0]
        for row in store.leases.rows()
        if row.name.startswith("corridor/") and row.left_s > 0 and row.owner
    }


def events_of(store: SqlStore) -> dict[str, list[Event]]:
    """All events by corridor, in the order of their numbers."""
    found: dict[str, list[Event]] = {name: [] for name in CORRIDORS}
    for stored in store.events_after(0, 100_000):
        found[stored.event.corridor].append(stored.event)
    return found


def frames_of(store: SqlStore) -> dict[str, list[tuple[float, bytes]]]:
    """All stored frames by corridor, as something that can be compared."""
    return {
        name: [
            (frame.time_s, frame.count.tobytes() + frame.speed.tobytes() + frame.occupancy.tobytes())
            for frame in store.frames(name)
        ]
        for name in CORRIDORS
    }


def embedded(
    folder: Path, setups: Sequence[CorridorSetup], patience_s: float = PATIENCE_S
) -> tuple[dict[str, list[Event]], dict[str, list[tuple[float, bytes]]]]:
    """Return the events and frames that a service without workers finds in the recordings."""
    store = SqlStore(str(folder / "embedded.db"))
    sources = [
        SourceSetup(RecordingSource(folder / setup.corridor.name, inf), (setup.corridor.name,), can_wait=True)
        for setup in setups
    ]
    log = web_log(StringIO())
    service = LiveService(
        setups, sources, store, DecidingSettings(), lambda events: None, FailureLog(folder / "failures"), log
    )
    service.start()
    wait_until(lambda: service.over, "the end of all recordings", patience_s)
    found = events_of(store), frames_of(store)
    service.stop()
    return found
