"""A text within one SMS: 160 characters of GSM-7 (3GPP TS 23.038), cut at a word.

>>> fitted("Stau, 5 km \\u2013 L\\u00e4nge unbekannt")
'Stau, 5 km - L\\xe4nge unbekannt'
"""

import unicodedata

LONGEST = 160
"""Septets of one SMS that is not split (3GPP TS 23.040)."""
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of one septet (table 6.2.1)."""
EXTENDED = frozenset("^{}\\[~]|€")
"""Characters of two septets (table 6.2.1.1)."""
ALIKE = {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "→": "->", "×": "x"}
"""What is written instead; other letters lose their accents, and what is left becomes a question mark."""
CUT = "..."


def septets(text: str) -> int:
    """Return how many septets a text of GSM-7 characters takes."""
    return sum(1 + (sign in EXTENDED) for sign in text)


def as_gsm(text: str) -> str:
    """Return a text with GSM-7 characters only."""
    return "".join(_sign(each) for each in text)


def fitted(text: str, longest: int = LONGEST) -> str:
    """Return a text of GSM-7 characters within `longest` septets, cut after a word where it is longer."""
    plain = " ".join(as_gsm(text).split())
    if septets(plain) <= longest:
        return plain
    room, end = longest - len(CUT), 0
    for end, sign in enumerate(plain):  # noqa: B007
        room -= 1 + (sign in EXTENDED)
        if room < 0:
            break
    kept = plain[:end]
    if not plain[end].isspace() and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;:.-") + CUT


def _sign(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    if sign in ALIKE:
        return ALIKE[sign]
    if sign.isspace():
        return " "
    base = "".join(each for each in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(each))
    known = "".join(each for each in base if each in BASIC or each in EXTENDED)
    return known if known else "?"
