"""The probable meaning of a misspelt name."""

from collections.abc import Collection
from difflib import get_close_matches

LONGEST_WORD = 100
"""Characters of a word that may be a slip. Chosen: no name is longer, and comparing takes the square of it."""


def likely(word: str, known: Collection[str]) -> str:
    """Return the likely slip as the end of a message; empty where no known word is near.

    >>> likely("sr19", ["sr91", "smoke"])
    "; did you mean 'sr91'?"
    """
    if len(word) > LONGEST_WORD:
        return ""
    near = get_close_matches(word, list(known), n=1, cutoff=0.55)
    return f"; did you mean {near[0]!r}?" if near else ""
