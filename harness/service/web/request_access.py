"""Who asks, and whether a request may be answered: roles by token, and checks against pages of other sites."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from harness.service.web.access_tokens import Person, Role
from harness.service.web.web_settings import WebSettings, is_this_machine

COOKIE = "laneblock"
"""The cookie that holds a token after signing in: HttpOnly, so no script reads it; SameSite, so no other site sends it."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYBODY = Person("operator", frozenset(Role), signed_in=False)
"""Whoever asks a service without tokens: somebody on this machine."""
_bearer = HTTPBearer(auto_error=False, description="A token, as `laneblock token` makes it; or the cookie of a page.")


def who(connection: HTTPConnection, settings: WebSettings) -> Person | None:
    """Return who asks, by the header `Authorization: Bearer` or by the cookie; None where a token is wanted and none is known."""
    if not settings.tokens:
        return EVERYBODY
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if kind:
        return settings.tokens.person(token.strip()) if kind.lower() == "bearer" else None
    return settings.tokens.person(connection.cookies.get(COOKIE, ""))


def allowed_person(connection: HTTPConnection, settings: WebSettings, role: Role) -> Person:
    """Return who asks. Raises HTTPException: 401 without a known token, 403 for one of another role."""
    person = who(connection, settings)
    if person is None:
        wanted = "wanted a token in the header Authorization: Bearer TOKEN, or a page that is signed in"
        raise HTTPException(401, wanted, {"WWW-Authenticate": "Bearer"})
    if role not in person.roles:
        raise HTTPException(403, f"wanted a token of role {role}, got that of {person.name}")
    return person


def needs(settings: WebSettings, role: Role) -> Callable[..., Person]:
    """Return a dependency of routes: whoever asks, allowed to act in a role."""

    def check(request: Request) -> Person:
        return allowed_person(request, settings, role)

    def check_token(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Person:
        return allowed_person(request, settings, role)

    return check_token if settings.tokens else check  # so that the OpenAPI document tells of tokens where there are any


def refusal(connection: HTTPConnection, settings: WebSettings, method: str) -> str:
    """Return why a request comes from a page of another site, or under a name that is not this service's; empty where it does not.

    A page of another site can send requests here, with the cookie or from this very machine; browsers say where they come from.
    A name that is not ours, which an attacker lets point to 127.0.0.1, would make its pages ours: without tokens it is refused.
    """
    host = connection.headers.get("host", "")
    if not settings.tokens and not _is_our_name(host, settings):
        return f"wanted the host name of this service, got {host[:80]!r}"
    if method in SAFE_METHODS:
        return ""
    origin = connection.headers.get("origin")
    if origin is not None and host_of_origin(origin) not in {
        host.lower(),
        *(name.lower() for name in settings.host_names),
    }:
        return f"wanted a request of this service's own pages, got one of {origin[:80]!r}"
    if connection.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return "wanted a request of this service's own pages, got one of another site"
    return ""


def host_of_origin(origin: str) -> str:
    """Return host and port of an origin, in small letters; "null" and what is no origin give what no host is called.

    >>> host_of_origin("http://Localhost:8000"), host_of_origin("null")
    ('localhost:8000', '?')
    """
    try:
        return urlsplit(origin).netloc.lower() or "?"
    except ValueError:
        return "?"


def _is_our_name(host: str, settings: WebSettings) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return (
        is_this_machine(name) or name == settings.host or host.lower() in {each.lower() for each in settings.host_names}
    )
