"""The audit of the API: who changed what, and when."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import LARGEST_NUMBER
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext


class AuditOut(BaseModel):
    """A request that changed something."""

    number: int
    wall_s: float = Field(description="when, in s since 1970 UTC")
    actor: str = Field(
        description="the name of the token; what it changed stands in the events, with the person's name"
    )
    method: str
    path: str
    status: int
    request: str = Field(description="its name in the log")


def audit_routes(context: WebContext) -> APIRouter:
    """Return the route of the audit; without one the list is empty."""
    admin = Depends(needs(context.settings, Role.ADMIN))
    router = APIRouter(prefix="/api", tags=["status"])

    @router.get("/audit", response_model=list[AuditOut], dependencies=[admin], responses=problems(401, 403, 422, 503))
    def list_changes(
        before: Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="rows before this number")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> list[dict[str, Any]]:
        """List requests that changed something, the last first; of readings the first of a sender in an hour."""
        return [] if context.audit is None else [asdict(each) for each in context.audit.rows(before, limit)]

    return router
