import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.alarms import Alarm, alarms_of, persistent
from simulator.frame import Array, Flags


def decisions(text: str) -> Flags:
    """One section's decisions, a character per frame: # is incident."""
    return np.array([[mark == "#"] for mark in text], dtype=np.bool_)


def marks(alarm: Flags) -> str:
    return "".join("#" if said else "." for said in alarm[:, 0])


def frames(count: int) -> Array:
    return 30.0 * np.arange(1, count + 1, dtype=np.float64)


@pytest.mark.parametrize(
    ("persistence", "expected"),
    [(0, ".#.##.####"), (1, "....#..###"), (2, "........##"), (3, ".........#"), (4, ".........."), (40, "..........")],
)
def test_alarm_is_raised_at_the_p_plus_first_consecutive_decision(persistence: int, expected: str) -> None:
    assert marks(persistent(decisions(".#.##.####"), persistence)) == expected


def test_sections_do_not_help_each_other() -> None:
    alarm = np.array([[True, False], [False, True], [True, False]])
    assert not persistent(alarm, 1).any()


def test_persistence_leaves_the_decisions_as_they_were() -> None:
    raw = decisions("###")
    persistent(raw, 2)
    assert marks(raw) == "###"


def test_one_alarm_lasts_while_decisions_say_so() -> None:
    assert alarms_of(decisions(".##.#"), frames(5)) == (Alarm(0, 60.0, 90.0), Alarm(0, 150.0, 150.0))


def test_alarms_come_in_order_of_time_then_section() -> None:
    alarm = np.array([[0, 0, 1], [1, 1, 0]], dtype=bool)
    assert alarms_of(alarm, frames(2)) == (Alarm(2, 30.0, 30.0), Alarm(0, 60.0, 60.0), Alarm(1, 60.0, 60.0))


def test_missing_frame_does_not_break_an_alarm_off() -> None:
    # The frame that ends at 60 s is missing: the decisions at 30 and 90 s are next to each other.
    times_s = np.array([30.0, 90.0, 120.0])
    assert alarms_of(persistent(decisions("##."), 1), times_s) == (Alarm(0, 90.0, 90.0),)


def test_no_frames_hold_no_alarms() -> None:
    assert alarms_of(np.zeros((0, 3), dtype=bool), np.zeros(0)) == ()


@given(st.text(alphabet=".#", max_size=40), st.integers(0, 5))
def test_more_persistence_never_gives_more_alarms(text: str, persistence: int) -> None:
    raw, times_s = decisions(text).reshape(-1, 1), frames(len(text))
    fewer = alarms_of(persistent(raw, persistence + 1), times_s)
    more = alarms_of(persistent(raw, persistence), times_s)
    assert len(fewer) <= len(more)
    # Each is what is left of one raised a frame earlier, and ends with it.
    assert {(alarm.raised_s - 30, alarm.ended_s) for alarm in fewer} <= {
        (alarm.raised_s, alarm.ended_s) for alarm in more
    }


@given(st.text(alphabet=".#", max_size=30), st.integers(0, 4), st.integers(0, 4))
def test_two_persistence_tests_add_up(text: str, first: int, second: int) -> None:
    raw = decisions(text).reshape(-1, 1)
    assert marks(persistent(persistent(raw, first), second)) == marks(persistent(raw, first + second))


def test_negative_persistence_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more frames, got -1"):
        persistent(decisions("#"), -1)


def test_scores_instead_of_decisions_are_refused() -> None:
    with pytest.raises(ValueError, match="is it the score"):
        alarms_of(np.array([[0.5]]), frames(1))


def test_times_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match=r"30.0 s follows 60.0 s"):
        alarms_of(decisions("##"), np.array([60.0, 30.0]))


def test_a_time_for_every_frame_is_wanted() -> None:
    with pytest.raises(ValueError, match="each of 2 frames"):
        alarms_of(decisions("##"), frames(3))


def test_times_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        alarms_of(decisions("##"), np.array([30.0, np.nan]))
