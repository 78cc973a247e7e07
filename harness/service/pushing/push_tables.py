"""The tables [[push]] of a service's file: receivers that get each change of an incident by HTTP POST.

[[push]]
name = "state-tmc"
format = "datex2"                              # or cap, geojson, wzdx, jsonl
url = "https://tmc.example.org/situations"     # or url_env, the variable that holds it
headers = {X-Sender = "district-7"}
headers_env = {Authorization = "TMC_TOKEN"}    # secrets stand in the environment, never in the file
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx
from pydantic import Field

from harness.service.pushing.push_format import FORMATS, PushFormat
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_setup import secret
from harness.service.response.escalation_policy import Name
from harness.service.response.http_transport import KEY_HEADER, HttpTransport
from harness.service.response.transport import TIMEOUT_S, Transport
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel

CHANNEL = "push "
"""What the name of a push begins with where those of channels stand too: the outbox, reports."""
NO_CAP = 1_000_000_000
"""Messages in an hour: programs are sent all of them."""
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})
"""Headers that hold secrets, in small letters."""
OWN_HEADERS = frozenset(
    {"content-type", "content-length", "transfer-encoding", "connection", "host", KEY_HEADER.lower()}
)
"""Headers that the service sends itself, in small letters."""
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


@dataclass(frozen=True, slots=True)
class Push:
    """A receiver: its name, the format, and what carries documents; `rule` is it as a channel of the outbox."""

    name: str
    format: str
    transport: Transport

    @property
    def rule(self) -> ChannelRule:
        """The channel: nothing is held back or put together, and an incident's changes come in order."""
        return ChannelRule(
            CHANNEL + self.name, "push", to=(self.name,), cap_per_hour=NO_CAP, machine=True, in_order=True
        )

    @property
    def made(self) -> PushFormat:
        """How its documents are written."""
        return FORMATS[self.format]


class PushTable(StrictModel):
    """One receiver."""

    name: Name
    format: Literal["cap", "datex2", "geojson", "wzdx", "jsonl"]
    url: str | None = None
    url_env: str | None = None
    headers: Mapping[str, str] = {}
    headers_env: Mapping[str, str] = {}
    timeout_s: float = Field(default=TIMEOUT_S, gt=0, le=60)

    def build(self) -> Push:
        """Return the receiver. Raises UserError, which tells no secret."""
        if (self.url is None) == (self.url_env is None):
            raise UserError("wanted url, or url_env with the name of the variable that holds it (one of the two)")
        url = _checked_url(secret(self.url_env, "url_env") if self.url is None else self.url)
        if self.url is not None and url.userinfo:
            raise UserError("url: it holds a password (put the whole URL in a variable, and name that in url_env)")
        for name in self.headers:
            if name.lower() in SECRET_HEADERS:
                raise UserError(f"headers: {name} is a secret (put it in a variable, and name that in headers_env)")
        hidden = {name: secret(variable, f"headers_env.{name}") for name, variable in self.headers_env.items()}
        headers = {**self.headers, **hidden}
        names = [name.lower() for name in (*self.headers, *self.headers_env)]
        for name, value in headers.items():
            _check_header(name, value, names.count(name.lower()))
        transport = HttpTransport(
            str(url), headers=headers, media_type=FORMATS[self.format].media_type, timeout_s=self.timeout_s
        )
        return Push(self.name, self.format, transport)


def _checked_url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
        if url.scheme in ("http", "https") and url.host and not url.fragment:
            return url
    except httpx.InvalidURL:
        pass
    raise UserError("url: wanted http://... or https://..., in the file or in the variable that url_env names")


def _check_header(name: str, value: str, times: int) -> None:
    """Raise UserError for what is no header, one of our own, and one that is given twice; no value is told."""
    if not _HEADER.fullmatch(name):
        raise UserError(f"headers: wanted names of headers, got {name!r:.80}")
    if name.lower() in OWN_HEADERS:
        raise UserError(f"headers: {name} is the service's own")
    if times > 1:
        raise UserError(f"headers: {name} is given twice")
    if not (value.isascii() and value.isprintable() and value.strip() == value and value):
        raise UserError(
            f"headers: {name}: wanted printable ASCII without blanks at its ends (does a line break end it?)"
        )
