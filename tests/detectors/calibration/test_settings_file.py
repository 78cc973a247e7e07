"""The settings file: round trip, what ships, and clear errors."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from detectors.calibration.aims import AIMS
from detectors.calibration.settings_file import Settings, read_settings, shipped_settings, write_settings

SETTINGS = Settings("toy", {"gain": 2.0, "memory_s": 1e-7}, {0.1: 3.5, 1.0: 2.0, 10.0: 1.25}, {"method": "by hand"})


@dataclass(frozen=True, slots=True)
class OneParameter:
    gain: Annotated[float, Field(ge=0, le=10)]


@dataclass(frozen=True, slots=True)
class ToyParameters(OneParameter):
    memory_s: float


TEXT = """detector = "toy"

[parameters]
gain = 2.0
memory_s = 1e-07

[thresholds]
"0.1" = 3.5
"1" = 2.0
"10" = 1.25

[provenance]
method = "by hand"
"""


def read(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return read_settings(path, "toy", ToyParameters)


def test_what_is_written_by_hand(tmp_path: Path) -> None:
    write_settings(tmp_path / "own.toml", SETTINGS)
    assert (tmp_path / "own.toml").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        replace(SETTINGS, thresholds={0.1: 1e5, 1.0: 1 / 3, 10.0: -2.0}),
        replace(SETTINGS, provenance={"method": 'quoted "so", a \\ and\na line – é 🚗'}),
        replace(SETTINGS, provenance={}),
    ],
)
def test_writing_and_reading_gives_equal_settings(tmp_path: Path, settings: Settings) -> None:
    write_settings(tmp_path / "own.toml", settings)
    assert read_settings(tmp_path / "own.toml", "toy", ToyParameters) == settings
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    settings = read(tmp_path / "own.toml", TEXT.replace("gain = 2.0", "gain = 3").replace('"1" = 2.0', '"1" = 2'))
    assert (settings.parameters["gain"], settings.threshold(1.0)) == (3.0, 2.0)


def test_the_threshold_is_the_one_of_the_aim() -> None:
    assert [SETTINGS.threshold(aim) for aim in AIMS] == [3.5, 2.0, 1.25]


def test_another_aim_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"toy is calibrated for 0\.1, 1, 10 false alarms per corridor-day, got 5"):
        SETTINGS.threshold(5.0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('detector = "toy"', 'detector = "snd"', "wanted settings with detector = 'toy', got 'snd'"),
        ('detector = "toy"', "", "wanted settings with detector = 'toy', got None"),
        ("gain = 2.0", "gian = 2.0", r"parameters\.gian: unknown key \(did you mean 'gain'\?\)"),
        ("gain = 2.0", "", r"parameters\.gain: wanted, but missing"),
        ("[parameters]\ngain = 2.0\nmemory_s = 1e-07", "", "parameters: wanted, but missing"),
        ("gain = 2.0", 'gain = "2.0"', r"parameters\.gain: wanted a valid number, got '2\.0'"),
        ("gain = 2.0", "gain = true", r"parameters\.gain: wanted a valid number, got True"),
        ("gain = 2.0", "gain = nan", r"parameters\.gain: wanted a finite number, got nan"),
        ("gain = 2.0", "gain = -inf", r"parameters\.gain: wanted a finite number, got -inf"),
        ("gain = 2.0", "gain = 11", r"parameters\.gain: wanted less than or equal to 10, got 11"),
        ("gain = 2.0", f"gain = 1{'0' * 5000}", "limit"),
        ("gain = 2.0", "gain = 2.0.0", "line 4"),
        ("gain = 2.0", f"gain = {'[' * 5000}", "nested too deeply"),
        ('"10" = 1.25', "", r'wanted a threshold "10" under \[thresholds\]'),
        ('"10" = 1.25', '"10" = [1.25]', r"thresholds\.10\.0: wanted a valid number, got \[1\.25\]"),
        ('"10" = 1.25', '"10" = inf', r"thresholds\.10\.0: wanted a finite number, got inf"),
        ('"10" = 1.25', '"10" = 2.5', r"thresholds: fewer .* got 2 for 1 and 2\.5 for 10 \(are they mixed up\?\)"),
        ('"10" = 1.25', '"10" = 1.25\noften = 1.0', "named by false alarms .* got 'often'"),
        ('"10" = 1.25', '"10" = 1.25\n"10.0" = 1.0', "one threshold for each rate of false alarms, got two for 10"),
        ("[parameters]\ngain = 2.0\nmemory_s = 1e-07", "parameters = 5", r"parameters: wanted a valid .*, got 5"),
        ('[provenance]\nmethod = "by hand"', '[[provenance]]\nmethod = "by hand"', r"provenance: wanted a valid dict"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_the_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=rf"own\.toml: .*{message}"):
        read(tmp_path / "own.toml", TEXT.replace(old, new, 1))


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"own\.toml: a parameter file is UTF-8 text"):
        read_settings(tmp_path / "own.toml", "toy", ToyParameters)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such parameter file: .*own\.toml"):
        read_settings(tmp_path / "own.toml", "toy", ToyParameters)


def test_a_detector_without_shipped_settings_is_to_be_calibrated() -> None:
    with pytest.raises(ValueError, match=r"no parameters of toy come with .* \(laneblock calibrate toy\)"):
        shipped_settings("toy", ToyParameters)


def test_shipped_settings_that_do_not_fit_the_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match=r"snd\.toml: parameters\.\w+: unknown key \(known: gain\)"):
        shipped_settings("snd", OneParameter)
