"""The live service at the size of a district: are frames late, when do subscribers get events, what does it take?

    python -m benchmarks.service_scale [--stations 4000] [--corridors 8] [--pace 20] [--subscribers 200] [--minutes 2]
    python -m benchmarks.service_scale --minutes 5      wanted: no frame late, p99 under 1 s, memory flat

`laneblock serve` runs as one process; this one makes traffic of four lanes and 30-s frames, pushes it over HTTP (one message per
corridor and frame), and holds the subscribers' streams, so both share the machine's cores. In every corridor a queue with a
blocked lane grows for ten minutes of data, again and again at another place: the default detector opens incidents.

A frame is late where it is stored later than one period (at this pace) after its last reading was sent, or never. The time from the
last reading to an event is measured at each subscriber, from before the message with the last reading is sent. CPU times are of the
service's process; on a machine with other work they say more than wall times.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from harness.service.corridors.corridor_counts import percentile
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import write_corridor

SERVE = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "serve")
PERIOD_S, LANES, SPACING_M = 30.0, 4, 600.0
INCIDENT_FRAMES, FREE_FRAMES = 20, 12
GROWS_M_PER_FRAME = 120.0
START_S = 120.0
"""Time for the service to start, s."""


class Traffic:
    """Frames of one corridor: free traffic, then a blocked lane with a queue, and so on."""

    def __init__(self, corridor: Corridor, seed: int) -> None:
        self.corridor, self._rng, self._k = corridor, np.random.default_rng(seed), 0
        self._shape = (len(corridor.stations), LANES)
        self._section = 0

    def frame(self) -> LoopFrame:
        """Return the next frame."""
        count = self._rng.poisson(9.0, self._shape).astype(np.float64)
        speed = self._rng.normal(28.0, 1.0, self._shape)
        phase = self._k % (INCIDENT_FRAMES + FREE_FRAMES) - FREE_FRAMES
        if phase == 0:
            self._section = int(self._rng.integers(5, self._shape[0] - 2))
        if phase >= 0:
            self._block(count, speed, phase)
        self._k += 1
        occupancy = np.minimum(count * 6.0 / np.maximum(speed, 0.5) / PERIOD_S, 1.0)
        return LoopFrame(self._k * PERIOD_S, count, np.where(count > 0, speed, np.nan), occupancy)

    def _block(self, count: Array, speed: Array, phase: int) -> None:
        head = self._section
        count[head + 1, 1] = 0.0
        queued = int(phase * GROWS_M_PER_FRAME / SPACING_M) + 1
        upstream = slice(max(0, head - queued + 1), head + 1)
        speed[upstream] = self._rng.normal(6.0, 1.0, speed[upstream].shape).clip(1.0)
        count[upstream] = self._rng.poisson(7.0, speed[upstream].shape)


class Subscribers:
    """Streams of events, each of which notes when events come."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.sent_s: dict[tuple[str, float], float] = {}
        self.after_s: list[float] = []
        self.events = self.lost = 0

    async def follow(self, client: httpx.AsyncClient) -> None:
        """Follow the stream until cancelled."""
        last: int | None = None
        async with client.stream("GET", f"{self._address}/api/events", params={"frames": "false"}) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message["type"] != "event":
                    continue
                now_s = time.perf_counter()
                self.events += 1
                self.lost += 0 if last is None else message["number"] - last - 1
                last = message["number"]
                sent_s = self.sent_s.get((message["corridor"], message["time_s"]))
                if sent_s is not None:
                    self.after_s.append(now_s - sent_s)


def main() -> None:
    """Run the service and the feeder, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_scale", description=__doc__.splitlines()[0])
    parser.add_argument("--stations", type=int, default=4000)
    parser.add_argument("--corridors", type=int, default=8)
    parser.add_argument("--pace", type=float, default=20.0)
    parser.add_argument("--subscribers", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=2.0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="laneblock-scale-"))
    try:
        asyncio.run(_measure(folder, given))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measure(folder: Path, given: argparse.Namespace) -> None:
    each = given.stations // given.corridors
    stations = tuple(Station(f"S{s}", SPACING_M * s, LANES) for s in range(each))
    traffic = [Traffic(Corridor(f"road-{k}", PERIOD_S, stations), k) for k in range(given.corridors)]
    port = _free_port()
    tables = [f"[web]\nport = {port}\n"]
    for road in traffic:
        (folder / road.corridor.name).mkdir()
        write_corridor(folder / road.corridor.name, road.corridor)
        tables.append(f'[[corridor]]\nfolder = "{road.corridor.name}"\nexercise = true\n')
    (folder / "site.toml").write_text("\n".join(tables), encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([*SERVE, str(folder / "site.toml")], stdout=log, stderr=log)
    try:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=httpx.Timeout(60.0, read=None), limits=limits) as client:
            await _ready(client, address, folder)
            subscribers = Subscribers(address)
            following = [asyncio.create_task(subscribers.follow(client)) for _ in range(given.subscribers)]
            try:
                memory = await _feed(client, address, traffic, subscribers, process.pid, given)
                status = (await client.get(f"{address}/api/status")).json()
                cpu_s = _cpu_s(process.pid)
            finally:
                for task in following:
                    task.cancel()
                ends = await asyncio.gather(*following, return_exceptions=True)
            gone = sum(not isinstance(end, asyncio.CancelledError) for end in ends)
    except httpx.HTTPError as error:
        words = (folder / "log.txt").read_text()[-3000:]
        raise SystemExit(f"the service was lost ({error!r}, exit code {process.poll()}): {words}") from None
    finally:
        process.terminate()
        process.wait(60)
    _tell(given, status, subscribers, memory, cpu_s, gone)
    _count(folder, traffic)


async def _ready(client: httpx.AsyncClient, address: str, folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if (await client.get(f"{address}/readyz")).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.2)
    raise SystemExit(f"the service did not start: {(folder / 'log.txt').read_text()[-2000:]}")


async def _feed(
    client: httpx.AsyncClient,
    address: str,
    traffic: list[Traffic],
    subscribers: Subscribers,
    pid: int,
    given: argparse.Namespace,
) -> list[float]:
    """Push frames at their pace; return the service's memory [MB] after each."""
    frames, memory, began_s, behind_s = int(given.minutes * 60 * given.pace / PERIOD_S), [], time.perf_counter(), 0.0
    for k in range(frames):
        made = await asyncio.to_thread(lambda: [(road.corridor, road.frame()) for road in traffic])
        bodies = [(c, f, write_message(frame_readings(c, f))) for c, f in made]
        wait_s = began_s + k * PERIOD_S / given.pace - time.perf_counter()
        behind_s = max(behind_s, -wait_s)
        await asyncio.sleep(max(0.0, wait_s))
        await asyncio.gather(*(_push(client, address, subscribers, *body) for body in bodies))
        memory.append(_memory_mb(pid))
    print(f"feeder: {frames} frames of {len(traffic)} corridors, at most {behind_s:.2f} s behind its pace", flush=True)
    await asyncio.sleep(3.0)
    return memory


async def _push(
    client: httpx.AsyncClient, address: str, subscribers: Subscribers, road: Corridor, frame: LoopFrame, body: bytes
) -> None:
    subscribers.sent_s[road.name, frame.time_s] = time.perf_counter()
    headers = {"Content-Type": "application/json"}
    while True:
        try:
            answer = await client.post(f"{address}/api/readings", content=body, headers=headers)
        except httpx.ReadError:  # the server has closed a connection that was idle: what comes twice changes nothing
            continue
        if answer.status_code == 202:
            return
        if answer.status_code not in (429, 503):
            raise SystemExit(f"the service answered {answer.status_code}: {answer.text[:500]}")
        await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))


def _tell(
    given: argparse.Namespace,
    status: dict[str, Any],
    subscribers: Subscribers,
    memory: list[float],
    cpu_s: float,
    gone: int,
) -> None:
    frames, late = status["frames_total"], subscribers.after_s
    shed, dropped = status["frames_shed_total"], status["late_readings_total"]
    quarter = memory[len(memory) // 4 :]
    for line in (
        f"{given.stations} stations x {LANES} lanes in {given.corridors} corridors at {given.pace:g} x, "
        f"{given.subscribers} subscribers ({gone} cut), load {os.getloadavg()[0]:.1f}",
        f"{frames} frames decided on, {shed} shed, {dropped} readings late",
        f"from the last reading to a stored frame: {status['reading_to_event_s']}; decided on in {status['processing_s']}",
        f"from the last reading to an event at a subscriber: p50 {percentile(late, 0.5)} s, p99 {percentile(late, 0.99)} s",
        f"{subscribers.events} events received, {subscribers.lost} missed",
        f"memory {quarter[0]:.0f} MB after a quarter, {memory[-1]:.0f} MB at the end",
        f"CPU {cpu_s:.0f} s, {1e3 * cpu_s / max(frames, 1):.0f} ms a frame of {given.stations // given.corridors} stations",
    ):
        print(line)


def _count(folder: Path, traffic: list[Traffic]) -> None:
    store = SqlStore(str(folder / "laneblock.db"))
    try:
        stored = {road.corridor.name: sum(1 for _ in store.frames(road.corridor.name)) for road in traffic}
        events = store.last_number()
    finally:
        store.close()
    print(
        f"stored: {sum(stored.values())} frames ({min(stored.values())} to {max(stored.values())} a corridor), {events} events"
    )


def _memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return float(line.split()[1]) / 1024
    return float("nan")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    main()
