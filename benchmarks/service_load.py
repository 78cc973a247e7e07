"""What the benchmarks of the live service share: made traffic, a service as a process of its own, readings pushed, its figures."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import write_corridor

SERVE = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "serve")
PERIOD_S, LANES, SPACING_M = 30.0, 4, 600.0
INCIDENT_FRAMES = 20
GROWS_M_PER_FRAME = 120.0
START_S = 120.0
"""Time for the service to start, s."""
HEADERS = {"Content-Type": "application/json"}


def made_corridors(count: int, stations: int) -> list[Corridor]:
    """Return corridors of `stations` stations each."""
    placed = tuple(Station(f"S{s}", SPACING_M * s, LANES) for s in range(stations))
    return [Corridor(f"road-{k}", PERIOD_S, placed) for k in range(count)]


class Traffic:
    """Frames of one corridor: `free_frames` of free traffic, then a blocked lane with a queue, and so on."""

    def __init__(self, corridor: Corridor, seed: int, free_frames: int = 12) -> None:
        self.corridor, self._rng, self._k = corridor, np.random.default_rng(seed), 0
        self._shape = (len(corridor.stations), LANES)
        self._free, self._section = free_frames, 0

    def frame(self) -> LoopFrame:
        """Return the next frame."""
        count = self._rng.poisson(9.0, self._shape).astype(np.float64)
        speed = self._rng.normal(28.0, 1.0, self._shape)
        phase = self._k % (INCIDENT_FRAMES + self._free) - self._free
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


class Served:
    """A running service: its address, its process, its folder."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.port, self._process = folder, port, process
        self.address = f"http://127.0.0.1:{port}"
        self.database = folder / "laneblock.db"

    @property
    def log(self) -> str:
        """The end of what it told."""
        return (self.folder / "log.txt").read_text()[-3000:]

    @property
    def cpu_s(self) -> float:
        """CPU time that it took so far, s."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """Memory that it holds now, MB."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    async def ready(self, client: httpx.AsyncClient) -> None:
        """Return when it takes readings."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                if (await client.get(f"{self.address}/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)
        raise SystemExit(f"the service did not start: {self.log}")

    async def push(self, client: httpx.AsyncClient, body: bytes) -> None:
        """Push a message until it is taken."""
        while True:
            try:
                answer = await client.post(f"{self.address}/api/readings", content=body, headers=HEADERS)
            except (
                httpx.ReadError
            ):  # the server has closed a connection that was idle: what comes twice changes nothing
                continue
            except httpx.HTTPError as error:
                raise SystemExit(f"the service was lost ({error!r}, {self._process.poll()}): {self.log}") from None
            if answer.status_code == 202:
                return
            if answer.status_code not in (429, 503):
                raise SystemExit(f"the service answered {answer.status_code}: {answer.text[:500]}")
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))


@contextmanager
def served(folder: Path, corridors: Sequence[Corridor], tables: str = "") -> Iterator[Served]:
    """Run `laneblock serve` on corridors; `tables` is more of its site file."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
    lines = [tables, f"[web]\nport = {port}\n"]
    for corridor in corridors:
        (folder / corridor.name).mkdir()
        write_corridor(folder / corridor.name, corridor)
        lines.append(f'[[corridor]]\nfolder = "{corridor.name}"\nexercise = true\n')
    (folder / "site.toml").write_text("\n".join(lines), encoding="utf-8")
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([*SERVE, str(folder / "site.toml")], stdout=log, stderr=log)
    try:
        yield Served(folder, port, process)
    finally:
        process.terminate()
        process.wait(60)
