"""Placement studies as files: those shipped make sense, and each slip is one message."""

from pathlib import Path

import pytest

from scenarios.files.battery_file import load_battery
from scenarios.files.placement_study_file import load_placement_study, placement_study_names

GOOD = """
battery = "sr91-smoke"
detector = "mcmaster"
[candidates]
every_m = 1000
[budget]
stations = 6
"""


@pytest.mark.parametrize("name", placement_study_names())
def test_shipped_studies_make_sense_and_their_batteries_are_there(name: str) -> None:
    study = load_placement_study(name)
    assert study.name == name
    for battery in (study.battery, study.calibration, study.test):
        if battery is not None:
            assert load_battery(battery).scenarios


def test_a_study_is_called_after_its_file_and_takes_batteries_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    (tmp_path / "where.toml").write_text(GOOD.replace("sr91-smoke", "mine.toml"), encoding="utf-8")
    study = load_placement_study(str(tmp_path / "where.toml"))
    assert study.name == "where"
    assert study.battery == str(tmp_path / "mine.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('battery = "sr91-smoke"', "", "wanted one battery"),
        ('battery = "sr91-smoke"', 'test = "sr91"', "wanted one battery"),
        ('battery = "sr91-smoke"', 'calibration = "sr91"\ntest = "sr91"', "the runs that choose must not judge"),
        ("every_m = 1000", "", "where may a station be built"),
        ("every_m = 1000", "every_m = 1000\npositions_m = [3.0]", "one of them: where may a station"),
        ("every_m = 1000", "evry_m = 1000", r"candidates.evry_m: unknown key; did you mean 'every_m'"),
        ("every_m = 1000", "every_m = 1", "candidates.every_m"),
        ("every_m = 1000", "every_m = 1000\nforbidden_m = [[900, 100]]", r"wanted \[from, to\] downstream"),
        ("every_m = 1000", "every_m = 1000\nlanes = [[]]", "each lane once"),
        ("every_m = 1000", "every_m = 1000\nlanes = [[1, 1]]", "each lane once"),
        ("stations = 6", "", "wanted stations or money"),
        ("stations = 6", "stations = 6\nmoney = 5", "wanted stations or money"),
        ("stations = 6", "stations = 1", "budget.stations"),
        ("stations = 6", "stations = 6\nlane_price = 3", "a price belongs to budget.money"),
        ("stations = 6", "money = 1000", "what does a station cost"),
        ("stations = 6", "stations = 6\n[failures]\ndead_share = 5", "failures.dead_share"),
        ("stations = 6", "stations = 6\n[curve]\nspacings_m = [0]", "curve.spacings_m"),
        ('detector = "mcmaster"', 'detector = "mcmaster"\nthreshold = "best"', "threshold"),
    ],
)
def test_each_slip_is_one_message_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "slip.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as caught:
        load_placement_study(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_study_is_told_of_with_the_likely_slip() -> None:
    with pytest.raises(FileNotFoundError, match="did you mean 'sr91'"):
        load_placement_study("sr19")
