"""Places on the road in words, as an operator tells them to a patrol."""

from collections.abc import Sequence

from scenarios.corridor import Corridor


def place_in_words(corridor: Corridor | None, section: int, position_m: float) -> str:
    """Return where a position lies; without a corridor that is still watched, the section's number alone.

    >>> from scenarios.corridor import Station
    >>> road = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 800.0, 2)))
    >>> place_in_words(road, 0, 550.0), place_in_words(None, 3, float("nan"))
    ('between S1 and S2, at 0.55 km', 'section 4')
    """
    at = f", at {position_m / 1000:.2f} km" if position_m == position_m else ""
    if corridor is None or not 0 <= section < corridor.sections:
        return f"section {section + 1}{at}"
    return f"between {corridor.stations[section].name} and {corridor.stations[section + 1].name}{at}"


def lanes_in_words(lanes: Sequence[int], of: int) -> str:
    """Return lanes as people count them, 1 the rightmost; empty where none is known.

    >>> lanes_in_words((1,), 4), lanes_in_words((0, 1), 2), lanes_in_words((), 3)
    ('lane 2 of 4', 'lanes 1 and 2 of 2', '')
    """
    names = [str(lane + 1) for lane in sorted(lanes)]
    if not names:
        return ""
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"lane{'s' if len(names) > 1 else ''} {joined} of {max(of, *(lane + 1 for lane in lanes))}"


def lanes_at(corridor: Corridor | None, section: int) -> int:
    """Return the number of lanes of a section: those of the station upstream of it; 0 where it is not known."""
    if corridor is None or not 0 <= section < corridor.sections:
        return 0
    return corridor.stations[section].lanes
