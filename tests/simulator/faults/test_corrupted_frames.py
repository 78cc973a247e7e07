"""Faults on a stream of frames: known answers by hand, then laws of all kinds."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.fault import KINDS, SensorFault
from simulator.faults.corrupted_frames import corrupted, faulty_loops
from simulator.frame import LoopFrame

CORRIDOR = Corridor("two", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 2)))


def frames(number: int = 8) -> list[LoopFrame]:
    """Counts 10, 11, 12, ... in lane 0, 20 more in lane 1, 40 more in lane 2; occupancy a thousandth of the count."""
    made = []
    for k in range(number):
        count = np.array([[10.0, 30.0, 50.0], [10.0, 30.0, np.nan]]) + k
        made.append(LoopFrame(30.0 * (k + 1), count, count / 2, count / 1000))
    return made


def fault(**fields: Any) -> SensorFault:
    return SensorFault(**{"station": "a", "lane": 0, "onset_s": 60.0, "end_s": 180.0, **fields})


def counts(*faults: SensorFault, lane: int = 0, seed: int = 1, number: int = 8) -> list[float]:
    return [float(frame.count[0, lane]) for frame in corrupted(frames(number), CORRIDOR, faults, seed)]


def test_without_faults_frames_are_the_same_objects() -> None:
    given = frames()
    assert all(a is b for a, b in zip(corrupted(given, CORRIDOR, (), 1), given, strict=True))


def test_a_stuck_loop_repeats_its_last_correct_reading() -> None:
    assert counts(fault(kind="stuck")) == [10, 11, 11, 11, 11, 11, 16, 17]


def test_a_loop_stuck_from_the_start_repeats_its_first_reading() -> None:
    assert counts(fault(kind="stuck", onset_s=0.0)) == [10, 10, 10, 10, 10, 10, 16, 17]


def test_swapped_lanes_give_each_others_readings() -> None:
    assert counts(fault(kind="swapped")) == [10, 11, 32, 33, 34, 35, 16, 17]
    assert counts(fault(kind="swapped"), lane=1) == [30, 31, 12, 13, 14, 15, 36, 37]


def test_a_late_loop_repeats_its_past_and_is_unknown_before_the_first_frame() -> None:
    assert counts(fault(kind="time_shift", magnitude=60.0)) == [10, 11, 10, 11, 12, 13, 16, 17]
    late = counts(fault(kind="time_shift", magnitude=90.0))
    assert np.isnan(late[2])
    assert late[3:6] == [10, 11, 12]


def test_an_overcount_carries_fractions_of_a_vehicle() -> None:
    # 12 x 1.3 = 15.6, 13 x 1.3 = 16.9, 14 x 1.3 = 18.2, 15 x 1.3 = 19.5: counted 15, 17, 18, 20; in all 70.2
    assert counts(fault(kind="overcount", magnitude=0.3)) == [10, 11, 15, 17, 18, 20, 16, 17]


def test_a_ramp_grows_the_magnitude() -> None:
    # 0.3, 0.6, 0.9, 1.2 of 1: 12 x 1.25, 13 x 1.5, 14 x 1.75, 15 x 2
    read = counts(fault(kind="overcount", magnitude=1.0, ramp_s=120.0))
    assert read == [10, 11, 15, 19, 25, 30, 16, 17]  # 19.5 and 24.5: half a vehicle is carried


def test_a_kind_without_magnitude_ramps_in_by_frames() -> None:
    long = [fault(kind="dead", onset_s=0.0, end_s=None, ramp_s=30.0 * 200)]
    dead = np.isnan(counts(*long, number=300))
    assert dead[200:].all()
    assert 5 <= dead[:100].sum() <= 45  # 25 expected, standard deviation 4
    assert dead[:100].sum() < dead[100:200].sum()


def test_faults_of_one_loop_act_one_after_the_other() -> None:
    read = counts(fault(kind="overcount", magnitude=1.0), fault(kind="dropped", magnitude=1.0))
    assert np.isnan(read[2:6]).all()


def test_only_the_loops_of_the_schedule_change_and_only_while_it_lasts() -> None:
    for kind in KINDS:
        schedule = (fault(kind=kind, lane=1),)
        wrong = faulty_loops(np.array([frame.time_s for frame in frames()]), CORRIDOR, schedule)
        pairs = zip(frames(), corrupted(frames(), CORRIDOR, schedule, 3), strict=True)
        for k, (true, read) in enumerate(pairs):
            same = np.equal(true.count, read.count) | (np.isnan(true.count) & np.isnan(read.count))
            assert (same | wrong[k]).all(), kind
    assert faulty_loops(np.array([90.0]), CORRIDOR, (fault(kind="swapped", lane=1),))[0].tolist() == [
        [False, True, True],
        [False, False, False],
    ]


def test_every_kind_changes_something() -> None:
    for kind in KINDS:
        read = counts(fault(kind=kind, end_s=None), seed=5, number=40)
        assert read != [10.0 + k for k in range(40)], kind


def test_the_same_seed_gives_the_same_readings_and_one_more_fault_changes_no_other() -> None:
    noise, more = fault(kind="noise"), fault(kind="noise", station="b")
    assert counts(noise) == counts(noise) == counts(noise, more)
    assert counts(noise, number=200) != counts(noise, number=200, seed=2)


def test_a_later_start_draws_the_same() -> None:
    noise = fault(kind="noise", end_s=None)
    late = [float(frame.count[0, 0]) for frame in corrupted(frames()[3:], CORRIDOR, (noise,), 1)]
    assert late == counts(noise)[3:]


def test_nothing_is_read_ahead() -> None:
    taken = []

    def stream() -> Iterator[LoopFrame]:
        for frame in frames():
            taken.append(frame.time_s)
            yield frame

    read = corrupted(stream(), CORRIDOR, (fault(kind="stuck"), fault(kind="time_shift", station="b")), 1)
    for number, _ in enumerate(read, 1):
        assert len(taken) == number


def test_faults_of_another_corridor_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no station 'c'"):
        corrupted(frames(), CORRIDOR, (fault(kind="dead", station="c"),), 1)
