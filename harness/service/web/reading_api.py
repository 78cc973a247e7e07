"""POST /api/readings: readings in, with an answer that says what became of each."""

from collections.abc import Mapping
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers

from harness.service.sources.push_receipt import PushReceipt
from harness.service.sources.reading_message import MOST_TOLD, ReadingMessage, parse_message
from harness.service.sources.reading_schema import json_schema
from harness.service.sources.stamps import StampReader
from harness.service.web.access_tokens import Person, Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import ReadingAnswer
from harness.service.web.request_access import needs
from harness.service.web.request_body import media_type, unpacked
from harness.service.web.web_context import WebContext
from scenarios.errors import UserError

JSON, NDJSON = "application/json", "application/x-ndjson"


def reading_routes(context: WebContext) -> APIRouter:
    """Return the route of pushed readings."""
    router = APIRouter(prefix="/api", tags=["readings"])
    feed = needs(context.settings, Role.FEED)
    clocks = {name: StampReader(zone) for name, zone in context.settings.zones.items()}

    @router.post(
        "/readings",
        status_code=202,
        response_model=ReadingAnswer,
        summary="Push readings",
        responses=problems(401, 403, 413, 415, 429, 503)
        | {400: {"model": ReadingAnswer, "description": "Nothing taken"}},
        openapi_extra={"requestBody": _described_body()},
    )
    async def push_readings(request: Request, person: Annotated[Person, Depends(feed)]) -> JSONResponse:
        """Take a JSON message of one corridor, or NDJSON with a reading a line; gzip is understood.

        What is accepted is safe against a crash. Readings that come twice change nothing, so a message may be sent again.
        """
        kind = media_type(request.headers.get("content-type", ""))
        if kind not in (JSON, NDJSON):
            raise HTTPException(415, f"Content-Type: wanted {JSON} or {NDJSON}, got {kind[:60]!r}")
        if (wait_s := context.readings.wait_s(person.name)) > 0:
            raise HTTPException(429, "too many readings", {"Retry-After": str(int(wait_s) + 1)})
        body = await request.body()
        answer = await anyio.to_thread.run_sync(_take, context, clocks, person, body, request.headers, kind == NDJSON)
        return JSONResponse(answer.model_dump(), 202 if answer.accepted or not answer.refused_count else 400)

    return router


def _take(
    context: WebContext, clocks: Mapping[str, StampReader], person: Person, body: bytes, headers: Headers, lines: bool
) -> ReadingAnswer:
    content = unpacked(body, headers.get("content-encoding", ""), context.settings.most_body_bytes)
    try:
        message = parse_message(content, clocks, lines=lines)
    except UserError as error:
        context.metrics.readings.labels("refused").inc()
        return ReadingAnswer(detail=str(error), accepted=0, refused_count=1, refused=[str(error)])
    count = sum(len(batch.readings) for batch in message.batches)
    context.readings.spend(person.name, count)
    receipt = context.view.push(message.batches) if message.batches else PushReceipt(0, ())
    return _answer(context, message, receipt)


def _answer(context: WebContext, message: ReadingMessage, receipt: PushReceipt) -> ReadingAnswer:
    refused = message.refused_count + max(receipt.refused_count, len(receipt.refused))
    context.metrics.readings.labels("accepted").inc(receipt.accepted)
    context.metrics.readings.labels("refused").inc(refused)
    return ReadingAnswer(
        detail=f"{receipt.accepted} accepted, {refused} refused",
        accepted=receipt.accepted,
        refused_count=refused,
        refused=[*message.refused, *receipt.refused][:MOST_TOLD],
    )


def _described_body() -> dict[str, object]:
    schema = json_schema()
    # References inside a document of another one would lead astray, so the lines are described in words.
    line = "One reading a line: the fields of `readings` of the JSON message, and `corridor`."
    inner = {key: value for key, value in schema.items() if key not in ("$schema", "$defs")}
    reading = schema["$defs"]["ReadingFields"]
    inner["properties"] = {**inner["properties"], "readings": {**inner["properties"]["readings"], "items": reading}}
    return {
        "required": True,
        "content": {JSON: {"schema": inner}, NDJSON: {"schema": {"type": "string", "description": line}}},
    }
