"""What a database can hold: texts without NUL, that are Unicode; times that are numbers."""

from math import isfinite

from harness.service.incidents.incident_event import Event
from scenarios.errors import UserError


def check_text(what: str, text: str) -> None:
    """Raise UserError for a text that PostgreSQL or UTF-8 cannot hold."""
    if "\0" in text or (not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise UserError(f"{what}: wanted a text, got one with a character that is none ({text[:40]!r})")


def check_event(event: Event) -> None:
    """Raise UserError for an event that cannot be stored as it is."""
    for name in ("key", "corridor", "incident", "actor", "note"):
        check_text(f"{name} of an event", getattr(event, name))
    if not event.key:
        raise UserError("key of an event: wanted a name that no other event has, got an empty text")
    check_time("time_s of an event", event.time_s)


def check_time(what: str, time_s: float) -> None:
    """Raise UserError for a time that is not known."""
    if not isfinite(time_s):
        raise UserError(f"{what}: wanted a time in s, got {time_s}")
