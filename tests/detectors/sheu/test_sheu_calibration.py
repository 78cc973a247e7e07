"""Calibration on recordings made of chance: three sections, Poisson traffic, lanes blocked downstream."""

from math import inf

import numpy as np
import pytest

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import incident_free_frames
from detectors.calibration.outcome import Outcome
from detectors.sheu.sheu2004 import Sheu2004
from detectors.sheu.sheu_calibration import calibrate
from detectors.sheu.sheu_calibration_sample import dispersion, rule_peaks, rule_thresholds, section_days, watch
from detectors.sheu.sheu_parameter_file import format_parameters, parse_parameters, shipped_parameters
from detectors.sheu.sheu_parameters import Parameters
from detectors.sheu.symptom_rules import RULE_NAMES
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.known_runs import Known, Run

CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 4) for s in range(4)))


def recorded(seed: int, incident: bool, known: bool = True, frames: int = 90) -> Run:
    rng = np.random.default_rng(seed)
    lane, section = int(rng.integers(4)), int(rng.integers(3))
    made = []
    for k in range(frames):
        count = rng.poisson(12.0, (4, 4)).astype(float)
        if incident and 40 <= k < 60:
            count[section + 1, lane] = rng.poisson(1.0)
        made.append(LoopFrame(30.0 * (k + 1), count, np.full((4, 4), 27.0), np.full((4, 4), 0.1)))
    incidents = (Known(1190.0, 1790.0, 800.0 * section + 400.0, (lane,)),) if incident else ()
    return Run(CORRIDOR, tuple(made), incidents if known else None)


RUNS = [recorded(seed, incident=seed < 6) for seed in range(12)]


@pytest.fixture(scope="module")
def calibrated() -> Parameters:
    return calibrate(RUNS, sources="made of chance")


def test_clear_incidents_are_detected_without_false_alarms(calibrated: Parameters) -> None:
    detected = false_alarms = 0
    for run in [recorded(seed, incident=seed % 2 == 0) for seed in range(100, 112)]:  # other seeds
        detector = Sheu2004(CORRIDOR, calibrated)
        alarms = np.array([detector.step(frame).alarm for frame in run.frames])
        starts = alarms.copy()
        starts[1:] &= ~alarms[:-1]
        for incident in run.incidents or ():
            detected += bool(starts[40:62, CORRIDOR.section_at(incident.position_m)].any())
            starts[40:] = False
        false_alarms += int(starts.sum())
    assert detected >= 5  # of 6
    assert (
        false_alarms <= 2
    )  # 7.5 hours; one per corridor-day is aimed at, and fewer than an hour's worth was learned from


def test_calibrating_twice_gives_the_same(calibrated: Parameters) -> None:
    assert calibrate(RUNS, sources="made of chance") == calibrated


def test_the_result_says_where_it_comes_from(calibrated: Parameters) -> None:
    lines = calibrated.provenance
    assert lines["sources"] == "made of chance"
    assert lines["recordings"].startswith("12, 1080 frames")
    assert lines["incidents"] == "6 known"
    assert lines["detected"].startswith("6 of 6")
    assert parse_parameters(format_parameters(calibrated), "own") == calibrated


def test_the_detector_decides_as_calibration_said(calibrated: Parameters) -> None:
    false_alarms = 0
    for run in RUNS:
        detector = Sheu2004(CORRIDOR, calibrated)
        alarms = np.array([detector.step(frame).alarm for frame in run.frames])
        starts = alarms.copy()
        starts[1:] &= ~alarms[:-1]
        false_alarms += int((starts & watch(run, calibrated, incident_free_frames(run, Aim().recovery_s)).free).sum())
    assert calibrated.provenance["false_alarms"].startswith(f"{false_alarms} on these recordings")


def test_a_scorer_that_is_passed_in_decides() -> None:
    found = calibrate(RUNS, scoring=lambda sample, alarms, aim: Outcome(12.0, 7, 1.0, 2, 3)).provenance
    assert (found["incidents"], found["detected"][:6]) == ("3 known", "2 of 3")
    assert found["false_alarms"].startswith("7 on these recordings")


def test_without_known_incidents_the_test_stays_as_it_was() -> None:
    result = calibrate([recorded(seed, incident=seed < 2, known=False) for seed in range(8)])
    base = shipped_parameters().test
    assert (result.test.alpha, result.test.longest_frames) == (base.alpha, base.longest_frames)
    assert result.provenance["incidents"] == "not known or none"
    assert "detected" not in result.provenance


def test_a_lower_rate_gives_thresholds_at_least_as_high() -> None:
    base = shipped_parameters()
    watched = [watch(run, base, incident_free_frames(run, 900.0)) for run in RUNS]
    highest, days = rule_peaks(watched), section_days(watched)
    last = dict.fromkeys(RULE_NAMES, 0.0)
    for rate in (64.0, 16.0, 4.0, 1.0, 0.25, 0.01):
        here = rule_thresholds(highest, days, rate)
        assert all(here[name] >= last[name] for name in RULE_NAMES)
        last = here


def test_a_rule_hardly_ever_seen_is_switched_off() -> None:
    found = rule_thresholds([np.array([3.0, 2.0])] * len(RULE_NAMES), 1.0, 0.5)
    assert set(found.values()) == {inf}


def test_an_exponential_tail_is_extrapolated_by_hand() -> None:
    # 4 of 8 peaks make the tail: above 5.0, mean excess 1.5; half a peak wanted: 5 + 1.5 log(4 / 0.5)
    found = rule_thresholds([np.array([8.0, 7.0, 6.0, 5.0, 5.0, 4.0, 3.0, 2.0])] * len(RULE_NAMES), 1.0, 0.5)
    assert found["share_fell_1"] == pytest.approx(5 + 1.5 * np.log(8), abs=1e-3)


def test_independent_poisson_counts_have_a_dispersion_of_two() -> None:
    # variance of a difference of two independent counts of mean 12 is 24; 12 runs x 90 frames x 12 lanes, each count in
    # up to four of the differences: about 4000 independent squares, so 2 % error
    watched = [
        watch(run, shipped_parameters(), incident_free_frames(run, 900.0))
        for run in (recorded(seed, False) for seed in range(12))
    ]
    assert dispersion(watched, 1.0) == pytest.approx(2.0, abs=0.16)


def test_frames_of_an_incident_are_not_incident_free() -> None:
    known = Known(600.0, 900.0, 1200.0, (0,))
    run = Run(CORRIDOR, RUNS[-1].frames, (known,))
    free = watch(run, shipped_parameters(), incident_free_frames(run, 300.0)).free
    assert free.sum(axis=0).tolist() == [90 - 20, 90 - 20, 90 - 10]  # 600..1200 s upstream, 900..1200 s downstream


def test_recordings_without_incident_free_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="incident-free frames, got none in 0"):
        calibrate([])


@pytest.mark.parametrize("field", ["false_per_corridor_day", "missed_s", "grace_s", "recovery_s"])
def test_impossible_aims_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is 0 or more"):
        Aim(**{field: -1.0})
