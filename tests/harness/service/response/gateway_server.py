"""An HTTP gateway on this machine that fails, hangs and answers late, and remembers what it took."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any


class Gateway:
    """What came; `took` is what a receiver has that honours keys, `calls` every request with its headers and body.

    `reads`: makes of a body what is kept.
    """

    def __init__(
        self,
        fails: float = 0.0,
        hangs: float = 0.0,
        late: float = 0.0,
        status: int = 202,
        reads: Callable[[bytes], Any] = json.loads,
    ) -> None:
        self.reads, self.says = reads, b"no"
        self.fails, self.hangs, self.late, self.status = fails, hangs, late, status
        self.took: dict[str, Any] = {}
        self.calls: list[tuple[Mapping[str, str], bytes]] = []
        self.twice = 0
        self.address = ""
        self.over = threading.Event()
        self._rng, self._lock = Random(7), threading.Lock()

    def answer(self, headers: Mapping[str, str], body: bytes) -> int | None:
        """Take a request or not; return the status, None for no answer."""
        with self._lock:
            self.calls.append((headers, body))
            luck = self._rng.random()
            if luck < self.fails:
                return 503
            if luck < self.fails + self.hangs:
                return None
            key = headers["Idempotency-Key"]
            self.twice += key in self.took
            self.took.setdefault(key, self.reads(body))
            return None if luck < self.fails + self.hangs + self.late else self.status


@contextmanager
def serving(gateway: Gateway) -> Iterator[Gateway]:
    """Serve a gateway; its `address` is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = gateway.answer(dict(self.headers.items()), body)
            if status is None:
                gateway.over.wait(30)
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(gateway.says)))
            self.end_headers()
            self.wfile.write(gateway.says)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    gateway.address = f"http://127.0.0.1:{server.server_port}/send"
    try:
        yield gateway
    finally:
        gateway.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
