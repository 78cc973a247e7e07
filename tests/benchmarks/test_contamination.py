"""The contamination benchmark on a made road: who is trained and scored on what, kept figures, and a threshold that rises."""

import json
from pathlib import Path

import pytest

from benchmarks import contamination
from benchmarks.contamination_plan import plan_of
from scenarios.errors import UserError
from tests.benchmarks.made_recordings import write_results

SHARES = (0.0, 0.05)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_results(tmp_path_factory.mktemp("contaminated") / "made", 2, 24)


@pytest.fixture(scope="module")
def measured(results: Path) -> tuple[Path, str]:
    out = results / "contamination"
    return out, contamination.run(results, None, out, ["snd", "ewma"], SHARES, 1)


def test_without_other_results_every_second_day_and_incident_is_scored(results: Path) -> None:
    plan = plan_of(results, None)
    assert [path.name for path in plan.days] == ["day-0"]
    assert [path.name for path in plan.incidents] == [f"incident-{k:02d}" for k in range(0, 24, 2)]
    assert [path.name for path in plan.scored] == ["day-1", *(f"incident-{k:02d}" for k in range(1, 24, 2))]


def test_with_other_results_all_of_the_first_train_and_all_of_the_others_are_scored(results: Path) -> None:
    plan = plan_of(results, results)
    assert (len(plan.days), len(plan.incidents), len(plan.scored)) == (2, 24, 26)


def test_a_contaminated_history_raises_the_threshold(measured: tuple[Path, str]) -> None:
    out, _ = measured
    for name in ("snd", "ewma"):
        clean, dirty = (json.loads((out / f"{name}-{share:g}.result.json").read_text()) for share in SHARES)
        assert clean["incidents_in_history"] == 0 < dirty["incidents_in_history"]
        assert dirty["threshold"] > clean["threshold"]
        assert dirty["detected"] <= clean["detected"]
        assert dirty["equal_detected"] == clean["equal_detected"], (
            "its parameters are shipped: only the threshold is lost"
        )


def test_a_row_per_detector_and_share_is_printed(measured: tuple[Path, str]) -> None:
    _, text = measured
    rows = [line.split()[:2] for line in text.splitlines() if line.startswith(("snd", "ewma"))]
    assert rows == [["snd", "0"], ["snd", "5"], ["ewma", "0"], ["ewma", "5"]]


def test_what_is_kept_is_not_measured_again(
    results: Path, measured: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, text = measured

    def never(*_: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(contamination, "measure", never)
    assert contamination.run(results, None, out, ["snd", "ewma"], SHARES, 1) == text


def test_figures_of_other_runs_are_not_taken(measured: tuple[Path, str]) -> None:
    out, _ = measured
    assert contamination.kept(out, "snd", 0.0, "another key") is None
    assert contamination.kept(out, "apid", 0.0, "another key") is None


def test_results_without_a_day_or_an_incident_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no finished run is a whole day without incident"):
        plan_of(write_results(tmp_path / "hours", 0, 2), None)
    with pytest.raises(UserError, match="no finished run with an incident on the corridor of day-0"):
        plan_of(write_results(tmp_path / "days", 2, 0), None)
    with pytest.raises(UserError, match="wanted two whole days"):
        plan_of(write_results(tmp_path / "one", 1, 2), None)
