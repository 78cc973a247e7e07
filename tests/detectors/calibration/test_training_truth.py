"""What the frames of a run teach, by hand."""

from dataclasses import dataclass
from math import nan

import numpy as np
import pytest

from detectors.calibration.training_truth import (
    LEFT_BEFORE_ONSET_S,
    SILENT_FRAMES,
    UNSEEN_S,
    shows_from_s,
    training_truth,
    without_first_frames,
)
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("road", 30.0, tuple(Station(f"S{s}", 1000.0 * s, 2) for s in range(4)))


@dataclass(frozen=True)
class Known:
    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]


@dataclass(frozen=True)
class Seen(Known):
    earliest_evidence_s: float


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[Known, ...] | None


def run_of(incidents: tuple[Known, ...] | None, frames: int = 90) -> Run:
    empty = np.zeros((4, 2))
    made = tuple(LoopFrame(30.0 * (k + 1), empty, empty * nan, empty) for k in range(frames))
    return Run(CORRIDOR, made, incidents)


INCIDENT = Known(600.0, 900.0, 1500.0, (1,))


def test_an_incident_shows_when_its_first_evidence_came() -> None:
    assert shows_from_s(Seen(600.0, 900.0, 1500.0, (1,), 631.0)) == 631.0


@pytest.mark.parametrize("incident", [INCIDENT, Seen(600.0, 900.0, 1500.0, (1,), nan)])
def test_where_evidence_is_not_known_an_incident_shows_a_little_after_onset(incident: Known) -> None:
    assert shows_from_s(incident) == 600.0 + UNSEEN_S


def test_its_lanes_are_blocked_from_first_evidence_to_clearance() -> None:
    blocked = training_truth(run_of((INCIDENT,))).blocked
    wanted = np.zeros((90, 3, 2), dtype=bool)
    wanted[20:30, 1, 1] = True  # frames that end at 630 to 900 s
    assert (blocked == wanted).all()


def test_all_lanes_of_an_incident_are_blocked() -> None:
    blocked = training_truth(run_of((Known(600.0, 900.0, 1500.0, (0, 1)),))).blocked
    assert blocked.sum(axis=0).tolist() == [[0, 0], [10, 10], [0, 0]]


def test_an_incident_whose_clearance_is_not_known_blocks_to_the_end() -> None:
    blocked = training_truth(run_of((Known(600.0, nan, 1500.0, (1,)),))).blocked
    assert np.flatnonzero(blocked[:, 1, 1]).tolist() == list(range(20, 90))


def test_its_wake_is_not_usable_and_its_own_section_is_while_it_shows() -> None:
    usable = training_truth(run_of((INCIDENT,))).usable
    frame = np.arange(90)
    start, wake = frame < SILENT_FRAMES, (frame >= 30) & (frame < 60)  # 900 s of recovery
    upstream = start | (frame >= 20) & (frame < 60)
    assert (~usable).T.tolist() == [upstream.tolist(), (start | wake).tolist(), (start | wake).tolist()]


def test_a_frame_between_onset_and_first_evidence_teaches_nothing() -> None:
    usable = training_truth(run_of((Seen(600.0, 900.0, 1500.0, (1,), 661.0),))).usable
    assert usable[18:24, 1].tolist() == [True, True, False, False, True, True]


def test_early_counts_frames_since_onset() -> None:
    early = training_truth(run_of((INCIDENT,))).early
    assert early[19:23, 1].tolist() == [10_000, 0, 1, 2]
    assert set(early[:, [0, 2]].ravel()) == {10_000}


@pytest.mark.parametrize("incidents", [None, ()])
def test_without_known_incidents_all_but_the_first_frames_are_usable(incidents: tuple[Known, ...] | None) -> None:
    truth = training_truth(run_of(incidents))
    assert truth.incidents == 0
    assert not truth.blocked.any()
    assert not truth.usable[:SILENT_FRAMES].any()
    assert truth.usable[SILENT_FRAMES:].all()


def test_runs_begin_at_frames_of_their_own_and_leave_time_to_learn_before_an_incident() -> None:
    run = run_of((INCIDENT,))  # 90 frames, onset at 600 s: frames up to 600 - 180 = 420 s, 14 of them, may go
    first_s = [without_first_frames(run, number).frames[0].time_s for number in range(40)]
    assert len(set(first_s)) > 5
    assert min(first_s) < 100.0
    assert max(first_s) <= 600.0 - LEFT_BEFORE_ONSET_S + 30.0


def test_a_run_without_first_frames_keeps_its_incidents_and_its_end() -> None:
    run = run_of((INCIDENT,))
    late = without_first_frames(run, 3)
    assert late.incidents == (INCIDENT,)
    assert late.frames[-1] is run.frames[-1]


def test_section_of_an_incident_whose_lanes_are_not_known_teaches_nothing_while_it_lasts() -> None:
    truth = training_truth(run_of((Known(600.0, 900.0, 1500.0, ()),)))
    assert not truth.blocked.any()
    times_s = 30.0 * np.arange(1, 91)
    assert not truth.usable[(times_s > 600.0) & (times_s <= 900.0), 1].any()
