"""The live service at the size of a district: are frames late, when do subscribers get events, what does it take?

    python -m benchmarks.service_scale [--stations 4000] [--corridors 8] [--pace 20] [--subscribers 200] [--minutes 2]
    python -m benchmarks.service_scale --minutes 5      wanted: no frame late, p99 under 1 s

`laneblock serve` runs as one process; this one pushes traffic of four lanes and 30-s frames over HTTP (one message per corridor
and frame, made before), and holds the subscribers' streams, so both share the machine's cores. In every corridor a queue with a
blocked lane grows for ten minutes of data, again and again at another place: the default detector opens incidents.

A frame is late where it is stored later than one period (at this pace) after its last reading was sent, or never. The time from the
last reading to an event is measured at each subscriber, from before the message with the last reading is sent. CPU times are of the
service's process after its start; on a machine with other work they say more than wall times.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.service_load import LANES, PERIOD_S, Served, Traffic, made_corridors, served
from benchmarks.service_streams import Subscribers
from harness.service.corridors.corridor_counts import percentile
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor

SETTLE_S = 3.0
"""Time after the last frame for what it brings to arrive, s."""
Sent = dict[tuple[str, float], float]
"""When the message with the last reading of a corridor's frame was sent, on the clock of the subscribers."""


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
        _measure(folder, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, given: argparse.Namespace) -> None:
    corridors = made_corridors(given.corridors, given.stations // given.corridors)
    frames = int(given.minutes * 60 * given.pace / PERIOD_S)
    for corridor, seed in zip(corridors, range(given.corridors), strict=True):
        traffic = Traffic(corridor, seed)
        for _ in range(frames):
            frame = traffic.frame()
            _file(folder, corridor, frame.time_s).write_bytes(write_message(frame_readings(corridor, frame)))
    with served(folder, corridors) as service:
        sent, subscribers = asyncio.run(_feed(service, corridors, frames, given))
    _tell_latency(folder, corridors, sent, subscribers)


def _file(folder: Path, corridor: Corridor, time_s: float) -> Path:
    return folder / f"{corridor.name}-{time_s:g}.json"


async def _feed(
    service: Served, corridors: list[Corridor], frames: int, given: argparse.Namespace
) -> tuple[Sent, Subscribers]:
    """Push frames at their pace; return when each was sent, and what subscribers saw."""
    subscribers, sent, memory, behind_s = Subscribers(service.port), Sent(), list[float](), 0.0

    async def push(corridor: Corridor, time_s: float) -> None:
        body = _file(service.folder, corridor, time_s).read_bytes()
        sent[corridor.name, time_s] = time.perf_counter()
        await service.push(client, body)

    async with httpx.AsyncClient(timeout=60.0, limits=httpx.Limits(max_connections=None)) as client:
        await service.ready(client)
        await subscribers.begin(given.subscribers)
        began_s, began_cpu_s = time.perf_counter(), service.cpu_s
        for k in range(1, frames + 1):
            wait_s = began_s + k * PERIOD_S / given.pace - time.perf_counter()
            behind_s = max(behind_s, -wait_s)
            await asyncio.sleep(max(0.0, wait_s))
            await asyncio.gather(*(push(corridor, k * PERIOD_S) for corridor in corridors))
            memory.append(service.memory_mb)
        await asyncio.sleep(SETTLE_S)
        cpu_s = service.cpu_s - began_cpu_s
        status = (await client.get(f"{service.address}/api/status")).json()
        cut = subscribers.cut
        subscribers.end()
    print(
        f"feeder: {frames} frames of {len(corridors)} corridors, at most {behind_s:.2f} s behind its pace", flush=True
    )
    _tell(given, status, memory, cpu_s, cut)
    return sent, subscribers


def _tell(given: argparse.Namespace, status: dict[str, Any], memory: list[float], cpu_s: float, cut: int) -> None:
    frames, each = status["frames_total"], given.stations // given.corridors
    for line in (
        f"{given.stations} stations x {LANES} lanes in {given.corridors} corridors at {given.pace:g} x, "
        f"{given.subscribers} subscribers ({cut} cut), load {os.getloadavg()[0]:.1f}",
        f"{frames} frames decided on, {status['frames_shed_total']} shed, {status['late_readings_total']} readings late",
        f"from the last reading to a stored frame: {_shown(status['reading_to_event_s'])}; "
        f"decided on in {_shown(status['processing_s'])}",
        f"memory {memory[len(memory) // 4]:.0f} MB after a quarter, {memory[-1]:.0f} MB at the end",
        f"CPU {cpu_s:.0f} s, {1e3 * cpu_s / max(frames, 1):.0f} ms a frame of {each} stations",
    ):
        print(line)


def _shown(percentiles: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {'-' if value is None else f'{value:.2f} s'}" for name, value in percentiles.items())


def _tell_latency(folder: Path, corridors: list[Corridor], sent: Sent, subscribers: Subscribers) -> None:
    store = SqlStore(str(folder / "laneblock.db"))
    try:
        stored = {each.number: (each.event.corridor, each.event.time_s) for each in store.events_after(0, 1_000_000)}
        frames = [sum(1 for _ in store.frames(corridor.name)) for corridor in corridors]
    finally:
        store.close()
    after_s = [
        now_s - sent[stored[number]]
        for number, times in subscribers.arrived.items()
        if stored.get(number) in sent
        for now_s in times
    ]
    shown = {name: percentile(after_s, share) for name, share in (("p50", 0.5), ("p99", 0.99), ("slowest", 1.0))}
    print(f"from the last reading to an event at a subscriber: {_shown(shown)}")
    print(f"{sum(map(len, subscribers.arrived.values()))} events received, {subscribers.missed} missed")
    print(f"stored: {sum(frames)} frames ({min(frames)} to {max(frames)} a corridor), {len(stored)} events")


if __name__ == "__main__":
    main()
