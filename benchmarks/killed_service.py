"""`laneblock serve` on one site file: killed with SIGKILL at random instants, each time started again, then run to its end."""

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

SERVE = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "serve")
PATIENCE_S = 900.0
"""Time without progress after which the benchmark gives up, s."""
AT_START = 0.25
"""Share of the kills that fall into the first START_S of a process, when it may not have begun. Chosen."""
START_S = 3.0
LOOKS_S = 4.0
"""Time after the last frame in which timers fire, s: some looks of `response_service.LOOK_EVERY_S`."""


class KilledService:
    """The service of `where/site.toml`, which listens on `port`, until the frame of `corridor` that ends at `last_s`."""

    def __init__(self, where: Path, port: int, last_s: float, corridor: str) -> None:
        self._where, self.address, self._last_s, self._corridor = where, f"http://127.0.0.1:{port}", last_s, corridor

    def run(self, rng: random.Random, kills: int, length_s: float) -> None:
        """Kill the service so many times in the `length_s` that it plays, each after a time from its start or its first frame."""
        for number in range(kills):
            with self._served() as process:
                if rng.random() < AT_START:
                    after_s, what = rng.uniform(0.0, START_S), "its start"
                else:
                    self._wait_for_a_frame(process)
                    after_s, what = rng.uniform(0.0, 1.6 * length_s / kills), "its first frame"
                with suppress(subprocess.TimeoutExpired):
                    process.wait(after_s)
                process.send_signal(signal.SIGKILL)
                process.wait()
            print(f"{number + 1:3d} killed {after_s:.2f} s after {what}", flush=True)
        with self._served() as process:
            self._wait(process, self._last_frame, lambda last_s: last_s == self._last_s)
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOKS_S)
            self._wait(process, self._messages_in_work, lambda waiting: waiting == 0)
            process.send_signal(signal.SIGTERM)
            if process.wait(60) != 0:
                raise SystemExit(f"the service ended with {process.returncode}: {self._last_words()}")

    def _last_words(self) -> str:
        return (self._where / "log.txt").read_text(encoding="utf-8")[-2000:]

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

        self._wait(process, self._last_frame, moved)

    def _last_frame(self, client: httpx.Client) -> Any:
        return client.get("/api/status").json()["corridors"][self._corridor]["last_frame_s"]

    def _messages_in_work(self, client: httpx.Client) -> int:
        channels = client.get("/api/response").json()["channels"]
        return sum(channel["messages"].get("waiting", 0) for channel in channels.values())

    def _wait(
        self, process: "subprocess.Popen[bytes]", look: Callable[[httpx.Client], Any], done: Callable[[Any], bool]
    ) -> None:
        """Look until `done` is true of what is seen; end the benchmark where the service ends, or nothing changes for long."""
        deadline, seen = time.monotonic() + PATIENCE_S, None
        with httpx.Client(base_url=self.address, timeout=10.0) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise SystemExit(f"the service ended: {self._last_words()}")
                with suppress(httpx.HTTPError, ValueError, KeyError):
                    found = look(client)
                    if found != seen:
                        seen, deadline = found, time.monotonic() + PATIENCE_S
                    if done(found):
                        return
                time.sleep(0.05)
        raise SystemExit(f"no progress in {PATIENCE_S:g} s: {self._last_words()}")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
