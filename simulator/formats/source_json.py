"""JSON documents of a source, bounded; their problems told in one line."""

import json
from typing import Any

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile

MOST_BYTES = 64_000_000
"""Size of a document. Chosen: a WebTRIS site's year is 30 MB, the 500 stations of Finland 1 MB."""


def read_json(file: SourceFile) -> Any:
    """Return a document's content. Raises UserError for a larger one, and for what is no JSON."""
    with file.opened() as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UserError(f"{file.place}: wanted {MOST_BYTES / 1e6:.0f} MB at most, got more")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file.place}: broken JSON: {error}") from None
