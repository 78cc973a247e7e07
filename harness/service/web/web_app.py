"""The application: pages, API, streams and metrics of one running service."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TextIO

from fastapi import FastAPI

from harness.service.pushing.push_service import PushService
from harness.service.pushing.push_tables import CHANNEL
from harness.service.response.response_service import ResponseService
from harness.service.teams.team_service import TeamService
from harness.service.web.api_errors import add_error_answers
from harness.service.web.audit_api import audit_routes
from harness.service.web.audit_book import AuditBook
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.event_tail import EventTail
from harness.service.web.feed_api import feed_routes
from harness.service.web.health_api import health_routes
from harness.service.web.incident_api import incident_routes
from harness.service.web.incident_export import export_routes
from harness.service.web.page_routes import FILES, PageFiles, page_routes
from harness.service.web.rate_limit import RateLimit
from harness.service.web.reading_api import reading_routes
from harness.service.web.report_page import report_routes
from harness.service.web.request_guard import RequestGuard
from harness.service.web.response_api import response_routes
from harness.service.web.road_api import road_routes
from harness.service.web.service_view import ServiceView
from harness.service.web.stream_api import stream_routes
from harness.service.web.team_api import team_routes
from harness.service.web.web_context import WebContext
from harness.service.web.web_log import web_log
from harness.service.web.web_metrics import WebMetrics
from harness.service.web.web_settings import WebSettings, checked_address

BURST_S = 60.0
"""Time over which a sender's readings are averaged. Chosen: a source that was away may deliver what it kept."""
SIGN_INS_PER_S, SIGN_INS = 0.2, 10.0
"""Attempts to sign in: 10 at once, then one every 5 s from one address. Chosen: slow for a program, not felt by a person."""
ABOUT = """Incidents on freeways, as detectors see them by loop readings, and what people make of them.

Times named `..._s` are data time, the clock of the corridor's readings; for live traffic in seconds since 1970 UTC.
`wall_s` is when it happened here. What is not known is null. Where the service has tokens, send `Authorization: Bearer TOKEN`.
"""


def create_app(
    view: ServiceView,
    settings: WebSettings,
    broadcast: EventBroadcast | None = None,
    log: TextIO | None = None,
    response: ResponseService | None = None,
    teams: TeamService | None = None,
    pushes: PushService | None = None,
    audit: AuditBook | None = None,
) -> FastAPI:
    """Return the application over a running service.

    `broadcast`: the service calls its `publish` after every frame; without one, what happens is seen up to `poll_s` later.
    `log`: where lines of log go, standard error by default. `response`: what calls people, `teams`: what sends them, `pushes`:
    what tells other systems, if any. `audit`: where changes are noted.
    Raises UserError for an address that wants tokens where there are none.
    """
    checked_address(settings)
    told, lines = broadcast or EventBroadcast(), web_log(log)
    context = WebContext(
        view=view,
        settings=settings,
        broadcast=told,
        tail=EventTail(view, told, settings, lines),
        metrics=WebMetrics(view, partial(_channels, response, pushes)),
        log=lines,
        sign_ins=RateLimit(SIGN_INS_PER_S, SIGN_INS),
        readings=RateLimit(settings.most_readings_per_s, settings.most_readings_per_s * BURST_S),
        response=response,
        teams=teams,
        pushes=pushes,
        audit=audit,
    )

    @asynccontextmanager
    async def following(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(context.tail.follow())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    app = FastAPI(
        title="laneblock",
        version="1",
        description=ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's pages load scripts from elsewhere: they would not work offline, nor under our policy
        redoc_url=None,
        lifespan=following,
        redirect_slashes=False,
    )
    app.add_middleware(RequestGuard, settings=settings, metrics=context.metrics, log=lines, audit=audit)
    add_error_answers(app, context)
    for routes in (
        reading_routes,
        export_routes,
        stream_routes,
        feed_routes,
        road_routes,
        response_routes,
        team_routes,
        incident_routes,
        audit_routes,
        health_routes,
        page_routes,
        report_routes,
    ):
        app.include_router(routes(context))
    app.mount("/static", PageFiles(directory=FILES))
    app.state.tail = context.tail
    return app


def _channels(response: ResponseService | None, pushes: PushService | None) -> Mapping[str, Mapping[str, Any]]:
    """Return how channels are and, by `push NAME`, the receivers of pushes."""
    channels = {} if response is None else response.status()["channels"]
    sent_on = {} if pushes is None else pushes.status()["pushes"]
    return {**channels, **{f"{CHANNEL}{name}": each for name, each in sent_on.items()}}
