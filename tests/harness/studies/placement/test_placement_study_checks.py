"""Studies that cannot be are refused before anything is simulated, with one message."""

from pathlib import Path

import pytest

from harness.cli import main
from harness.studies.placement.placement_study_checks import check_placement_study
from scenarios.files.battery_file import BATTERIES, load_battery
from scenarios.files.placement_study_file import load_placement_study

STUDY = """
battery = "placement-tiny"
detector = "mcmaster"
[candidates]
every_m = 1000
standing = ["S4"]
record_m = 1000
[budget]
stations = 5
"""
SHORT = """
name = "{name}"
[defaults]
site = "{site}"
warm_up_s = 480
period_s = {period}
[[scenarios]]
name = "{name}-{{number}}"
seed = {seed}
tail_s = 60
incident = {{ onset_s = 937, duration_s = 240, position_m = 2300, lanes = [0] }}
cycle = [{{ demand_vphpl = [1000, 1200] }}]
"""


def said(study: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says of a study; nothing may have been made by then."""
    path = folder / "study.toml"
    path.write_text(study, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["placement", str(path), "--out", str(folder / "out"), "--recordings", str(folder / "dense")])
    assert ended.value.code == 2
    assert not (folder / "out").exists()
    assert not (folder / "dense").exists()
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    return text


SLIPS = {
    "a folder is named after it": [('battery = "placement-tiny"', 'battery = "placement-tiny"\nname = "../x"')],
    "did you mean 'mcmaster'": [('detector = "mcmaster"', 'detector = "mcmasters"')],
    "did you mean 'placement-tiny'": [('battery = "placement-tiny"', 'battery = "placement-tin"')],
    "has no station 'S9'": [('standing = ["S4"]', 'standing = ["S9"]')],
    "between the first and the last station": [
        ('standing = ["S4"]', "standing = [9000.0]"),
        ("every_m = 1000", "positions_m = [-5.0]"),
    ],
    "wanted at least one place for a station": [("every_m = 1000", "every_m = 1000\nforbidden_m = [[-10, 9000]]")],
    "within 100 m": [("every_m = 1000", "positions_m = [2700.0]")],
    "has lanes 0 to 3, got 4": [("every_m = 1000", "every_m = 1000\nlanes = [[4]]")],
    "3 stations exist already": [("stations = 5", "stations = 2")],
    "nothing can be built": [("stations = 5", "money = 10\nstation_price = 20")],
    "wanted one of 0.1, 1, 10": [('"mcmaster"', '"mcmaster"\nthreshold = "shipped"\nfalse_per_day = 2.0')],
    "wanted one period": [('battery = "placement-tiny"', 'calibration = "sr91"\ntest = "sr91-20s"')],
    "wanted one road": [('battery = "placement-tiny"', 'calibration = "sr91"\ntest = "transfer"')],
}
"""By message: what is replaced in STUDY, and by what."""


@pytest.mark.parametrize(
    ("message", "old", "new"), [(message, *slip) for message, slips in SLIPS.items() for slip in slips]
)
def test_each_slip_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], message: str, old: str, new: str
) -> None:
    assert old in STUDY
    text = said(STUDY.replace(old, new), tmp_path, capsys)
    assert message in text
    assert "study" in text  # where


def test_batteries_that_share_a_seed_cannot_choose_and_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("one", 10), ("two", 11)):
        text = SHORT.format(name=name, site="sr91", period=30, seed=seed)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    both = 'calibration = "one.toml"\ntest = "two.toml"'
    assert "share the seed 11" in said(STUDY.replace('battery = "placement-tiny"', both), tmp_path, capsys)


def test_a_side_without_incidents_says_nothing_of_delays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (BATTERIES / "placement-tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "none.toml").write_text(text.replace("tail_s = 60\nincident", "end_s = 1260\n#"), encoding="utf-8")
    free = "\n".join(
        line for line in (tmp_path / "none.toml").read_text(encoding="utf-8").split("\n") if "incident." not in line
    )
    (tmp_path / "none.toml").write_text(free, encoding="utf-8")
    study = STUDY.replace('"placement-tiny"', '"none.toml"')
    assert "holds no incident" in said(study, tmp_path, capsys)


@pytest.mark.parametrize("option", ["--out", "--recordings"])
@pytest.mark.parametrize(("place", "words"), [("file", "wanted a folder, got a file"), ("file/x", "is a file")])
def test_folders_that_cannot_be_are_refused_before_anything_is_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str, words: str
) -> None:
    (tmp_path / "file").touch()
    places = {"--out": tmp_path / "out", "--recordings": tmp_path / "dense", option: tmp_path / place}
    with pytest.raises(SystemExit) as ended:
        main(["placement", "tiny", *(str(each) for pair in places.items() for each in pair)])
    text = capsys.readouterr().err
    assert (ended.value.code, text.count("\n")) == (2, 1)
    assert option in text
    assert words in text


def test_a_battery_s_even_seeds_choose_and_its_odd_seeds_judge() -> None:
    calibration, test, _ = check_placement_study(load_placement_study("tiny"))
    assert {each.seed % 2 for each in calibration.scenarios} == {0}
    assert {each.seed % 2 for each in test.scenarios} == {1}
    names = {each.name for side in (calibration, test) for each in side.scenarios}
    assert names == {each.name for each in load_battery("placement-tiny").scenarios}
