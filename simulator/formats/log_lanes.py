"""Blocked lanes out of the words of operators: "right lane", "lanes 1 and 2 of 3 blocked", "2 left lanes", "#4 LN", "RS".

Lanes that have a number are counted from the left unless said otherwise: so do operators in North America (PeMS, CHP, WZDx).
An unknown word leaves the lanes unknown: a guess would name a wrong lane.
"""

import re

from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, Blocked, LaneClaim

_WORD_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ALL = re.compile(
    r"\b(all|every)\b(?! (?:vehs?|vehicles|parties|units)\b).{0,12}\b(lanes?|lns?)\b"
    r"|\ball (lanes )?(blocked|closed)|\b(full|total) closure|\broad(way)? (closed|blocked)"
)
_UNKNOWN = re.compile(r"\bunk(n|nown)?\b|\?|\bn/?a\b|not known")
_CLEAR = re.compile(r"\bno(ne| lanes?)\b|\b(all )?lanes? (open|clear)|\bcleared\b")
_SHOULDER = re.compile(
    r"\b(rs|ls|rhs|lhs|r/s|l/s|(right|left|hard|inside|outside|centre|center)?[ -]*(shoulder|shldr|shld|berm|verge|layby))\b"
)
_OFF_ROAD = re.compile(r"\b(cd|c/d|c-d|collector|ramp|off-?ramp|on-?ramp|exit|gore|median)\b")
_SIDE = r"(?P<side>right|left|rt|lt|rht|lft|slow|fast|inside|outside|nearside|offside)(?: ?hand)?"
_SEVERAL = re.compile(
    rf"\b(?P<first>\d{{1,2}}|one|two|three|four|five|six)\s+{_SIDE}[ -]*(?:most)?\s+(?:lanes?|lns?)\b"
)
_SEVERAL_TOO = re.compile(
    rf"\b{_SIDE}[ -]*(?:most)?\s+(?P<first>\d{{1,2}}|two|three|four|five|six)\s+(?:lanes?|lns?)\b"
)
_ONE = re.compile(rf"\b{_SIDE}[ -]*(?:most)?\s*(?:lanes?|lns?|ln)\b")
_MIDDLE = re.compile(r"\b(center|centre|middle|mid|ctr)\s*(lanes?|lns?)\b")
_SIDES = r"right|left|rt|lt|rht|lft|slow|fast|inside|outside|nearside|offside|center|centre|middle"
_TWO_SIDES = re.compile(rf"\b({_SIDES})(?: lane)?\s*(?:and|&|,|\+|/)\s*({_SIDES})\s+(?:lanes?|lns?)\b")
_LIST = r"#?\d{1,2}(?:\s*(?:,|&|\+|and|-|to|thru|through)\s*#?\d{1,2})*"
_NUMBERED = re.compile(rf"\b(?:lanes?|lns?)\s*(?:no\.?\s*)?(?P<list>{_LIST})(?:\s*(?:of|/)\s*(?P<of>\d{{1,2}}))?")
_HASHED = re.compile(
    r"(?P<list>#\s?\d{1,2}(?:\s*(?:,|&|\+|/|and|-|thru|through)\s*#?\s?\d{1,2})*)\s*(?:lanes?|lns?)?\b"
)
_RIGHT = frozenset({"right", "rt", "rht", "slow", "outside", "nearside"})


def lanes_in_words(text: str, *, keeps_left: bool = False, counted_from_left: bool = True) -> LaneClaim:
    """Return the lanes that a text calls blocked; unknown where it names none, or names them in words that are not known.

    Slow, outside and nearside lanes are on the right, on the left where traffic keeps left. A shoulder is no lane.

    >>> lanes_in_words("lanes 1 and 2 of 3 blocked, RS").from_left, lanes_in_words("2 right lanes").from_right
    ((1, 2), (1, 2))
    """
    words = " ".join(text.lower().replace("_", " ").split())
    if not words or _UNKNOWN.search(words):
        return UNKNOWN_LANES
    if _ALL.search(words) and not re.search(r"all lanes? (open|clear)", words):
        return ALL_LANES
    bare = _TWO_SIDES.sub(r"\1 lane, \2 lane", _SHOULDER.sub(" ", words).replace("both ", "two "))
    left, right, of, bare = _named(bare, keeps_left, counted_from_left)
    middle = _MIDDLE.search(bare) is not None
    if left or right or middle:
        return LaneClaim(Blocked.LANES, tuple(sorted(left)), tuple(sorted(right)), of, middle)
    if _SHOULDER.search(words) or _OFF_ROAD.search(words) or _CLEAR.search(words):
        return NO_LANE
    return UNKNOWN_LANES


def names_shoulder(text: str) -> bool:
    """Return whether a text names a shoulder, or the centre divider, CD."""
    return re.search(rf"{_SHOULDER.pattern}|\bcd\b", text.lower()) is not None


def _named(words: str, keeps_left: bool, counted_from_left: bool) -> tuple[set[int], set[int], int, str]:
    left: set[int] = set()
    right: set[int] = set()
    of = 0
    for pattern in (_SEVERAL, _SEVERAL_TOO, _ONE):
        for match in pattern.finditer(words):
            several = match.groupdict().get("first")
            number = 1 if several is None else _WORD_NUMBERS.get(several) or int(several)
            side = right if _on_the_right(match["side"], keeps_left) else left
            side.update(range(1, min(number, 100) + 1))
        words = pattern.sub(" ", words)
    for pattern in (_NUMBERED, _HASHED):
        for match in pattern.finditer(words):
            (left if counted_from_left else right).update(_numbers(match["list"]))
            of = int(match.groupdict().get("of") or of)
        words = pattern.sub(" ", words)
    return left, right, of, words


def _on_the_right(side: str, keeps_left: bool) -> bool:
    if side in ("right", "rt", "rht", "left", "lt", "lft"):
        return side in _RIGHT
    return (side in _RIGHT) != keeps_left


def _numbers(text: str) -> set[int]:
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|&|\+|/|and)\s*", text):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        found.update(range(ends[0], ends[-1] + 1) if len(ends) == 2 else ends)
    return found - {0}
