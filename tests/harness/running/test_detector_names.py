"""Detectors as options name them."""

import pytest

from detectors.catalogue import DETECTORS
from harness.running.detector_names import check_names, named_or_all


def test_where_none_is_named_all_are_but_the_ends_of_the_scale() -> None:
    assert set(DETECTORS) - set(named_or_all([])) == {"silent", "coin"}


def test_a_named_end_of_the_scale_is_taken() -> None:
    assert named_or_all(["coin"]) == ["coin"]


@pytest.mark.parametrize(
    ("names", "words"),
    [(["ewna"], "no detector 'ewna'.*did you mean 'ewma'"), (["ewma", "ewma"], "--reference ewma is given twice")],
)
def test_an_unknown_and_a_repeated_name_are_refused(names: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_names(names, "--reference")
