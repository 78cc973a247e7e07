"""The streams: server-sent events and WebSocket, the same messages (`stream_message.py`), resumed by number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, WebSocket
from sse_starlette import EventSourceResponse
from starlette.websockets import WebSocketDisconnect

from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import LARGEST_NUMBER
from harness.service.web.request_access import allowed_person, needs
from harness.service.web.stream_message import sse_chunks
from harness.service.web.web_context import WebContext

TRY_LATER = 1013
"""The WebSocket's code for a server that cannot take one more, or cuts one that takes nothing."""
NOT_ALLOWED = 1008
LAST = "go on after the event of this number; without it, from now on"
Wanted = Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER, description=LAST)]


def stream_routes(context: WebContext) -> APIRouter:
    """Return the routes of streams."""
    router = APIRouter(prefix="/api", tags=["events"])
    view = Depends(needs(context.settings, Role.VIEW))
    text: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}

    @router.get(
        "/events",
        dependencies=[view],
        response_class=EventSourceResponse,
        responses=problems(401, 403, 422, 503) | text,
    )
    async def stream_events(
        last_event_id: Wanted = None,
        frames: Annotated[bool, Query(description="with the latest speeds")] = True,
        header: Annotated[str | None, Header(alias="Last-Event-ID", description=LAST)] = None,
    ) -> EventSourceResponse:
        """Stream events as they happen; `id` is an event's number. The header counts more than the query."""
        if context.tail.is_full:
            raise HTTPException(503, "too many streams", {"Retry-After": "5"})
        after = _number(header) if header else last_event_id

        async def sent() -> AsyncIterator[bytes]:
            async with aclosing(context.tail.messages(after, frames)) as lots:
                async for lot in lots:
                    for chunk in sse_chunks(lot):
                        yield chunk

        return EventSourceResponse(sent(), send_timeout=context.settings.send_timeout_s)

    @router.websocket("/events/ws")
    async def stream_events_to_a_socket(
        socket: WebSocket,
        last_event_id: Wanted = None,
        frames: bool = True,
    ) -> None:
        try:
            allowed_person(socket, context.settings, Role.VIEW)
        except HTTPException as error:
            await socket.close(NOT_ALLOWED, str(error.detail)[:100])
            return
        await socket.accept()
        if context.tail.is_full:
            await socket.close(TRY_LATER, "too many streams")
            return
        sending = asyncio.ensure_future(_send(context, socket, last_event_id, frames))
        gone = asyncio.ensure_future(_until_gone(socket))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)

    return router


async def _send(context: WebContext, socket: WebSocket, after: int | None, frames: bool) -> None:
    async with aclosing(context.tail.messages(after, frames)) as lots:
        with suppress(WebSocketDisconnect):
            try:
                async for lot in lots:
                    for each in lot:
                        async with asyncio.timeout(context.settings.send_timeout_s):
                            await socket.send_text(each.text)
            except TimeoutError:
                context.metrics.cut.inc()
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await socket.close(TRY_LATER, "go on with last_event_id")


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()  # nothing is expected; it ends with the connection


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise HTTPException(422, "Last-Event-ID: wanted the number of an event")
    return int(text)
