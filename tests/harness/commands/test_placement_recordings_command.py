"""`laneblock placement recordings`: what it makes, what it keeps, what it refuses, and the study beside it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from harness.scoring.detection_score import Score
from harness.studies.placement import spare_stations
from harness.studies.placement.placement import Placement
from harness.studies.placement.standing_road import StandingRoad
from harness.studies.placement.standing_score import score_standing
from simulator.frame import Flags
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.command_line import Call, calling
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_queue


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in this process, in a folder with a recording with one incident, called monday."""
    monkeypatch.chdir(tmp_path)
    count, speed = free_traffic()
    slowed = with_queue(speed, 1900.0, 3600.0, 5400.0)
    known = (RecordedIncident(3600.0, 5400.0, 1900.0, (0,)),)
    write_recording(tmp_path / "monday", Recording(ROAD, frames_of(count, slowed), known))
    return calling(capsys)


def test_it_writes_its_files_and_continues_from_its_replays(call: Call, tmp_path: Path) -> None:
    words = ["placement", "recordings", "monday", "--detector", "mcmaster", "--spare", "1", "--jobs", "1"]
    code, printed, told = call(*words)
    assert code == 0
    assert "Each station taken away alone" in printed
    assert "without s1: 1 of 1 found" in told
    where = tmp_path / "results" / "placement-recordings"
    wanted = {"summary.txt", "spare.json", "stations.csv", "order.csv", "incidents.csv", "placement.html", "worth.png"}
    assert wanted <= {path.name for path in where.iterdir()}
    assert printed == (where / "summary.txt").read_text(encoding="utf-8")
    kept = {path: path.stat().st_mtime_ns for path in (where / "replays").iterdir()}
    assert len(kept) == 6  # the frames, all stations, without each of four
    assert call(*words)[:2] == (0, printed)
    assert {path: path.stat().st_mtime_ns for path in (where / "replays").iterdir()} == kept


def test_interrupted_study_ends_with_130_and_a_line_and_the_same_command_goes_on(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted when the third of six placements is scored."""
    words = ["placement", "recordings", "monday", "--detector", "mcmaster", "--spare", "1", "--jobs", "1"]
    scored: list[Placement] = []

    def interrupted(road: StandingRoad, placement: Placement, alarms: Sequence[Flags]) -> Score:
        scored.append(placement)
        if len(scored) == 3:
            raise KeyboardInterrupt
        return score_standing(road, placement, alarms)

    with monkeypatch.context() as patched:
        patched.setattr(spare_stations, "score_standing", interrupted)
        code, printed, told = call(*words)
    assert (code, printed) == (130, "")
    where = Path("results") / "placement-recordings"
    assert told.splitlines()[-1].startswith(f"stopped; replays are kept in {where}. To continue: laneblock")
    kept = {path: path.stat().st_mtime_ns for path in (where / "replays").iterdir()}
    assert len(kept) >= 4  # the frames, and those that were scored
    code, printed, told = call(*words)
    assert code == 0
    assert f" replays were finished before, and are kept in {where / 'replays'}" in told
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    again = (where / "spare.json").read_bytes(), (where / "stations.csv").read_bytes(), printed
    shutil.rmtree(where)
    assert call(*words)[0] == 0
    wanted = (where / "spare.json").read_bytes(), (where / "stations.csv").read_bytes()
    assert again == (*wanted, printed)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["placement", "recordings"], "Missing argument"),
        (["placement", "recordings", "tuesday"], "no such folder: tuesday"),
        (["placement", "recordings", "monday", "--detector", "sndd"], "did you mean 'snd'"),
        (["placement", "recordings", "monday", "--out", "monday"], "wanted a folder of its own"),
        (["placement", "recordings", "monday", "--detector", "snd", "--parameters", "none.toml"], "none.toml"),
        (["placement", "nowhere"], "nowhere"),
        (["placement", "monday"], "laneblock placement recordings monday"),
        (["placement", "tiny", "--recordings", "monday"], "laneblock placement recordings monday"),
    ],
)
def test_wrong_use_is_refused_in_a_line_and_leaves_nothing(
    call: Call, tmp_path: Path, words: list[str], message: str
) -> None:
    code, _, told = call(*words)
    assert code == 2
    assert message in told
    assert [path.name for path in tmp_path.iterdir()] == ["monday"]


def test_a_detector_is_refused_where_the_loops_have_nothing_of_what_it_needs(call: Call, tmp_path: Path) -> None:
    _, speed = free_traffic()
    nothing = np.full_like(speed, np.nan)
    write_recording(tmp_path / "speeds", Recording(ROAD, frames_of(nothing, speed), ()))
    code, _, told = call("placement", "recordings", "speeds", "--detector", "sheu2004")
    assert code == 2
    assert "sheu2004 needs count in two lanes or more" in told


def test_a_detector_that_needs_two_lanes_is_watched_with(call: Call) -> None:
    code, printed, _ = call(
        "placement", "recordings", "monday", "--detector", "sheu2004", "--spare", "0", "--jobs", "1"
    )
    assert code == 0
    assert "Each station taken away alone" in printed
