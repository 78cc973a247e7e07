"""Streams asked for wrongly: numbers that are none, handshakes that are none, WebSocket frames that are none."""

import random
import struct
from collections.abc import Callable
from urllib.parse import quote

from tests.robustness.awkward_texts import AWKWARD
from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_messages import World

NUMBERS = (
    "-1",
    "1.5",
    "NaN",
    "9" * 30,
    "0x1",
    "١",
    " 1",
    "1 1",
    "null",
    "true",
    "",
    "0",
    "1",
    "9007199254740991",
    "1,2",
    "+1",
)
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
WRONG_HANDSHAKES = {
    "Upgrade": ("h2c", "", "websocket, websocket"),
    "Connection": ("close", "keep-alive", ""),
    "Sec-WebSocket-Key": ("", "short", "x" * 5000, "é", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="),
    "Sec-WebSocket-Version": ("8", "0", "x", "13, 13", ""),
    "Sec-WebSocket-Protocol": ("x" * 5000, "é", ",,,"),
    "Sec-WebSocket-Extensions": ("permessage-deflate; server_max_window_bits=99", "x;;;", "é"),
    "Origin": ("http://evil.example", "null"),
}


def wrong_number(choose: random.Random, world: World) -> Trial:
    """Last-Event-ID, in the header or the query, that is no number of an event."""
    text = choose.choice((*NUMBERS, *(each for each in AWKWARD if "\n" not in each and "\x00" not in each)))
    path, headers = "/api/events", _headers(world)
    if choose.random() < 0.5:
        headers["Last-Event-ID"] = text
    else:
        path += f"?last_event_id={quote(text, safe='')}&frames={choose.choice(('false', 'x', ''))}"
    return Trial("stream: number", request("GET", path, headers), stream=True, silent=not text.isprintable())


def wrong_handshake(choose: random.Random, world: World) -> Trial:
    """A handshake with something that does not belong there."""
    headers = {**_headers(world), **HANDSHAKE}
    for name in choose.sample(tuple(WRONG_HANDSHAKES), choose.randint(1, 2)):
        headers[name] = choose.choice(WRONG_HANDSHAKES[name])
    path = choose.choice(("/api/events/ws", "/api/events", "/", "/api/events/ws?last_event_id=x", "/api/nothing/ws"))
    return Trial("socket: handshake", request("GET", path, headers), silent=True, stream=True)


def wrong_frames(choose: random.Random, world: World) -> Trial:
    """A proper handshake, then frames that no client may send."""
    number = choose.choice(("", "?last_event_id=0", f"?last_event_id={quote(choose.choice(NUMBERS), safe='')}"))
    frames = b"".join(_frame(choose) for _ in range(choose.randint(1, 5)))
    head = request("GET", f"/api/events/ws{number}", {**_headers(world), **HANDSHAKE})
    return Trial("socket: frames", head + frames, silent=True, stream=True, ends=choose.random() < 0.3)


def _frame(choose: random.Random) -> bytes:
    key, text = (
        choose.randbytes(4),
        choose.choice((b"", b"{}", b"\xff\xfe", b"x" * 125, choose.choice(AWKWARD).encode()[:125])),
    )
    masked = bytes(sign ^ key[k % 4] for k, sign in enumerate(text))
    right = bytes((0x81, 0x80 | len(text))) + key + masked
    return choose.choice(
        (
            right,
            bytes((0x81, len(text))) + text,  # not masked
            bytes((0x80 | choose.randrange(16), 0x80 | len(text))) + key + masked,  # another kind of frame
            bytes((0xF1, 0x80 | len(text))) + key + masked,  # bits that no extension asked for
            bytes((0x81, 0xFF)) + struct.pack(">Q", 1 << 62) + key,  # far too long
            bytes((0x81, 0xFE)) + struct.pack(">H", 65_000) + key + b"x" * 100,  # and cut off
            bytes((0x89, 0xFE)) + struct.pack(">H", 200) + key + b"x" * 200,  # a ping that is too long
            bytes((0x88, 0x82))
            + key
            + bytes(a ^ b for a, b in zip(struct.pack(">H", 5), key, strict=False)),  # no code
            choose.randbytes(choose.randint(1, 200)),
        )
    )


def _headers(world: World) -> dict[str, str]:
    return {"Host": world.host, "Authorization": f"Bearer {world.operate}"}


STREAMS: tuple[Callable[[random.Random, World], Trial], ...] = (wrong_number, wrong_handshake, wrong_frames)
