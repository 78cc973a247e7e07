"""Trees in a file: what cannot be walked from a root to a leaf is refused, with its place."""

from typing import Any

import pytest

from detectors.file_schema import checked
from detectors.tree_file import MOST_LEVELS, TreeFile
from tests.detectors.test_tree_ensemble import STUMPS


def read(**changes: Any) -> TreeFile:
    return checked(TreeFile, STUMPS | changes, "trees")


def chain(levels: int) -> dict[str, Any]:
    """One tree of so many levels, each with a leaf and the next node."""
    inner, nodes = range(0, 2 * levels, 2), 2 * levels + 1
    return {
        "features": 1,
        "baseline": 0.0,
        "depth": levels,
        "roots": [0],
        "feature": [0] * nodes,
        "threshold": [0.0] * nodes,
        "left": [k + 1 if k in inner else k for k in range(nodes)],
        "right": [k + 2 if k in inner else k for k in range(nodes)],
        "missing_left": [0] * nodes,
        "value": [0.0] * nodes,
    }


def test_trees_that_end_in_leaves_are_read() -> None:
    assert read().left.tolist() == STUMPS["left"]


@pytest.mark.parametrize("part", sorted(STUMPS))
def test_a_missing_part_is_named(part: str) -> None:
    with pytest.raises(ValueError, match=f"trees: {part}: wanted, but missing"):
        checked(TreeFile, {name: values for name, values in STUMPS.items() if name != part}, "trees")


def test_an_infinite_threshold_of_an_earlier_version_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"threshold\[1\]: wanted a finite number, .*train it again"):
        read(threshold=[0.0, float("inf"), *STUMPS["threshold"][2:]])


@pytest.mark.parametrize("part", ["feature", "threshold", "left", "right", "missing_left"])
def test_parts_of_other_lengths_are_refused(part: str) -> None:
    with pytest.raises(ValueError, match=f"{part}: wanted 7 numbers, one for each value, got 6"):
        read(**{part: STUMPS[part][:-1]})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"left": [0, 1, 2, 4, 4, 5, 6]}, r"left\[0\]: wanted a later node of the same tree"),  # half a leaf
        ({"left": [4, 1, 2, 4, 4, 5, 6]}, r"left\[0\]: wanted a later node .* got 4"),  # the next tree's
        ({"right": [2, 1, 2, 3, 4, 5, 6]}, r"right\[3\]: wanted a later node"),
        ({"right": [2, 0, 2, 5, 4, 5, 6]}, r"left\[1\]: wanted a later node"),  # a circle
        ({"right": [9, 1, 2, 5, 4, 5, 6]}, r"right\[0\]: wanted a later node .* got 9"),
        ({"roots": []}, "roots: wanted 1 to 3000 trees, got 0"),
        ({"roots": [0, 3, 7]}, "roots: wanted numbers of nodes that rise from 0 to below 7"),
        ({"roots": [1, 3, 6]}, "roots: wanted numbers of nodes that rise from 0"),
        ({"roots": [0, 3, 3]}, "roots: wanted numbers of nodes that rise from 0"),
        ({"right": [1, 1, 2, 5, 4, 5, 6]}, "left: wanted trees, got node 1 with several parents"),
        ({"depth": 2}, "depth: wanted the levels of the deepest tree, 1, got 2"),
        ({"depth": 0}, "depth: wanted the levels of the deepest tree, 1, got 0"),
        ({"depth": -3}, "depth: wanted greater than or equal to 0, got -3"),
        ({"depth": 10**9}, "depth: wanted less than or equal to 64, got 1000000000"),
        ({"depth": True}, "depth: wanted a valid integer, got True"),
        ({"missing_left": [2, 0, 0, 0, 0, 0, 0]}, r"missing_left\[0\]: wanted 0 or 1, got 2"),
        ({"value": [0.0, 1e400, 2.0, 0.0, 0.25, 0.5, 100.0]}, r"value\[1\]: wanted .*, got inf"),
        ({"feature": [1, 0, 0, True, 0, 0, 0]}, r"feature\[3\]: wanted a whole number, got True"),
        ({"feature": [1, 0, 0, -1, 0, 0, 0]}, r"feature\[3\]: wanted a whole number, 0 to 2147483647, got -1"),
        ({"threshold": [-1e308, *[0.0] * 6]}, r"threshold\[0\]: wanted a number of size 1e\+06 at most, or 1e\+308"),
        ({"threshold": [10**400, *[0.0] * 6]}, r"threshold\[0\]: wanted a finite number"),
    ],
)
def test_what_cannot_be_walked_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(**changes)


def test_the_deepest_trees_allowed_are_read() -> None:
    assert checked(TreeFile, chain(MOST_LEVELS), "trees").depth == MOST_LEVELS


def test_deeper_trees_are_refused_whatever_depth_is_written() -> None:
    with pytest.raises(ValueError, match=f"wanted the levels of the deepest tree, {MOST_LEVELS + 1}, got 3"):
        checked(TreeFile, chain(MOST_LEVELS + 40) | {"depth": 3}, "trees")
