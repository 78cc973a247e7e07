"""Detectors by name."""

from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, build
from scenarios.corridor import Corridor, Station

CORRIDOR = Corridor("one section", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 2)))


def test_an_unknown_name_is_answered_with_the_known_ones_and_the_likely_slip() -> None:
    with pytest.raises(ValueError, match="did you mean 'sheu2004'") as error:
        build("sheu2040", CORRIDOR)
    assert all(name in str(error.value) for name in DETECTORS)


def test_every_entry_is_listed_under_its_own_name_with_a_summary() -> None:
    for name, entry in DETECTORS.items():
        assert entry.name == name
        assert entry.summary


@pytest.mark.parametrize("name", ["silent", "coin"])
def test_a_reference_detector_takes_no_parameter_file(name: str) -> None:
    with pytest.raises(ValueError, match="takes no parameter file"):
        build(name, CORRIDOR, Path("some.toml"))


def test_a_parameter_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no such parameter file: .*nowhere\.toml"):
        build("sheu2004", CORRIDOR, Path("nowhere.toml"))
