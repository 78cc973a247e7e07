"""XML written as text: every text is escaped, and what XML 1.0 does not allow is left out."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Return a text without the characters that XML 1.0 (section 2.2) does not allow, such as most control characters.

    >>> plain("a" + chr(0) + "b" + chr(0xD800) + "c")
    'abc'
    """
    return _NOT_ALLOWED.sub("", text)


def leaf(name: str, value: object, attributes: Mapping[str, str] | None = None) -> str:
    """Return an element with a text; nothing where the value is None or an empty text.

    >>> leaf("note", "a < b"), leaf("note", None)
    ('<note>a &lt; b</note>', '')
    """
    text = "" if value is None else plain(str(value)).strip()
    return f"<{name}{_written(attributes)}>{escape(text)}</{name}>" if text else ""


def element(name: str, *children: str, attributes: Mapping[str, str] | None = None) -> str:
    """Return an element with those of its children, given as text, that are not empty; nothing where none is.

    >>> element("a", leaf("b", 1), "", attributes={"id": '"1"'})
    '<a id=\\'"1"\\'>\\n<b>1</b>\\n</a>'
    """
    held = [child for child in children if child]
    return "\n".join([f"<{name}{_written(attributes)}>", *held, f"</{name}>"]) if held else ""


def empty(name: str, attributes: Mapping[str, str]) -> str:
    """Return an element with attributes alone."""
    return f"<{name}{_written(attributes)}/>"


def _written(attributes: Mapping[str, str] | None) -> str:
    return "".join(f" {name}={quoteattr(plain(value))}" for name, value in (attributes or {}).items())
