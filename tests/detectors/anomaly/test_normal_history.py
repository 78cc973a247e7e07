"""The history that anomaly detectors are trained on: pieces, rows free of incidents, and how much is enough."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.anomaly.anomaly_features import NAMES, names_of
from detectors.anomaly.normal_history import (
    LEAST_ROWS,
    HistoryRows,
    check_history,
    clock_groups,
    feature_names_for,
    history_pieces,
    one_period_s,
    rows_of,
)
from detectors.calibration.aims import RECOVERY_S
from detectors.contract_traffic import CORRIDOR, traffic
from simulator.frame import Flags, LoopFrame
from tests.detectors.known_runs import Known, Run

NOTHING = np.full((4, 4), np.nan)
EVERY = list(range(len(NAMES)))


def history_of(free: Flags) -> HistoryRows:
    """Rows of nothing, of which these are to be trained on."""
    return HistoryRows(np.zeros((*free.shape, 2)), free, np.zeros(len(free), dtype=np.int32))


def silent_run(hours: float, start_s: float = 0.0, period_s: float = 600.0) -> Run:
    """A recording of no reading, which costs nothing to cut."""
    frames = int(hours * 3600 / period_s)
    made = tuple(LoopFrame(start_s + period_s * (k + 1), NOTHING, NOTHING, NOTHING) for k in range(frames))
    return Run(CORRIDOR, made, None)


def test_recordings_of_a_day_at_most_stay_whole() -> None:
    runs = [silent_run(1.0), silent_run(24.0), silent_run(23.0)]
    assert [len(piece.frames) for piece in history_pieces(runs)] == [6, 144, 138]


def test_a_long_recording_is_cut_by_the_day_and_its_rest_is_of_the_last_one() -> None:
    days = history_pieces([silent_run(24.0 * 4 + 5)])
    lengths = [len(piece.frames) for piece in days]
    assert sum(lengths) == 6 * (24 * 4 + 5)
    assert lengths[:3] == [144] * 3
    assert len(lengths) == 4


def test_pieces_hold_every_frame_once_and_in_order() -> None:
    runs = [silent_run(60.0), silent_run(5.0)]
    times = [frame.time_s for piece in history_pieces(runs) for frame in piece.frames]
    assert times == [frame.time_s for run in runs for frame in run.frames]


def test_too_few_recordings_are_cut_into_parts_so_that_each_can_be_left_out() -> None:
    assert [len(piece.frames) for piece in history_pieces([silent_run(1.5)])] == [3, 3, 3]


def test_an_incident_is_known_in_the_pieces_in_which_it_matters() -> None:
    def incident(onset_s: float, clearance_s: float) -> Known:
        return Known(onset_s, clearance_s, 900.0)

    day = 86400.0
    first, over_midnight, third, lasting = (
        incident(3600.0, 7200.0),
        incident(day - 600.0, day + 600.0),
        incident(2.5 * day, 2.5 * day + 600.0),
        incident(3.5 * day, float("nan")),
    )
    run = Run(CORRIDOR, silent_run(5 * 24.0 + 1.0).frames, (first, over_midnight, third, lasting))
    known = [list(piece.incidents) for piece in history_pieces([run])]
    assert known == [[first, over_midnight], [over_midnight], [third], [lasting], [lasting]]


def test_known_incidents_are_no_rows_to_train_on() -> None:
    frames = tuple(traffic())
    incident = Known(onset_s=1200.0, clearance_s=1500.0, position_m=900.0)
    free = rows_of(Run(CORRIDOR, frames, (incident,)), EVERY).free
    all_known = rows_of(Run(CORRIDOR, frames, None), EVERY).free
    times_s = np.array([frame.time_s for frame in frames])
    during = (times_s > 1200.0) & (times_s < 1500.0 + RECOVERY_S)
    assert all_known[during].any()
    assert not free[during, :2].any()
    np.testing.assert_array_equal(free[times_s <= 1200.0], all_known[times_s <= 1200.0])


def test_rows_with_unknown_features_are_no_rows_to_train_on() -> None:
    found = rows_of(Run(CORRIDOR, tuple(traffic()), None), EVERY)
    np.testing.assert_array_equal(found.free, np.isfinite(found.rows).all(axis=2))
    assert not found.free[0].any()


def test_too_little_history_is_refused_with_what_is_needed() -> None:
    history = [history_of(np.ones((100, 3), dtype=np.bool_)) for _ in range(3)]
    with pytest.raises(
        ValueError, match=r"lof .* wanted 2000 incident-free rows .* 16\.7 section-hours\), got 600, and 900"
    ):
        check_history("lof", history, 30.0)


def test_enough_history_is_taken() -> None:
    free = np.ones((LEAST_ROWS // 2, 1), dtype=np.bool_)
    check_history("lof", [history_of(free) for _ in range(3)], 30.0)


def test_frames_of_several_periods_are_refused_because_features_count_frames() -> None:
    runs = [silent_run(1.0), replace(silent_run(1.0), corridor=replace(CORRIDOR, period_s=20.0))]
    with pytest.raises(ValueError, match=r"^lof is trained on frames of one period, got 20 s, 30 s"):
        one_period_s("lof", runs)
    assert one_period_s("lof", runs[:1]) == 30.0


def test_a_missing_frame_begins_a_new_stretch() -> None:
    frames = traffic()[:6]
    found = rows_of(Run(CORRIDOR, (*frames[:2], *frames[3:]), None), EVERY)
    assert found.stretch.tolist() == [0, 0, 1, 1, 1]
    assert found.unbroken(2)[:, 0].tolist() == [True, False, True, True]
    assert found.unbroken(1).all()
    assert not len(found.unbroken(6))


@pytest.mark.parametrize(
    ("runs", "groups"),
    [
        ([silent_run(1.0), silent_run(24.0)], ()),
        ([silent_run(24.0), silent_run(22.0, 86400.0)], ("hour",)),
        ([silent_run(24.0, 86400.0 * day) for day in range(7)], ("hour", "day")),
        ([silent_run(24.0, 86400.0 * day) for day in range(6)], ("hour",)),
        ([silent_run(24.0, 86400.0 * 7 * week) for week in range(7)], ("hour",)),
    ],
)
def test_the_clock_is_learned_from_whole_days_and_whole_weeks_only(runs: list[Run], groups: tuple[str, ...]) -> None:
    assert clock_groups(runs) == groups


def test_features_are_those_of_the_groups_and_of_the_clock_where_it_can_be_learned() -> None:
    assert feature_names_for([silent_run(1.0)], ["guide"]) == names_of("guide")
    assert feature_names_for([silent_run(24.0)], ["guide"]) == names_of("guide", "hour")
