"""`laneblock explore`: the list at the terminal, its files, and what is refused."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.command_line import calling

PERIOD_S, FRAMES = 300.0, 12


def written(folder: Path, hours: int, slow: int | None, first_h: int = 0, stations: int = 4) -> Path:
    """Hours of a road with two lanes as a recording; in the hour `slow` the second station is slow."""
    draw = np.random.default_rng(3)
    road = Corridor("made", PERIOD_S, tuple(Station(f"S{k}", 900.0 * k, 2) for k in range(stations)))
    frames = []
    for number in range(hours * FRAMES):
        count = draw.poisson(80, (stations, 2)).astype(float)
        speed = draw.normal(28, 0.5, (stations, 2))
        if slow is not None and number // FRAMES == slow:
            speed[1] = 8
        time_s = 3600.0 * first_h + PERIOD_S * (number + 1)
        frames.append(LoopFrame(time_s, count, speed, np.minimum(1, count * 6.5 / speed / PERIOD_S)))
    write_recording(folder, Recording(road, tuple(frames), None))
    return folder


def test_the_strange_hour_is_listed_with_place_words_and_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = calling(capsys)("explore", written(tmp_path / "monday", 8, slow=5))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "made: 8 hours of 1 recording"
    assert lines[1].startswith(" 1. score 1")
    assert lines[1].endswith("05:00 to 06:00, S1")
    assert lines[2] == "    speed 29 km/h, 101 are usual (71 % less)"
    assert "nothing else has a score of 3.5 or more" in lines
    assert "all other hours (under a week" in out


def test_a_quiet_recording_has_nothing_strange(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calling(capsys)("explore", written(tmp_path / "monday", 8, slow=None))
    assert code == 0
    assert out.splitlines()[1] == "nothing has a score of 3.5 or more"


def test_recordings_of_one_road_are_explored_together_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [written(tmp_path / f"day-{k}", 3, slow=1 if k == 6 else None, first_h=6) for k in range(8)]
    code, out, _ = calling(capsys)("explore", *folders)
    assert code == 0
    assert "24 hours of 8 recordings" in out
    assert "day-6, 07:00 to 08:00, S1" in out
    assert "the same hour of 6 or more other days" in " ".join(out.split())


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_top_bounds_the_list_and_out_writes_it(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"strange.{ending}"
    folder = written(tmp_path / "monday", 8, slow=5)
    code, _, err = calling(capsys)("explore", folder, "--top", 1, "--out", file)
    assert (code, err) == (0, f"Table: {file}\n")
    text = file.read_text(encoding="utf-8")
    (row,) = json.loads(text)["strange"] if ending == "json" else csv.DictReader(text.splitlines())
    assert (row["kind"], row["station"], int(row["hour_start_s"])) == ("speed", "S1", 5 * 3600)


@pytest.mark.parametrize("hours", [1, 3])
def test_too_few_hours_are_refused(hours: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = calling(capsys)("explore", written(tmp_path / "monday", hours, slow=None))
    assert (code, out) == (2, "")
    assert f"wanted 4 hours or more to tell what is usual, got {hours} (name several" in err


def test_recordings_of_two_roads_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = written(tmp_path / "a", 4, slow=None), written(tmp_path / "b", 4, slow=None, stations=3)
    code, _, err = calling(capsys)("explore", one, other)
    assert code == 2
    assert "b: wanted recordings of one road, got other stations" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "nothing: no such folder"),
        (["monday", "--out", "strange.txt"], "--out strange.txt: wanted a file that ends in .csv or .json"),
        (["monday", "--top", "0"], "--top"),
    ],
)
def test_wrong_words_are_refused_before_the_work(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "monday", 4, slow=None)
    code, _, err = calling(capsys)("explore", *words)
    assert code == 2
    assert message in err
