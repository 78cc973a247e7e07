import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detector import Detector
from harness.scoring.oracle_detector import Oracle
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 121, dtype=np.float64)


def oracle_decisions(corridor: Corridor, truth: Truth, times_s: Array) -> Flags:
    """What the oracle says at every frame: (T, N), true where there is an incident."""
    oracle = Oracle(corridor, truth)
    return np.array([oracle.sections_announced(float(time_s)) for time_s in times_s], dtype=np.bool_).reshape(
        -1, corridor.sections
    )


def incident(onset_s: float, clearance_s: float, evidence_s: float, section: int = 1) -> ObservedIncident:
    return ObservedIncident(onset_s, clearance_s, 1000.0 * section + 500, (1,), section, evidence_s, True, 5.0, 30.0)


def truth(*incidents: ObservedIncident) -> Truth:
    return Truth(incidents, (), (), (), 0, 0)


def said(of: Truth) -> list[tuple[float, int]]:
    frames, sections = np.nonzero(oracle_decisions(CORRIDOR, of, TIMES_S))
    return [(float(TIMES_S[frame]), int(section)) for frame, section in zip(frames, sections, strict=True)]


def test_oracle_speaks_from_earliest_evidence_to_clearance() -> None:
    assert said(truth(incident(100, 220, 150))) == [(150.0, 1), (180.0, 1), (210.0, 1)]


def test_oracle_without_twin_speaks_from_the_first_frame_after_the_onset() -> None:
    assert said(truth(incident(100, 160, math.nan))) == [(120.0, 1), (150.0, 1)]


def test_oracle_announces_evidence_that_comes_with_the_clearance() -> None:
    assert said(truth(incident(100, 139, 150))) == [(150.0, 1)]


def test_oracle_keeps_silent_about_an_incident_without_impact() -> None:
    assert said(truth(replace(incident(100, 220, 150), impact=False))) == []


def test_oracle_lets_go_for_the_next_incident_in_the_section() -> None:
    of = truth(incident(100, 400, 120), incident(205, 400, 240))
    assert [time_s for time_s, _ in said(of)] == [120, 150, 180, 240, 270, 300, 330, 360, 390]
    assert (
        score_runs([ScoredRun("two", CORRIDOR, TIMES_S, oracle_decisions(CORRIDOR, of, TIMES_S), of)], 0).dr.value == 1
    )


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(200, 400), st.floats(1, 190)), min_size=1, max_size=8))
def test_oracle_is_the_top_of_the_scale(drawn: list[tuple[float, float, float]]) -> None:
    # An incident every 600 s, spread over the sections: onset within 0..200 s, 200..400 s long, evidence within 190 s.
    incidents = []
    for k, (offset, length, lag) in enumerate(drawn[:6]):
        onset_s = 600.0 * k + offset
        evidence_s = 30 * math.ceil((onset_s + lag) / 30)
        incidents.append(incident(onset_s, onset_s + length, evidence_s, section=k % 3))
    of = truth(*incidents)
    found = score_runs([ScoredRun("run", CORRIDOR, TIMES_S, oracle_decisions(CORRIDOR, of, TIMES_S), of)], 0)
    assert (found.dr.value, found.far.value, found.neutral_alarms) == (1, 0, 0)
    for one in found.incident_outcomes:
        assert one.ttd_s == pytest.approx(one.floor_s)


def test_oracle_stepping_says_what_it_says_at_once() -> None:
    of = truth(incident(100, 220, 150), incident(300, 900, 330, section=2))
    oracle: Detector = Oracle(CORRIDOR, of)
    unknown = np.full((4, 3), np.nan)
    stepped = [oracle.step(LoopFrame(float(time_s), unknown, unknown, unknown)).alarm for time_s in TIMES_S]
    assert np.array_equal(np.array(stepped), oracle_decisions(CORRIDOR, of, TIMES_S))


def test_oracle_refuses_frames_of_another_corridor() -> None:
    with pytest.raises(ValueError, match="from another corridor"):
        Oracle(CORRIDOR, truth()).step(LoopFrame(30.0, np.ones((2, 3)), np.ones((2, 3)), np.zeros((2, 3))))
