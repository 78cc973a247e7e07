"""`laneblock faults detect`: faults put on recordings, fault detectors scored."""

import csv
import json
from pathlib import Path

import pytest

from tests.harness.command_line import run

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
FAULTS = """
seed = 4
[[faults]]
station = "S3"
lane = 1
kind = "locked_on"
onset_s = 700
[[faults]]
station = "S7"
lane = 0
kind = "dead"
onset_s = 700
"""


@pytest.fixture(scope="module", autouse=True)
def blank() -> None:
    """The picture is drawn here: its size tells that there is something on it."""


def test_faults_are_found_or_not_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schedule = tmp_path / "mine.toml"
    schedule.write_text(FAULTS, encoding="utf-8")
    out = tmp_path / "out"
    assert run("faults", "detect", GOLDEN, "--faults", schedule, "--jobs", "1", "--out", out) == 0
    assert "locked_on" in capsys.readouterr().out
    told = json.loads((out / "score.json").read_text(encoding="utf-8"))
    point = {(each["detector"], each["kind"]): each for each in told["points"]}
    assert (point["iris", "locked_on"]["detected"], point["iris", "dead"]["detected"]) == (1, 0)
    assert point["iris", "locked_on"]["ttd_median_s"] == 110  # the fourth frame that ends after 700 s, at 810 s
    with (out / "faults.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["kind"], row["ttd_s iris"]) for row in rows] == [("locked_on", "110"), ("dead", "")]
    assert (out / "curves.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "wanted recordings with known faults"),
        (("--detector", "gp_cusum"), "gp_cusum is fitted to a corridor"),
        (("--detector", "iriss"), "did you mean 'iris'"),
        (("--parameters", "iris"), "wanted NAME=FILE"),
        (("--faults", "nowhere.toml"), "no such file: nowhere.toml"),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], message: str
) -> None:
    assert run("faults", "detect", GOLDEN, "--jobs", "1", "--out", tmp_path / "out", *more) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("laneblock: ")]
    assert len(told) == 1
    assert message in told[0]
    assert not (tmp_path / "out").exists()  # said before anything is replayed
