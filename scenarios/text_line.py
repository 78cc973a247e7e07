"""Names and ids as lines of text: what a page, a table and a terminal show as it is written."""

import unicodedata

_LINE_ENDS = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that a line has none of: control characters, line ends, halves of pairs (Unicode)."""
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: a name with one of them reads as another."""


def is_line(text: str) -> bool:
    """Return whether a text is one line that shows what it holds; a space that does not break is part of one.

    >>> is_line("A 12\\u00a0km"), is_line("A\\t12"), is_line("A\\u202e21")
    (True, False, False)
    """
    return not any(sign in _DIRECTIONS or unicodedata.category(sign) in _LINE_ENDS for sign in text)
