"""Command lines, damaged by chance: a value of an option, an option too many or too few, an argument that is something else."""

import random
from collections.abc import Sequence

from tests.robustness.damage import Damaged
from tests.robustness.damaged_values import EXTREME, HUGE_WHOLE, NOT_NUMBERS, TEXTS

OPTIONS = (
    "--jobs",
    "--time-limit",
    "--seed",
    "--share",
    "--aim",
    "--margin-ttd",
    "--alpha",
    "--shard",
    "--kind",
    "--out",
    "--persistence",
)
NUMERIC = ("--jobs", "--time-limit", "--seed", "--share", "--aim", "--margin-ttd", "--alpha", "--persistence")
LONGEST = 100_000
"""Characters of an argument. Chosen: Linux takes 128 KiB."""


def damaged_arguments(choose: random.Random, arguments: Sequence[str]) -> tuple[tuple[str, ...], Damaged]:
    """Return a command line that differs from `arguments` in one word or two."""
    words = list(arguments)
    values = [*NOT_NUMBERS, HUGE_WHOLE, *EXTREME, *(text for text in TEXTS if "\0" not in text), "/dev/null", ".", "/"]
    what = choose.choice(("value", "gone", "twice", "option"))
    if what == "option":
        option, value = choose.choice(OPTIONS), choose.choice(values)
        words += [option, value]
        impossible = option in NUMERIC and (value in NOT_NUMBERS or value == HUGE_WHOLE)
        return tuple(words), Damaged(f"{option} {value[:40]!r}", impossible=impossible)
    at = choose.randrange(1, len(words))
    if what == "gone":
        return (*words[:at], *words[at + 1 :]), Damaged(f"without {words[at]!r}")
    if what == "twice":
        return (*words[:at], words[at], *words[at:]), Damaged(f"{words[at]!r} twice")
    value = choose.choice(values)[:LONGEST]
    return (*words[:at], value, *words[at + 1 :]), Damaged(f"{value[:40]!r} for {words[at]!r}")
