"""Rows by key, in memory or in a file, come back as they came; what is written after a checkpoint is cut off."""

import math
from pathlib import Path

import numpy as np
import pytest

from simulator.formats.rows_on_disk import RowFile
from simulator.formats.stored_rows import StoredRows

A, B = ("site", 1), "line\u2028break"


def filled(stem: Path | None) -> StoredRows:
    """Two keys, the second of which comes again; all but the last rows spilled to `stem`, where one is given."""
    rows = StoredRows(2)
    rows.append(A, (5.0, 1.0))
    rows.extend(B, np.array([[7.0, 2.0], [3.0, math.nan]]))
    if stem is not None:
        rows.spill(stem)
    rows.extend(A, np.array([[4.0, 3.0]]))
    return rows


@pytest.mark.parametrize("spilled", [False, True])
def test_rows_come_back_in_the_order_in_which_they_came(spilled: bool, tmp_path: Path) -> None:
    rows = filled(tmp_path / "kept" if spilled else None)
    assert (rows.known_keys(), rows.held) == ([A, B], 1 if spilled else 4)
    np.testing.assert_array_equal(rows.rows(A), [[5.0, 1.0], [4.0, 3.0]])
    np.testing.assert_array_equal(rows.rows(B), [[7.0, 2.0], [3.0, np.nan]])
    assert (rows.least(A), rows.least(B), A in rows, "other" in rows) == (4.0, 3.0, True, False)
    assert rows.rows("other").shape == (0, 2)
    with pytest.raises(KeyError, match="other"):
        rows.least("other")


def test_what_came_after_a_checkpoint_is_not_there_when_the_rows_are_taken_up(tmp_path: Path) -> None:
    rows = filled(tmp_path / "kept")
    lengths = rows.spill(tmp_path / "kept")
    rows.extend("late", np.array([[1.0, 1.0]]))
    rows.spill(tmp_path / "kept")
    again = StoredRows(2)
    again.append("lost", (0.0, 0.0))
    again.take_up(tmp_path / "kept", lengths)
    assert again.known_keys() == [A, B]
    np.testing.assert_array_equal(again.rows(A), [[5.0, 1.0], [4.0, 3.0]])
    again.extend("new", np.array([[2.0, 2.0]]))
    last = again.spill(tmp_path / "kept")
    assert StoredRows(2).rows("new").size == 0
    third = StoredRows(2)
    third.take_up(tmp_path / "kept", last)
    assert third.known_keys() == [A, B, "new"]
    np.testing.assert_array_equal(third.rows("new"), [[2.0, 2.0]])


def test_a_file_without_a_name_is_still_read(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "kept", 1)
    file.unlink()
    file.add("a", np.array([[1.0], [2.0]]))
    assert list(tmp_path.iterdir()) == []
    assert [block.tolist() for block in file.rows("a")] == [[[1.0], [2.0]]]
