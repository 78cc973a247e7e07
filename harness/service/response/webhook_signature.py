"""Signatures of webhooks: HMAC-SHA256 over time and body, so that a receiver knows who sent it, and that it is not an old one.

    X-Laneblock-Signature: t=1767571200,v1=5257a8...

A receiver in another language does what `verified` does: compute the HMAC of `t`, a dot and the body as it came, compare
in constant time, and refuse times that are more than TOLERANCE_S away.
"""

import hmac
import re
from hashlib import sha256

HEADER = "X-Laneblock-Signature"
TOLERANCE_S = 300.0
"""Age of a signature that a receiver takes, s. Chosen: clocks differ, and a retry is signed anew."""
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(secret: str, body: bytes, wall_s: float) -> str:
    """Return the header's value for a body sent at a wall time."""
    return f"t={int(wall_s)},v1={_digest(secret, body, int(wall_s))}"


def verified(secret: str, body: bytes, header: str, wall_s: float, tolerance_s: float = TOLERANCE_S) -> bool:
    """Return whether a body came from whoever knows the secret, and lately.

    >>> body = b'{"reason": "opened"}'
    >>> header = signature("open sesame", body, 1000.0)
    >>> verified("open sesame", body, header, 1005.0), verified("open sesame", body + b" ", header, 1005.0)
    (True, False)
    >>> verified("open sesame", body, header, 2000.0), verified("another", body, header, 1005.0)
    (False, False)
    """
    found = _FORM.fullmatch(header)
    if found is None or abs(wall_s - int(found[1])) > tolerance_s:
        return False
    return hmac.compare_digest(found[2], _digest(secret, body, int(found[1])))


def _digest(secret: str, body: bytes, second: int) -> str:
    return hmac.new(secret.encode(), f"{second}.".encode() + body, sha256).hexdigest()
