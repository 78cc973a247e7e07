"""A sweep of cases plays each in a copy, tells what its runs hold, and what has changed since an earlier sweep."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.network_case_result import result_lines
from benchmarks.network_cases import cases_in, main, outcome

INCIDENT = {
    "section": 0,
    "lanes": [1],
    "position_m": 1500.0,
    "onset_s": 166.0,
    "clearance_s": 333.0,
    "impact": True,
    "delay_veh_h": 0.0833,
    "queue_max_veh": 2.0,
}


def results_of_a_run(results: Path) -> None:
    """Write what a run of one incident leaves: lane 0 begins between the stations."""
    run = results / "runs" / "first"
    run.mkdir(parents=True)
    (run / "truth.json").write_text(json.dumps({"incidents": [INCIDENT], "collisions": 3, "teleports": 0}))
    traffic = {"notes": ["left out: loop 'a_0'"], "planned": 9, "departed": 8, "waiting": 1, "lost": 0}
    (run / "traffic.json").write_text(json.dumps(traffic))
    (run / "corridor.toml").write_text(
        'name = "road"\nperiod_s = 30\n[[station]]\nname = "a"\nposition_m = 600\nlanes = 1\nfirst_lane = 1\n'
        '[[station]]\nname = "b"\nposition_m = 1800.5\nlanes = 2\n'
    )
    rows = "time_s,incident,lane,arrived\n180,0,0,\n180,0,1,10\n210,0,0,\n210,0,1,4\n"
    (run / "truth_lanes.csv.gz").write_bytes(gzip.compress(rows.encode()))
    counts = "time_s,station,lane,count\n90,a,1,11\n90,b,0,4\n90,b,1,\n120,a,1,9\n120,b,0,0\n120,b,1,\n"
    (run / "loops.csv.gz").write_bytes(gzip.compress(counts.encode()))
    (results / "alarms.csv").write_text(
        "run,section,raised_s,ended_s,persistence,kind,estimated_lanes\n"
        "first,0,360,450,0,detection,1\nfirst,0,390,450,1,detection,1\n"
    )


def test_lines_tell_truth_arrivals_stations_counts_notes_and_alarms(tmp_path: Path) -> None:
    results_of_a_run(tmp_path)
    assert result_lines(tmp_path) == {
        "first: truth": "section 0, lanes [1] at 1500 m, onset 166 s, clearance 333 s, impact True, delay 0.083 veh h, queue 2",
        "first: arrived by lane": "incident 0 lane 0: -, incident 0 lane 1: 14",
        "first: stations": "a 600 m (lanes 1 to 1), b 1800.5 m (lanes 0 to 1)",
        "first: counted by lane": "a 20, b 4/-",
        "first: notes": "left out: loop 'a_0'",
        "first: vehicles": "planned 9, departed 8, waiting 1, lost 0",
        "first: untrustworthy": "collisions 3, teleports 0",
        "first: alarms": "360-450 s section 0 detection, lanes 1",
    }


def a_case(folder: Path, name: str, command: str) -> Path:
    """Write a case whose input is none."""
    (folder / name).mkdir(parents=True)
    (folder / name / "expected.toml").write_text(f"command = '{command}'\nright = 'a message'\n")
    return folder / name


def test_a_case_is_played_in_a_copy(tmp_path: Path) -> None:
    case = a_case(tmp_path / "cases", "1_none", "laneblock run none.toml --out results")
    lines = outcome(case, tmp_path)
    assert lines["exit code"] == "2"
    assert "none.toml" in lines["last line"]
    assert [path.name for path in case.iterdir()] == ["expected.toml"]


def test_another_command_is_not_run(tmp_path: Path) -> None:
    case = a_case(tmp_path / "cases", "1_none", "touch here")
    with pytest.raises(SystemExit, match="begins with laneblock, got 'touch'"):
        outcome(case, tmp_path)


def test_cases_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("100_c", "20_b", "9_a"):
        a_case(tmp_path, name, "laneblock")
    assert [case.name for case in cases_in(tmp_path)] == ["9_a", "20_b", "100_c"]
    assert [case.name for case in cases_in(tmp_path, ["20"])] == ["20_b"]
    with pytest.raises(SystemExit, match="found none of these"):
        cases_in(tmp_path, ["21"])


def test_against_an_earlier_sweep_only_changes_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("1_same", "2_other"):
        a_case(tmp_path / "cases", name, "laneblock")
    monkeypatch.setattr("benchmarks.network_cases.outcome", lambda case, _: {"exit code": "0", "last line": case.name})
    earlier = {
        "1_same": {"exit code": "0", "last line": "1_same"},
        "2_other": {"exit code": "2", "last line": "2_other"},
    }
    (tmp_path / "earlier.json").write_text(json.dumps(earlier))
    monkeypatch.setattr("sys.argv", ["x", str(tmp_path / "cases"), "--against", str(tmp_path / "earlier.json")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "1_same",
        "    as before",
        "2_other",
        "    exit code: was 2",
        "    exit code: now 0",
        "1 of 2 cases differ",
    ]
