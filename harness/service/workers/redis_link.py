"""The connection to Redis: keys with a prefix, and errors that say whose fault they are.

redis://HOST:6379/0?prefix=NAME        services that share a Redis need prefixes, or databases, of their own
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from scenarios.errors import MachineError, MissingExtraError, UserError, in_one_line

if TYPE_CHECKING:
    from redis import Redis

EXAMPLE = "redis://HOST:6379/0"
PREFIX = "laneblock"
CONNECT_TIMEOUT_S = 2.0
"""Time to wait for a connection. Chosen: longer, and every push waits that long while Redis is gone."""
ANSWER_TIMEOUT_S = 5.0
"""Time to wait for an answer. Chosen: Redis answers in milliseconds, and is slow only while it saves."""


class RedisLink:
    """Connections to one Redis, as many as threads need; any thread may use it."""

    def __init__(self, url: str) -> None:
        """Prepare a connection; none is made yet. Raises UserError for what is no URL of Redis, MissingExtraError."""
        try:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            raise MissingExtraError('workers need redis: pip install "laneblock[redis]"') from None
        plain, self._prefix, self.name = _parts(url)
        try:
            self.client: Redis = Redis.from_url(
                plain,
                protocol=2,
                socket_connect_timeout=CONNECT_TIMEOUT_S,
                socket_timeout=ANSWER_TIMEOUT_S,
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise UserError(f"Redis: wanted {EXAMPLE}, got {self.name} ({error})") from None

    def key(self, *parts: str) -> str:
        """Return the name of a key of this service."""
        return ":".join((self._prefix, *parts))

    @contextmanager
    def answering(self) -> Iterator["Redis"]:
        """Give the client; what it raises inside becomes MachineError, naming the server."""
        from redis.exceptions import RedisError

        try:
            yield self.client
        except (RedisError, OSError) as error:
            raise MachineError(f"{self.name} does not answer: {in_one_line(error)}") from error

    def close(self) -> None:
        """Let all connections go."""
        self.client.close()


def _parts(url: str) -> tuple[str, str, str]:
    """Return the URL without our prefix, the prefix, and the URL for messages, without a password."""
    try:
        split = urlsplit(url)
        host, port, scheme = split.hostname or "", split.port, split.scheme
    except ValueError:
        raise UserError(f"Redis: wanted {EXAMPLE}, got what is no URL (is the port a number?)") from None
    if scheme not in ("redis", "rediss") or not host:
        raise UserError(f"Redis: wanted {EXAMPLE}, got {scheme or 'no'}:// and host {host!r:.60}")
    if not (split.path.strip("/") or "0").isdecimal():
        raise UserError(f"Redis: wanted the number of a database after the address ({EXAMPLE}), got {split.path!r:.60}")
    query = parse_qs(split.query)
    prefix = query.pop("prefix", [PREFIX])[-1]
    for name in query:
        if not (scheme == "rediss" and name.startswith("ssl_")):
            raise UserError(f"Redis: wanted ?prefix=NAME or nothing after the address, got {name!r:.60}")
    plain = urlunsplit(split._replace(query=urlencode(query, doseq=True)))
    where = f"{scheme}://{host}{'' if port is None else f':{port}'}{split.path}"
    return plain, prefix, where
