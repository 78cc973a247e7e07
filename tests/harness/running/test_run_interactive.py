"""A single run: an earlier one stays, with its record and report, until the new one is complete."""

import json
from pathlib import Path

import pytest

from harness.records.run_folder import RunFolder
from harness.records.run_order import Job
from harness.running.run_interactive import run_interactively
from scenarios.scenario import Scenario


def job(seed: int) -> Job:
    return Job(scenario=Scenario(name="one", seed=seed, end_s=60), detectors={"silent": None}, command=f"seed {seed}")


def pretend(job: Job, run: Path, *others: object) -> None:
    """Write a run's record, and nothing else."""
    (run / "run.json").write_text(json.dumps({"scenario": job.scenario.model_dump(mode="json")}), encoding="utf-8")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results with one run and its report."""
    monkeypatch.setattr("harness.running.run_interactive.simulate_run", pretend)
    run_interactively(job(1), tmp_path / "out")
    (tmp_path / "out" / "report.html").write_text("the first", encoding="utf-8")
    return tmp_path / "out"


def seeds(out: Path) -> tuple[int, int]:
    """The seed in the folder's record and in the run's."""
    battery, run = (json.loads(path.read_text()) for path in (out / "battery.json", RunFolder(out / "runs/one").record))
    return battery["scenarios"][0]["seed"], run["scenario"]["seed"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("a bug"), KeyboardInterrupt()])
def test_a_run_that_fails_or_is_stopped_leaves_the_earlier_one_as_it_was(
    out: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr("harness.running.run_interactive.simulate_run", fail)
    with pytest.raises(type(error)):
        run_interactively(job(2), out)
    assert seeds(out) == (1, 1)
    assert (out / "report.html").read_text(encoding="utf-8") == "the first"
    assert [path.name for path in (out / "runs").iterdir()] == ["one"]
    if not isinstance(error, KeyboardInterrupt):
        assert json.loads((out / "failed" / "one.json").read_text())["scenario"]["seed"] == 2


def test_a_run_that_succeeds_replaces_run_record_and_report(out: Path) -> None:
    run_interactively(job(2), out)
    assert seeds(out) == (2, 2)
    assert not (out / "report.html").exists()


def test_a_run_after_a_failed_one_that_replaced_nothing_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr("harness.running.run_interactive.simulate_run", fail)
    with pytest.raises(ValueError, match="no"):
        run_interactively(job(1), tmp_path / "out")
    monkeypatch.setattr("harness.running.run_interactive.simulate_run", pretend)
    run_interactively(job(2), tmp_path / "out")
    assert seeds(tmp_path / "out") == (2, 2)
    assert not (tmp_path / "out" / "failed" / "one.json").exists()


@pytest.mark.parametrize("name", ["work", "new", "run", "battery.json"])
def test_any_scenario_s_name_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("harness.running.run_interactive.simulate_run", pretend)
    for seed in (1, 2):
        named = job(seed).model_copy(update={"scenario": Scenario(name=name, seed=seed, end_s=60)})
        assert run_interactively(named, tmp_path / "out") == tmp_path / "out" / "runs" / name
