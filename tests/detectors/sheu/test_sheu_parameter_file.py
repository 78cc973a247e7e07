"""The parameter file: round trip, what ships, and clear errors."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from detectors.sheu.sheu_parameter_file import (
    format_parameters,
    parse_parameters,
    read_parameters,
    shipped_parameters,
    write_parameters,
)
from detectors.sheu.symptom_rules import RULE_NAMES

TEXT = format_parameters(shipped_parameters())


def test_what_ships_has_a_threshold_for_every_rule_and_a_provenance() -> None:
    shipped = shipped_parameters()
    assert tuple(shipped.symptoms.thresholds) == RULE_NAMES
    assert {"method", "recordings", "false_alarms"} <= set(shipped.provenance)


def test_writing_and_reading_gives_equal_parameters(tmp_path: Path) -> None:
    shipped = shipped_parameters()
    odd = replace(
        shipped,
        symptoms=replace(shipped.symptoms, thresholds=dict.fromkeys(RULE_NAMES, inf)),
        test=replace(shipped.test, queue_growth=inf),
        provenance={"method": 'quoted "so", a \\ and\na line'},
    )
    for parameters in (shipped, odd):
        write_parameters(tmp_path / "own.toml", parameters)
        assert read_parameters(tmp_path / "own.toml") == parameters
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("clip =", "clop =", r"\[test\] has no 'clop' \(did you mean 'clip'\?\)"),
        ("release =", "# release =", r"\[symptoms\] needs 'release', which is missing"),
        ("[filter]", "[philter]", r"\[file\] has no 'philter' \(did you mean 'filter'\?\)"),
        ("share_fell_4 =", "share_fall_4 =", r"has no 'share_fall_4' \(did you mean 'share_fell_4'\?\)"),
        ("memory_frames = ", "memory_frames = 0.5 + ", r"sheu2004.toml: .*line"),
        ("settle_frames = 6", "settle_frames = 6.0", "symptoms.settle_frames is a whole number, got 6.0"),
        ("release = ", "release = 1", r"symptoms.release is 0.05 to 1"),
        ("start = [", "start = [0.5, ", "filter.start holds 6 values"),
        ("clip = ", 'clip = "a" # ', "test.clip is a number, got 'a'"),
        ("beta = ", "beta = 1", r"beta is a probability"),
        ("dispersion = ", "dispersion = -", "dispersion is above 0"),
        ("share_fell_4 = ", "share_fell_4 = -", "share_fell_4 is above 0"),
        ("share_fell_4 = ", "share_fell_4 = nan #", "share_fell_4 is above 0"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=message):
        parse_parameters(TEXT.replace(old, new, 1), "sheu2004.toml")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"own\.toml: a parameter file is UTF-8 text"):
        read_parameters(tmp_path / "own.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such parameter file: .*own\.toml"):
        read_parameters(tmp_path / "own.toml")
