"""Lanes followed along a corridor, against the direction of travel, by the connections between its edges.

Conventions: a lane is SUMO's index on its edge, 0 on the side of slow traffic; a number is that of a lane along the whole corridor.
"""

from collections.abc import Collection, Mapping, Sequence

Link = tuple[int, int]
"""A connection from a lane of one edge to a lane of the next edge."""
Numbers = Mapping[int, int]
"""Numbers of the through lanes of an edge, by SUMO's index."""


def through_lanes(links: Sequence[Collection[Link]], last: Collection[int]) -> list[dict[int, int]]:
    """Return the numbers of the through lanes of every edge, by SUMO's index, in downstream order.

    `links` are the connections from each edge to the next, `last` the through lanes of the last edge: these are numbered from 0.
    A lane keeps its number along the whole corridor. Numbers are missing upstream of the place where their lanes begin. One that
    does not reach the corridor's end is no through lane (`ending_lanes`).

    >>> through_lanes([[(0, 1), (1, 2)]], [0, 1, 2])  # lane 0 begins at the second edge
    [{0: 1, 1: 2}, {0: 0, 1: 1, 2: 2}]
    >>> through_lanes([[(1, 0), (2, 1)]], [0, 1])  # lane 0 of the first edge ends there
    [{1: 0, 2: 1}, {0: 0, 1: 1}]
    """
    numbers = {lane: number for number, lane in enumerate(sorted(last))}
    found = [numbers]
    for connections in reversed(links):
        numbers = _upstream(connections, numbers)
        found.append(numbers)
    return found[::-1]


def ending_lanes(
    links: Sequence[Collection[Link]], lanes: Sequence[Collection[int]], through: Sequence[Numbers]
) -> list[dict[int, int]]:
    """Return the numbers of the lanes beside the through lanes on the side of fast traffic, of every edge, by SUMO's index.

    These end before the corridor does, or begin on its last edge. `lanes` are the lanes of each edge that vehicles may use,
    `through` the numbers of its through lanes, of which it has one or more. Numbers go on from the through lanes': a station
    upstream has a lane more. One number is one lane: a lane whose number another one has downstream of its end gets none, nor do
    those beside it. Lanes that end on the side of slow traffic have none, as lane 0 is the outermost through lane.

    >>> ending_lanes([[(0, 0), (1, 1)]], [[0, 1, 2], [0, 1]], [{0: 0, 1: 1}, {0: 0, 1: 1}])
    [{2: 2}, {}]
    >>> ending_lanes([[(0, 0), (1, 1)]], [[0, 1, 2], [0, 1, 2]], [{0: 0, 1: 1}, {0: 0, 1: 1, 2: 2}])  # another lane 2 begins
    [{}, {}]
    """
    found: list[dict[int, int]] = []
    used: set[int] = set()
    ahead: dict[int, int] = {}
    for connections, own, there in zip(reversed([*links, ()]), reversed(through), reversed(lanes), strict=True):
        ended: dict[int, int] = {}
        number = max(own.values()) + 1
        for lane in sorted(index for index in there if index > max(own)):
            goes_on = {ahead[end] for start, end in connections if start == lane and end in ahead}
            if number not in goes_on and (number in used or any(other in found[-1].values() for other in goes_on)):
                break
            ended[lane] = number
            number += 1
        found.append(ended)
        ahead = {**own, **ended}
        used |= set(ahead.values())
    return found[::-1]


def _upstream(connections: Collection[Link], numbers: Numbers) -> dict[int, int]:
    """The numbers of the lanes that lead to numbered lanes: as many as can be, in order, side by side where there is a choice.

    Where one lane splits into two, or two join, the choice with the fewest gaps wins, then that on the side of fast traffic.
    """
    best: dict[tuple[int, int], tuple[tuple[int, int, int], dict[int, int]]] = {}
    known = sorted({(start, end) for start, end in connections if end in numbers})
    for start, end in known:  # longest chain of links that rise in both lanes; edges have few lanes
        number = numbers[end]
        chains = [
            ((count + 1, gaps + (start - a - 1) + (number - numbers[b] - 1), sides + start + end), chain)
            for (a, b), ((count, gaps, sides), chain) in best.items()
            if a < start and numbers[b] < number
        ]
        score, chain = max(chains, key=_worth, default=((1, 0, start + end), {}))
        best[start, end] = (score, {**chain, start: number})
    return max(best.values(), key=_worth)[1] if best else {}


def _worth(chain: tuple[tuple[int, int, int], dict[int, int]]) -> tuple[int, int, int]:
    (count, gaps, sides), _ = chain
    return count, -gaps, sides
