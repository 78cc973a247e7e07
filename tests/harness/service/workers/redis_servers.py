"""A Redis for tests: the one of the development machine with a prefix of their own, or one that a test may stop."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from harness.service.workers.redis_link import RedisLink

SERVER = os.environ.get("LANEBLOCK_TEST_REDIS", "redis://127.0.0.1:6379/0")
_prefixes = count()


@contextmanager
def redis_url() -> Iterator[str]:
    """Yield a URL with a prefix of its own on the server; its keys go after the block. Skip the test where there is no server."""
    prefix = f"laneblock-test-{os.getpid()}-{next(_prefixes)}"
    client = Redis.from_url(SERVER)
    try:
        client.ping()
    except (RedisError, OSError) as error:
        pytest.skip(f"no Redis server: {error}")
    try:
        yield f"{SERVER}?prefix={prefix}"
    finally:
        for key in client.scan_iter(f"{prefix}:*"):
            client.delete(key)
        client.close()


@contextmanager
def opened_link(url: str) -> Iterator[RedisLink]:
    """Yield a link that is closed after the block."""
    link = RedisLink(url)
    try:
        yield link
    finally:
        link.close()


class OwnRedis:
    """A Redis that can be stopped and started; it keeps what it holds in `folder` where `keeps`."""

    def __init__(self, folder: Path, keeps: bool = True) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.folder, self.keeps = folder, keeps
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("no redis-server on this machine")
        line = [program, "--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        line += ["--appendonly", "yes" if self.keeps else "no", "--logfile", str(self.folder / "redis.log")]
        self._process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client, until_s = Redis.from_url(self.url), time.monotonic() + 30.0
        while True:
            try:
                client.ping()
                break
            except (RedisError, OSError):
                assert time.monotonic() < until_s, (self.folder / "redis.log").read_text()
                time.sleep(0.05)
        client.close()

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
