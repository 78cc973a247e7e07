"""Bytes that are no request, and requests that end before they are whole."""

import random
from collections.abc import Callable
from urllib.parse import quote

from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_messages import World
from tests.robustness.wrong_requests import headers_of

GET = b"GET / HTTP/1.1\r\n"
GARBAGE = (
    *(b"", b"\r\n\r\n", b"\x00" * 1000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/0.9\r\n\r\n"),
    *(b"GET  /  HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n", b"GET " + b"/" * 100_000, b"SSH-2.0-x\r\n"),
    *(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 200),
    *(b"\x10\x16\x00\x04MQTT\x04\x02\x00\x3c\x00\x0alaneblock1", GET + b" Host: folded\r\n\r\n", GET + b"Host\r\n\r\n"),
    *(GET + b"a: b\r\n" * 5000 + b"\r\n", GET + b"Host: a\r\nHost: b\r\n\r\n"),
    b"POST /api/readings HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
)
PATHS = ("/api/readings", "/sign-in", "/api/incidents/acknowledge")


def no_http(choose: random.Random, world: World) -> Trial:
    """Bytes that are no request."""
    sent = choose.choice((*GARBAGE, choose.randbytes(choose.randint(1, 3000))))
    return Trial("no HTTP", sent, silent=True, ends=True)


def cut_off(choose: random.Random, world: World) -> Trial:
    """A request that ends before it is whole, in its head or its body."""
    path = choose.choice((*PATHS, f"/api/incidents/{quote(world.incident)}/note"))
    headers = {**headers_of(world), "Content-Type": "application/json"}
    if choose.random() < 0.4:
        headers = {**headers, "Transfer-Encoding": "chunked"}
        whole = request("POST", path, headers, b"20\r\n" + b'{"schema":"laneblock.readings/1"' + b"\r\n", length=False)
    else:
        whole = request("POST", path, headers, b'{"version": 1, "note": "a note that ends before')
    cut = choose.choice((len(whole) - 1, choose.randrange(1, len(whole)), whole.index(b"\r\n\r\n") + 4))
    return Trial("cut off", whole[:cut], silent=True, ends=True)


BROKEN: tuple[Callable[[random.Random, World], Trial], ...] = (no_http, cut_off)
