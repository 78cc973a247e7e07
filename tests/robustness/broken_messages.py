"""Messages with readings whose bytes are broken: torn, in another encoding, too deep, packed wrongly, too large."""

import gzip
import random
from collections.abc import Callable
from functools import cache

from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_messages import JSON, NDJSON, World, document, lines, pushed, some_of
from tests.robustness.wrong_readings import text_of

MOST_BYTES = 16 << 20
"""Bytes of a message that the service takes."""


def torn(choose: random.Random, world: World) -> Trial:
    """Bytes cut, flipped, put in, taken out, doubled: what is left may be a message."""
    texts = [text_of(each) for each in some_of(choose, world)]
    as_lines = choose.random() < 0.4
    body = bytearray((lines if as_lines else document)(world.torn, texts))
    what = choose.choice(("cut", "flipped", "put in", "taken out", "doubled", "random"))
    start, end = sorted(choose.sample(range(len(body)), 2))
    if what == "cut":
        body = body[:start]
    elif what == "flipped":
        for _ in range(choose.randint(1, 8)):
            body[choose.randrange(len(body))] ^= 1 << choose.randrange(8)
    elif what == "put in":
        body[start:start] = choose.randbytes(choose.randint(1, 20))
    elif what == "taken out":
        del body[start:end]
    elif what == "doubled":
        body[end:end] = body[start:end]
    else:
        body = bytearray(choose.randbytes(choose.randint(0, 500)))
    if choose.random() < 0.25:
        return Trial(f"torn: {what}", bytes(body), topic=True)
    return pushed(world, f"torn: {what}", bytes(body), NDJSON if as_lines else JSON)


def other_encoding(choose: random.Random, world: World) -> Trial:
    """Texts in other encodings, with signs that are none."""
    text = document(world.torn, [text_of(each) for each in some_of(choose, world)]).decode()
    body = choose.choice(
        (
            *(text.encode(name) for name in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037")),
            text.replace("S", "é").encode("latin-1"),
            *(text.replace("S", sign, 1).encode() for sign in ("\\ud800", "\\u0000", "\\x41", "\t", "\\")),
            text.encode().replace(b"S", choose.choice((b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\x00")), 1),
        )
    )
    return Trial("encoding", body, topic=True) if choose.random() < 0.25 else pushed(world, "encoding", body)


def deep(choose: random.Random, world: World) -> Trial:
    """Lists and objects in one another, far too many."""
    many = choose.choice((100, 1000, 10_000, 200_000))
    inner = choose.choice(
        ("[" * many + "]" * many, '{"a":' * many + "1" + "}" * many, "[" * many, '{"readings":[' * many)
    )
    body = choose.choice((inner.encode(), document(world.corridor.name, [inner])))
    return Trial("deep", body, topic=True) if choose.random() < 0.2 else pushed(world, "deep", body, refused=True)


def packed(choose: random.Random, world: World) -> Trial:
    """gzip that is broken, more than one, not said, or far too much."""
    body = document(world.corridor.name, [text_of(each) for each in some_of(choose, world)])
    whole = gzip.compress(body, 1)
    name, content = choose.choice(
        (
            ("gzip", _bomb()),
            ("gzip", whole[: choose.randrange(len(whole))]),
            ("gzip", whole * 2),
            ("gzip", whole + choose.randbytes(9)),
            ("gzip", choose.randbytes(200)),
            ("gzip", bytes(a ^ (b < 3) for a, b in zip(whole, choose.randbytes(len(whole)), strict=True)) + b"!"),
            ("gzip", gzip.compress(whole)),
            ("gzip, gzip", gzip.compress(whole)),
            *((each, whole) for each in ("br", "deflate", "zstd", "x" * 500, "gzip;q=1", "identity, gzip")),
        )
    )
    return pushed(world, "packed", content, refused=True, silent=len(content) > 1 << 16, Content_Encoding=name)


def too_large(choose: random.Random, world: World) -> Trial:
    """More bytes or readings than a message may have, said at once or not."""
    what = choose.choice(("told", "bytes", "readings", "lines", "chunks"))
    if what == "told":
        return pushed(
            world,
            "large: told",
            b"{",
            refused=True,
            silent=True,
            ends=True,
            Content_Length=choose.choice((10**9, 10**30)),
        )
    if what == "chunks":
        headers = {
            "Host": world.host,
            "Authorization": f"Bearer {world.feed}",
            "Content-Type": JSON,
            "Transfer-Encoding": "chunked",
        }
        chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
        return Trial(
            "large: chunks",
            request("POST", "/api/readings", headers, chunk * 17, length=False),
            refused=True,
            silent=True,
        )
    body = {
        "bytes": _spaces(),
        "readings": _many(world.corridor.name, False),
        "lines": _many(world.corridor.name, True),
    }[what]
    return pushed(world, f"large: {what}", body, NDJSON if what == "lines" else JSON, refused=True, silent=True)


def other_type(choose: random.Random, world: World) -> Trial:
    """Another type of content than one of the two."""
    body = document(world.corridor.name, [text_of(each) for each in some_of(choose, world)])
    type_ = choose.choice(
        (
            "",
            "text/plain",
            "text/html",
            "application/xml",
            "multipart/form-data",
            "application/jsonx",
            "*/*",
            "x" * 2000,
        )
    )
    return pushed(world, "content type", body, type_, refused=True)


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * (64 << 20), 9)


@cache
def _spaces() -> bytes:
    return b" " * (MOST_BYTES + 1)


@cache
def _many(corridor: str, as_lines: bool) -> bytes:
    reading = '{"station":"S1","lane":0,"time":1}'
    return lines(corridor, [reading] * 100_002) if as_lines else document(corridor, [reading] * 100_001)


BODIES: tuple[Callable[[random.Random, World], Trial], ...] = (
    *(torn, torn, torn, other_encoding, deep, packed, other_type, too_large),
)
