"""The report of an incident as a page: `/incidents/ID/report`."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from harness.reporting.html_page import render
from harness.service.reports.gather_reports import incident_report
from harness.service.reports.response_targets import targets_of
from harness.service.response.notice_texts import Units
from harness.service.web.access_tokens import Role
from harness.service.web.request_access import who
from harness.service.web.web_context import WebContext

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A report holds its style and pictures itself, as it does in a file; scripts there are none, and none would run."""


def report_routes(context: WebContext) -> APIRouter:
    """Return the route of reports; it is a page, so the API's document leaves it out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/incidents/{incident:path}/report")
    def report(request: Request, incident: str) -> Response:
        person = who(request, context.settings)
        if person is None or Role.VIEW not in person.roles:
            return RedirectResponse("/sign-in", 303)
        timeline = context.view.store.timeline(incident)
        if not timeline:
            raise HTTPException(404, "no such incident")
        corridor = context.view.corridors.get(timeline[0].event.corridor)
        targets = None if context.response is None else targets_of(context.response.policy)
        units: Units = "metric" if context.response is None else context.response.units
        _, page, _ = incident_report(context.view.store, timeline, corridor, targets, units)
        text = render("reporting/study_page.html.j2", page=page)
        return HTMLResponse(text, headers={"Cache-Control": "no-store", "Content-Security-Policy": POLICY})

    return router
