"""The web server in a thread of its own: started, asked for its address, stopped."""

import socket
import threading

import uvicorn
from fastapi import FastAPI

from harness.service.web.event_tail import EventTail
from harness.service.web.web_settings import WebSettings
from scenarios.errors import MachineError, UserError

START_S, GRACE_S = 30.0, 3.0
"""Time for the server to start, and for requests to end when it stops. Chosen; streams are ended at once and resume elsewhere."""
MOST_WAITING = 2048
"""Connections that may wait to be accepted. Chosen: as many pages as come back at once after a restart."""


class PageServer:
    """Serves an application of `create_app` until it is stopped."""

    def __init__(self, app: FastAPI, settings: WebSettings) -> None:
        self._tail: EventTail = app.state.tail
        self._socket = _listening(settings)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whoever connects is who asks; a forwarded address could be anybody's word
            timeout_graceful_shutdown=int(GRACE_S),
            ws_max_size=64 << 10,
            lifespan="on",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def address(self) -> str:
        """The address of the page."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> None:
        """Start, and return when requests are answered. Raises MachineError."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_S / 0.02)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.02)
        raise MachineError(f"the web server at {self.address} did not start")

    def stop(self) -> None:
        """End all streams, let requests end, and return."""
        self._tail.end_soon()
        self._server.should_exit = True
        self._thread.join(START_S)
        self._socket.close()

    def _serve(self) -> None:
        self._server.run([self._socket])


def _listening(settings: WebSettings) -> socket.socket:
    """Return a socket that listens. Raises UserError for an address that cannot be had."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=MOST_WAITING)
    except OSError as error:
        raise UserError(
            f"host {settings.host}, port {settings.port}: cannot be listened on ({error.strerror or error}) "
            f"(is another service running there?)"
        ) from None
