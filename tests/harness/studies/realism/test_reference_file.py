"""References read back as they were written; what is none is refused with the likely slip."""

from pathlib import Path

import pytest

from harness.studies.realism.reference_file import (
    REFERENCES,
    Reference,
    read_reference,
    reference_names,
    write_reference,
)
from harness.studies.realism.spread import Spread

SPREAD = Spread(7, (1.0, 2.0, 3.0, 4.0, 5.0))


def test_a_reference_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    write_reference(file, Reference("mine", 3, 12.5, {"free_speed_mps": SPREAD}))
    assert read_reference(str(file)) == Reference("mine", 3, 12.5, {"free_speed_mps": SPREAD})


def test_every_shipped_reference_is_that_of_its_battery() -> None:
    assert reference_names()
    for name in reference_names():
        found = read_reference(name)
        assert found.name == name
        assert found.samples >= 3
        assert "dispersion_minute_medium" in found.spreads
        assert f"{name}.json" in (REFERENCES / f"{name}.json").read_text(encoding="utf-8")  # its command


def test_an_unknown_name_is_answered_with_the_likely_one() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean 'calibration'"):
        read_reference("calibratoin")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name": "a", "samples": 1, "hours": 1, "statistics": {"wave_mps": {"units": 3, "values": [1, 2]}}}',
        '{"name": "a", "samples": 1, "hours": 1, "statistics": {"wave_mps": {"units": 3, "values": [1, 2, 3, 4, NaN]}}}',
        '{"name": "a", "samples": 1, "hours": 1, "statistics": {"wave_mps": 3}}',
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="wanted a reference, as --save-reference writes it"):
        read_reference(str(file))


def test_a_reference_without_known_statistics_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text('{"name": "a", "samples": 1, "hours": 1, "statistics": {"gone": 1}}', encoding="utf-8")
    with pytest.raises(ValueError, match="no statistic that this version knows"):
        read_reference(str(file))
