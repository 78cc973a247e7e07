"""Groups of detectors: few are in one picture, many are in groups, and none is left out or drawn twice."""

from detectors.catalogue import DETECTORS
from harness.running.detector_names import ENDS_OF_SCALE
from harness.studies.comparison.comparison_groups import MOST_TOGETHER, OTHERS, groups_of


def test_few_detectors_are_in_one_picture() -> None:
    names = tuple(DETECTORS.own)[:MOST_TOGETHER]
    assert groups_of(names) == (("", names),)


def test_every_detector_that_ships_is_in_a_group_of_its_kind_and_once() -> None:
    names = [name for name in DETECTORS if name in DETECTORS.own and name not in ENDS_OF_SCALE]
    groups = groups_of(names)
    assert sorted(name for _, each in groups for name in each) == sorted(names)
    assert OTHERS not in [heading for heading, _ in groups]


def test_a_group_fits_into_a_picture() -> None:
    assert all(len(names) <= MOST_TOGETHER for _, names in groups_of(list(DETECTORS)) if names)


def test_a_detector_of_another_package_is_among_the_others() -> None:
    assert groups_of([*DETECTORS, "mine"])[-1] == (OTHERS, ("silent", "coin", "mine"))
