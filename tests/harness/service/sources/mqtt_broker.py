"""The Mosquitto that tests talk to, and one of their own that they may end."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HOST, PORT = "127.0.0.1", 1883


def answers(port: int) -> bool:
    """Whether something listens there."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1.0):
        return True
    return False


needs_broker = pytest.mark.skipif(not answers(PORT), reason=f"no MQTT broker on {HOST}:{PORT}")
needs_mosquitto = pytest.mark.skipif(shutil.which("mosquitto") is None, reason="the program mosquitto is not installed")


def own_topic(test: str) -> str:
    """A topic that no other session of tests uses."""
    return f"laneblock-tests/{os.getpid()}/{test}"


class OwnBroker:
    """A Mosquitto on a port of its own; it may be ended and started again."""

    def __init__(self, folder: Path, lines: str = "allow_anonymous true") -> None:
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} {HOST}\n{lines}\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [shutil.which("mosquitto") or "mosquitto", "-c", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_s = time.monotonic() + 10
        while not answers(self.port):
            assert time.monotonic() < until_s, "mosquitto does not start"
            time.sleep(0.02)

    def end(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def own_broker(folder: Path, lines: str = "allow_anonymous true") -> Iterator[OwnBroker]:
    """A broker that ends with the test."""
    broker = OwnBroker(folder, lines)
    broker.start()
    try:
        yield broker
    finally:
        broker.end()
