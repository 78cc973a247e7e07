"""Whether a feed's files become the same when they are read by their layout and by their parser."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.field_recordings import FieldRecordings

_POSITION = re.compile(r"got [^:]*: line \d+, column \d+ \(")
"""Where a file is no XML differs by the comment, at the end of one that is cut."""
COMMENT = b"\n<!-- a file with a comment is read by its parser alone -->\n"


def same_by_parser(
    read: Callable[[Path], FieldRecordings], where: Path, companions: Sequence[Path], files: Sequence[bytes]
) -> str:
    """Return what the files become, or why they are refused; their parser is asserted to say the same."""
    told = []
    for end in (b"", COMMENT):
        for path in where.iterdir():
            if path not in companions:
                path.unlink()
        for k, content in enumerate(files):
            (where / f"minute_{k}.xml").write_bytes(content + end)
        told.append(_told(read, where))
    by_layout, by_parser = told
    assert by_layout == by_parser
    return by_layout


def _told(read: Callable[[Path], FieldRecordings], where: Path) -> str:
    try:
        found = read(where)
        frames = [
            f"{name} {frame.time_s} {frame.count.tolist()} {frame.occupancy.tolist()} {frame.speed.tolist()}"
            for name, recording in found.recordings
            for frame in recording.frames
        ]
    except UserError as error:
        return _POSITION.sub("got no XML (", f"refused: {error}")
    return "\n".join([found.left_out, *frames])


def damaged(rng: random.Random, content: bytes) -> bytes:
    """Return a file cut off somewhere, or with another sign in place of one of its own."""
    at = rng.randrange(len(content))
    signs = (b"<", b">", b"&", b"9", b"\x7f", b'"', b" ")
    return rng.choice((content[:at], content[:at] + rng.choice(signs) + content[at + 1 :]))
