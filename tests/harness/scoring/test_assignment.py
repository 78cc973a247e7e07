"""One-to-one assignment of least cost."""

import math
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.assignment import assign


def test_assignment_prefers_more_pairs_to_cheaper_ones() -> None:
    inf = math.inf
    assert assign(np.array([[1.0, 100.0], [2.0, inf]])) == (1, 0)
    assert assign(np.array([[inf, inf], [5.0, 4.0]])) == (None, 1)
    assert assign(np.array([[inf]])) == (None,)


@given(st.lists(st.lists(st.sampled_from([1.0, 2.0, 5.0, math.inf]), min_size=3, max_size=3), min_size=1, max_size=3))
def test_assignment_costs_least_of_all_that_pair_the_most(rows: list[list[float]]) -> None:
    def best(row: int, free: frozenset[int]) -> tuple[int, float]:
        if row == len(rows):
            return 0, 0.0
        choices = [best(row + 1, free)]
        for column in free:
            if math.isfinite(rows[row][column]):
                pairs, cost = best(row + 1, free - {column})
                choices.append((pairs - 1, cost + rows[row][column]))
        return min(choices)

    chosen = assign(np.array(rows))
    pairs = [(row, column) for row, column in enumerate(chosen) if column is not None]
    assert all(a[1] != b[1] for a, b in combinations(pairs, 2))
    assert (-len(pairs), sum(rows[row][column] for row, column in pairs)) == best(0, frozenset(range(3)))
