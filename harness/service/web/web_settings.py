"""How pages and the API are served: address, tokens, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from harness.service.feeds.feed_settings import FeedSettings
from harness.service.sources.reading_schema import MOST_BYTES
from harness.service.web.access_tokens import Tokens
from scenarios.errors import UserError

HERE = "127.0.0.1"
"""The address of this machine alone."""
NO_TOKENS = Tokens()
"""Everybody who reaches the service may do everything."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Settings of the web server; every limit is chosen, and says what changes when it is moved.

    `host_names`: other names by which browsers reach the service, such as that of a proxy before it. `secure_cookie`: browsers send
    the cookie over TLS only; to be set behind a proxy that speaks TLS. `zones`: time zones of corridors, for stamps of pushed
    readings that have no offset.
    """

    host: str = HERE
    port: int = 8000
    tokens: Tokens = NO_TOKENS
    host_names: tuple[str, ...] = ()
    secure_cookie: bool = False
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)
    feeds: FeedSettings = field(default_factory=FeedSettings)
    most_body_bytes: int = MOST_BYTES
    """Size of a message with readings, as sent and unpacked: a larger one is refused with 413."""
    most_readings_per_s: float = 200_000.0
    """Readings that one sender may push per second over a minute: more are refused with 429. 4,000 stations x 4 lanes at 20 x need
    10,700."""
    most_subscribers: int = 1000
    """Streams at a time; another one is refused with 503. Each holds a connection and at most a buffer of the socket."""
    heartbeat_s: float = 5.0
    """A stream's condition is sent this often. Pages call the service lost after three times that."""
    send_timeout_s: float = 10.0
    """A subscriber that takes nothing for so long is cut; it resumes by number."""
    poll_s: float = 0.5
    """The store is asked this often where nobody publishes, and frames are sent no more often."""


def checked_address(settings: WebSettings) -> WebSettings:
    """Return the settings. Raises UserError for an address that others can reach where there is no token."""
    if not settings.tokens and not is_this_machine(settings.host):
        raise UserError(
            f"host {settings.host}: wanted tokens, since others can reach this address, got none "
            f'(`host = "{HERE}"` is reached from this machine alone and needs none)'
        )
    return settings


def is_this_machine(host: str) -> bool:
    """Return whether an address is reached from this machine alone.

    >>> is_this_machine("127.0.0.1"), is_this_machine("::1"), is_this_machine("localhost"), is_this_machine("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
