"""A simulated week of the live service, as fast as it takes it: do its memory and its files stay as they are?

    python -m benchmarks.service_week [--days 7] [--stations 16] [--subscribers 5]      wanted: memory and files flat

`laneblock serve` runs as one process and watches one corridor of four lanes with 30-s frames. AT_ONCE frames are pushed over HTTP
when the last ones were acknowledged and FEW wait, subscribers follow events and speeds, and a person resolves the incidents of each
hour. There is one incident every two hours. Frames are kept for a day, then thinned to every tenth: both happen within the week.

It prints, for each day of data: memory, the SQLite file and its WAL, what is in them, CPU time a frame; at the end the slope of the
memory over the days after the first, and of what a frame takes.
"""

import argparse
import asyncio
import os
import shutil
import sqlite3
import tempfile
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.service_load import INCIDENT_FRAMES, LANES, PERIOD_S, Served, Traffic, made_corridors, served
from benchmarks.service_streams import Subscribers
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import write_message

DAY_FRAMES, HOUR_FRAMES = int(86400 / PERIOD_S), int(3600 / PERIOD_S)
FREE_FRAMES = 2 * HOUR_FRAMES - INCIDENT_FRAMES
KEEP_DAYS = 1
AT_ONCE = 4
"""Frames in one message. Chosen: one each would be half of the time that the week takes."""
LOOK_FRAMES, FEW = 20, 10
"""Frames between two looks at what waits, and how many may wait then: none is ever shed."""
TABLES = f"[store]\nkeep_days = {KEEP_DAYS}\n"
COLUMNS = "day   memory     CPU/frame   file      WAL      frames   journal   events   incidents   open   received"


def main() -> None:
    """Play a week into the service, and print what it takes day by day."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_week", description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--stations", type=int, default=16)
    parser.add_argument("--subscribers", type=int, default=5)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="laneblock-week-"))
    try:
        (corridor,) = corridors = made_corridors(1, given.stations)
        with served(folder, corridors, TABLES) as service:
            asyncio.run(_play(service, Traffic(corridor, 0, FREE_FRAMES), given))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _play(service: Served, traffic: Traffic, given: argparse.Namespace) -> None:
    subscribers, memory, spent = Subscribers(service.port, "frames=true"), list[float](), list[float]()
    async with httpx.AsyncClient(timeout=60.0) as client:
        await service.ready(client)
        await subscribers.begin(given.subscribers)
        print(f"{given.stations} stations x {LANES} lanes, {given.subscribers} subscribers, {given.days} days")
        print(f"{COLUMNS}\n  0   {service.memory_mb:.1f} MB", flush=True)
        cpu_s = service.cpu_s
        for k in range(AT_ONCE, given.days * DAY_FRAMES + 1, AT_ONCE):
            batches = [frame_readings(traffic.corridor, traffic.frame()) for _ in range(AT_ONCE)]
            readings = tuple(chain.from_iterable(batch.readings for batch in batches))
            await service.push(client, write_message(ReadingBatch(traffic.corridor.name, readings)))
            if k % LOOK_FRAMES == 0:
                await _until_few_wait(client, service)
            if k % HOUR_FRAMES == 0:
                await _resolve(client, service)
            if k % DAY_FRAMES == 0:
                memory.append(service.memory_mb)
                spent.append(1e3 * (service.cpu_s - cpu_s) / DAY_FRAMES)
                cpu_s = service.cpu_s
                print(_line(service, k // DAY_FRAMES, memory[-1], spent[-1], subscribers), flush=True)
        status = (await client.get(f"{service.address}/api/status")).json()
        cut = subscribers.cut
        subscribers.end()
    days = np.arange(1, given.days + 1)
    if given.days > 2:  # in the first day windows fill, and caches
        slopes = [np.polyfit(days[1:], each[1:], 1)[0] for each in (memory, spent)]
        print(f"slope after the first day: memory {slopes[0]:+.2f} MB, CPU {slopes[1]:+.3f} ms a frame, per day")
    print(
        f"{status['frames_total']} frames decided on, {status['frames_shed_total']} shed, "
        f"{subscribers.missed} events missed, {cut} streams cut, load {os.getloadavg()[0]:.1f}"
    )


async def _until_few_wait(client: httpx.AsyncClient, service: Served) -> None:
    while (await client.get(f"{service.address}/api/status")).json()["waiting_frames"] > FEW:
        await asyncio.sleep(0.01)


async def _resolve(client: httpx.AsyncClient, service: Served) -> None:
    """Resolve what is open, as a person does; an incident that changed meanwhile is left for the next hour."""
    listed = (await client.get(f"{service.address}/api/incidents", params={"open": "true"})).json()
    for each in listed["incidents"]:
        change: dict[str, Any] = {"version": each["version"], "by": "benchmark"}
        answer = await client.post(f"{service.address}/api/incidents/{each['id']}/resolve", json=change)
        if answer.status_code not in (200, 409):
            raise SystemExit(f"the service answered {answer.status_code}: {answer.text[:500]}")


def _line(service: Served, day: int, memory_mb: float, cpu_ms: float, subscribers: Subscribers) -> str:
    database = sqlite3.connect(f"file:{service.database}?mode=ro", uri=True)
    try:
        rows = [
            database.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            for what in ("frames", "journal", "events", "incidents", "incidents WHERE is_open")
        ]
    finally:
        database.close()
    sizes = [Path(f"{service.database}{end}").stat().st_size / 1e6 for end in ("", "-wal")]
    received = sum(map(len, subscribers.arrived.values()))
    return (
        f"{day:3}   {memory_mb:.1f} MB   {cpu_ms:5.1f} ms   {sizes[0]:5.1f} MB   {sizes[1]:4.1f} MB   {rows[0]:6}   "
        f"{rows[1]:7}   {rows[2]:6}   {rows[3]:9}   {rows[4]:4}   {received:8}"
    )


if __name__ == "__main__":
    main()
