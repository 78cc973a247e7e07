"""`laneblock drill`: what it refuses before anything is simulated, and a drill on made recordings."""

import json
from pathlib import Path

import numpy as np
import pytest

from harness.commands import drill_command
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.command_line import Call, calling
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_empty_lane, with_queue


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls the command in this process and an empty folder; nothing may be simulated."""

    def simulate(*arguments: object, **options: object) -> None:
        raise AssertionError("a simulation was started")

    monkeypatch.setattr(drill_command, "run_recordings", simulate)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    return calling(capsys)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Two recordings: one with an incident, one that knows of none."""
    folder = tmp_path / "recordings"
    count, speed = free_traffic(3)
    queue = with_queue(speed, 2900.0, 3000.0, 4200.0)
    emptied = with_empty_lane(count, 1, 4, 3000.0, 4200.0)
    log = RecordedIncident(3000.0, 4200.0, 2900.0, (), 600.0, 0.0, 250.0)
    write_recording(folder / "jam", Recording(ROAD, frames_of(emptied, queue), (log,)))
    write_recording(folder / "unknown", Recording(ROAD, frames_of(count[:40], speed[:40]), None))
    return folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["sr91-smok"], "did you mean 'sr91-smoke'"),
        (["sr91-smoke", "--detector", "sequentail"], "did you mean 'sequential'"),
        (["sr91-smoke", "--operators", "0"], "laneblock: --operators: wanted at least 1, got '0'\n"),
        (["sr91-smoke", "--operators", "5000"], "laneblock: --operators: wanted at most 1000, got '5000'\n"),
        (["sr91-smoke", "--operators", "two"], "laneblock: --operators: wanted a whole number, got 'two'\n"),
        (["sr91-smoke", "--operators", "2", "--teams", "-1"], "laneblock: --teams: wanted at least 0, got '-1'\n"),
        (["sr91-smoke", "--pace", "60"], "--pace: wanted --operators N too"),
        (["sr91-smoke", "--teams", "3"], "wanted --operators N too: without operators nobody sends a team"),
        (["empty"], "empty"),
        (["empty", "--out", "empty"], "wanted another folder than that of the results"),
    ],
)
def test_each_slip_is_one_message_before_anything_is_simulated(call: Call, arguments: list[str], message: str) -> None:
    code, out, err = call("drill", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_drill_finds_the_incident_of_a_recording_and_says_what_is_not_known(call: Call, recordings: Path) -> None:
    code, out, _ = call("drill", recordings, "--detector", "california7", "--jobs", 1)
    assert code == 0
    assert "1 of 1 true incident found, 1.00 opened per true incident; 0 false" in " ".join(out.split())
    assert "Incidents are not known, and nothing is scored, in: unknown." in out
    results = Path("results/drill-recordings")
    assert (results / "summary.txt").read_text(encoding="utf-8") == out
    document = json.loads((results / "drill.json").read_text(encoding="utf-8"))
    assert (document["found"], document["opened_per_true"]["value"], document["false"]) == (1, 1.0, 0)
    assert (results / "incidents.csv").read_text(encoding="utf-8").count("\n") == 2


def test_a_drill_goes_on_with_the_runs_that_are_watched(call: Call, recordings: Path) -> None:
    first = call("drill", recordings, "--detector", "california7", "--out", "out", "--jobs", 1)
    Path("out/drilled/unknown.json").write_text("broken", encoding="utf-8")
    again = call("drill", recordings, "--detector", "california7", "--out", "out", "--jobs", 1)
    assert "1 of 2 runs are watched already" in again[2]
    assert first[1].split("Wall time")[0] == again[1].split("Wall time")[0]


def test_other_loops_are_watched_again(call: Call, recordings: Path) -> None:
    call("drill", recordings, "--detector", "california7", "--out", "out", "--jobs", 1)
    count, speed = free_traffic(9)
    write_recording(recordings / "unknown", Recording(ROAD, frames_of(count[:40], np.abs(speed[:40])), None))
    again = call("drill", recordings, "--detector", "california7", "--out", "out", "--jobs", 1)
    assert "1 of 2 runs are watched already" in again[2]


def test_with_operators_the_chain_is_printed_and_kept(call: Call, recordings: Path) -> None:
    asked = (
        "drill",
        recordings,
        "--detector",
        "california7",
        "--operators",
        2,
        "--teams",
        3,
        "--out",
        "out",
        "--jobs",
        1,
    )
    code, out, _ = call(*asked)
    assert code == 0
    assert "2 operators and 3 teams: a team was there" in out
    document = json.loads(Path("out/drill.json").read_text(encoding="utf-8"))
    steps = document["chain"]["steps"]
    assert [steps[step]["from_onset_s"]["count"] for step in ("evidence_s", "opened_s", "team_s")] == [0, 1, 1]
    assert document["chain"]["delay_veh_h"]["count"] == 0  # a recording has no twins
    assert Path("out/chain.csv").read_text(encoding="utf-8").count("\n") == 2
    assert Path("out/chain.png").read_bytes().startswith(b"\x89PNG")
    again = call(*asked)
    assert "2 of 2 runs are watched already" in again[2]
    assert again[1] == out
    told = call(*asked, "--pace", 1e6)[1]
    assert told.endswith(out)
    assert "jam  00:50:00  incident 0: lanes blocked\n" in told
    assert "incident 0: acknowledged, " in told


def test_another_shift_is_played_anew_and_none_leaves_no_chain(call: Call, recordings: Path) -> None:
    asked = ("drill", recordings, "--detector", "california7", "--out", "out", "--jobs", 1)
    call(*asked, "--operators", 1)
    assert "watched already" not in call(*asked, "--operators", 2)[2]
    assert "2 of 2 runs are watched already" in call(*asked)[2]
    assert not Path("out/chain.csv").exists()
