"""Scores by a rough log and the loops agree with scores by the truth, on the simulated recordings that ship with the baseline."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.rough_logs import MOST_LATE_S, MOST_OFF_M, MOST_SOON_S, rough_log
from benchmarks.two_truths import Judged, agreement, extents_of, judge
from detectors.catalogue import build
from harness.records.known_truth import known_truth
from harness.running.feed_detector import collect
from harness.studies import baseline
from simulator.recording.recording_folder import read_recording

RECORDINGS = sorted(path.parent for path in (Path(baseline.__file__).parent / "recordings").glob("*/truth.json"))
SEEDS = range(4)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Two detectors on every recording, by the logs of four seeds."""
    found = []
    for folder in RECORDINGS:
        recording = read_recording(folder)
        truth = known_truth(folder, recording)
        assert truth is not None
        logs = [rough_log(truth.incidents, recording.corridor, np.random.default_rng((seed, 1))) for seed in SEEDS]
        extents = [extents_of(recording, log) for log in logs]
        for name in ("sequential", "california7"):
            decisions, _ = collect(build(name, recording.corridor), recording.frames, recording.corridor)
            found += [judge(recording, truth, one, decisions.alarm) for one in extents]
    return found


def test_the_two_truths_agree_within_the_bound(judged: list[Judged]) -> None:
    found = agreement(judged)
    assert found.alarms >= 20
    assert found.holds, found


def test_bound_fails_where_extents_are_not_found(judged: list[Judged]) -> None:
    """What a scorer that knows no extents would say: every alarm false, no incident visible."""
    blind = [
        Judged(
            tuple((kind, "false") for kind, _ in one.kinds),
            one.impact,
            ("",) * len(one.traces),
            tuple((ttd_s, float("nan")) for ttd_s, _ in one.ttd_s),
            one.days,
        )
        for one in judged
    ]
    assert not agreement(blind).holds


def test_every_incident_with_impact_is_visible_and_no_empty_run_has_any(judged: list[Judged]) -> None:
    assert [trace for one in judged for trace in one.traces if not trace] == []
    assert {len(one.traces) for one in judged} == {0, 1}


def test_rough_log_is_late_and_off_within_its_tolerances() -> None:
    folder = next(path for path in RECORDINGS if path.name == "sr91-1200")
    recording = read_recording(folder)
    truth = known_truth(folder, recording)
    assert truth is not None
    (true,) = truth.incidents
    logs = [rough_log(truth.incidents, recording.corridor, np.random.default_rng(seed))[0] for seed in range(200)]
    assert all(-MOST_SOON_S <= one.onset_s - true.onset_s <= MOST_LATE_S for one in logs)
    assert all(abs(one.position_m - true.position_m) <= MOST_OFF_M for one in logs)
    assert {one.lanes for one in logs} == {(), true.lanes}
    assert {np.isnan(one.clearance_s) for one in logs} == {True, False}
