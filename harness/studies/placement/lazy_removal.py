"""Things taken away one after another, the least missed first, with few trials: a lazy greedy search (Minoux 1978).

Of those left, the one whose last known cost is least is tried again, until that one was tried since the last went. This is the
plain greedy order wherever a thing is missed no less once others are gone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def lazy_removal(
    things: Sequence[int], cost: Callable[[tuple[int, ...]], tuple[Any, ...]], most: int
) -> Iterator[tuple[int, ...]]:
    """Yield what is gone after each step, `most` steps at most: () and one thing, these and another, and so on.

    `cost` of what is gone: the lower, the less it is missed; at equal costs the first of the `things` goes.

    >>> worth = {1: 5, 2: 1, 3: 2}
    >>> list(lazy_removal([1, 2, 3], lambda gone: (sum(worth[each] for each in gone),), 2))
    [(2,), (2, 3)]
    """
    gone: tuple[int, ...] = ()
    known = {thing: cost((thing,)) for thing in things}
    fresh = set(things)
    for _ in range(min(most, len(things))):
        while (best := min(known, key=lambda thing: known[thing])) not in fresh:
            known[best] = cost((*gone, best))
            fresh.add(best)
        gone, fresh = (*gone, best), set()
        del known[best]
        yield gone
