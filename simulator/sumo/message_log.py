"""SUMO's log of warnings and errors, read back as kinds with their counts.

SUMO writes the first message of a kind, and the number of all of them when it ends (`--aggregate-warnings`); messages that it
does not count itself are counted here. Time and memory are bounded however large the log is.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from scenarios.errors import printable
from simulator.traffic_account import SumoMessages

AGGREGATE = ("--aggregate-warnings", "1")
"""Option of a run: SUMO counts the warnings of a kind after the first."""
MOST_KINDS = 20
"""Kinds that are kept; messages of further kinds are counted together. Chosen: more than anyone reads."""
LARGEST_LOG_BYTES = 64 << 20
"""Bytes of a log that are read. Chosen: about a million messages, read in some seconds."""
LONGEST_CHARACTERS = 300
"""Characters kept of a message. Chosen: SUMO's longest have about 200, without the names in them."""
OTHERS = "messages of further kinds"
_TOTAL = re.compile(r"(\d+) total messages of type: (.*)", re.DOTALL)
_VARYING = re.compile(r"'[^']*'|[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def read_messages(path: Path) -> tuple[SumoMessages, ...]:
    """Return the messages in a log of SUMO's, one entry a kind; none where there is no log."""
    found: dict[str, SumoMessages] = {}
    for level, text in _lines(path) if path.is_file() else ():
        total = _TOTAL.fullmatch(text)
        if total:
            count, format_ = int(total[1]), total[2]
            general = _kind_of(format_)
            fitting = [kind for kind, one in found.items() if _fits(one.example, format_)]
            if not fitting:
                _add(found, level, general, count, format_)
            else:
                kind = general if general in fitting else fitting[0]
                found[kind] = SumoMessages(found[kind].level, general, count, found[kind].example)
        else:
            _add(found, level, _kind_of(text), 1, text)
    return tuple(found.values())


def _add(found: dict[str, SumoMessages], level: str, kind: str, count: int, example: str) -> None:
    if kind not in found and len(found) >= MOST_KINDS:
        kind, example = OTHERS, OTHERS
    before = found.get(kind)
    number_of = count + (before.count if before else 0)
    found[kind] = SumoMessages(
        "error" if level == "Error" else "warning", kind, number_of, before.example if before else example
    )


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Level and text of every message, in one line of printable characters."""
    left = LARGEST_LOG_BYTES
    with path.open("rb") as stream:
        while left > 0 and (line := stream.readline(64 << 10)):
            left -= len(line)
            level, colon, text = line.decode("utf-8", errors="replace").strip().partition(": ")
            if colon and level in ("Warning", "Error"):
                yield level, printable(text[:LONGEST_CHARACTERS])[:LONGEST_CHARACTERS]
        if left <= 0:
            yield "Warning", f"SUMO wrote a log of more than {LARGEST_LOG_BYTES >> 20} MB; the rest of it was not read"


def _kind_of(text: str) -> str:
    """A message without the names and numbers that vary.

    >>> _kind_of("Vehicle 'a 1' waits 12.5 s")
    "Vehicle '%' waits % s"
    """
    return _VARYING.sub(lambda part: "'%'" if part.group().startswith("'") else "%", text)


def _fits(text: str, format_: str) -> bool:
    """Whether a message may come from a format of SUMO's, in which `%` stands for any text."""
    place = 0
    for number, piece in enumerate(format_.split("%")):
        at = text.find(piece, place)
        if at < 0 or (number == 0 and at > 0):
            return False
        place = at + len(piece)
    return True
