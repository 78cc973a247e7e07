"""HTTP: a gateway for SMS or chat, signed webhooks, and feeds that are pushed.

Every request carries the message's key as `Idempotency-Key`.

What an answer means: 2xx it is delivered; 409 the receiver has this key already; 400, 410, 413 and 422 it refuses this message for
good; anything else, also a redirection, is tried again.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import TIMEOUT_S, NotDeliveredError
from harness.service.response.webhook_signature import HEADER, signature
from scenarios.errors import in_one_line, printable

KEY_HEADER = "Idempotency-Key"
KNOWN_ALREADY = 409
FOR_GOOD = frozenset({400, 410, 413, 422})
"""Answers to a message that will not be taken later either (RFC 9110); wrong tokens and paths may be mended meanwhile."""
LONGEST_ANSWER = 200
"""Characters of an answer that are told. Chosen: a line."""
SHORTEST_SECRET = 8
"""Characters from which a word of a header is struck from an answer. Chosen: shorter ones are words of a language."""


@dataclass(slots=True)
class HttpTransport:
    """Posts JSON, or what `media_type` says. `fields`: what the gateway calls `to`, `text`, `subject` and `key`.

    Without `fields` the payload goes to the address, or to `url`. `more`: what else the gateway wants. `token` is sent as a bearer
    token, `secret` signs, `headers` are sent as they are; an answer that repeats a secret is told without it. `timeout_s` holds for
    each step of a request.
    """

    url: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    media_type: str = "application/json"
    timeout_s: float = TIMEOUT_S
    wall_clock: Callable[[], float] = time.time
    _client: httpx.Client | None = field(default=None, init=False, repr=False)

    def send(self, message: Outgoing) -> None:
        """Post a message. Raises NotDeliveredError."""
        body = self._body(message)
        headers = {**self.headers, "Content-Type": self.media_type, KEY_HEADER: message.key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.secret:
            headers[HEADER] = signature(self.secret, body, self.wall_clock())
        self._client = self._client or httpx.Client(timeout=self.timeout_s, trust_env=False)
        try:
            url = self.url or message.address
            with self._client.stream("POST", url, content=body, headers=headers) as answer:
                if answer.is_success or answer.status_code == KNOWN_ALREADY:
                    return
                told = next(answer.iter_bytes(LONGEST_ANSWER), b"").decode("utf-8", "replace")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NotDeliveredError(in_one_line(error) or type(error).__name__) from None
        told = printable(" ".join(self._without_secrets(told).split()))
        raise NotDeliveredError(f"HTTP {answer.status_code} {told}".strip(), answer.status_code in FOR_GOOD)

    def close(self) -> None:
        """Let the connection go."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _without_secrets(self, answer: str) -> str:
        for value in (self.token, *self.headers.values()):
            for word in value.split():
                answer = answer.replace(word, "***") if len(word) >= SHORTEST_SECRET else answer
        return answer

    def _body(self, message: Outgoing) -> bytes:
        if not self.fields:
            return message.payload.encode()
        values = {"to": message.address, "text": message.text, "key": message.key, "subject": message.subject}
        content = {**self.more, **{name: values[what] for what, name in self.fields.items()}}
        return json.dumps(content, ensure_ascii=False).encode()
