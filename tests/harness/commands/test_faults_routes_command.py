"""`laneblock faults routes`: every slip ends in one message and exit code 2, before anything is played."""

from pathlib import Path

import pytest

import harness.studies.route_loss.route_loss_measurements
from harness import cli

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
