"""What machines ask to know whether the service lives, is ready, and how it does: /healthz, /readyz, /metrics."""

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext


class Readiness(BaseModel):
    """Whether the service can work."""

    ready: bool
    why_not: list[str] = Field(description="what keeps it from its work, in words")


def health_routes(context: WebContext) -> APIRouter:
    """Return the routes for machines. Health and readiness need no token, and tell nothing that one would protect."""
    router = APIRouter(tags=["status"])

    @router.get("/healthz", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def is_alive() -> Response:
        """Answer "ok" while the process answers at all."""
        return Response("ok\n", media_type="text/plain")

    @router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness, "description": "Not ready"}})
    def is_ready() -> JSONResponse:
        """Answer whether readings become incidents now."""
        why_not = list(context.view.ready())
        content: dict[str, Any] = {"ready": not why_not, "why_not": why_not}
        return JSONResponse(content, 503 if why_not else 200)

    @router.get(
        "/metrics",
        response_class=Response,
        dependencies=[Depends(needs(context.settings, Role.VIEW))],
        responses=problems(401, 403, 503) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics() -> Response:
        """Return metrics as Prometheus reads them."""
        context.metrics.subscribers.set(context.tail.subscribers)
        return Response(context.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
