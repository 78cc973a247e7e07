"""Means and greatest values of the lanes beside a lane, by hand."""

import numpy as np

from detectors.sequential.lanes_beside import beside, most_beside, over_lanes


def test_the_lanes_beside_are_averaged_where_they_exist() -> None:
    values, has = np.array([[1.0, 2.0, 6.0, 9.0]]), np.array([[True, True, True, False]])
    assert beside(values, has).tolist() == [[2.0, 3.5, 2.0, 6.0]]


def test_the_most_of_the_lanes_beside_is_of_those_that_exist() -> None:
    values, has = np.array([[1.0, 2.0, 6.0, 9.0]]), np.array([[True, True, True, False]])
    assert most_beside(values, has).tolist() == [[2.0, 6.0, 2.0, 6.0]]


def test_a_lone_lane_has_nothing_beside_it() -> None:
    assert beside(np.array([[5.0]]), np.array([[True]])).tolist() == [[0.0]]
    assert most_beside(np.array([[5.0]]), np.array([[True]])).tolist() == [[0.0]]


def test_the_mean_over_lanes_is_of_those_that_exist() -> None:
    assert over_lanes(np.array([[1.0, 2.0, 99.0]]), np.array([[True, True, False]])).tolist() == [1.5]
