"""Rows of many keys that come together are handed on by key, in the order in which they came."""

import numpy as np
import pytest

from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.pending_rows import PendingRows
from simulator.formats.stored_rows import StoredRows


def rows(*first: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Return a row of each key, with this number in its first column."""
    return np.array([[number, -number] for number in first])


def test_rows_are_taken_by_key_in_the_order_of_their_first_ones() -> None:
    pending = PendingRows()
    pending.add(("a", "b"), rows(np.nan, 1))
    pending.add(("a", "b"), rows(2, 3))
    assert [(key, own[:, 0].tolist()) for key, own in pending.taken()] == [("b", [1, 3]), ("a", [2])]
    assert not list(pending.taken())


def test_rows_that_came_once_are_taken_without_those_of_keys_that_have_none() -> None:
    pending = PendingRows()
    pending.add(("b", "a", "b"), rows(1, np.nan, 2))
    assert [(key, own.tolist()) for key, own in pending.taken()] == [("b", [[1, -1]]), ("b", [[2, -2]])]


def test_other_keys_do_not_fit_nor_more_of_keys_that_come_twice() -> None:
    pending = PendingRows()
    assert pending.fits(("a", "a"))
    pending.add(("a", "a"), rows(1, 2))
    assert not pending.fits(("a", "a"))
    list(pending.taken())
    pending.add(("a", "b"), rows(1, 2))
    assert pending.fits(("a", "b"))
    assert not pending.fits(("b", "a"))


def test_stored_rows_stay_in_order_whichever_way_they_came() -> None:
    stored = StoredRows(2)
    stored.extend_each(("a", "b"), rows(1, 2))
    stored.extend_each(("a", "b"), rows(3, 4))
    stored.extend("a", rows(5))
    stored.extend_each(("b", "a", "b"), rows(6, 7, 8))
    stored.extend_each(("b", "a", "b"), rows(9, np.nan, 10))
    assert stored.held == 11
    assert stored.rows("a")[:, 0].tolist() == [1, 3, 5, 7]
    assert stored.rows("b")[:, 0].tolist() == [2, 4, 6, 8, 9, 10]
    assert stored.least("b") == 2


def test_a_speed_of_no_vehicle_is_not_known() -> None:
    loops = GatheredLoops(60)
    counts, speeds = np.array([0.0, 3.0]), np.zeros(2)
    loops.add_each((("s", 1), ("s", 2)), np.full(2, 60.0), counts, np.full(2, 0.5), speeds)
    assert np.isnan(loops.rows(("s", 1))[0, 3])
    assert loops.rows(("s", 2))[0].tolist() == [60, 3, 0.5, 0]


def test_a_key_without_rows_has_none() -> None:
    stored = StoredRows(2)
    stored.extend_each(("a", "b"), rows(1, np.nan))
    assert "b" not in stored
    with pytest.raises(KeyError):
        stored.least("b")
