"""What kept replays are made of, and lines for people on those that a command goes on with and those that it makes anew.

A replay is made of named texts: digests of files by the files' names, which have no space, and of all else by what it is in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.records.recorded_detectors import short

MadeOf = Mapping[str, str]
CODE = "code of laneblock or of the plug-in"
_SHOWN = 3
"""Names of replays in a line."""


def model_of(detector: str) -> str:
    """Return the name under which the fingerprint of a detector stands.

    >>> model_of("snd")
    'model or parameters of snd'
    """
    return f"model or parameters of {detector}"


def what_changed(before: MadeOf, now: MadeOf) -> tuple[str, ...]:
    """Return a text for each difference between what two replays are made of.

    >>> what_changed({"loops.csv": "a", "mask of faulty loops": "none"}, {"loops.csv": "b", "mask of faulty loops": "0f"})
    ('loops.csv changed', 'another mask of faulty loops (none -> 0f)')
    """
    return tuple(
        _difference(name, before.get(name), now.get(name))
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )


def _difference(name: str, was: str | None, is_now: str | None) -> str:
    if was is None or is_now is None:
        return f"{name} is {'new' if was is None else 'gone'}"
    if name == CODE:
        return f"other {name}"
    return f"{name} changed" if " " not in name else f"another {name} ({short(was)} -> {short(is_now)})"


def resume_lines(kept: int, total: int, anew: Mapping[str, Sequence[str]], folder: Path) -> Iterator[str]:
    """Yield lines on replays of an earlier command: how many of a `total` are kept in `folder`, and, by reason, those made `anew`.

    >>> list(resume_lines(1, 3, {"loops.csv changed": ["monday", "tuesday"]}, Path("out")))
    ['1 of 3 replays was finished before, and is kept in out', '2 replays are made anew, monday, tuesday: loops.csv changed']
    """
    if kept:
        verbs = ("was", "is") if kept == 1 else ("were", "are")
        yield f"{kept} of {total} replay{'s' * (total != 1)} {verbs[0]} finished before, and {verbs[1]} kept in {folder}"
    for why, names in anew.items():
        many = f"{len(names)} replay{'s are' if len(names) > 1 else ' is'} made anew"
        yield f"{many}, {', '.join(names[:_SHOWN])}{', ...' * (len(names) > _SHOWN)}: {why}"
