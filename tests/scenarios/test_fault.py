"""Sensor faults: what can be, and one message for what cannot."""

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.fault import KINDS, SensorFault, check_fault_times, check_faults

CORRIDOR = Corridor("two", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 1)))


def fault(**fields: object) -> SensorFault:
    return SensorFault(**{"station": "a", "lane": 0, "kind": "dead", "onset_s": 60.0, **fields})  # type: ignore[arg-type]


def test_a_fault_holds_in_the_frames_that_end_after_onset_and_not_after_its_end() -> None:
    short = fault(end_s=120.0)
    assert [short.share_at(t) for t in (30.0, 60.0, 90.0, 120.0, 150.0)] == [0, 0, 1, 1, 0]


def test_a_fault_ramps_in_linearly() -> None:
    assert [fault(ramp_s=120.0).share_at(t) for t in (60.0, 90.0, 150.0, 180.0, 210.0)] == [0, 0.25, 0.75, 1, 1]


def test_the_other_lane_is_the_next_to_the_left_or_of_the_leftmost_to_the_right() -> None:
    assert [fault(kind="swapped", lane=lane).other(range(3)) for lane in (0, 1, 2)] == [1, 2, 1]
    assert fault(kind="swapped", lane=1, other_lane=0).loops(range(3)) == (1, 0)
    assert fault(kind="crosstalk", lane=1).loops(range(3)) == (1,)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_at_its_usual_magnitude(kind: str) -> None:
    usual = KINDS[kind].usual
    assert fault(kind=kind, magnitude=usual).strength == (1.0 if usual is None else usual)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "overcuont"}, "did you mean 'overcount'"),
        ({"end_s": 60.0}, "wanted end_s after onset_s 60, got 60"),
        ({"magnitude": 0.5}, "dead has no magnitude"),
        ({"kind": "missed", "magnitude": 30.0}, r"at most 1, not 0, got 30 \(is it a percentage"),
        ({"kind": "drift", "magnitude": 0.0}, "not 0"),
        ({"kind": "missed", "level_vph": 600.0}, "only an undercount has a level"),
        ({"other_lane": 1}, "dead has no other lane"),
        ({"kind": "swapped", "other_lane": 2}, "wanted a lane beside lane 0"),
        ({"ramp_s": -1.0}, "greater than or equal to 0"),
    ],
)
def test_what_is_no_fault_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fault(**fields)


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([fault(station="c")], "faults\\[0\\].station: no station 'c' on 'two'; there are a, b"),
        ([fault(), fault(station="b", lane=1)], "faults\\[1\\].lane: station 'b' has lanes 0 to 0, got 1 .*from 1"),
        ([fault(station="b", kind="crosstalk")], "crosstalk needs a lane beside, station 'b' has one lane"),
        ([fault(), fault(kind="noise")], "dead and noise at the same time at station 'a', lane 0: dead leaves nothing"),
        ([fault(kind="noise"), fault(kind="noise", onset_s=90.0)], "two of kind noise"),
        ([fault(kind="swapped", lane=0), fault(kind="stuck", lane=1)], "swapped and stuck .* lane 1"),
    ],
)
def test_faults_that_cannot_be_together_are_refused(faults: list[SensorFault], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_faults(faults, CORRIDOR)


def test_faults_one_after_the_other_or_of_different_vehicles_may_be_together() -> None:
    check_faults([fault(end_s=90.0), fault(kind="stuck", onset_s=90.0)], CORRIDOR)
    check_faults([fault(kind="missed"), fault(kind="noise"), fault(kind="dead", lane=1)], CORRIDOR)


@pytest.mark.parametrize("times", [{"onset_s": 900.0}, {"onset_s": 0.0, "end_s": 300.0}])
def test_a_fault_before_all_frames_or_after_them_is_refused(times: dict[str, float]) -> None:
    check_fault_times([fault(onset_s=899.0), fault(onset_s=0.0, end_s=301.0)], 300.0, 900.0)
    with pytest.raises(ValueError, match=r"faults\[1\]: it lasts from .* frames are from 300 to 900 s"):
        check_fault_times([fault(onset_s=400.0), fault(**times)], 300.0, 900.0)
