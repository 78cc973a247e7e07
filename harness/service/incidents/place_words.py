"""Places on the road in words, as an operator tells them to a patrol."""

from collections.abc import Sequence

from scenarios.corridor import Corridor


def place_in_words(
    corridor: Corridor | None, section: int, position_m: float, unit: tuple[float, str] = (1000.0, "km")
) -> str:
    """Return where a position lies; without a corridor that is still watched, the section's number alone.

    `unit`: its metres, and its name.

    >>> from scenarios.corridor import Station
    >>> road = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 800.0, 2)))
    >>> place_in_words(road, 0, 550.0), place_in_words(None, 3, float("nan"))
    ('between S1 and S2, at 0.55 km', 'section 3')
    """
    at = f", at {position_m / unit[0]:.2f} {unit[1]}" if position_m == position_m else ""
    if corridor is None or not 0 <= section < corridor.sections:
        return f"section {section}{at}"
    return f"between {corridor.stations[section].name} and {corridor.stations[section + 1].name}{at}"


def lanes_in_words(lanes: Sequence[int], of: int, outermost: str = "rightmost") -> str:
    """Return lanes by the numbers they have everywhere, with where these begin; empty where none is known. `of` 0: not known.

    `outermost` says where lane 0 is (`outermost_of`).

    >>> lanes_in_words((1,), 4), lanes_in_words((0, 1), 0, "leftmost"), lanes_in_words((), 3)
    ('lane 1 (0 is the rightmost of 4)', 'lanes 0 and 1 (0 is the leftmost)', '')
    """
    names = [str(lane) for lane in sorted(lanes)]
    if not names:
        return ""
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    there = f" of {of}" if of > max(lanes) else ""
    return f"lane{'s' if len(names) > 1 else ''} {joined} (0 is the {outermost}{there})"


def outermost_of(corridor: Corridor | None) -> str:
    """Return where lane 0 is, in a word; of a corridor that is not known, the rightmost."""
    return "rightmost" if corridor is None else corridor.outermost


def lanes_at(corridor: Corridor | None, section: int) -> int:
    """Return the number of lanes of a section: those of the station upstream of it; 0 where it is not known."""
    if corridor is None or not 0 <= section < corridor.sections:
        return 0
    return corridor.stations[section].lanes
