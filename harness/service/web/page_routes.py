"""The page, signing in and out, and the files of the page."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from harness.reporting.html_page import render
from harness.service.incidents.incident import CLOSED
from harness.service.web.access_tokens import LONGEST_TOKEN, Person, Role
from harness.service.web.api_json import corridor_json, incident_json
from harness.service.web.request_access import COOKIE, who
from harness.service.web.service_condition import conditions, store_words
from harness.service.web.web_context import WebContext
from scenarios.errors import MachineError

FILES = Path(__file__).parent / "static"
TEMPLATES = "service/web/templates"
SIGNED_IN_DAYS = 30
"""Chosen: a browser in a control room signs in once a month; a token that is taken out of the file ends it at once."""
SHOWN = 200
"""Incidents that a page begins with. Chosen: more than a person looks through."""


class PageFiles(StaticFiles):
    """The files of the page, asked for anew each time: a restarted service may have other ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or 304 where the browser has it."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


def page_routes(context: WebContext) -> APIRouter:
    """Return the routes of pages; they are no part of the API, so its document leaves them out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(request: Request) -> Response:
        person = who(request, context.settings)
        if person is None or Role.VIEW not in person.roles:
            return RedirectResponse("/sign-in", 303)
        return await run_in_threadpool(_page, context, person)

    @router.get("/sign-in")
    def sign_in_page() -> Response:
        return _sign_in_page() if context.settings.tokens else RedirectResponse("/", 303)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        client = request.client.host if request.client else ""
        if context.sign_ins.wait_s(client) > 0:
            return _sign_in_page("Too many attempts: wait a few seconds.", 429)
        context.sign_ins.spend(client, 1.0)
        try:
            fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=5)
        except ValueError:
            return _sign_in_page("This is no form of this page.", 400)
        token = fields.get("token", [""])[0].strip()[: LONGEST_TOKEN + 1]
        person = context.settings.tokens.person(token)
        if person is None or Role.VIEW not in person.roles:
            context.log.warning("sign-in refused", client=client)
            return _sign_in_page("This token is not known, or not for pages.", 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=SIGNED_IN_DAYS * 86400,
            httponly=True,
            samesite="strict",
            secure=context.settings.secure_cookie,
        )
        return answer

    @router.post("/sign-out")
    def sign_out() -> Response:
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=context.settings.secure_cookie)
        return answer

    return router


def _page(context: WebContext, person: Person) -> Response:
    view = context.view
    number = view.store.last_number()  # before the incidents: the stream that goes on from there misses nothing
    found = view.store.incidents(limit=SHOWN)
    opened = view.store.incidents(open_only=True, limit=SHOWN)
    incidents = {each.id: incident_json(each, view.corridors.get(each.corridor)) for each in (*found, *opened)}
    status = view.status()
    told = conditions(status, view.corridors)
    start: dict[str, Any] = {
        "number": number,
        "incidents": list(incidents.values()),
        "corridors": [{**corridor_json(each), "name": name} for name, each in view.corridors.items()],
        "conditions": told,
        "store": store_words(status),
        "may_operate": Role.OPERATE in person.roles,
        "signed_in": person.signed_in,
        "responds": context.response is not None,
        "pushes": context.pushes is not None,
        "units": "metric" if context.response is None else context.response.units,
        "heartbeat_s": context.settings.heartbeat_s,
    }
    text = render(
        f"{TEMPLATES}/page.html.j2",
        start=start,
        incidents=[each for each in incidents.values() if each["state"] not in CLOSED],
        teams=_teams(context),
        exercise=any(each["exercise"] for each in (*told, *incidents.values())),
        name=person.name,
    )
    return _html(text)


def _teams(context: WebContext) -> list[dict[str, Any]]:
    """Return the teams of the board; without the database their names are all that is known."""
    if context.teams is None:
        return []
    try:
        return context.teams.status()
    except MachineError:
        return [{"name": name, "type": "", "state": "not known"} for name in context.teams.names]


def _sign_in_page(problem: str = "", status: int = 200) -> Response:
    return _html(render(f"{TEMPLATES}/sign_in.html.j2", problem=problem, days=SIGNED_IN_DAYS), status)


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
