"""The cost benchmark at a small size: what it measures in processes of their own, and that a broken limit is said."""

from pathlib import Path

import pytest

from benchmarks import anomaly_cost


def test_a_frame_is_timed_and_memory_counted() -> None:
    found = anomaly_cost.decide("ewma", None, 20, 3)
    assert 0 < found["median_s"] <= found["longest_s"]
    assert found["peak_mb"] > 10


def test_a_training_writes_the_file_that_frames_are_decided_with(tmp_path: Path) -> None:
    file = tmp_path / "forest.json"
    took = anomaly_cost.train("isolation_forest", file, 0.4, 4)
    assert file.is_file()
    assert took["elapsed_s"] > 0
    assert anomaly_cost.decide("isolation_forest", file, 20, 3)["median_s"] > 0


def test_a_step_that_fails_gives_its_last_line() -> None:
    told = anomaly_cost.measured("train", "silent", "unused.toml", 0.1, 4)
    assert isinstance(told, str)
    assert told.endswith("silent has nothing to calibrate")


def test_a_broken_limit_is_in_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {"elapsed_s": 1.0, "cpu_s": 1.0, "peak_mb": 100.0}

    def measured(step: str, name: str, file: str, *numbers: float) -> dict[str, float] | str:
        return took if step == "train" else {"median_s": 1.5, "longest_s": 2.0, "peak_mb": 100.0}

    monkeypatch.setattr(anomaly_cost, "measured", measured)
    row, kept = anomaly_cost.cost_of("ewma", 5, 8, 4000, 40)
    assert (row[-1], kept) == ("BROKEN", False)
    monkeypatch.setattr(anomaly_cost, "SLOWER_S", {"ewma": 2.0})
    row, kept = anomaly_cost.cost_of("ewma", 5, 8, 4000, 40)
    assert (row[-1], kept) == ("within", True)
    took["elapsed_s"] = 301.0
    assert not anomaly_cost.cost_of("cusum", 5, 8, 4000, 40)[1]


def test_what_cannot_be_measured_is_said_and_breaks_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly_cost, "measured", lambda *_: "UserError: none")
    row, kept = anomaly_cost.cost_of("ewma", 5, 8, 4000, 40)
    assert kept
    assert row[-1] == "within; no frame: UserError: none; not trained: UserError: none"
