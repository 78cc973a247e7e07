"""Where a store is: a URL of SQLAlchemy, or the path of a SQLite file."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from scenarios.errors import UserError

EXAMPLES = "sqlite:///laneblock.db or postgresql+psycopg://USER@HOST/NAME"


def database_url(text: str) -> URL:
    """Return the URL that a text names; a text without `://` is the path of a SQLite file.

    `postgresql://` means the driver psycopg. Raises UserError for anything else; a password is not repeated in the message.

    >>> str(database_url("live.db")), database_url("postgresql://me:secret@host/laneblock").drivername
    ('sqlite:///live.db', 'postgresql+psycopg')
    """
    if "://" not in text:
        if not text:
            raise UserError(f"database: wanted {EXAMPLES}, got an empty text")
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UserError(f"database: wanted {EXAMPLES}, got what is no URL (is the port a number?)") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise UserError(f"database: wanted {EXAMPLES}, got one of {url.drivername}://")
    if url.drivername == "sqlite" and (not url.database or url.database == ":memory:"):
        raise UserError("database: wanted a file after sqlite:///, got none (a store in memory survives nothing)")
    return url


def shown(url: URL) -> str:
    """Return a URL for messages, without its password.

    >>> shown(database_url("postgresql://me:secret@host/laneblock"))
    'postgresql+psycopg://me:***@host/laneblock'
    """
    return str(Path(url.database or "")) if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
