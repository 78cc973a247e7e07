"""What is added to a detector's file."""

from pathlib import Path

import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.file_amendment import amend, file_content, provenance_of, version_of
from detectors.calibration.normal_file import normal_table
from detectors.calibration.settings_file import read_settings, shipped_settings, write_settings
from detectors.calibration.stored_text import parse_model
from detectors.charts.ewma import EwmaParameters
from detectors.learned.learned_model_file import read_learned, write_learned
from detectors.sheu.sheu_parameter_file import read_parameters, shipped_parameters, write_parameters
from tests.detectors.site_days import site_day

ADDED = {"version": "2", "data": "ab" * 32, "days": 'two "days"'}
NORMAL = day_means([site_day(), site_day()]).normal(24)


def test_a_file_of_settings_keeps_all_it_has(tmp_path: Path) -> None:
    before = shipped_settings("ewma", EwmaParameters)
    write_settings(tmp_path / "site.toml", before)
    amend(tmp_path / "site.toml", ".toml", ADDED, normal_table(NORMAL))
    after = read_settings(tmp_path / "site.toml", "ewma", EwmaParameters)
    assert (after.parameters, after.thresholds) == (before.parameters, before.thresholds)
    assert after.provenance == {**before.provenance, **ADDED}
    assert after.normal is not None
    assert after.normal.mean == pytest.approx(NORMAL.mean)


def test_a_file_of_settings_has_no_normal_unless_one_is_added(tmp_path: Path) -> None:
    write_settings(tmp_path / "site.toml", shipped_settings("ewma", EwmaParameters))
    amend(tmp_path / "site.toml", ".toml", ADDED)
    assert read_settings(tmp_path / "site.toml", "ewma", EwmaParameters).normal is None


def test_a_model_keeps_all_it_has(tmp_path: Path) -> None:
    before = read_learned(None, "mlp")
    write_learned(tmp_path / "site.json", before)
    text = (tmp_path / "site.json").read_text(encoding="utf-8")
    amend(tmp_path / "site.json", ".json", ADDED, normal_table(NORMAL))
    after = read_learned(tmp_path / "site.json", "mlp")
    assert (after.thresholds, after.provenance) == (before.thresholds, {**before.provenance, **ADDED})
    model = [line for line in text.splitlines() if line.startswith('"model"')]
    assert model[0] in (tmp_path / "site.json").read_text(encoding="utf-8")


def test_parameters_of_sheu_2004_keep_all_they_have(tmp_path: Path) -> None:
    before = shipped_parameters()
    write_parameters(tmp_path / "site.toml", before)
    amend(tmp_path / "site.toml", ".toml", ADDED)
    after = read_parameters(tmp_path / "site.toml")
    assert (after.symptoms, after.filter, after.test) == (before.symptoms, before.filter, before.test)
    assert after.provenance == {**before.provenance, **ADDED}


def test_a_normal_that_does_not_fit_is_named_in_a_model_too() -> None:
    with pytest.raises(ValueError, match=r"site\.json: normal: corridor: wanted, but missing"):
        parse_model('{"detector": "mlp", "normal": {"stations": ["A", "B"]}}', "site.json", "mlp")


@pytest.mark.parametrize(("name", "text"), [("a.toml", 'detector = "snd"\n'), ("a.json", '{"detector": "snd"}')])
def test_content_is_read_by_what_it_is(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert file_content(tmp_path / name) == {"detector": "snd"}


def test_a_file_without_provenance_is_the_first_version() -> None:
    assert version_of({}, "site.toml") == 1
    assert provenance_of({"provenance": 5}) == {}


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", "", "9" * 40, "²"])
def test_a_version_that_is_no_number_from_1_on_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"site\.toml: provenance\.version: wanted a whole number from 1 on"):
        version_of({"provenance": {"version": text}}, "site.toml")
