"""The live service killed at random instants of a drill: does its table of events equal that of a service that was not?

    python -m benchmarks.service_kills [N] [--seed S] [--mode recording|push|sumo] [--scenario NAME | --recording FOLDER] [--pace P]
    python -m benchmarks.service_kills 50                    wanted: equal tables, 0 incidents lost, 0 twice
    python -m benchmarks.service_kills 50 --mode push        readings pushed over HTTP, again where no answer came

`laneblock serve` runs with one corridor on a SQLite file, and is killed with SIGKILL at N instants drawn with the seed, some of
them while it starts, each time at once started again; then it runs to the end of the data. Mode `recording` plays a recording
of the scenario, which SUMO makes first, or the one given; `push` has a feeder that pushes its frames; `sumo` plays the scenario
itself, which is simulated again from its beginning after each kill.

Compared are events (number, key, corridor, time, kind, incident, actor, note, data) and incidents, all but wall times, and
stored frames. Events of silence on the wall's clock are left out and counted. Exit code 1 where anything differs.
"""

import argparse
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from typing import Any

import httpx

from harness.service.incidents.incident_event import EventKind
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from harness.service.sources.sumo_source import SumoSource
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording, write_recording

SERVE = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "serve")
WALL = (EventKind.SOURCE_SILENT, EventKind.SOURCE_BACK)
"""Kinds of event that the wall's clock decides."""
PATIENCE_S = 900.0
"""Time without progress after which the benchmark gives up, s."""


def main() -> None:
    """Run both services, print each kill and what differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_kills", description=__doc__.splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=50, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("recording", "push", "sumo"), default="recording")
    parser.add_argument("--scenario", default="sr91-drill")
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--pace", type=float, default=60.0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="laneblock-kills-"))
    try:
        raise SystemExit(_compare(folder, given))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compare(folder: Path, given: argparse.Namespace) -> int:
    if given.recording is None:
        corridor, frames = _recorded(given.scenario, folder)
    else:
        corridor, frames = _copied(given.recording, folder)
    started, tables = time.monotonic(), []
    for name, kills in (("whole", 0), ("killed", given.kills)):
        where = folder / name
        where.mkdir()
        port = _free_port()
        _write_site(where, folder, port, given)
        killer = _Killer(where, port, frames[-1].time_s, corridor.name)
        with _pushed(given.mode == "push", corridor, frames, port):
            killer.run(random.Random(given.seed), kills, len(frames) * corridor.period_s / given.pace)
        tables.append(_tables(where / "laneblock.db", corridor.name))
    differ = _differences(tables[0], tables[1])
    events, incidents, stored, left_out = (tables[1][name] for name in ("events", "incidents", "frames", "left_out"))
    twice = sum(count - 1 for count in Counter(event["key"] for event in events).values())
    lost = {one["id"] for one in tables[0]["incidents"]} - {one["id"] for one in incidents}
    for line in (
        f"{given.mode}, {given.recording or given.scenario}, {len(frames)} frames, {given.kills} kills, seed {given.seed}",
        f"{len(events)} events, {len(incidents)} incidents, {len(stored)} frames stored; {left_out} events of silence left out",
        f"{len(lost)} incidents lost, {twice} events twice, {len(differ)} differences; {time.monotonic() - started:.0f} s",
    ):
        print(line)
    for line in differ[:20]:
        print(f"    {line}")
    return int(bool(differ))


def _recorded(scenario: str, folder: Path) -> tuple[Corridor, tuple[LoopFrame, ...]]:
    """Return the frames of a scenario, and write them as a recording."""
    source = SumoSource(scenario, inf)
    (corridor,) = source.corridors
    from harness.service.assembling.assembler import Assembler

    assembler, frames = Assembler(corridor), []
    for batch in source.batches(None):
        frames += assembler.add(batch.readings).frames
    frames += assembler.finish().frames
    write_recording(folder / "recording", Recording(corridor, tuple(frames), None))
    return corridor, read_recording(folder / "recording").frames


def _copied(recording: Path, folder: Path) -> tuple[Corridor, tuple[LoopFrame, ...]]:
    found = read_recording(recording)
    write_recording(folder / "recording", Recording(found.corridor, found.frames, None))
    return found.corridor, found.frames


def _write_site(where: Path, folder: Path, port: int, given: argparse.Namespace) -> None:
    source = {
        "recording": f'[[source]]\nkind = "recording"\nfolder = "{folder / "recording"}"\npace = {given.pace}\n',
        "sumo": f'[[source]]\nkind = "sumo"\nscenario = "{given.scenario}"\npace = {given.pace}\n',
        "push": f'[[corridor]]\nfolder = "{folder / "recording"}"\nexercise = true\n',
    }[given.mode]
    (where / "site.toml").write_text(
        f"[web]\nport = {port}\n[deciding]\ncheckpoint_frames = 7\n{source}", encoding="utf-8"
    )


class _Killer:
    """Runs the service of one folder, kills it, and runs it to its end."""

    def __init__(self, where: Path, port: int, last_s: float, corridor: str) -> None:
        self._where, self._address, self._last_s, self._corridor = where, f"http://127.0.0.1:{port}", last_s, corridor

    def run(self, rng: random.Random, kills: int, length_s: float) -> None:
        """Kill the service so many times, each after a time drawn from its start or from its first frame on."""
        for number in range(kills):
            with self._served() as process:
                if rng.random() < 0.25:
                    after_s, what = rng.uniform(0.0, 3.0), "its start"
                else:
                    self._wait_for_a_frame(process)
                    after_s, what = rng.uniform(0.0, 1.6 * length_s / kills), "its first frame"
                with suppress(subprocess.TimeoutExpired):
                    process.wait(after_s)
                process.send_signal(signal.SIGKILL)
                process.wait()
            print(f"{number + 1:3d} killed {after_s:.2f} s after {what}", flush=True)
        with self._served() as process:
            self._wait(process, lambda last_s: last_s == self._last_s)
            process.send_signal(signal.SIGTERM)
            if process.wait(60) != 0:
                raise SystemExit(
                    f"the service ended with {process.returncode}: {(self._where / 'log.txt').read_text()[-2000:]}"
                )

    @contextmanager
    def _served(self) -> Iterator["subprocess.Popen[bytes]"]:
        with (self._where / "log.txt").open("ab") as log:
            process = subprocess.Popen([*SERVE, str(self._where / "site.toml")], stdout=log, stderr=log)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def _wait_for_a_frame(self, process: "subprocess.Popen[bytes]") -> None:
        before: list[float | None] = []

        def moved(last_s: float | None) -> bool:
            before.append(last_s)
            return (last_s is not None and last_s != before[0]) or last_s == self._last_s

        self._wait(process, moved)

    def _wait(self, process: "subprocess.Popen[bytes]", done: Any) -> None:
        """Wait until `done` is true of the end of the last frame."""
        deadline, seen = time.monotonic() + PATIENCE_S, None
        with httpx.Client(base_url=self._address, timeout=10.0) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise SystemExit(f"the service ended: {(self._where / 'log.txt').read_text()[-2000:]}")
                with suppress(httpx.HTTPError, ValueError, KeyError):
                    last_s = client.get("/api/status").json()["corridors"][self._corridor]["last_frame_s"]
                    if last_s != seen:
                        seen, deadline = last_s, time.monotonic() + PATIENCE_S
                    if done(last_s):
                        return
                time.sleep(0.05)
        raise SystemExit(f"no progress in {PATIENCE_S:g} s: {(self._where / 'log.txt').read_text()[-2000:]}")


@contextmanager
def _pushed(pushing: bool, corridor: Corridor, frames: Sequence[LoopFrame], port: int) -> Iterator[None]:
    """Push frames in the background, each again until it is answered."""
    stop = threading.Event()

    def push() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10.0) as client:
            for frame in frames:
                body = write_message(frame_readings(corridor, frame))
                while not stop.is_set():
                    with suppress(httpx.HTTPError):
                        answer = client.post(
                            "/api/readings", content=body, headers={"Content-Type": "application/json"}
                        )
                        if answer.status_code == 202:
                            break
                    stop.wait(0.05)
                stop.wait(0.1)

    thread = threading.Thread(target=push, daemon=True)
    if pushing:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if pushing:
            thread.join()


def _tables(database: Path, corridor: str) -> dict[str, Any]:
    """Return events, incidents and frames of a store, without wall times."""
    store = SqlStore(str(database))
    try:
        stored = store.events_after(0, 1_000_000)
        events = [
            {
                "key": e.key,
                "time_s": e.time_s,
                "kind": e.kind,
                "incident": e.incident,
                "actor": e.actor,
                "note": e.note,
                "data": e.data,
            }
            for e in (each.event for each in stored)
            if e.kind not in WALL
        ]
        incidents = sorted(
            ({"id": each.id, "is": repr(each)} for each in store.incidents(limit=1_000_000)),
            key=lambda each: each["id"],
        )
        frames = [
            (f.time_s, f.count.tobytes(), f.speed.tobytes(), f.occupancy.tobytes()) for f in store.frames(corridor)
        ]
    finally:
        store.close()
    return {"events": events, "incidents": incidents, "frames": frames, "left_out": len(stored) - len(events)}


def _differences(whole: dict[str, Any], killed: dict[str, Any]) -> list[str]:
    found = []
    for name in ("events", "incidents", "frames"):
        one, other = whole[name], killed[name]
        if len(one) != len(other):
            found.append(f"{name}: {len(one)} uninterrupted, {len(other)} killed")
        for a, b in zip(one, other, strict=False):
            if a != b:
                found.append(f"{name}: {str(a)[:300]} | {str(b)[:300]}")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    main()
