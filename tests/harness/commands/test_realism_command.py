"""`laneblock realism`: recordings beside a reference, a results folder's refusals, and what is said of missing data."""

import csv
import json
from pathlib import Path

import pytest

from tests.harness.command_line import calling
from tests.harness.studies.realism.made_samples import road
from tests.harness.studies.realism.test_realism_samples import written

ROAD = road(stations=3, lanes=2)


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three recordings of three hours without occupancy."""
    monkeypatch.chdir(tmp_path)
    return [written(tmp_path / f"day-{k}", ROAD, 360 + k) for k in range(3)]


def test_recordings_lie_inside_their_own_reference(recordings: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    call = calling(capsys)
    code, _, err = call("realism", *recordings, "--save-reference", "mine.json")
    assert (code, err.splitlines()[-1]) == (0, "Reference: mine.json")
    code, out, err = call("realism", *recordings, "--against", "mine.json", "--out", "here")
    assert code == 0
    assert "0 below and 0 above" in out
    assert "occupancy is not known" in " ".join(out.split())
    assert err.splitlines()[-1] == "Page: here/realism.html"
    rows = list(csv.DictReader(Path("here/realism.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["verdict"] for row in rows} == {"inside"}
    found = json.loads(Path("here/realism.json").read_text(encoding="utf-8"))
    assert found["inside"] == len(rows)
    dispersion = next(row for row in found["statistics"] if row["key"] == "dispersion_minute_light")
    assert dispersion["real_median"] == pytest.approx(1.0, abs=0.25)  # Poisson counts
    assert {path.name for path in Path("here").glob("*.png")} == {"by-flow.png", "ranges.png"}
    page = Path("here/realism.html").read_text(encoding="utf-8")
    assert page.count('media="(max-width: 820px)" srcset') == 2
    assert "prefers-color-scheme: dark" in page


def test_the_shipped_reference_is_the_default(recordings: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calling(capsys)("realism", recordings[0])
    assert code == 0
    assert "Recordings beside calibration\n" in out


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("calibratio", "did you mean 'calibration'"),
        ("day-0", "wanted a results folder with finished runs, or a reference"),
        ("day-0/corridor.toml", "wanted a reference, as --save-reference writes it"),
    ],
)
def test_what_is_no_reference_is_refused(
    against: str, message: str, recordings: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = calling(capsys)("realism", recordings[0], "--against", against)
    assert code == 2
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_folder_that_is_no_recording_is_refused(recordings: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = calling(capsys)("realism", recordings[0].parent)
    assert code == 2
    assert "corridor.toml" in err.splitlines()[-1]
