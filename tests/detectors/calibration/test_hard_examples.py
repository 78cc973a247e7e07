"""Examples for a learned score: what frames teach by hand, what is kept, and what weights stand for."""

import sys
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pytest

from detectors.calibration.hard_examples import (
    EASY,
    HARD,
    THIN,
    THIN_DAY,
    Examples,
    hard_sample,
    thinned_sample,
    weight_of,
)
from detectors.calibration.scikit_learn import fit_classifier, fit_regressor
from detectors.calibration.training_truth import (
    LEFT_BEFORE_ONSET_S,
    SILENT_FRAMES,
    UNSEEN_S,
    Truth,
    begun_late,
    shows_from_s,
    truth_of,
)
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

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


def examples(frames: int = 1000, incident: bool = False, lanes: int = 4) -> Examples:
    """Two sections, all usable and worth it; evidence is the row's number; lane 0 of section 1 blocked from frame 500 on."""
    shape = (frames, 2, lanes)
    blocked = np.zeros(shape, dtype=bool)
    early = np.full(shape[:2], 10_000)
    if incident:
        blocked[500:520, 1, 0] = True
        early[500:, 1] = np.arange(frames - 500)
    numbers = np.arange(np.prod(shape), dtype=np.float64).reshape(*shape, 1)
    truth = Truth(blocked, np.ones(shape[:2], dtype=bool), early, int(incident))
    return Examples(numbers, np.ones(shape, dtype=bool), truth)


def same_odds(value: float) -> Any:
    return lambda each: np.full(each.worth.shape, value)


INCIDENT = Known(600.0, 900.0, 1500.0, (1,))


def test_an_incident_shows_when_its_first_evidence_came() -> None:
    assert shows_from_s(Seen(600.0, 900.0, 1500.0, (1,), 631.0)) == 631.0


@pytest.mark.parametrize("incident", [INCIDENT, Seen(600.0, 900.0, 1500.0, (1,), nan)])
def test_where_evidence_is_not_known_an_incident_shows_a_little_after_onset(incident: Known) -> None:
    assert shows_from_s(incident) == 600.0 + UNSEEN_S


def test_its_lanes_are_blocked_from_first_evidence_to_clearance() -> None:
    blocked = truth_of(run_of((INCIDENT,))).blocked
    wanted = np.zeros((90, 3, 2), dtype=bool)
    wanted[20:30, 1, 1] = True  # frames that end at 630 to 900 s
    assert (blocked == wanted).all()


def test_all_lanes_of_an_incident_are_blocked() -> None:
    blocked = truth_of(run_of((Known(600.0, 900.0, 1500.0, (0, 1)),))).blocked
    assert blocked.sum(axis=0).tolist() == [[0, 0], [10, 10], [0, 0]]


def test_an_incident_whose_clearance_is_not_known_blocks_to_the_end() -> None:
    blocked = truth_of(run_of((Known(600.0, nan, 1500.0, (1,)),))).blocked
    assert np.flatnonzero(blocked[:, 1, 1]).tolist() == list(range(20, 90))


def test_its_wake_is_not_usable_and_its_own_section_is_while_it_shows() -> None:
    usable = truth_of(run_of((INCIDENT,))).usable
    frame = np.arange(90)
    start, wake = frame < SILENT_FRAMES, (frame >= 30) & (frame < 60)  # 900 s of recovery
    upstream = start | (frame >= 20) & (frame < 60)
    assert (~usable).T.tolist() == [upstream.tolist(), (start | wake).tolist(), (start | wake).tolist()]


def test_a_frame_between_onset_and_first_evidence_teaches_nothing() -> None:
    usable = truth_of(run_of((Seen(600.0, 900.0, 1500.0, (1,), 661.0),))).usable
    assert usable[18:24, 1].tolist() == [True, True, False, False, True, True]


def test_early_counts_frames_since_onset() -> None:
    early = truth_of(run_of((INCIDENT,))).early
    assert early[19:23, 1].tolist() == [10_000, 0, 1, 2]
    assert set(early[:, [0, 2]].ravel()) == {10_000}


@pytest.mark.parametrize("incidents", [None, ()])
def test_without_known_incidents_all_but_the_first_frames_are_usable(incidents: tuple[Known, ...] | None) -> None:
    truth = truth_of(run_of(incidents))
    assert truth.incidents == 0
    assert not truth.blocked.any()
    assert not truth.usable[:SILENT_FRAMES].any()
    assert truth.usable[SILENT_FRAMES:].all()


def test_early_frames_weigh_most() -> None:
    assert weight_of(np.array([0, 4, 5, 8, 9, 15, 16, 9_999])).tolist() == [5.0, 5.0, 2.0, 2.0, 0.7, 0.7, 0.3, 0.3]


def test_a_first_look_keeps_all_of_a_run_with_an_incident() -> None:
    each = examples(incident=True)
    rows, labels, weights = thinned_sample([each], np.random.default_rng(0))
    assert (len(rows), int(labels.sum())) == (each.worth.sum(), 20)
    assert weights[labels].tolist() == [5.0] * 5 + [2.0] * 4 + [0.7] * 7 + [0.3] * 4
    assert set(weights[~labels]) == {1.0}


@pytest.mark.parametrize(("frames", "share"), [(1000, THIN), (1201, THIN_DAY)])
def test_a_first_look_keeps_a_share_of_incident_free_runs_and_less_of_days(frames: int, share: float) -> None:
    each = examples(frames)
    rows, labels, _ = thinned_sample([each], np.random.default_rng(0))
    assert not labels.any()
    number = each.worth.sum()
    assert len(rows) == pytest.approx(number * share, abs=4 * np.sqrt(number * share * (1 - share)))  # 4 sigma


def test_a_second_look_keeps_all_hard_rows_at_their_own_weight() -> None:
    each = examples()
    rows, _, weights = hard_sample([each], same_odds(HARD + 0.1), np.random.default_rng(0))
    assert len(rows) == each.worth.sum()
    assert set(weights) == {1.0}


def test_a_second_look_keeps_a_few_of_the_easy_rows() -> None:
    each = examples()
    rows, _, weights = hard_sample([each], same_odds(HARD), np.random.default_rng(0))
    number = each.worth.sum()
    assert len(rows) == pytest.approx(number * EASY, abs=4 * np.sqrt(number * EASY * (1 - EASY)))  # 4 sigma
    assert set(weights) == {1 / EASY}


def test_weights_stand_for_what_was_left_out() -> None:
    runs = [examples() for _ in range(4)]
    easy = np.arange(runs[0].worth.size).reshape(runs[0].worth.shape) % 3 > 0
    rows, _, weights = hard_sample(runs, lambda each: np.where(easy, -9.0, 0.0), np.random.default_rng(0))
    left = 4 * float(easy.sum())
    assert weights.sum() == pytest.approx(4 * easy.size, abs=4 * np.sqrt(left * (1 - EASY) / EASY))  # 4 sigma
    assert float(weights[rows[:, 0] % 3 == 0].sum()) == 4 * float((~easy).sum())


def test_a_second_look_keeps_blocked_rows_whatever_the_first_thought_of_them() -> None:
    _, labels, weights = hard_sample([examples(incident=True)], same_odds(-50.0), np.random.default_rng(0))
    assert weights[labels].tolist() == [5.0] * 5 + [2.0] * 4 + [0.7] * 7 + [0.3] * 4


@pytest.mark.parametrize("look", ["first", "second"])
def test_rows_that_are_not_worth_it_or_not_usable_are_left_out(look: str) -> None:
    each = examples(incident=True)
    each.worth[:100] = False
    each.worth[505, 1, 0] = False
    each.truth.usable[900:, 0] = False
    rng = np.random.default_rng(0)
    rows, labels, _ = thinned_sample([each], rng) if look == "first" else hard_sample([each], same_odds(0.0), rng)
    kept = np.unique(rows.astype(int))
    wanted = each.worth & each.truth.usable[:, :, None]
    assert kept.tolist() == np.flatnonzero(wanted.ravel()).tolist()
    assert labels.sum() == 19


def test_rows_keep_their_labels() -> None:
    each = examples(incident=True)
    rows, labels, _ = hard_sample([each], same_odds(-50.0), np.random.default_rng(0))
    assert (each.truth.blocked.ravel()[rows[:, 0].astype(int)] == labels).all()


def test_runs_are_joined_in_order() -> None:
    first, second = examples(10), examples(20)
    rows, _, _ = hard_sample([first, second], same_odds(0.0), np.random.default_rng(0))
    assert rows[:, 0].tolist() == [*range(80), *range(160)]


def separable() -> tuple[Array, Flags]:
    rows = np.random.default_rng(0).normal(size=(400, 2))
    return rows, rows[:, 0] > 0


def test_a_classifier_tells_what_is_easily_told() -> None:
    rows, labels = separable()
    odds = fit_classifier(rows, labels, max_iter=20).raw(rows)
    assert ((odds > 0) == labels).mean() > 0.98


def test_a_label_that_weighs_more_has_higher_odds() -> None:
    rows, labels = np.zeros((100, 1)), np.arange(100) % 2 == 0
    weights = np.where(labels, 3.0, 1.0)
    odds = fit_classifier(rows, labels, weights, max_iter=1).raw(rows[:1])
    assert odds == pytest.approx([np.log(3.0)], abs=0.01)  # rows all alike: the baseline, and a leaf of about 0


def test_a_regressor_finds_a_step() -> None:
    rows, labels = separable()
    found = fit_regressor(rows, np.where(labels, 5.0, 0.0), max_iter=60).raw(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    assert found == pytest.approx([5.0, 0.0], abs=0.3)  # l2 regularization shrinks leaves


@pytest.mark.parametrize("fit", [fit_classifier, fit_regressor])
def test_without_scikit_learn_the_extra_is_named(fit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[learned\]'"):
        fit(*separable())


def test_runs_begin_at_frames_of_their_own_and_leave_time_to_learn_before_an_incident() -> None:
    run = run_of((INCIDENT,))  # 90 frames, onset at 600 s: frames up to 600 - 180 = 420 s, 14 of them, may go
    first_s = [begun_late(run, number).frames[0].time_s for number in range(40)]
    assert len(set(first_s)) > 5
    assert min(first_s) < 100.0
    assert max(first_s) <= 600.0 - LEFT_BEFORE_ONSET_S + 30.0


def test_a_run_begun_late_keeps_its_incidents_and_its_end() -> None:
    run = run_of((INCIDENT,))
    late = begun_late(run, 3)
    assert late.incidents == (INCIDENT,)
    assert late.frames[-1] is run.frames[-1]
