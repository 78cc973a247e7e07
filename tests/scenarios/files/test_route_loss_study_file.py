from pathlib import Path

import pytest

from scenarios.files.city_file import load_city
from scenarios.files.route_loss_study_file import load_route_loss_study, route_loss_study_names

GOOD = 'name = "mine"\ndescription = "x"\ncity = "bypass"\nseed = 1\n'


def test_the_shipped_studies_are_of_cities_that_are_there() -> None:
    assert route_loss_study_names() == ["bypass", "bypass-smoke"]
    for name in route_loss_study_names():
        study, folder = load_route_loss_study(name)
        assert study.name == name
        assert load_city(study.city, folder).stations


def test_the_full_study_has_the_papers_setting() -> None:
    study, _ = load_route_loss_study("bypass")
    assert (study.train_days, study.test_days, study.queries_per_hour) == (7, 7, 1000)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("slak = 1.0", "slak: unknown key; did you mean 'slack'"),
        ("fault_share = 5.0", "fault_share"),
        ("magnitude = [0.6, 0.2]", r"magnitude: wanted shares from least to most.*got \[0.6, 0.2\]"),
        ("magnitude = [20, 60]", "magnitude: wanted shares from least to most"),
        ("train_days = 1", "train_days"),
        ("train_days = '7'", "train_days"),
        ("fault_hours = 0.0", "fault_hours"),
        ("[sweep]\nfault_share = [2.0]", r"sweep\.fault_share: wanted probabilities"),
        ("[sweep]\nslack = [-1.0]", r"sweep\.slack: wanted 0 to 10"),
        ("[sweep]\nfault_hours = [0.0]", r"sweep\.fault_hours: wanted above 0"),
        ("slack = ", "no valid TOML"),
    ],
)
def test_a_study_that_cannot_be_is_refused_in_one_line(tmp_path: Path, more: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + more + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said) as refused:
        load_route_loss_study(str(path))
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_a_study_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileNotFoundError, match=r"no study or file 'bypas'.*did you mean 'bypass'"):
        load_route_loss_study("bypas")
