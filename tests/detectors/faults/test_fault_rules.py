"""PeMS's and IRIS's checks, and conservation, by hand."""

import numpy as np
import pytest

from detectors.detector import Detector
from detectors.faults.conservation import Balance, Conservation, learn_balance, loop_evidence
from detectors.faults.frame_aggregation import StepCounts
from detectors.faults.iris import Iris
from detectors.faults.loop_index import stations_of
from detectors.faults.pems import Pems
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

ONE = Corridor("one lane", 30.0, (Station("a", 0.0, 1), Station("b", 900.0, 1)))


def first_alarm(detector: Detector, count: float, occupancy: float, frames: int) -> int | None:
    """The frame in which loop 0 alarms, given the same values in every frame; loop 1 is well."""
    for k in range(1, frames + 1):
        o = np.array([[occupancy], [0.1 + 0.001 * (k % 7)]])
        n = np.array([[count], [9.0 + k % 3]])
        alarm = detector.step(LoopFrame(30.0 * k, n, np.full((2, 1), 25.0), o)).alarm
        assert not alarm[1]
        if alarm[0]:
            return k
    return None


@pytest.mark.parametrize(
    ("count", "occupancy", "frames", "wanted"),
    [
        (38, 0.3, 5, 1),  # chatter: 38 vehicles in 30 s
        (37, 0.3, 400, None),
        (0, 1.0, 9, 4),  # locked on for 2 min
        (0, 0.0, 500, 480),  # no hits for 4 h
        (9, 0.1, 2882, 2881),  # no change for 24 h after the first
    ],
)
def test_iris(count: float, occupancy: float, frames: int, wanted: int | None) -> None:
    assert first_alarm(Iris(ONE), count, occupancy, frames) == wanted


def test_iris_finds_spikes_and_lets_go() -> None:
    detector = Iris(ONE)
    alarms = []
    for k in range(1, 61):
        jump = 0.6 if k % 2 and 10 <= k < 20 else 0.1 + 0.001 * k
        o = np.array([[jump], [0.1]])
        alarms.append(bool(detector.step(LoopFrame(30.0 * k, np.full((2, 1), 9.0), o, o)).alarm[0]))
    assert not any(alarms[:9])
    assert alarms[12]
    assert not any(alarms[-10:])


@pytest.mark.parametrize(
    ("count", "occupancy", "frames", "wanted"),
    [
        (np.nan, np.nan, 1100, 1021),  # no data in more than half of 2040 samples
        (0, 0.0, 1300, 1201),  # S1
        (0, 0.2, 60, 51),  # S2: occupied, and no vehicle
        (9, 0.5, 210, 122),  # constant for more than an hour comes before S3
    ],
)
def test_pems(count: float, occupancy: float, frames: int, wanted: int) -> None:
    assert first_alarm(Pems(ONE), count, occupancy, frames) == wanted


def test_pems_finds_occupancies_that_are_too_often_high() -> None:
    detector = Pems(ONE)
    for k in range(1, 202):
        o = np.array([[0.4 + 0.001 * (k % 5)], [0.1 + 0.001 * (k % 5)]])
        alarm = detector.step(LoopFrame(30.0 * k, np.full((2, 1), 9.0), o, o)).alarm
        assert alarm.tolist() == [k == 201, False]


def test_conservation_learns_ratio_spread_and_shares_from_what_is_known() -> None:
    road = Corridor("two", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 2)))
    values = np.random.default_rng(1).poisson((60.0, 40.0, 90.0, 30.0), (400, 4)).astype(float)
    values[:50, 2] = np.nan
    up, down = values[:, :2].sum(axis=1), values[:, 2:].sum(axis=1)
    ratio = down[50:].sum() / up[50:].sum()
    off = (down - ratio * up) / np.sqrt(ratio * up + down)
    share = np.array([values[:, 0].sum() / up.sum(), np.nansum(values[:, 2]) / np.nansum(down)])
    apart = (values[:, [0, 2]] / np.stack([up, down], axis=1) - share) / np.sqrt(
        share * (1 - share) / np.stack([up, down], axis=1)
    )
    found = learn_balance(values, road, "made up")
    assert found.ratio == pytest.approx([ratio])
    assert found.spread == pytest.approx([np.nanstd(off)])
    assert found.share[:, 0] == pytest.approx(share)
    assert found.share_spread[:, 0] == pytest.approx(np.nanstd(apart, axis=0))


def test_conservation_blames_the_lane_that_is_off_at_the_station_that_is() -> None:
    road = Corridor("three", 30.0, tuple(Station(f"s{k}", 900.0 * k, 2) for k in range(3)))
    usual = Balance(np.ones(2), np.ones(2), np.full((3, 2), 0.5), np.ones((3, 2)), {}, "", stations_of(road))
    # 100 in each lane everywhere, but 44 more in lane 1 of the middle station: d = (44, -44) / sqrt(444), e = 88 / sqrt(888)
    found = loop_evidence(np.array([100.0, 100, 100, 144, 100, 100]), road, usual)
    assert found[1, 1] == pytest.approx(88 / np.sqrt(888))
    assert found[1, 0] == 0
    assert (found[[0, 2]] == 0).all()  # the ends are off too, and no lane of theirs is
    silent = loop_evidence(np.array([100.0, 100, 100, np.nan, 100, 100]), road, usual)
    assert np.isnan(silent[1]).all()


def test_steps_add_frames_up_and_bear_gaps() -> None:
    steps = StepCounts(120.0, 30.0, 2)

    def add(time_s: float, *count: float) -> list[float] | None:
        values = np.array([count])
        counted = steps.add(LoopFrame(time_s, values, values, np.zeros((1, 2))))
        return None if counted is None else counted.tolist()

    assert [add(30.0 * k, 1.0, 2.0) for k in (1, 2, 3)] == [None] * 3
    assert add(120.0, 1.0, np.nan) == [4.0, 8.0]  # one of four unknown: taken to be as the rest
    assert add(150.0, 5.0, 5.0) is None
    values = add(360.0, 7.0, 7.0)  # what lies between is gone: one frame of four is too little
    assert values is not None
    assert np.isnan(values).all()


def test_what_conservation_adds_up_is_held_so_that_an_alarm_can_end() -> None:
    road = Corridor("three", 30.0, tuple(Station(f"s{k}", 900.0 * k, 2) for k in range(3)))
    usual = Balance(np.ones(2), np.ones(2), np.full((3, 2), 0.5), np.ones((3, 2)), {}, "", stations_of(road))
    detector, wrong = Conservation(road, usual, 8.0), np.array([[10.0, 10], [10, 20], [10, 10]])
    count = np.full((3, 2), 10.0)
    scores, alarms = [], []
    for k in range(1, 201):
        counted = wrong if k <= 100 else count
        decision = detector.step(LoopFrame(30.0 * k, counted, np.full((3, 2), 27.0), counted * 0.008))
        scores.append(decision.score[3])
        alarms.append(bool(decision.alarm[3]))
    assert np.nanmax(scores) == 12  # half more than the threshold
    assert alarms[99]
    assert not alarms[-1]  # 0.5 less every five minutes: over after eight of them
