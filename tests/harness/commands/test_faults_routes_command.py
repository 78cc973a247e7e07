"""`laneblock faults routes`: every slip ends in one message and exit code 2, before anything is played."""

import json
from pathlib import Path

import numpy as np
import pytest

import harness.studies.route_loss.route_loss_measurements
from harness import cli
from harness.studies.route_loss.city_days import CityDays
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy
from tests.harness.command_line import run
from tests.harness.studies.route_loss.made_up_town import STUDY, TOWN, made_up

GOOD = 'name = "mine"\ndescription = "x"\ncity = "bypass"\nseed = 1\n'


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What is said on standard error of a command that is refused."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["faults", "routes", *map(str, arguments)])
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    return said.err


@pytest.fixture(autouse=True)
def _nothing_is_played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def play(*_: object) -> None:
        raise AssertionError("a day was played")

    monkeypatch.setattr(harness.studies.route_loss.route_loss_measurements, "simulate_days", play)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("closest = 40", "closest: 'bypass' has 40 stations, so wanted at most 39, got 40"),
        ('between = ["A 1", "A 8"]', "between: 'bypass' has no zone 'A 1'; did you mean 'A 8'?"),
        ("slak = 1.0", "mine.toml: slak: unknown key; did you mean 'slack'?"),
        ("fault_share = 1.5", "mine.toml: fault_share: "),
    ],
)
def test_a_wrong_study_is_refused_in_one_line(capsys: pytest.CaptureFixture[str], more: str, said: str) -> None:
    Path("mine.toml").write_text(GOOD + more + "\n", encoding="utf-8")
    message = refused(capsys, "mine.toml")
    assert said in message
    assert message.count("\n") == 1


def test_a_study_or_a_city_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no study or file 'bypas'" in refused(capsys, "bypas")
    Path("mine.toml").write_text(GOOD.replace('"bypass"', '"nowhere"'), encoding="utf-8")
    assert "no city 'nowhere'" in refused(capsys, "mine.toml")


def test_a_file_where_results_are_to_go_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("", encoding="utf-8")
    assert "--out taken: wanted a folder, got a file" in refused(capsys, "bypass-smoke", "--out", "taken")


@pytest.fixture
def made_up_study(monkeypatch: pytest.MonkeyPatch) -> str:
    """A study file of a town whose days are made up by formula."""
    Path("town.toml").write_text(TOWN, encoding="utf-8")
    settings = STUDY.model_dump(exclude_defaults=True, exclude={"sweep"}) | {"city": "town.toml"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    Path("mine.toml").write_text("\n".join([*lines, "[sweep]", "fault_share = [0.5]", ""]), encoding="utf-8")

    def play(study: FaultStudy, city: City, *_: object) -> tuple[CityDays, CityDays]:
        rng = np.random.default_rng(4)
        return made_up(city, study.train_days, rng), made_up(city, study.test_days, rng)

    monkeypatch.setattr(harness.studies.route_loss.route_loss_measurements, "simulate_days", play)
    return "mine.toml"


def test_a_study_prints_its_summary_and_writes_its_files(
    made_up_study: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("faults", "routes", made_up_study, "--out", "out") == 0
    out, err = capsys.readouterr()
    assert out == Path("out/summary.txt").read_text(encoding="utf-8")
    assert "[  1/1] P(fault) 0.5" in err
    assert Path("out/sweep.csv").is_file()
    assert "Results: out: summary.txt, study.json, sensors.csv, sweep.csv" in err
    assert run("faults", "routes", made_up_study, "--out", "out", "--no-sweep") == 0
    again, err = capsys.readouterr()
    assert again.startswith(out.split("\n")[0])
    assert "P(fault)" not in err
    assert "sweep.csv" not in err
