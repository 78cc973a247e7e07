"""A running `laneblock serve` that watches a road, to be fed well and asked wrongly, and what its store must hold in the end."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import httpx

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.incident_values import as_json
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.incidents.life_cycle import apply
from harness.service.site.service_file import read_service_file
from harness.service.store.sql_store import SqlStore
from harness.service.web.access_tokens import Role, new_token, token_entry
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.recording_folder import read_recording

RECORDING = Path(__file__).parents[1] / "golden" / "smoke-incident-2"
FIRST_S = 1774745100.0
"""End of the first frame, s: 00:45 UTC on the Sunday in March on which Berlin's clocks leave out an hour from 01:00 on."""
ZONE = "Europe/Berlin"
GOOD, TORN = "good road", "torn"
PATIENCE_S = 120.0
"""Longest wait for the service. Chosen: far more than it takes on a busy machine."""
WALL = (EventKind.SOURCE_SILENT, EventKind.SOURCE_BACK)
"""Kinds of event that the wall's clock decides."""
_COMMAND = (sys.executable, "-c", "from harness.cli import main; main()", "serve")


def good_frames() -> list[LoopFrame]:
    """Return the frames of the good stream; there is an incident in them."""
    frames = read_recording(RECORDING).frames
    return [replace(frame, time_s=FIRST_S + frame.time_s - frames[0].time_s) for frame in frames]


class ServedRoad:
    """A service in `folder`, in a process of its own: its road under two names, with tokens.

    `mqtt`: the address of a topic whose readings it takes too, or empty.
    """

    def __init__(self, folder: Path, mqtt: str) -> None:
        self._folder = folder
        self.tokens: dict[Role, str] = {}
        (folder / "road").mkdir()
        write_corridor(folder / "road", read_recording(RECORDING).corridor)
        entries = []
        for role in (Role.FEED, Role.OPERATE):
            self.tokens[role], kept = new_token(f"the {role}er", role)
            entries.append(token_entry(kept))
        (folder / "tokens.toml").write_text("".join(entries), encoding="utf-8")
        source = f'[[source]]\nkind = "mqtt"\nname = "broker"\naddress = "{mqtt}"\n' if mqtt else ""
        (folder / "site.toml").write_text(
            f'[web]\nport = 0\ntokens = "tokens.toml"\n[deciding]\ncheckpoint_frames = 5\n'
            f'[[corridor]]\nname = "{GOOD}"\nfolder = "road"\ntime_zone = "{ZONE}"\nexercise = true\n'
            f'[[corridor]]\nname = "{TORN}"\nfolder = "road"\ndetectors = ["silent"]\n{source}',
            encoding="utf-8",
        )
        described, mistakes = read_service_file(folder / "site.toml")
        assert described is not None, mistakes
        self.setup: CorridorSetup = described.corridors[0]
        self.port = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it; at the end it is told to end, and must do so by itself."""
        with (self._folder / "out").open("wb") as out, (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen([*_COMMAND, str(self._folder / "site.toml")], stdout=out, stderr=log)
            try:
                wait_until(self._started, "the service does not start")
                yield
                self._process.terminate()
                assert self._process.wait(PATIENCE_S) == 0, self.log[-2000:]
            finally:
                self._process.kill()
                self._process.wait()

    def ask(self, path: str, **headers: str) -> httpx.Response:
        """Ask as an operator does."""
        token = {"Authorization": f"Bearer {self.tokens[Role.OPERATE]}"}
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers={**token, **headers}, timeout=PATIENCE_S)

    @property
    def log(self) -> str:
        """All lines of its log."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def peak_mb(self) -> float:
        """The most memory that it has had, MB; 0 where the system does not tell."""
        with suppress(OSError):
            for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1000
        return 0.0

    @property
    def stored(self) -> SqlStore:
        """Its store, to be closed."""
        return SqlStore(str(self._folder / "laneblock.db"))

    def _started(self) -> bool:
        assert self._process.poll() is None, self.log[-2000:]
        text = (self._folder / "out").read_text()
        if not text.endswith("\n"):
            return False
        self.port = int(text.partition("http://127.0.0.1:")[2].split()[0])
        return True


def expected_events(setup: CorridorSetup, frames: list[LoopFrame]) -> list[Event]:
    """Return the events of a corridor in whose frames nothing is wrong."""
    watch = IncidentWatch(setup.corridor, setup.incidents, setup.guidance)
    engine = DetectingEngine(setup.corridor, setup.detectors, watch, lambda *_: "")
    return [event for frame in frames for event in engine.step(frame)]


def expected_incident(events: list[Event]) -> Incident:
    """Return the incident that events make."""
    found = reduce(apply, events, None)
    assert found is not None
    return found


def stored_events(store: SqlStore, corridor: str) -> list[str]:
    """Return the events of a corridor that frames brought, as texts."""
    found = [each.event for each in store.events_after(0, 1_000_000)]
    return [
        as_text(each) for each in found if each.corridor == corridor and each.actor == SERVICE and each.kind not in WALL
    ]


def as_text(event: Event) -> str:
    """Return all of an event that its frames decide."""
    content: dict[str, Any] = {"data": as_json(event.data), "note": event.note}
    return f"{event.key} {event.kind.value} {event.time_s!r} {json.dumps(content, sort_keys=True)}"


def wait_until(true: Callable[[], bool], why: str) -> None:
    """Wait until something is true. Raises TimeoutError after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(why)
        time.sleep(0.02)
