"""`laneblock replay`: one detector or several, with and without parameters and masks."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.sheu.sheu_parameter_file import format_parameters, shipped_parameters
from harness.cli import main
from harness.records.run_folder import RunFolder
from harness.reporting import resumed_replays
from harness.reporting.replay_one import replay_one
from harness.scoring.score_runs import ScoredRun
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import read_recording

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
Replay = Callable[..., tuple[int, str, str]]


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Replay:
    """Replays the golden recording in an empty folder; returns exit code, standard output and standard error."""
    monkeypatch.delenv("LANEBLOCK_TRACEBACK", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, folder: Path = GOLDEN) -> tuple[int, str, str]:
        code = 0
        try:
            main(["replay", str(folder), *map(str, arguments)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def score(file: str) -> dict[str, object]:
    return dict(json.loads(Path(file).read_text(encoding="utf-8")))


def test_two_detectors_are_replayed_and_each_is_summed_up(replay: Replay) -> None:
    code, out, _ = replay("--detector", "california7", "--detector", "coin", "--out", "out")
    assert code == 0
    assert "california7 on 1 recording" in out
    assert "coin on 1 recording" in out
    assert (score("out/score.json")["detector"], score("out/score-coin.json")["detector"]) == ("california7", "coin")
    assert RunFolder(Path("out/runs/smoke-incident-2")).detectors == ("california7", "coin")


def test_a_detector_scores_beside_another_as_it_does_alone(replay: Replay) -> None:
    replay("--detector", "silent", "--detector", "california7", "--out", "both")
    replay("--detector", "california7", "--out", "alone")
    for file in ("alarms.csv", "incidents.csv", "runs.csv"):
        own = f"both/{file}".replace(".csv", "-california7.csv")
        assert Path(own).read_bytes() == Path(f"alone/{file}").read_bytes()
    assert score("both/score-california7.json") == score("alone/score.json")


def test_every_detector_is_behind_the_mask(replay: Replay) -> None:
    code, *_ = replay("--detector", "california7", "--detector", "coin", "--mask-faults", "iris", "--out", "out")
    assert code == 0
    assert {path.name for path in Path("out").glob("causes*")} == {"causes.csv", "causes-coin.csv"}
    assert score("out/score-coin.json")["mask_faults"] == "iris"


def test_parameters_go_to_the_detector_they_are_given_for(replay: Replay) -> None:
    Path("mine.toml").write_text(format_parameters(shipped_parameters()), encoding="utf-8")
    assert replay("--detector", "sheu2004", "--detector", "coin", "--parameters", "sheu2004=mine.toml")[0] == 0
    Path("mine.toml").write_text("nonsense = 1\n", encoding="utf-8")
    code, _, err = replay("--detector", "coin", "--detector", "sheu2004", "--parameters", "sheu2004=mine.toml")
    assert (code, "nonsense" in err) == (2, True)


def test_parameters_without_a_detector_s_name_are_refused_beside_two_detectors(replay: Replay) -> None:
    Path("mine.toml").write_text("", encoding="utf-8")
    code, _, err = replay("--detector", "coin", "--detector", "sheu2004", "--parameters", "mine.toml")
    assert (code, "such as coin=mine.toml" in err) == (2, True)


def test_a_detector_given_twice_is_refused_before_anything_is_written(replay: Replay) -> None:
    code, _, err = replay("--detector", "coin", "--detector", "coin", "--out", "out")
    assert (code, err) == (2, "laneblock: --detector coin is given twice\n")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("detectors", "folder"), [(("coin",), "replay-coin"), (("coin", "silent"), "replay-coin-silent")]
)
def test_the_folder_for_results_is_named_after_the_detectors(
    replay: Replay, detectors: tuple[str, ...], folder: str
) -> None:
    replay(*(word for name in detectors for word in ("--detector", name)))
    assert [path.name for path in Path("results").iterdir()] == [folder]


def test_the_page_is_written_and_written_again_from_the_results(
    replay: Replay, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, err = replay("--detector", "california7", "--out", "out")
    page = Path("out/report.html")
    assert f"page: {page}" in err
    before = page.read_bytes()
    page.unlink()
    with pytest.raises(SystemExit, match="0"):
        main(["report", "out"])
    assert page.read_bytes() == before


def test_without_known_incidents_the_alarms_of_each_are_counted(replay: Replay, tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, "unknown")
    for name in ("incidents.csv", "truth.json"):
        (tmp_path / "unknown" / name).unlink(missing_ok=True)
    code, out, _ = replay("--detector", "silent", "--detector", "coin", "--out", "out", folder=Path("unknown"))
    assert code == 0
    silent, coin = out.splitlines()
    assert silent.startswith("silent: 0 alarms; no score, because incidents are not known")
    assert coin.startswith("coin: ")


def test_without_known_incidents_a_detector_that_cannot_judge_says_so(replay: Replay, tmp_path: Path) -> None:
    unknown = tmp_path / "unknown"
    unknown.mkdir()
    shutil.copy(GOLDEN / "corridor.toml", unknown)
    recording = read_recording(GOLDEN)
    blind = [replace(frame, occupancy=np.full_like(frame.speed, np.nan)) for frame in recording.frames]
    write_loops(unknown / "loops.csv", recording.corridor, blind)
    _, out, _ = replay("--detector", "trees", "--out", "out", folder=unknown)
    assert "Not judged: 100 % of decisions without count and occupancy in two lanes or more" in out


def test_interrupted_replay_ends_with_130_and_a_line_and_the_same_command_goes_on(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(name: str, folder: Path, detector: str, *others: Any) -> ScoredRun:
        if detector == "coin":
            raise KeyboardInterrupt
        return replay_one(name, folder, detector, *others)

    command = ("--detector", "snd", "--detector", "coin", "--out", "out")
    with monkeypatch.context() as patched:
        patched.setattr(resumed_replays, "replay_one", interrupted)
        code, out, err = replay(*command)
    assert (code, out) == (130, "")
    assert err.splitlines()[-1].startswith("stopped; finished replays are kept in out/replays. To continue: laneblock")
    code, _, err = replay(*command)
    assert code == 0
    assert "1 of 2 replays was finished before, and is kept in out/replays" in err.splitlines()
    assert "finished before" not in replay(*command, "--fresh")[2]
