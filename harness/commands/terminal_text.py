"""Text for a terminal that cannot show every character: those that its encoding lacks are replaced by ASCII.

Files are not concerned: they are UTF-8 everywhere.
"""

import codecs
import io
import sys
import unicodedata

SPELLED = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MIDDLE DOT}": "*",
    "\N{PLUS-MINUS SIGN}": "+/-",
    "\N{DEGREE SIGN}": " deg",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-",
    "\N{UPWARDS ARROW}": "^",
    "\N{DOWNWARDS ARROW}": "v",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{BOX DRAWINGS HEAVY HORIZONTAL}": "-",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
}
_HANDLER = "laneblock.spelled"
_REPLACED = ("strict", "surrogateescape", "backslashreplace")
"""Ways to handle such signs that nobody has chosen: Python's own for its two streams."""


def spelled(text: str) -> str:
    """Return a text in ASCII: signs spelled, accents left out, anything else as its number.

    >>> spelled("DR \N{GREATER-THAN OR EQUAL TO} 80 \N{EN DASH} Z\N{LATIN SMALL LETTER U WITH DIAERESIS}rich \N{AUTOMOBILE}")
    'DR >= 80 - Zurich \\\\U0001f697'
    """
    return "".join(map(_spelled_sign, text))


def spell_what_streams_lack() -> None:
    """Let standard output and standard error spell what their encoding lacks, also bytes of paths that are no text."""
    codecs.register_error(_HANDLER, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in _REPLACED:
            stream.reconfigure(errors=_HANDLER)


def _spelled_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    base = SPELLED.get(sign) or "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c))
    return base if base.isascii() and base else sign.encode("ascii", "backslashreplace").decode("ascii")


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelled(error.object[error.start : error.end]), error.end
