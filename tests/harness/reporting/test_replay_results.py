"""Recordings are replayed and scored, without SUMO."""

import csv
import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import build, fingerprint
from harness.records.decisions import read_decisions
from harness.records.folder_lock import lock_folder
from harness.records.run_folder import RunFolder
from harness.reporting.replay_results import replay
from harness.running.feed_detector import collect
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from simulator.recording.truth_files import write_truth
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 3), Station("b", 800.0, 3), Station("c", 1600.0, 3)))
INCIDENT = RecordedIncident(1815.0, 2400.0, 1200.0, (0,))
KEYS = {
    *("detector", "incidents", "detected", "false_alarms", "decisions", "section_hours", "dr", "far"),
    *("ttd_mean_s", "ttd_median_s"),
}


def frames(seed: int, missing: tuple[int, ...] = ()) -> tuple[LoopFrame, ...]:
    """An hour of free flow, with a jump in section 1's loops while INCIDENT lasts."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(1, 121):
        count, speed = rng.poisson(8, (3, 3)).astype(float), rng.normal(28, 1, (3, 3))
        occupancy = count * 6 / speed / 30
        if 1815 < 30 * k <= 2400:
            count[2, 0] = 0
            speed[2, 0] = np.nan
            occupancy[2, 0] = 0
            occupancy[1, 0] = 0.6
        if k not in missing:
            made.append(LoopFrame(30.0 * k, count, speed, occupancy))
    return tuple(made)


def record(folder: Path, seed: int, incidents: tuple[RecordedIncident, ...] | None) -> Path:
    write_recording(folder, Recording(CORRIDOR, frames(seed, (7, 8)), incidents))
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_all_folders_are_scored_together(tmp_path: Path) -> None:
    folders = [record(tmp_path / "one", 1, (INCIDENT,)), record(tmp_path / "two", 2, ())]
    score = replay(folders, {"oracle": None}, tmp_path / "out")["oracle"]
    assert set(score) >= KEYS
    assert json.loads((tmp_path / "out" / "score.json").read_text(encoding="utf-8")) == score
    assert (score["incidents"], score["detected"], score["false_alarms"], score["dr"]) == (1, 1, 0, 1.0)
    # Onset 1815 s: the next frame ends at 1830 s, and without a twin that is where the oracle alarms.
    assert (score["ttd_mean_s"], score["ttd_median_s"]) == (15.0, 15.0)
    alarms = rows(tmp_path / "out" / "alarms.csv")
    assert [(alarm["run"], alarm["section"], alarm["raised_s"], alarm["kind"]) for alarm in alarms] == [
        ("one", "1", "1830", "detection")
    ]
    assert len(rows(tmp_path / "out" / "incidents.csv")) == 1
    assert len(rows(tmp_path / "out" / "runs.csv")) == 2


def test_the_score_keeps_the_fingerprint_of_the_detector(tmp_path: Path) -> None:
    score = replay([record(tmp_path / "one", 1, ())], {"snd": None}, tmp_path / "out")["snd"]
    assert (score["fingerprint"], score["mask_fingerprint"]) == (fingerprint("snd"), None)


def test_the_oracle_has_no_fingerprint(tmp_path: Path) -> None:
    score = replay([record(tmp_path / "one", 1, ())], {"oracle": None}, tmp_path / "out")["oracle"]
    assert score["fingerprint"] is None


def test_what_is_undefined_is_null(tmp_path: Path) -> None:
    score = replay([record(tmp_path / "one", 1, ())], {"silent": None}, tmp_path / "out")["silent"]
    assert (score["incidents"], score["detected"], score["false_alarms"], score["far"]) == (0, 0, 0, 0.0)
    assert (score["dr"], score["ttd_mean_s"], score["ttd_median_s"]) == (None, None, None)
    # Two of 120 frames are missing: 118 frames by two sections, each half a minute.
    assert (score["decisions"], score["section_hours"]) == (236, pytest.approx(236 / 120))


def test_nothing_is_scored_where_nothing_is_known(tmp_path: Path) -> None:
    out = tmp_path / "out"
    known, unknown = record(tmp_path / "known", 1, (INCIDENT,)), record(tmp_path / "unknown", 1, None)
    replay([known], {"coin": None}, out)
    assert (out / "score.json").exists()
    score = replay([unknown], {"coin": None}, out)["coin"]
    assert set(score) >= KEYS
    assert score["incidents"] is None
    assert score["alarms"] == len(rows(out / "alarms.csv"))
    assert {alarm["kind"] for alarm in rows(out / "alarms.csv")} <= {"unknown"}
    assert not (out / "score.json").exists()
    assert not (out / "incidents.csv").exists()


def test_a_recording_without_incidents_adds_to_no_rate(tmp_path: Path) -> None:
    known, unknown = record(tmp_path / "known", 1, (INCIDENT,)), record(tmp_path / "unknown", 1, None)
    alone = replay([known], {"silent": None}, tmp_path / "alone")["silent"]
    together = replay([known, unknown], {"silent": None}, tmp_path / "together")["silent"]
    assert {key: alone[key] for key in KEYS} == {key: together[key] for key in KEYS}


def test_truth_goes_before_the_list_of_incidents(tmp_path: Path) -> None:
    folder = record(tmp_path / "one", 1, (INCIDENT,))
    observed = ObservedIncident(1815.0, 2400.0, 1200.0, (0,), 1, 1920.0, True, 3.0, 12.0)
    write_truth(folder, Truth((observed,), (), (), (), 0, 0))
    score = replay([folder], {"oracle": None}, tmp_path / "out")["oracle"]
    assert score["ttd_mean_s"] == 105.0  # the oracle waits for the earliest evidence
    write_truth(folder, Truth((replace(observed, impact=False),), (), (), (), 0, 0))
    assert replay([folder], {"oracle": None}, tmp_path / "out")["oracle"]["incidents"] == 0


@pytest.mark.parametrize("detector", ["silent", "coin", "sheu2004"])
def test_a_replay_gives_exactly_the_live_decisions(tmp_path: Path, detector: str) -> None:
    folder = record(tmp_path / "one", 3, None)
    live, _ = collect(build(detector, CORRIDOR), iter(frames(3, (7, 8))), CORRIDOR)
    replay([folder], {detector: None}, tmp_path / "out")
    replayed = read_decisions(RunFolder(tmp_path / "out" / "runs" / "one").decisions(detector))
    assert replayed.times_s.tobytes() == live.times_s.tobytes()
    assert np.array_equal(replayed.score, live.score, equal_nan=True)
    assert np.array_equal(replayed.alarm, live.alarm)


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [record(tmp_path / day / "loops", 1, ()) for day in ("monday", "tuesday")]
    replay(folders, {"silent": None}, tmp_path / "out")
    assert [row["run"] for row in rows(tmp_path / "out" / "runs.csv")] == ["monday_loops", "tuesday_loops"]


BLOCKED = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("libsumo", "traci", "sumo", "sumolib"):
            raise ModuleNotFoundError(f"no {name} here")

sys.meta_path.insert(0, Block())
sys.path.insert(0, "")
from pathlib import Path
from harness.reporting.replay_results import replay
score = replay([Path(sys.argv[1])], {sys.argv[2]: None}, Path(sys.argv[3]))[sys.argv[2]]
sys.exit(0 if score["incidents"] == 1 else 3)
"""


@pytest.mark.parametrize("detector", ["silent", "sheu2004"])
def test_sumo_need_not_be_installed(tmp_path: Path, detector: str) -> None:
    folder = record(tmp_path / "one", 1, (INCIDENT,))
    command = [sys.executable, "-I", "-c", BLOCKED, str(folder), detector, str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr


def test_an_unknown_detector_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no detector 'silnt'.*'silent'"):
        replay([record(tmp_path / "one", 1, ())], {"silnt": None}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_folder_is_refused_before_the_first_is_replayed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere: no such folder"):
        replay([record(tmp_path / "one", 1, ()), tmp_path / "nowhere"], {"silent": None}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_same_folder_twice_is_refused(tmp_path: Path) -> None:
    folder = record(tmp_path / "one", 1, ())
    with pytest.raises(ValueError, match=r"one: the same recording twice"):
        replay([folder, tmp_path / "." / "one"], {"silent": None}, tmp_path / "out")


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one recording's folder"):
        replay([], {"silent": None}, tmp_path / "out")


@pytest.mark.parametrize("name", ["corridor.toml", "battery.json"])
def test_results_never_replace_a_recording_or_a_battery(tmp_path: Path, name: str) -> None:
    folder = record(tmp_path / "one", 1, (INCIDENT,))
    out = tmp_path / "out"
    out.mkdir()
    (out / name).touch()
    with pytest.raises(ValueError, match=f"holds {name}; results there would replace"):
        replay([folder], {"silent": None}, out)


def test_results_want_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(ValueError, match="out: wanted a folder, got a file"):
        replay([record(tmp_path / "one", 1, ())], {"silent": None}, tmp_path / "out")


def test_the_oracle_wants_known_incidents(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one: detector 'oracle' needs recordings whose incidents are known"):
        replay([record(tmp_path / "one", 1, None)], {"oracle": None}, tmp_path / "out")
    with pytest.raises(ValueError, match="takes no parameter file"):
        replay([record(tmp_path / "two", 1, ())], {"oracle": tmp_path / "x.toml"}, tmp_path / "out")


def test_a_folder_of_runs_is_answered_with_where_its_recordings_are(tmp_path: Path) -> None:
    record(tmp_path / "week" / "runs" / "one", 1, ())
    with pytest.raises(FileNotFoundError, match=r"week: holds no recording itself .*week/runs"):
        replay([tmp_path / "week"], {"silent": None}, tmp_path / "out")


def test_a_loops_file_that_is_no_text_is_answered_with_the_likely_slip(tmp_path: Path) -> None:
    folder = record(tmp_path / "one", 1, ())
    (folder / "loops.csv.gz").rename(folder / "loops.csv")
    with pytest.raises(ValueError, match=r"line 1: wanted the columns .*UTF-8 text, and is it not compressed\?"):
        replay([folder], {"silent": None}, tmp_path / "out")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("loops.csv", "\n30,", "\n1.7976931348623157e+308,", "line 2: time_s is in seconds, got 1.79"),
        ("loops.csv", "\n30,", "\n1700000000000,", "line 2: time_s is in seconds, got .* milliseconds"),
        ("corridor.toml", "period_s = 30", "period_s = 1e-308", "period_s is a number, 1 to 3600, got 1e-308"),
    ],
)
def test_times_beyond_all_bounds_are_refused_without_a_warning(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = record(tmp_path / "one", 1, ())
    (folder / "loops.csv").write_bytes(gzip.decompress((folder / "loops.csv.gz").read_bytes()))
    (folder / "loops.csv.gz").unlink()
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        replay([folder], {"silent": None}, tmp_path / "out")


def test_results_of_a_second_detector_are_beside_the_first_ones(tmp_path: Path) -> None:
    out = tmp_path / "out"
    documents = replay([record(tmp_path / "one", 1, (INCIDENT,))], {"oracle": None, "silent": None}, out)
    assert [documents[name]["detected"] for name in ("oracle", "silent")] == [1, 0]
    names = [f"{stem}{own}" for stem in ("alarms", "incidents", "runs", "score") for own in ("", "-silent")]
    assert sorted(path.stem for path in out.iterdir() if path.is_file() and path.name != ".lock") == sorted(
        [*names, "replay", "summary"]
    )
    summary = (out / "summary.txt").read_text(encoding="utf-8")
    assert summary.index("oracle on 1 recording") < summary.index("silent on 1 recording")


def test_results_of_an_earlier_replay_do_not_stay_beside_new_ones(tmp_path: Path) -> None:
    folder, out = record(tmp_path / "one", 1, (INCIDENT,)), tmp_path / "out"
    replay([folder], {"oracle": None, "silent": None}, out)
    replay([folder], {"oracle": None}, out)
    assert [path.name for path in out.glob("*silent*")] == []


def test_no_detector_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one detector"):
        replay([record(tmp_path / "one", 1, ())], {}, tmp_path / "out")


def test_a_replay_that_fails_leaves_an_earlier_one_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = record(tmp_path / "one", 1, (INCIDENT,)), record(tmp_path / "two", 2, ())
    out = tmp_path / "out"
    replay([one], {"coin": None}, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (two / "loops.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"loops\.csv"):
        replay([one, two], {"silent": None, "coin": None}, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_an_earlier_replay_stays_until_the_scores_are_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = record(tmp_path / "one", 1, (INCIDENT,)), tmp_path / "out"
    replay([folder], {"coin": None}, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(*arguments: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.reporting.replay_results.summary_text", full)
    with pytest.raises(OSError, match="No space"):
        replay([folder], {"oracle": None}, out)
    after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert set(after) - set(before) == {out / "replays" / "one-oracle.npz"}  # it goes on from there
    assert {path: after[path] for path in before} == before


def test_two_replays_at_once_into_one_folder_are_refused(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "out"), pytest.raises(UserError, match="another process"):
        replay([record(tmp_path / "one", 1, (INCIDENT,))], {"coin": None}, tmp_path / "out")


def jammed(folder: Path, incident: RecordedIncident) -> Path:
    """An hour in which a queue stands from 1815 s to 2700 s before station c, with the log's incident."""
    made = list(frames(1))
    for k, frame in enumerate(made):
        if 1815 < frame.time_s <= 2700:
            speed, occupancy = frame.speed.copy(), frame.occupancy.copy()
            speed[1], occupancy[1] = 4.0, 0.6
            made[k] = replace(frame, speed=speed, occupancy=occupancy)
    write_recording(folder, Recording(CORRIDOR, tuple(made), (incident,)))
    return folder


LATE = RecordedIncident(2100.0, 2700.0, 763.0, ())


def test_a_log_late_and_off_within_its_tolerances_costs_no_hit_and_no_false_alarm(tmp_path: Path) -> None:
    """Logged 285 s late and 437 m upstream, beyond a station."""
    rough = replace(LATE, onset_early_s=600.0, onset_late_s=60.0, position_tolerance_m=500.0)
    by_tolerances = replay([jammed(tmp_path / "rough", rough)], {"california7": None}, tmp_path / "rough-out")
    as_written = replay([jammed(tmp_path / "plain", LATE)], {"california7": None}, tmp_path / "plain-out")
    found, written = by_tolerances["california7"], as_written["california7"]
    assert (found["incidents"], found["detected"], found["false_alarms"]) == (1, 1, 0)
    assert (written["incidents"], written["detected"], written["false_alarms"]) == (1, 0, 1)
    (row,) = rows(tmp_path / "rough-out" / "incidents.csv")
    assert row["trace"] == "queue"
    assert float(row["ttd_s"]) < 0 <= float(row["ttd_trace_s"])
    assert "trace" not in rows(tmp_path / "plain-out" / "incidents.csv")[0]
    summary = (tmp_path / "rough-out" / "summary.txt").read_text(encoding="utf-8")
    assert "By tolerances: the incidents.csv of rough says" in summary
    assert "from the first trace in the loops" in summary


def test_a_logged_incident_that_no_loop_shows_is_left_out_of_dr(tmp_path: Path) -> None:
    quiet = replace(LATE, onset_early_s=600.0, onset_late_s=60.0, position_tolerance_m=500.0, onset_s=1000.0)
    write_recording(tmp_path / "quiet", Recording(CORRIDOR, frames(1)[:40], (quiet,)))
    found = replay([tmp_path / "quiet"], {"california7": None}, tmp_path / "out")["california7"]
    assert (found["incidents"], found["incidents_without_impact"], found["dr"]) == (0, 1, None)


def test_a_truth_is_scored_as_before_whatever_tolerances_the_log_beside_it_states(tmp_path: Path) -> None:
    for name, log in (("plain", INCIDENT), ("rough", replace(INCIDENT, position_tolerance_m=500.0))):
        folder = jammed(tmp_path / name / "one", log)
        observed = ObservedIncident(1815.0, 2400.0, 1200.0, (0,), 1, 1920.0, True, 3.0, 12.0)
        write_truth(folder, Truth((observed,), (), (), (), 0, 0))
        replay([folder], {"california7": None}, tmp_path / name / "out")
    plain, rough = (tmp_path / name / "out" for name in ("plain", "rough"))
    for file in ("alarms.csv", "incidents.csv", "runs.csv", "summary.txt"):
        assert (plain / file).read_bytes() == (rough / file).read_bytes()
