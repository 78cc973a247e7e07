"""Changes of incidents that are wrong: another version, another state, texts that would do harm, bodies that are none."""

import json
import random
from collections.abc import Callable
from urllib.parse import quote

from tests.robustness.awkward_texts import AWKWARD
from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_messages import World

NAMES = ("acknowledge", "investigate", "note", "resolve", "false-alarm", "duplicate", "planned", "test", "reopen")
VERSIONS: tuple[object, ...] = (-1, 0, 10**6, 2**53, 2**70, 1.5, "1", None, True, [], {}, 1e400, float("nan"))
"""Versions that the incident never has."""
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{",
    b'"x"',
    b"\xff",
    b'{"version":1' + b" " * 66_000 + b"}",
    b"[" * 50_000,
    b'{"version":0,"version":-1}',
)


def wrong_version(choose: random.Random, world: World) -> Trial:
    """A change on a version that the incident does not have."""
    version = choose.choice((*VERSIONS, str(world.version())))
    body = {"version": version, "note": choose.choice(AWKWARD), "by": "kim"}
    name = choose.choice((*NAMES, *NAMES, "close", choose.choice(AWKWARD)))
    return _change(name, world.incident, json.dumps(body).encode(), world, "version")


def harmful_note(choose: random.Random, world: World) -> Trial:
    """A note that a page, a terminal or a spreadsheet would obey, on the right version: taken, or refused for its signs."""
    body = {"version": world.version(), "note": choose.choice(AWKWARD), "by": choose.choice(AWKWARD)}
    name = choose.choice(("note", "note", "note", "acknowledge"))
    return _change(name, world.incident, json.dumps(body).encode(), world, "note", refused=False)


def wrong_body(choose: random.Random, world: World) -> Trial:
    """A body that is none, a field that is none, a value of another type."""
    field = choose.choice(("note", "by", "duplicate_of", choose.choice(AWKWARD)))
    other: dict[str, object] = {
        "version": 0,
        field: choose.choice((1, None, [], {}, True, "x" * 1001, "\ud800", "\x00")),
    }
    body = choose.choice((*BODIES, json.dumps(other).encode(), json.dumps(other).encode("utf-16")))
    type_ = choose.choice(
        ("application/json", "application/json", "text/plain", "", "application/x-www-form-urlencoded")
    )
    return _change(choose.choice(NAMES), world.incident, body, world, "body", type_)


def no_incident(choose: random.Random, world: World) -> Trial:
    """A change of an incident that is not there, or a duplicate of one."""
    name = choose.choice((*AWKWARD, "sr91-0-0", world.incident + "x", "acknowledge", "../" + world.incident))
    body = {"version": 1, "note": "x", "duplicate_of": choose.choice(AWKWARD)}
    return _change(choose.choice(NAMES), name, json.dumps(body).encode(), world, "no incident")


def many_at_once(choose: random.Random, world: World) -> Trial:
    """Many acknowledged at once: unknown ones, wrong versions, too many, lists that are none."""
    one: dict[str, object] = {"id": choose.choice((world.incident, *AWKWARD)), "version": choose.choice(VERSIONS)}
    none_of_it = [{"id": world.incident, "version": 0}] * 200
    lists: tuple[object, ...] = ([one], [one] * 201, [], None, one, [one, 1], [{}], none_of_it)
    body = json.dumps({"incidents": choose.choice(lists), "note": choose.choice(AWKWARD)}).encode()
    # An answer of success names each that was not changed.
    return Trial("many at once", _post("/api/incidents/acknowledge", body, world, "application/json"))


def _change(
    name: str,
    incident: str,
    body: bytes,
    world: World,
    kind: str,
    type_: str = "application/json",
    refused: bool = True,
) -> Trial:
    path = f"/api/incidents/{quote(incident, safe='')}/{quote(name, safe='')}"
    # Larger bodies are refused before they are read, and the answer may be lost with the connection.
    return Trial(f"change: {kind}", _post(path, body, world, type_), refused=refused, silent=len(body) > 60_000)


def _post(path: str, body: bytes, world: World, type_: str) -> bytes:
    headers = {"Host": world.host, "Authorization": f"Bearer {world.operate}", "Content-Type": type_}
    return request("POST", path, headers, body)


CHANGES: tuple[Callable[[random.Random, World], Trial], ...] = (
    *(wrong_version, harmful_note, wrong_body, no_incident, many_at_once),
)
