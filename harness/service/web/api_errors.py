"""Errors as answers: which exception becomes which status, in one shape, and how the OpenAPI document tells of them."""

from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from harness.service.sources.push_receipt import OverloadError
from harness.service.store.event_store import VersionConflictError
from harness.service.web.api_json import event_json, incident_json
from harness.service.web.api_models import Conflict, Problem
from harness.service.web.web_context import WebContext
from scenarios.errors import MachineError, printable

STORE_RETRY_S = 5
"""When to try again where the store does not answer. Chosen: a restarted database is back in seconds."""
MOST_TOLD = 20
WORDS = {
    400: "The request is not understood",
    401: "A token is wanted",
    403: "The token's role, or the page that asks, is not allowed to",
    404: "Not known",
    409: "Somebody else was quicker, or the state does not allow it",
    413: "The body is too large",
    415: "Another type of body or encoding is wanted",
    422: "A value is not one that is wanted",
    429: "Too much at once; try again after `Retry-After`",
    503: "Overloaded, or the store does not answer; try again after `Retry-After`",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of errors that a route may answer with."""
    models = {status: Conflict if status == 409 else Problem for status in statuses}
    return {status: {"model": model, "description": WORDS[status]} for status, model in models.items()}


def add_error_answers(app: FastAPI, context: WebContext) -> None:
    """Let every exception that is no bug become an answer. A bug passes to the guard around the application."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        return _problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> JSONResponse:
        # Without the values: they may be endless, or what JSON cannot hold.
        found = [_line(each["loc"], each["msg"]) for each in error.errors()[:MOST_TOLD]]
        return _problem(422, found[0] if found else WORDS[422], found)

    @app.exception_handler(VersionConflictError)
    async def conflict(request: Request, error: VersionConflictError) -> JSONResponse:
        incident = error.incident
        shown = incident_json(incident, context.view.corridors.get(incident.corridor))
        detail = f"somebody else was quicker: {incident.id} is {incident.state} at version {incident.version}"
        content = {"detail": detail, "incident": shown, "events": [event_json(each) for each in error.events]}
        return JSONResponse(jsonable_encoder(content), 409)

    @app.exception_handler(OverloadError)
    async def overload(request: Request, error: OverloadError) -> JSONResponse:
        return _problem(503, str(error), headers={"Retry-After": str(max(1, ceil(error.retry_after_s)))})

    @app.exception_handler(MachineError)
    async def machine(request: Request, error: MachineError) -> JSONResponse:
        context.log.warning("the machine failed", path=request.url.path, error=str(error))
        return _problem(503, "the store does not answer", headers={"Retry-After": str(STORE_RETRY_S)})


def _line(place: tuple[int | str, ...], message: str) -> str:
    return printable(f"{'.'.join(str(part)[:60] for part in place)}: {message}")


def _problem(
    status: int, detail: str, errors: list[str] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"detail": detail, "errors": errors or []}, status, headers)
