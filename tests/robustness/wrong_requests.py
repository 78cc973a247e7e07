"""Requests that are wrong in their method, path, query, headers or form."""

import random
from collections.abc import Callable
from urllib.parse import quote

from tests.robustness.awkward_texts import AWKWARD
from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_messages import World

PATHS = (
    *("/", "/sign-in", "/sign-out", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/static/page.js", "/static/"),
    *("/api/readings", "/api/incidents", "/api/incidents/acknowledge", "/api/incidents.csv", "/api/incidents.jsonl", "/api/frames"),
    *("/api/corridors", "/api/status", "/api/events", "/api/events/ws", "/api/events/list", "/api", "/api/"),
)  # fmt: skip
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "X" * 300,
    "G\u00cbT",
)
QUERIES = {
    "/api/frames": ("corridor", "after_s", "until_s", "first_station", "last_station", "lanes"),
    "/api/incidents": ("corridor", "open", "state", "severity", "kind", "limit"),
    "/api/incidents.csv": ("corridor", "open", "state"),
    "/api/incidents.jsonl": ("corridor", "severity", "kind"),
    "/api/events/list": ("after", "limit"),
    "/api/corridors": ("x",),
    "/": ("x",),
}
VALUES = (
    *AWKWARD,
    "-1",
    "0",
    "1e400",
    "NaN",
    "Infinity",
    "9" * 30,
    "1.5",
    "true",
    "each",
    "active",
    "low",
    "9007199254740992",
    "-1e11",
)
HEADERS = {
    "Host": ("", "evil.example", "127.0.0.1:1", "[::1", "a" * 5000, "127.0.0.1\u00e9", "@", "localhost:port"),
    "Origin": ("null", "http://evil.example", "http://[::1", "file://", "a" * 5000, "\u00ff"),
    "Sec-Fetch-Site": ("cross-site", "same-site", "x"),
    "Authorization": (
        "",
        "Bearer",
        "Bearer " + "x" * 500,
        "Basic Og==",
        "Bearer \u00e9" * 30,
        "Digest a",
        "Bearer a b c",
    ),
    "Cookie": ("laneblock=", "laneblock=" + "x" * 3000, "laneblock=a; laneblock=b", ";;;=", "laneblock=\u00e9"),
    "Accept": ("*/*;q=x", "text/\u00e9", "a" * 3000),
    "Range": ("bytes=0-", "bytes=5-1", "bytes=-99999999999", "x=1", "bytes=0-1,2-3,4-5,0-0"),
    "If-Modified-Since": ("yesterday", "Sun, 99 Foo 9999 99:99:99 GMT", "\u00e9"),
    "If-None-Match": ('"', "W/" * 500, "*"),
    "Expect": ("100-continue", "200-ok"),
    "Upgrade": ("h2c", "websocket", "TLS/1.3"),
    "Content-Length": ("-1", "1,1", "abc", "0x10", "9" * 40, "+5", "5 5"),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "identity", "chunked, chunked", "x"),
    "X-Forwarded-For": ("127.0.0.1", AWKWARD[2]),
    "Accept-Encoding": ("gzip;q=x", "br, zstd, *;q=0"),
    "x" * 3000: ("1",),
    "Bad Name": ("1",),
    "": ("1",),
    "Long": ("x" * 100_000,),
    "Control": ("a\x00b", "a\x1b[2Jb", "a\rb", "a\nb"),
}


def wrong_method(choose: random.Random, world: World) -> Trial:
    """Any method on any path; a body where it has none."""
    method, path = choose.choice(METHODS), choose.choice(PATHS)
    body = choose.choice((b"", b"{}", b"\x00" * 50))
    sent = request(method, path, headers_of(world), body)
    return Trial("method", sent, silent=True, stream=path.startswith("/api/events"))


def wrong_path(choose: random.Random, world: World) -> Trial:
    """Paths that lead nowhere, out of the folder of files, or to what no incident is called."""
    text = choose.choice(AWKWARD)
    tail = choose.choice(
        (
            quote(text, safe=""),
            quote(quote(text)),
            "%",
            "%zz",
            "%c0%ae%c0%ae/",
            "..%2f" * 8 + "etc/passwd",
            "//",
            "\\",
            "é",
        )
    )
    start = choose.choice(
        (
            "/static/",
            "/static/../",
            "/api/incidents/",
            "/api/incidents/x/",
            "/api/",
            "/",
            "//",
            "http://evil.example/",
            "*",
        )
    )
    end = choose.choice(("", "/timeline", "/note", "?" + tail, "#" + tail))
    return Trial("path", request("GET", start + tail + end, headers_of(world)), silent=True)


def wrong_query(choose: random.Random, world: World) -> Trial:
    """Values of a query that are none, twice, unknown, or far too long."""
    path = choose.choice(tuple(QUERIES))
    pairs = [
        (choose.choice((*QUERIES[path], choose.choice(AWKWARD))), choose.choice((*VALUES, world.corridor.name)))
        for _ in range(choose.randint(1, 4))
    ]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    broken = choose.choice((query, query, query, query.replace("=", ""), query + "&%", "&" * 500 + query, query * 50))
    return Trial("query", request("GET", f"{path}?{broken}", headers_of(world)))


def wrong_header(choose: random.Random, world: World) -> Trial:
    """One header or two that are wrong, to a page, the API or the readings."""
    method, path = choose.choice(
        (("GET", "/"), ("GET", "/api/status"), ("GET", "/static/page.css"), ("POST", "/api/readings"))
    )
    headers = headers_of(world)
    for name in choose.sample(tuple(HEADERS), choose.randint(1, 2)):
        headers[name] = choose.choice(HEADERS[name])
    body = b"{}" if method == "POST" else b""
    return Trial("header", request(method, path, headers, body), silent=True, ends=True)


def signing_in(choose: random.Random, world: World) -> Trial:
    """Tokens that are none, forms that are none."""
    text = choose.choice(AWKWARD)
    body = choose.choice(
        (
            f"token={quote(text, safe='')}".encode(),
            b"token=" + b"x" * 5000,
            b"&".join([b"token=a"] * 200),
            b"\xff\xfe\x00",
            b"",
            b"x" * 70_000,
            b'{"token": 1}',
        )
    )
    headers = {
        "Host": world.host,
        "Content-Type": choose.choice(("application/x-www-form-urlencoded", "multipart/form-data", "", "text/plain")),
    }
    return Trial("signing in", request("POST", "/sign-in", headers, body), silent=len(body) > 65536)


def headers_of(world: World) -> dict[str, str]:
    """Return what an operator's request has."""
    return {"Host": world.host, "Authorization": f"Bearer {world.operate}"}


REQUESTS: tuple[Callable[[random.Random, World], Trial], ...] = (
    *(wrong_method, wrong_path, wrong_query, wrong_header, signing_in),
)
