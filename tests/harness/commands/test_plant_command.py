"""`laneblock plant`: recordings with incidents, which replay and compare take."""

import csv
import json
from pathlib import Path

import pytest

from harness.records.known_truth import known_truth
from simulator.recording.recording_folder import read_recording, write_recording
from tests.harness.command_line import calling, run
from tests.simulator.planting.planting_recordings import recording

ONE = ("--position-m", "3300", "--onset-s", "2710", "--duration-s", "600", "--lanes", "0,1")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings") / "monday"
    write_recording(folder, recording())
    return folder


def test_one_incident_is_planted_replayed_and_scored(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("plant", source, "--out", out, "--capacity-vphpl", "1950", *ONE) == 0
    planted, original = read_recording(out / "runs" / "planted"), read_recording(source)
    assert [(i.onset_s, i.clearance_s, i.position_m, i.lanes) for i in planted.incidents or ()] == [
        (2710.0, 3310.0, 3300.0, (0, 1))
    ]
    assert all(
        (a.count == b.count).all() for a, b in zip(planted.frames, original.frames, strict=True) if a.time_s <= 2710
    )
    truth = known_truth(out / "runs" / "planted", planted)
    assert truth is not None
    assert truth.carrying
    assert {row.lane for row in truth.lanes if row.queue > 0} == {0, 1}
    note = json.loads((out / "runs" / "planted" / "planted.json").read_text(encoding="utf-8"))
    assert note["constants"]["capacity_vphpl"] == 1950
    assert note["constants"]["sources"]["capacity_vphpl"] == "given"
    assert note["constants"]["sources"]["wave_mps"] == "default"
    assert note["scored_until_s"] == 3370
    assert run("replay", out / "runs" / "planted", "--detector", "california7", "--out", tmp_path / "r") == 0
    score = json.loads((tmp_path / "r" / "score.json").read_text(encoding="utf-8"))
    assert score["incidents"] == 1
    assert (
        run("compare", out, "--detector", "california7", "--detector", "xbar", "--reference", "xbar", "--jobs", "1")
        == 0
    )


def test_a_plan_is_drawn_alike_twice_and_otherwise_with_another_seed(source: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'name = "two"\n[[incidents]]\nname = "p-{number}"\nseed = 1\nduration_s = 300\nmatrix.lanes = [[0], [2]]\n',
        encoding="utf-8",
    )
    tables = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        assert run("plant", source, "--out", tmp_path / name, "--plan", plan, "--seed", seed) == 0
        with (tmp_path / name / "planted.csv").open(encoding="utf-8", newline="") as opened:
            tables.append(list(csv.DictReader(opened)))
    assert tables[0] == tables[1] != tables[2]
    assert [row["lanes"] for row in tables[0]] == ["0", "2"]
    assert all(float(row["onset_s"]) >= 1500 for row in tables[0] + tables[2])
    loops = [(tmp_path / name / "runs" / "p-1" / "loops.csv.gz").read_bytes() for name in "ab"]
    assert loops[0] == loops[1]


def test_another_incident_is_not_written_over_the_first(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call, out = calling(capsys), tmp_path / "out"
    assert call("plant", source, "--out", out, *ONE)[0] == 0
    assert call("plant", source, "--out", out, *ONE)[0] == 0
    kept = (out / "runs" / "planted" / "loops.csv.gz").read_bytes()
    code, _, err = call("plant", source, "--out", out, *ONE[:-1], "2")
    assert (code, err.count("\n")) == (2, 1)
    assert "holds incidents planted with other incidents (wanted a new folder" in err
    assert (out / "runs" / "planted" / "loops.csv.gz").read_bytes() == kept


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--position-m", "3300", "--onset-s", "2710"), "--lanes: wanted, but missing"),
        ((*ONE, "--plan", "random-60"), "wanted a plan or one incident, not both"),
        (("--lanes", "a"), "--lanes: wanted whole numbers like 0,1, got 'a'"),
        (("--plan", "random-61"), "no plan or file 'random-61'"),
        ((*ONE, "--wave-kmh", "171"), "wave_mps: wanted 2 to 10, got 47.5"),
        (("--position-m", "9000", "--onset-s", "2710", "--lanes", "0"), "sections reach from 0 to 5000 m"),
        (("--position-m", "3300", "--onset-s", "100", "--lanes", "0"), "wanted 25 min of recording before it"),
    ],
)
def test_wrong_use_is_one_line(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    code, _, err = calling(capsys)("plant", source, "--out", tmp_path / "out", *options)
    assert code == 2
    lines = [line for line in err.splitlines() if line.startswith("laneblock: ")]
    assert len(lines) == 1
    assert message in lines[0]


def test_a_folder_with_other_files_is_left_alone(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    code, _, err = calling(capsys)("plant", source, "--out", tmp_path, *ONE)
    assert code == 2
    assert "holds other files" in err
