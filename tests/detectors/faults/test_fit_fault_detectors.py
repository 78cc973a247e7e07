"""Files of fitted fault detectors that are broken, or of something else: one clear refusal."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.faults import gp_cusum_model_file
from detectors.faults.fault_catalogue import build_fault_detector
from detectors.faults.fit_fault_detectors import fit_gp_cusum
from detectors.faults.loop_thresholds import thresholds_per_loop_month
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from tests.detectors.faults.conftest import CORRIDOR, traffic

MOVED = Corridor("moved", 30.0, tuple(replace(each, position_m=each.position_m + 40) for each in CORRIDOR.stations))
RENAMED = Corridor("renamed", 30.0, tuple(Station(f"T{k}", 800.0 * k, 3) for k in range(3)))
FITTED = ("gp_cusum", "gp_cusum_30s", "conservation")


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize(("road", "why"), [(MOVED, "at other places"), (RENAMED, "with T0, T1, T2")])
def test_a_road_of_the_same_shape_is_still_another_road(
    fitted: dict[str, Path], name: str, road: Corridor, why: str
) -> None:
    with pytest.raises(ValueError, match=f"was fitted on stations S0, S1, S2, this is .*{why}"):
        build_fault_detector(name, road, fitted[name])


def test_a_model_of_other_steps_is_not_taken_for_one_of_these(fitted: dict[str, Path]) -> None:
    with pytest.raises(
        ValueError, match=r"needs a model of steps of 300 s here, got one of 30 s \(is it that of gp_cusum_30s"
    ):
        build_fault_detector("gp_cusum", CORRIDOR, fitted["gp_cusum_30s"])
    with pytest.raises(ValueError, match="needs a model of steps of 30 s here, got one of 300 s"):
        build_fault_detector("gp_cusum_30s", CORRIDOR, fitted["gp_cusum"])


@pytest.mark.parametrize("name", FITTED)
def test_a_file_cut_off_or_changed_anywhere_builds_or_is_refused_by_its_name(
    fitted: dict[str, Path], tmp_path: Path, name: str
) -> None:
    whole = fitted[name].read_bytes()
    broken = tmp_path / f"broken{fitted[name].suffix}"
    refused = []
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :]):
            broken.write_bytes(content)
            try:
                build_fault_detector(name, CORRIDOR, broken)
            except ValueError as error:
                refused.append(str(error))
    assert len(refused) > 50  # all that are cut off, but for an end that says nothing
    assert all("broken" in message and "\n" not in message and "allow_pickle" not in message for message in refused)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "laneblock conservation 1"}, "calibrate it again"),
        ({"ratio": [1.0]}, "ratio: wanted 3 stations of 3 lanes"),
        ({"thresholds": [1.0]}, "thresholds: wanted a valid dictionary"),
        ({"thresholds": {"1": 0.0}}, "thresholds: wanted thresholds of sums above 0, got 0"),
        ({"share": [[0.001] * 3] * 3}, "share: wanted numbers of 0.01 or more, got 0.001"),
        ({"share": "half"}, "share: wanted a list of rows of numbers, got 'half'"),
        ({"spread": [0.5, 0.0]}, "spread: wanted numbers of 0.001 or more, got 0"),
        ({"stations": [["a", 0.0, 3], ["b", 1e308, 3]]}, r"stations\[1\]: wanted a name, a position"),
        ({"ratios": []}, "ratios: unknown key .did you mean 'ratio'"),
    ],
)
def test_a_balance_that_does_not_hold_together_is_refused(
    fitted: dict[str, Path], tmp_path: Path, change: dict[str, object], message: str
) -> None:
    content = json.loads(fitted["conservation"].read_text(encoding="utf-8"))
    (tmp_path / "b.json").write_text(json.dumps(content | change), encoding="utf-8")
    with pytest.raises(ValueError, match=f"b.json: .*{message}"):
        build_fault_detector("conservation", CORRIDOR, tmp_path / "b.json")


def test_a_model_too_large_to_be_read_again_is_refused_before_it_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gp_cusum_model_file, "MOST_INVERSE_BYTES", 1 << 10)
    shown: list[str] = []
    with pytest.raises(UserError, match="MiB of covariances at most, got 9 loops of 60 points"):
        fit_gp_cusum([traffic(1), traffic(2)], "test", None, points=60, n=3, show=shown.append)
    assert not shown


def test_thresholds_are_in_order_and_above_zero() -> None:
    thresholds = thresholds_per_loop_month([np.zeros((2880, 3))], 30.0).thresholds
    assert all(threshold > 0 for threshold in thresholds.values())


def test_a_file_that_is_no_object_is_refused(tmp_path: Path) -> None:
    for content, message in (("[1]", "got a list"), ("{}", "wanted format 'laneblock conservation 2', got None")):
        (tmp_path / "b.json").write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            build_fault_detector("conservation", CORRIDOR, tmp_path / "b.json")
