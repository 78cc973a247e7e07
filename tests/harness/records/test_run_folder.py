"""What runs leave on disk comes back; what is half written is never seen."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.records.atomic_files import atomic_file, plain, remove_leftovers, write_json, write_text
from harness.records.battery_folder import finished_runs
from harness.records.decisions import (
    Decisions,
    EstimateRow,
    read_decisions,
    read_estimates,
    write_decisions,
    write_estimates,
)
from harness.records.provenance import provenance
from harness.records.run_folder import RunFolder, read_record, write_record

NAN = math.nan


def same(one: Decisions, other: Decisions) -> bool:
    return (
        one.times_s.tobytes() == other.times_s.tobytes()
        and np.array_equal(one.score, other.score, equal_nan=True)
        and np.array_equal(one.alarm, other.alarm)
    )


@settings(max_examples=50, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 5), st.integers(1, 4)),
    data=st.data(),
)
def test_any_decisions_come_back(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int], data: st.DataObject
) -> None:
    decisions = Decisions(
        np.array([900.1 + 30.0 * k for k in range(shape[0])]),
        data.draw(arrays(np.float64, shape)),
        data.draw(arrays(np.bool_, shape)),
    )
    path = tmp_path_factory.mktemp("decisions") / "decisions-x.csv.gz"
    write_decisions(path, decisions)
    assert same(read_decisions(path), decisions)


def test_no_decisions_come_back_as_none(tmp_path: Path) -> None:
    path = tmp_path / "decisions-x.csv.gz"
    write_decisions(path, Decisions(np.empty(0), np.empty((0, 3)), np.empty((0, 3), np.bool_)))
    assert read_decisions(path).times_s.shape == (0,)


@pytest.mark.parametrize(
    "rows",
    [
        ["30,0,,0", "30,1,,0", "60,0,,0"],
        ["30,0,,0", "60,1,,0"],
        ["30,1,,0", "30,0,,0"],
        ["30,0,,2"],
        ["30,1,,0"],
        ["30,-1,,0"],
    ],
)
def test_decisions_that_are_no_grid_are_refused(tmp_path: Path, rows: list[str]) -> None:
    path = tmp_path / "decisions-x.csv"
    path.write_text("\n".join(["time_s,section,score,alarm", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"decisions-x.csv: wanted one row per frame and section"):
        read_decisions(path)


def test_estimates_come_back(tmp_path: Path) -> None:
    rows = (
        EstimateRow(930.0, 2, 0, True, 0.1 + 0.2, 7.5, NAN, 1.5, 2.9, -2.9, 905.0, NAN, 1234.5, 'rule "1", 0.3'),
        EstimateRow(930.0, 2, 1, False, NAN, NAN, 9.0, 1.5, math.inf, -math.inf, 905.0, NAN, 1234.5, ""),
    )
    path = tmp_path / "estimates-x.csv.gz"
    write_estimates(path, rows)
    assert repr(read_estimates(path)) == repr(rows)


def test_only_runs_with_a_record_are_finished(tmp_path: Path) -> None:
    for name in ("b", "a", "unfinished", ".c.1.part"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    for name in ("b", "a", ".c.1.part"):
        write_record(tmp_path / "runs" / name, {"status": "done"})
    runs = finished_runs(tmp_path)
    assert [run.name for run in runs] == ["a", "b"]
    assert all(run.finished for run in runs)
    assert finished_runs(tmp_path / "nothing") == ()


def test_a_record_comes_back_with_nan_as_null(tmp_path: Path) -> None:
    write_record(tmp_path, {"wall_s": NAN, "lanes": (0, 1), "count": np.int64(3), "values": np.array([1.5, np.nan])})
    assert read_record(tmp_path) == {"wall_s": None, "lanes": [0, 1], "count": 3, "values": [1.5, None]}


def test_a_run_without_a_record_is_told_apart_from_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"run.json: no such file \(is the run not finished"):
        read_record(tmp_path)
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"run.json: broken JSON"):
        read_record(tmp_path)
    (tmp_path / "run.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"run.json: wanted an object, got list"):
        read_record(tmp_path)


def test_detectors_are_found_by_their_decisions(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for name in ("silent", "coin"):
        write_decisions(run.decisions(name), Decisions(np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1), np.bool_)))
    assert run.detectors == ("coin", "silent")


def fail_in(part: Path) -> None:
    part.write_text("half", encoding="utf-8")
    raise OSError("No space left on device")


def test_a_file_that_fails_in_between_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "score.json"
    write_text(path, "old")
    with pytest.raises(OSError, match="No space left"), atomic_file(path) as part:
        fail_in(part)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_leftovers_of_killed_writers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".one.17.part").mkdir()
    (tmp_path / ".one.17.part" / "file").touch()
    (tmp_path / ".alarms.csv.17.part.csv").touch()
    (tmp_path / "part").mkdir()
    (tmp_path / ".hidden").touch()
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "part"]


def test_json_holds_no_nan(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"a": [NAN, math.inf, {"b": (Path("c"), frozenset({2, 1}), True)}]})
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == {
        "a": [None, None, {"b": ["c", [1, 2], True]}]
    }
    assert plain("text") == "text"


def test_provenance_names_versions_platform_and_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["laneblock", "replay", "my folder", "--detector", "sheu2004"])
    origin = provenance()
    assert origin["command"] == "laneblock replay 'my folder' --detector sheu2004"
    assert origin["platform"]
    versions = origin["versions"]
    assert isinstance(versions, dict)
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert versions["numpy"] == np.__version__
    assert {"libsumo", "eclipse-sumo", "traci", "sumolib", "scipy", "filterpy"} <= set(versions)
