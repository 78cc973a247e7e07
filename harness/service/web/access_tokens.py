"""Tokens: who may do what. Kept as salted hashes, compared in constant time.

A token is a random text of 256 bits, so one round of SHA-256 keeps it: no list of likely words can find it, and every request can
afford it. A file of tokens is TOML and holds no secret:

    [[token]]
    name = "control room"
    role = "operate"
    hash = "SALT:HASH"
"""

import hmac
import secrets
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from scenarios.errors import MissingFileError, UserError, at

SHORTEST_TOKEN, LONGEST_TOKEN = 20, 200
"""Characters of a token. Chosen: a random text of 20 letters has over 100 bits; a longer one than 200 is none of ours."""
LONGEST_NAME = 60
"""Characters of a person's name. Chosen: it stands in one line of a timeline."""
VARIABLE = "LANEBLOCK_TOKENS"
"""The environment variable with tokens: `name:role:token`, several separated by commas."""


class Role(StrEnum):
    """What a token is for; each is also allowed what `MAY` says."""

    VIEW = "view"
    OPERATE = "operate"
    FEED = "feed"
    ADMIN = "admin"


MAY = {
    Role.VIEW: frozenset({Role.VIEW}),
    Role.OPERATE: frozenset({Role.VIEW, Role.OPERATE}),
    Role.FEED: frozenset({Role.FEED}),
    Role.ADMIN: frozenset(Role),
}
"""The roles whose rights a token has: who operates may view, who feeds sees nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever asks: the actor of events, and what is allowed. `signed_in` is false where no token is needed."""

    name: str
    roles: frozenset[Role]
    signed_in: bool = True


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token as it is kept."""

    name: str
    role: Role
    salt: str
    digest: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a service; false where there is none, then everybody who reaches it may do everything."""

    known: tuple[KnownToken, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.known)

    def person(self, token: str) -> Person | None:
        """Return whose token this is. Takes the same time for every token of its length."""
        if not SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN:
            return None
        found = None
        for each in self.known:
            if hmac.compare_digest(_digest(each.salt, token), each.digest):
                found = Person(each.name, MAY[each.role])
        return found


def new_token(name: str, role: Role) -> tuple[str, KnownToken]:
    """Return a new secret, to be given to its owner once, and the token as it is kept."""
    secret = secrets.token_urlsafe(32)
    return secret, kept_token(name, role, secret)


def kept_token(name: str, role: Role, secret: str) -> KnownToken:
    """Return a secret as it is kept. Raises UserError for a name or a secret that is too short or too long."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise UserError(f"token: wanted a name of 1 to {LONGEST_NAME} printable characters, got {name[:80]!r}")
    if not SHORTEST_TOKEN <= len(secret) <= LONGEST_TOKEN:
        raise UserError(
            f"token of {name}: wanted {SHORTEST_TOKEN} to {LONGEST_TOKEN} characters, got {len(secret)} (is it random?)"
        )
    salt = secrets.token_hex(16)
    return KnownToken(name, role, salt, _digest(salt, secret))


def token_entry(token: KnownToken) -> str:
    """Return the lines of a token in a file."""
    name = token.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'[[token]]\nname = "{name}"\nrole = "{token.role}"\nhash = "{token.salt}:{token.digest}"\n'


def read_tokens(path: Path) -> Tokens:
    """Return the tokens of a file. Raises UserError, naming the entry."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingFileError(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: wanted TOML ({error})") from None
    entries = content.get("token", [])
    if set(content) - {"token"} or not isinstance(entries, list):
        raise UserError(f"{path}: wanted [[token]] entries alone, got {', '.join(content)}")
    return Tokens(tuple(_read_entry(f"{path}: token {number}", entry) for number, entry in enumerate(entries, start=1)))


def tokens_in(text: str) -> Tokens:
    """Return the tokens of the environment variable. Raises UserError that tells no secret."""
    known = []
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        parts = entry.split(":", 2)
        if len(parts) < 3:
            raise UserError(f"{VARIABLE}: entry {number}: wanted name:role:token, got {len(parts)} parts")
        try:
            known.append(kept_token(parts[0], _role(parts[1]), parts[2]))
        except UserError as error:
            raise at(f"{VARIABLE}: entry {number}", error) from None
    return Tokens(tuple(known))


def _read_entry(place: str, entry: Any) -> KnownToken:
    wanted = ("name", "role", "hash")
    if (
        not isinstance(entry, dict)
        or set(entry) != set(wanted)
        or not all(isinstance(entry[key], str) for key in wanted)
    ):
        raise UserError(f"{place}: wanted the texts {', '.join(wanted)}")
    salt, separator, digest = entry["hash"].partition(":")
    if not (separator and salt and len(digest) == 64 and all(sign in "0123456789abcdef" for sign in digest)):
        raise UserError(f"{place}: wanted hash as SALT:HASH (is it the token itself? `laneblock token` makes an entry)")
    if not 1 <= len(entry["name"]) <= LONGEST_NAME or not entry["name"].isprintable():
        raise UserError(f"{place}: wanted a name of 1 to {LONGEST_NAME} printable characters")
    return KnownToken(entry["name"], _role(entry["role"]), salt, digest)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise UserError(f"role: wanted one of {', '.join(Role)}, got {text[:40]!r}") from None


def _digest(salt: str, secret: str) -> str:
    return sha256(f"{salt}:{secret}".encode("utf-8", "replace")).hexdigest()
