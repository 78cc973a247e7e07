"""Around every request: checks, limits, headers, one line of log, metrics; and no traceback ever leaves the service."""

import json
import time
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import anyio
from fastapi import HTTPException
from h11 import LocalProtocolError
from sse_starlette.sse import SendTimeoutError
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.service.web.audit_book import AuditBook
from harness.service.web.request_access import SAFE_METHODS, refusal, who
from harness.service.web.web_log import Log
from harness.service.web.web_metrics import WebMetrics
from harness.service.web.web_settings import WebSettings
from scenarios.errors import MachineError

API = "/api/"
READINGS_PATH = "/api/readings"
CLIENT_GONE = 499
"""The status that is logged where a client went away, or its connection was closed, before it was answered (nginx's)."""
MOST_SMALL_BODY_BYTES = 64 << 10
"""Size of a body that holds no readings. Chosen: a note is 1,000 characters; 200 incidents acknowledged at once are 20 kB."""
HEADERS = {
    # Nothing from elsewhere, no script or style inside the page, no frame around it: a text that slips through runs nothing.
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class RequestGuard:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, settings: WebSettings, metrics: WebMetrics, log: Log, audit: AuditBook | None = None
    ) -> None:
        self._app, self._settings, self._metrics, self._log, self._audit = app, settings, metrics, log, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        started = time.monotonic()
        try:
            why = refusal(HTTPConnection(scope), self._settings, scope.get("method", "WEBSOCKET"))
            if why:
                await answer.refuse(403, why)
            elif _told_length(scope) > (limit := self._limit(scope)):
                await answer.refuse(413, f"wanted a body of {limit} bytes at most")
            else:
                await self._app(scope, _limited(receive, limit), self._audited(scope, answer))
        except SendTimeoutError:
            self._metrics.cut.inc()
        except (ClientDisconnect, _GoneError):
            answer.status = answer.status or CLIENT_GONE
        except Exception:
            self._log.exception("request failed", request=answer.request, path=scope["path"])
            await answer.refuse(500, f"the service failed; its log has it under request {answer.request}")
        finally:
            self._note(scope, answer, time.monotonic() - started)

    def _audited(self, scope: Scope, answer: "_Answer") -> Send:
        """Return what sends the answer; before one that tells of a change goes out, that is noted."""
        book, method = self._audit, scope.get("method", "GET")
        if book is None or method in SAFE_METHODS or not scope["path"].startswith(API):
            return answer.send

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                person = who(HTTPConnection(scope), self._settings)
                told = (person.name if person else "", method, scope["path"], message["status"], answer.request)
                try:
                    await anyio.to_thread.run_sync(book.note, *told, scope["path"] == READINGS_PATH)
                except MachineError as error:  # the change is stored already: it is answered, and the log tells of both
                    self._log.error("a change is not in the audit", request=answer.request, error=str(error))
            await answer.send(message)

        return send

    def _limit(self, scope: Scope) -> int:
        return self._settings.most_body_bytes if scope["path"] == READINGS_PATH else MOST_SMALL_BODY_BYTES

    def _note(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        # The route, not the path: paths are endless. Nor the query, which may hold what somebody pasted.
        route = getattr(scope.get("route"), "path", "none")
        method = scope.get("method", "WEBSOCKET")
        self._metrics.requests.labels(method if method in _METHODS else "other", route, str(answer.status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        person = who(HTTPConnection(scope), self._settings)
        self._log.info(
            "request",
            request=answer.request,
            method=method[:20],
            path=scope["path"][:200],
            status=answer.status,
            ms=round(1000 * seconds, 1),
            actor=person.name if person else None,
            client=(scope.get("client") or ("",))[0],
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "WEBSOCKET"})


class _GoneError(Exception):
    """Nobody is there to be answered."""


class _Answer:
    """What has been sent of an answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.request = uuid4().hex[:12]
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            self.status = message["status"]
            named = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in named]
            added.append((b"x-request-id", self.request.encode()))
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        elif message["type"] == "websocket.accept":
            self.status = 101
        try:
            await self._send(message)
        except LocalProtocolError as error:
            if message["type"] == "http.response.start":  # the server has refused the rest of the request, and closes
                self.status = CLIENT_GONE
                raise _GoneError from error
            raise

    async def refuse(self, status: int, why: str) -> None:
        """Send an error, unless an answer has begun."""
        if self.status:
            return
        if self._scope["type"] == "websocket":
            self.status = status
            await self._send({"type": "websocket.close", "code": 1008, "reason": why[:100]})
            return
        body = json.dumps({"detail": why}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _told_length(scope: Scope) -> int:
    value = HTTPConnection(scope).headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def limited() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b"")) if message["type"] == "http.request" else 0
        if taken > limit:
            raise HTTPException(413, f"wanted a body of {limit} bytes at most")
        return message

    return limited
