"""`laneblock replay --site-memory`, on two copies of a recording: the second one begins with what the first has taught."""

import json
import shutil
from pathlib import Path

import pytest

from harness.cli import main
from harness.records.site_memory_file import read_site_memory

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
DETECTOR = "hotelling_t2"
"""It remembers, and is quick."""


@pytest.fixture(autouse=True)
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two copies of the recording in an empty folder."""
    monkeypatch.delenv("LANEBLOCK_TRACEBACK", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("monday", "tuesday"):
        shutil.copytree(GOLDEN, name)


def replay(*arguments: str, detector: str = DETECTOR) -> int:
    try:
        main(["replay", *arguments, "--detector", detector])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def decisions(out: str, run: str) -> bytes:
    return (Path(out) / "runs" / run / f"decisions-{DETECTOR}.csv.gz").read_bytes()


def test_first_recording_is_decided_on_as_without_a_memory_and_the_second_one_otherwise() -> None:
    assert replay("monday", "tuesday", "--out", "anew") == 0
    assert replay("monday", "tuesday", "--out", "through", "--site-memory", "site.npz") == 0
    assert decisions("through", "monday") == decisions("anew", "monday")
    assert decisions("through", "tuesday") != decisions("anew", "tuesday")


def test_without_a_memory_no_recording_depends_on_another() -> None:
    assert replay("monday", "tuesday", "--out", "both") == 0
    assert replay("tuesday", "--out", "alone") == 0
    assert decisions("both", "tuesday") == decisions("alone", "tuesday")


def test_two_commands_decide_as_one() -> None:
    replay("monday", "tuesday", "--out", "both", "--site-memory", "both.npz")
    replay("monday", "--out", "first", "--site-memory", "site.npz")
    replay("tuesday", "--out", "second", "--site-memory", "site.npz")
    assert decisions("second", "tuesday") == decisions("both", "tuesday")
    frames = read_site_memory(Path("both.npz")).detectors[DETECTOR].frames
    kept = json.loads(Path("second/score.json").read_text(encoding="utf-8"))["site_memory"]
    assert kept == {"file": "site.npz", "frames_before": frames // 2}


def test_interrupted_replay_keeps_what_it_learned_before(capsys: pytest.CaptureFixture[str]) -> None:
    replay("monday", "--out", "first", "--site-memory", "first.npz")
    (loops,) = Path("tuesday").glob("loops.csv*")
    loops.unlink()
    Path("tuesday/loops.csv").write_text("broken\n", encoding="utf-8")
    assert replay("monday", "tuesday", "--out", "both", "--site-memory", "site.npz") == 2
    frames = [read_site_memory(Path(name)).detectors[DETECTOR].frames for name in ("first.npz", "site.npz")]
    assert frames[0] == frames[1] > 0
    assert "tuesday" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "detector", "said"),
    [
        ("junk.npz", DETECTOR, "junk.npz: no memory of a site"),
        ("site.npz", "california7", "--site-memory site.npz: california7 remembers nothing of a site"),
        ("site.npz", "oracle", "oracle remembers nothing of a site"),
        ("monday", DETECTOR, "--site-memory monday: wanted a file, got a folder"),
    ],
)
def test_wrong_memory_is_refused_in_one_line_before_anything_is_written(
    file: str, detector: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("junk.npz").write_text("junk", encoding="utf-8")
    assert replay("monday", "--out", "out", "--site-memory", file, detector=detector) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1
    assert not Path("out").exists()


def test_recordings_of_two_corridors_share_no_memory(capsys: pytest.CaptureFixture[str]) -> None:
    other = Path("tuesday/corridor.toml")
    other.write_text(other.read_text(encoding="utf-8").replace("lanes = 4", "lanes = 5", 1), encoding="utf-8")
    assert replay("monday", "tuesday", "--out", "out", "--site-memory", "site.npz") == 2
    assert "wanted a memory of this corridor" in capsys.readouterr().err
    assert not Path("out").exists()


def test_masked_detector_remembers() -> None:
    assert replay("monday", "--out", "out", "--mask-faults", "iris", "--site-memory", "site.npz") == 0
    assert read_site_memory(Path("site.npz")).detectors[DETECTOR].frames > 0
