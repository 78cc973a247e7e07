"""Lanes out of the words of a dispatcher: "#2 AND #3 LNS BLKD", "SLOW LN", "ALL LNS", "RS".

Source: the glossary of the California Highway Patrol's traffic incident page. Lane 1 is the leftmost.
"""

import re

_NUMBERS = re.compile(r"#\s?(\d)(?:\s*(?:,|&|/|AND|-|THRU)\s*#?\s?(\d))*(?=\W|$)")
_NUMBER = re.compile(r"\d")
_RANGE = re.compile(r"#\s?(\d)\s*(?:-|THRU)\s*#?\s?(\d)")
_SLOW = re.compile(r"\b(?:SLOW|RIGHT|RHT|RT)\s+(?:LN|LANE)\b")
_FAST = re.compile(r"\b(?:FAST|LEFT|LFT|LT)\s+(?:LN|LANE)\b")
_ALL = re.compile(r"\bALL\s+(?:\w+\s+)?(?:LN|LNS|LANE|LANES)\b")
_SHOULDER = re.compile(r"\b(?:RHS|LHS|RS|CD|SHLDR|SHOULDER|R/S)\b")


def blocked_lanes(texts: list[str], lanes: int) -> tuple[int, ...]:
    """Return the lanes that the texts name, lane 0 the rightmost of `lanes`, in order; none where they name none.

    >>> blocked_lanes(["SOLO VEH BLKG #4 LN"], 4), blocked_lanes(["#1 AND #2 LNS"], 4), blocked_lanes(["FAST LN"], 3)
    ((0,), (2, 3), (2,))
    """
    found: set[int] = set()
    for text in (each.upper() for each in texts):
        for match in _NUMBERS.finditer(text):
            found |= {int(number) for number in _NUMBER.findall(match.group())}
        for first, last in _RANGE.findall(text):
            found |= set(range(int(first), int(last) + 1))
        found |= {lanes} if _SLOW.search(text) else set()
        found |= {1} if _FAST.search(text) else set()
        found |= set(range(1, lanes + 1)) if _ALL.search(text) else set()
    return tuple(sorted(lanes - number for number in found if 1 <= number <= lanes))


def only_shoulder(texts: list[str], lanes: int) -> bool:
    """Return whether the texts name a shoulder, and no lane."""
    return any(_SHOULDER.search(text.upper()) for text in texts) and not blocked_lanes(texts, lanes)
