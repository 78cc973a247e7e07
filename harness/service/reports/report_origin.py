"""Where a report comes from: versions and command, without a password that a database's address may hold."""

import re

from harness.records.provenance import provenance

_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]*@")


def report_origin() -> dict[str, object]:
    """Return the provenance of a report."""
    origin = provenance()
    return {**origin, "command": without_password(str(origin["command"]))}


def without_password(text: str) -> str:
    """Return a text in which the passwords of addresses are hidden.

    >>> without_password("store report postgresql+psycopg://kim:secret@host/live --out x")
    'store report postgresql+psycopg://kim:***@host/live --out x'
    """
    return _PASSWORD.sub(r"\1:***@", text)
