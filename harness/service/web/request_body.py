"""Bodies of requests unpacked, within a limit: a small body must not become a large one."""

import zlib
from email.message import Message

from fastapi import HTTPException


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """Return a body without its Content-Encoding.

    Raises HTTPException: 415 for another encoding than gzip, 413 where it grows too large, 400 for what is no gzip.

    >>> import gzip
    >>> unpacked(gzip.compress(b"[1]"), "gzip", 100), unpacked(b"[1]", "", 100)
    (b'[1]', b'[1]')
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in ("gzip", "x-gzip"):
        raise HTTPException(
            415, f"Content-Encoding: wanted gzip or none, got {name[:40]!r}", {"Accept-Encoding": "gzip"}
        )
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        content = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise HTTPException(400, f"body: wanted gzip ({error})") from None
    if len(content) > limit:
        raise HTTPException(413, f"wanted a body of {limit} bytes at most when unpacked")
    if not reader.eof or reader.unused_data:
        raise HTTPException(400, "body: wanted one whole gzip member (was it cut off?)")
    return content


def media_type(header: str) -> str:
    """Return the type of a Content-Type header, without its parameters.

    >>> media_type("Application/JSON; charset=utf-8"), media_type("")
    ('application/json', '')
    """
    message = Message()
    message["content-type"] = header
    return message.get_content_type() if header else ""
