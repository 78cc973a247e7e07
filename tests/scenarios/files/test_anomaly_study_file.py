"""Studies of anomalies as files: those shipped make sense, and each slip is one message."""

from pathlib import Path

import pytest

from scenarios.anomaly import ANOMALY_KINDS
from scenarios.files.anomaly_study_file import anomaly_study_names, load_anomaly_study

GOOD = """
seed = 1
history_days = 1
threshold_days = 1
[day]
from_s = 3600
until_s = 7200
demand_vphpl = [[0, 500]]
[[runs]]
name = "a"
anomalies = [{ kind = "surge", onset_s = 4000, duration_s = 600, factor = 1.5 }]
"""


@pytest.mark.parametrize("name", anomaly_study_names())
def test_shipped_studies_hold_every_kind(name: str) -> None:
    study = load_anomaly_study(name)
    kinds = {each.kind for run in study.runs for each in run.anomalies}
    assert study.name == name
    assert any(run.holiday for run in study.runs)
    assert kinds | {"holiday"} == set(ANOMALY_KINDS)


def test_a_study_is_called_after_its_file_and_takes_a_site_beside_it(tmp_path: Path) -> None:
    (tmp_path / "road").mkdir()
    (tmp_path / "mine.toml").write_text('site = "road"' + GOOD, encoding="utf-8")
    study = load_anomaly_study(str(tmp_path / "mine.toml"))
    assert study.name == "mine"
    assert study.site == str(tmp_path / "road")


def test_a_run_covers_the_part_of_the_day_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace('name = "a"', 'name = "a"\nuntil_s = 5400'), encoding="utf-8")
    study = load_anomaly_study(str(tmp_path / "mine.toml"))
    assert study.span_s(study.runs[0]) == (3600, 5400)
    assert study.span_s(None) == (3600, 7200)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("history_days = 1", "history_days = 0", "history_days"),
        ("history_days = 1", "histori_days = 1", "unknown key; did you mean 'history_days'"),
        ("demand_vphpl = [[0, 500]]", "demand_vphpl = [[60, 500]]", "wanted steps .* from 0 on"),
        ("demand_vphpl = [[0, 500]]", "demand_vphpl = [[0, 500], [0, 600]]", "in order of time"),
        ("demand_vphpl = [[0, 500]]", "demand_vphpl = [[0, 500], [90000, 600]]", "within the day"),
        ("until_s = 7200", "until_s = 3600", r"day.until_s: wanted after from_s 3600.*is it a duration"),
        ("until_s = 7200", "until_s = 7201", "day.until_s: wanted a whole number of periods"),
        ('name = "a"', 'name = "History-1"', "is taken"),
        ('name = "a"', 'name = "a/b"', "name"),
        ('name = "a"', 'name = "a"\nfrom_s = 0', "wanted from the day's from_s on"),
        ('name = "a"', 'name = "a"\nholiday = true', r"wanted a \[holiday\] table"),
        ("onset_s = 4000", "onset_s = 3600", r"runs\[0\].anomalies\[0\]: wanted within its run, 3600 to 7200"),
        ("onset_s = 4000", "onset_s = 7000", "got 7000 to 7600 s"),
        ('anomalies = [{ kind = "surge", onset_s = 4000, duration_s = 600, factor = 1.5 }]', "", "got neither"),
        ("factor = 1.5", "factr = 1.5", "unknown key; did you mean 'factor'"),
        ('kind = "surge"', 'kind = "sruge"', "did you mean 'surge'"),
        (", factor = 1.5", "", "factor: surge needs it"),
    ],
)
def test_each_slip_is_one_message_with_its_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "slip.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as caught:
        load_anomaly_study(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_study_is_told_of_with_the_likely_slip() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean 'tiny'"):
        load_anomaly_study("tinny")
