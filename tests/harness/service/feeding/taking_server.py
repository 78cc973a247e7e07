"""A small HTTP server that takes readings as the service does, after a script of other answers."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import parse_message


class TakingServer:
    """Keeps what it took; `script` holds answers (status, headers) given before it takes anything more."""

    def __init__(self, port: int = 0) -> None:
        self.script: list[tuple[int, dict[str, str]]] = []
        self.taken: list[ReadingBatch] = []
        self.tokens: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.tokens.add(self.headers.get("Authorization", ""))
                if self.path != "/api/readings":
                    self._answer(404, {"detail": "not here"}, {})
                elif outer.script:
                    status, headers = outer.script.pop(0)
                    self._answer(status, {"detail": f"answer {status}"}, headers)
                else:
                    message = parse_message(body)
                    outer.taken += message.batches
                    accepted = sum(len(batch.readings) for batch in message.batches)
                    refused = {"refused": message.refused, "refused_count": message.refused_count}
                    self._answer(202, {"detail": "", "accepted": accepted, **refused}, {})

            def _answer(self, status: int, content: dict[str, object], headers: dict[str, str]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def end(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextlib.contextmanager
def taking_server(port: int = 0) -> Iterator[TakingServer]:
    """A server that ends with the test."""
    server = TakingServer(port)
    try:
        yield server
    finally:
        server.end()
