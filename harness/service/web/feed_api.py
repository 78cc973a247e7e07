"""Feeds of incidents for other systems: whole files, 304 while nothing has changed; and the receivers of what is pushed."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi import Path as PathPart
from fastapi.responses import Response
from pydantic import BaseModel, Field

from harness.service.feeds.cap_alert import MEDIA_TYPE, cap_alert, cap_name
from harness.service.feeds.feed_content import FEEDS, FeedContent, FeedText, feed_text
from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.api_models import Word
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is still what the reader has"}}
Condition = Annotated[str | None, Header(max_length=2000)]


class PushState(BaseModel):
    """How the receivers are that incidents are pushed to."""

    pushes: dict[str, dict[str, Any]] = Field(
        description="by name: format, state (ok, or words), messages by their state"
    )
    events_passed_over: int = Field(description="events that were not pushed, for a bug")


def feed_routes(context: WebContext) -> APIRouter:
    """Return the routes of feeds."""
    router = APIRouter(prefix="/feeds", tags=["feeds"], dependencies=[Depends(needs(context.settings, Role.VIEW))])
    content, view = FeedContent(context.settings.feeds, time.time()), context.view

    def add(name: str) -> None:
        media_type, _ = FEEDS[name]

        @router.get(
            f"/{name}",
            name=f"feed {name}",
            response_class=Response,
            responses={**problems(401, 403, 422, 503), **UNCHANGED, **_described(media_type)},
        )
        def feed(if_none_match: Condition = None, if_modified_since: Condition = None) -> Response:
            """Return incidents: those that are open, and those of the last day."""
            found = content.text(name, view.store, view.corridors)
            return answer(found, media_type, if_none_match, if_modified_since)

    for name in FEEDS:
        add(name)

    @router.get(
        "/cap/{incident:path}.xml",
        response_class=Response,
        responses={**problems(401, 403, 404, 422, 503), **UNCHANGED, **_described(MEDIA_TYPE)},
    )
    def cap_alert_of_an_incident(
        incident: Annotated[Word, PathPart(description="an incident's id, as the feed's links hold it")],
        if_none_match: Condition = None,
        if_modified_since: Condition = None,
    ) -> Response:
        """Return the last message about an incident as a CAP document."""
        found = content.incident(cap_name(incident), view.store, view.corridors)
        if found is None or not found.was_told:
            raise HTTPException(404, "no such incident in the feed")
        text = feed_text(cap_alert(found, context.settings.feeds), found.messages[-1].sent_s)
        return answer(text, MEDIA_TYPE, if_none_match, if_modified_since)

    @router.get("/pushes", response_model=PushState, responses=problems(401, 403, 503))
    def show_pushes() -> dict[str, Any]:
        """Return how the receivers are that incidents are pushed to, and what waits for them."""
        return {"pushes": {}, "events_passed_over": 0} if context.pushes is None else context.pushes.status()

    return router


def answer(found: FeedText, media_type: str, if_none_match: str | None, if_modified_since: str | None) -> Response:
    """Return a feed, or 304 where the reader has it; a tag counts before a date (RFC 9110, 13.2.2)."""
    modified = datetime.fromtimestamp(int(found.updated_s), UTC)
    headers = {
        "ETag": found.etag,
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Cache-Control": "no-cache",
    }
    if if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        unchanged = found.etag in tags or "*" in tags
    else:
        since = _date(if_modified_since)
        unchanged = since is not None and modified <= since
    if unchanged:
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _date(text: str | None) -> datetime | None:
    """Return the date of a header; None where it is none, so that the header counts for nothing."""
    try:
        date = None if text is None else parsedate_to_datetime(text)
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date is not None and date.tzinfo is None else date


def _described(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {}}}}}  # the formats have schemas of their own
