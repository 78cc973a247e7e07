"""gp_cusum on a corridor: what it finds, what it leaves alone, and when it lets go."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.detector import Detector
from detectors.faults.fit_fault_detectors import fit_gp_cusum
from detectors.faults.gp_cusum import GpCusum
from detectors.faults.gp_cusum_model_file import read_model, write_model
from detectors.faults.loop_thresholds import thresholds_per_loop_month
from simulator.frame import LoopFrame
from tests.detectors.faults.conftest import CORRIDOR, traffic

Build = Callable[[str], Detector]
ONSET, END = 240, 480  # frames


def distorted(factor: float, loop: tuple[int, int], seed: int = 21, number: int = 960) -> list[LoopFrame]:
    """Traffic in which one loop counts so many times too much, from ONSET to END."""
    made = []
    for k, frame in enumerate(traffic(seed, number).frames):
        count = frame.count.copy()
        if ONSET <= k < END:
            count[loop] = round(count[loop] * factor)
        made.append(LoopFrame(frame.time_s, count, frame.speed, frame.occupancy))
    return made


@pytest.mark.parametrize("factor", [0.5, 1.6])
def test_a_loop_that_counts_wrong_is_found_and_its_neighbours_are_not(built: Build, factor: float) -> None:
    detector = built("gp_cusum")
    alarm = np.array([detector.step(frame).alarm for frame in distorted(factor, (1, 1))])
    loop = 4
    assert alarm[ONSET:END, loop].any()
    assert not alarm[ONSET:END, np.arange(9) != loop].any()
    assert np.flatnonzero(alarm[:, loop])[0] - ONSET <= 60  # half an hour
    assert not alarm[-120:, loop].any()  # right again


def test_what_moves_many_loops_at_once_is_traffic_and_no_fault(built: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    # As beside a lane blocked above station 1: from there on its lane is emptier and the others are fuller, at six loops of nine.
    def watched() -> int:
        detector, rng = built("gp_cusum"), np.random.default_rng(5)
        alarms = []
        for k, frame in enumerate(traffic(21, 600).frames):
            count = frame.count.copy()
            if ONSET <= k < ONSET + 80:
                count[1:, 0] = rng.binomial(count[1:, 0].astype(int), 0.5)
                count[1:, 1:] += rng.poisson(0.35 * count[1:, 1:])
            alarms.append(detector.step(LoopFrame(frame.time_s, count, frame.speed, frame.occupancy)).alarm)
        return int(np.array(alarms)[ONSET:].any(axis=0).sum())

    assert watched() == 0
    monkeypatch.setattr("detectors.faults.gp_cusum.AGREE", np.inf)
    assert watched() > 0


def test_two_faulty_loops_that_are_predicted_from_each_other_are_both_found(built: Build) -> None:
    detector = built("gp_cusum")
    one, other = distorted(1.8, (1, 1)), distorted(0.4, (1, 2))
    alarms = []
    for a, b in zip(one, other, strict=True):
        count = a.count.copy()
        count[1, 2] = b.count[1, 2]
        alarms.append(detector.step(LoopFrame(a.time_s, count, a.speed, a.occupancy)).alarm)
    assert np.flatnonzero(np.array(alarms)[ONSET:END].any(axis=0)).tolist() == [4, 5]


def test_decisions_change_only_when_five_minutes_are_over(built: Build) -> None:
    detector = built("gp_cusum")
    scores = np.array([detector.step(frame).score for frame in distorted(1.6, (1, 1), number=300)])
    changed = np.flatnonzero((np.diff(scores, axis=0) != 0).any(axis=1)) + 1
    assert set((changed + 1) % 10) == {0}


def test_a_model_reads_back_and_another_file_is_refused(fitted: dict[str, Path], tmp_path: Path) -> None:
    model = read_model(fitted["gp_cusum"])
    write_model(tmp_path / "again.npz", replace(model, sources="elsewhere"))
    again = read_model(tmp_path / "again.npz")
    assert again.thresholds == model.thresholds
    assert again.slack == model.slack
    assert again.stations == model.stations
    assert again.sources == "elsewhere"
    np.testing.assert_array_equal(again.predictor.points, model.predictor.points)
    (tmp_path / "no.npz").write_bytes(b"PK no such thing")
    with pytest.raises(ValueError, match=r"no\.npz: no model of gp_cusum"):
        read_model(tmp_path / "no.npz")


def test_thresholds_fall_as_more_false_alarms_are_allowed(fitted: dict[str, Path]) -> None:
    thresholds = read_model(fitted["gp_cusum"]).thresholds
    assert thresholds[0.1] >= thresholds[1.0] >= thresholds[10.0] > 0


def test_recordings_too_short_to_learn_from_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 100 values of each loop, got 24 of 300 s each from 2 recordings"):
        fit_gp_cusum([traffic(seed, 120) for seed in (1, 2)], "test")


def test_no_loop_stays_above_its_threshold_without_an_alarm(fitted: dict[str, Path]) -> None:
    model = read_model(fitted["gp_cusum_30s"])
    threshold = model.threshold(1.0)
    detector, alarms = GpCusum(CORRIDOR, model, threshold), 0
    for frame in traffic(34, 400).frames:
        count = frame.count.copy()
        count[1, 1] = np.floor(1.6 * count[1, 1])
        decision = detector.step(replace(frame, count=count))
        assert not ((decision.score > threshold) & ~decision.alarm).any()
        alarms += int(decision.alarm[4])
    assert alarms > 100


def test_rare_false_alarms_want_a_threshold_beyond_what_was_seen() -> None:
    """0.7 loop-months: 0.1 and 1 per loop-month allow less than can be counted, and come from the tail, one above the other."""
    scores = [np.random.default_rng(seed).exponential(1.0, (288, 7)) for seed in range(3)]
    found = thresholds_per_loop_month(scores, 300.0)
    thresholds, extrapolated = found.thresholds, found.extrapolated
    assert extrapolated == (0.1, 1.0)
    # the largest of 72 in a block: a tenth of the rate needs log(10) = 2.3 more of an exponential with mean 1
    assert thresholds[0.1] - thresholds[1.0] == pytest.approx(np.log(10), rel=0.5)
