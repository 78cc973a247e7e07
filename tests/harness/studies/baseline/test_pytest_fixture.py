"""The fixture of the pytest plugin: figures, limits, cache; and in a pytest of a user's own, side by side too."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from detectors.detector import Decision
from detectors.reference.silent import Silent
from harness.studies.baseline import pytest_fixture as bench_module
from harness.studies.baseline.baseline_file import Baseline
from harness.studies.baseline.collect_baseline import baseline_of
from harness.studies.baseline.fixture_result import FixtureResult
from harness.studies.baseline.pytest_fixture import LaneblockFixture
from simulator.frame import LoopFrame

GOLDEN = Path(__file__).parents[3] / "golden"


@pytest.fixture
def bench(tmp_path: Path) -> LaneblockFixture:
    return LaneblockFixture(tmp_path / "cache")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> FixtureResult:
    return LaneblockFixture(tmp_path_factory.mktemp("cache")).replay(GOLDEN, "sheu2004")


class Eager(Silent):
    """Alarms everywhere, always."""

    def step(self, frame: LoopFrame) -> Decision:
        said = super().step(frame)
        return Decision(frame.time_s, np.ones(said.alarm.shape), np.ones(said.alarm.shape, dtype=np.bool_))


def test_it_tells_figures_and_where_the_report_is(tried: FixtureResult) -> None:
    # Onset 956 s, first alarm at the end of the frame at 1140 s.
    assert tried.result.dr.value == 1
    assert tried.result.ttd.mean == pytest.approx(184)
    assert "DR 100.0 %" in str(tried)
    assert f"report: {tried.report}" in str(tried)
    assert "sheu2004" in tried.report.read_text(encoding="utf-8")


def test_limits_that_are_kept_raise_nothing(tried: FixtureResult) -> None:
    tried.check(dr_at_least=1.0, false_alarms_per_day_at_most=0, ttd_mean_s_at_most=184)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"ttd_mean_s_at_most": 183.0}, r"mean TTD \[s\]: wanted at most 183, got 184"),
        ({"dr_at_least": 0.9, "shown": True}, r"DR: wanted at least 0.9, got 0.2065 \(low end of the interval\)"),
        ({"false_alarms_per_day_at_most": 5.0, "shown": True}, "false alarms per corridor-day: wanted at most 5, got"),
        ({"ttd_mean_s_at_most": 500.0, "shown": True}, "got nan"),
    ],
)
def test_limits_that_are_missed_are_named_with_the_report(
    tried: FixtureResult, limits: dict[str, float], words: str
) -> None:
    with pytest.raises(AssertionError, match=words) as error:
        tried.check(**limits)  # type: ignore[arg-type]
    assert str(tried.report) in str(error.value)


def test_a_percentage_for_a_share_is_the_likely_slip(tried: FixtureResult) -> None:
    with pytest.raises(ValueError, match="is it a percentage"):
        tried.check(dr_at_least=90)


def test_what_is_cached_is_not_replayed_again_unless_something_changed(
    bench: LaneblockFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bench.replay(GOLDEN, "silent")
    replayed: list[list[str]] = []

    def counting(folder: Path, parameters: dict[str, Path | None], *given: Any, **more: Any) -> Baseline:
        replayed.append(list(parameters))
        return baseline_of(folder, parameters, *given, **more)

    monkeypatch.setattr(bench_module, "baseline_of", counting)
    assert bench.replay(GOLDEN, "silent") == first
    assert replayed == []
    bench.replay(GOLDEN, "silent", persistence=1)
    bench.replay(GOLDEN, "coin")
    LaneblockFixture(bench.cache, session="fresh").replay(GOLDEN, "silent")
    monkeypatch.setattr(bench_module, "detector_code_digest", lambda names: "changed")
    bench.replay(GOLDEN, "silent")
    assert replayed == [["silent"], ["coin"], ["silent"], ["silent"]]


def test_a_class_of_one_s_own_is_tried_and_leaves_the_catalogue_as_it_was(bench: LaneblockFixture) -> None:
    eager = bench.replay(GOLDEN, Eager)
    assert eager.detector == "Eager"
    assert eager.result.false_alarms > 0
    assert "Eager" not in DETECTORS
    with pytest.raises(ValueError, match="a detector 'silent' exists already"):
        bench.replay(GOLDEN, type("silent", (Silent,), {}))


def test_it_is_compared_with_a_baseline(bench: LaneblockFixture) -> None:
    shipped = bench.replay("shipped", "california7")
    shipped.check_baseline("shipped")
    with pytest.raises(ValueError, match="not Eager"):
        bench.replay("shipped", Eager).check_baseline("shipped")


USERS = """
from pathlib import Path


def test_one(laneblock):
    tried = laneblock.replay("shipped", detector="california7")
    tried.check(dr_at_least=0.1, false_alarms_per_day_at_most=1)


def test_two(laneblock):
    assert laneblock.replay("shipped", detector="california7").result.dr.value > 0.9


def test_three(laneblock):
    assert laneblock.replay("shipped", detector="california7").result.detected == 1
"""


def test_in_a_pytest_of_one_s_own_it_works_side_by_side_and_tells_of_the_report_on_failure(tmp_path: Path) -> None:
    (tmp_path / "test_users.py").write_text(USERS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:schemathesis"]
    command += ["--rootdir", str(tmp_path), "test_users.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 2 passed" in done.stdout
    kept = list(tmp_path.glob(".pytest_cache/d/laneblock/tried-*/summary.txt"))
    assert len(kept) == 1
    assert f"report: {kept[0]}" in done.stdout
    assert "california7 on shipped: DR 16.7 % (3.0 to 56.4), 1 of 6" in done.stdout


@pytest.mark.sumo
def test_a_battery_is_simulated_once_and_replayed_for_each_detector(
    bench: LaneblockFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tiny.toml"
    file.write_text(
        'name = "tiny"\n[[scenarios]]\nname = "free"\nseed = 3\nsite = "sr91"\nwarm_up_s = 30\nend_s = 120\ndemand_vphpl = 300\n',
        encoding="utf-8",
    )
    assert bench.battery(file, "silent", jobs=1).battery == "tiny"
    monkeypatch.setattr("harness.running.run_battery.run_job", lambda *given: pytest.fail("simulated again"))
    assert bench.battery(file, Eager, jobs=1).result.false_alarms == 7


def test_a_cached_result_that_is_broken_is_made_again(bench: LaneblockFixture) -> None:
    made = bench.replay(GOLDEN, "silent")
    made.report.with_name("baseline.json").write_text("{", encoding="utf-8")
    assert bench.replay(GOLDEN, "silent") == made


def test_parameters_that_are_not_there_are_named(bench: LaneblockFixture) -> None:
    for tries in (bench.replay, bench.battery):
        with pytest.raises(FileNotFoundError, match=r"parameters: no such file: none\.toml"):
            tries("shipped" if tries == bench.replay else "sr91-smoke", "sheu2004", parameters="none.toml")


def test_a_cache_that_is_a_file_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    (tmp_path / "test_own.py").write_text("def test_one(laneblock):\n    pass\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:schemathesis",
        "--laneblock-cache",
        "cache",
        "test_own.py",
    ]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "--laneblock-cache cache: wanted a folder, got a file" in ended.stdout
