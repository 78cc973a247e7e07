import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.corridors.frame_backlog import PATIENCE, FrameBacklog, Shed


def backlog(most_waiting: int = 100, **importance: float) -> FrameBacklog[int]:
    return FrameBacklog(importance, most_waiting)


def taken(line: FrameBacklog[int]) -> tuple[str, int]:
    found = line.take()
    assert found is not None
    waiting, _ = found
    line.done(waiting.corridor)
    return waiting.corridor, waiting.item


def test_the_most_important_corridor_is_next_and_of_equal_ones_that_which_waits_longest() -> None:
    line = backlog(low=1, high=2, other=2)
    line.put("low", 1, 0.0)
    line.put("high", 2, 2.0)
    line.put("other", 3, 1.0)
    assert [taken(line) for _ in range(3)] == [("other", 3), ("high", 2), ("low", 1)]


def test_an_unimportant_corridor_gets_the_turn_of_the_longest_wait() -> None:
    line = backlog(low=1, high=2)
    line.put("low", 0, 0.0)
    for k in range(PATIENCE + 2):
        line.put("high", k, 1.0)
    assert [taken(line)[0] for _ in range(PATIENCE)] == ["high"] * (PATIENCE - 1) + ["low"]


def test_a_corridor_that_is_busy_is_not_taken_by_another_thread() -> None:
    line = backlog(a=2, b=1)
    line.put("a", 1, 0.0)
    line.put("a", 2, 0.0)
    line.put("b", 3, 0.0)
    first, second = line.take(), line.take()
    assert first is not None
    assert second is not None
    assert (first[0].corridor, second[0].corridor) == ("a", "b")


def test_the_oldest_frames_of_the_least_important_corridor_are_shed_and_told_with_its_next_frame() -> None:
    line = backlog(3, low=1, high=2)
    for k in range(3):
        line.put("low", k, float(k))
    for k in range(2):
        line.put("high", 10 + k, 5.0)
    assert line.waiting == 3
    assert [taken(line) for _ in range(2)] == [("high", 10), ("high", 11)]
    found = line.take()
    assert found is not None
    assert found[0].item == 2
    assert found[1] == Shed(2, 0, 1)


def test_the_newest_frame_of_each_corridor_is_never_shed() -> None:
    line = backlog(1, a=1, b=1, c=1)
    for name in ("a", "b", "c"):
        for k in range(3):
            line.put(name, k, 0.0)
    assert line.waiting == 3
    assert [taken(line) for _ in range(3)] == [("a", 2), ("b", 2), ("c", 2)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_each_frame_is_decided_on_in_order_or_shed_and_never_both(steps: list[tuple[str, bool]]) -> None:
    line, put, seen = backlog(5, a=1, b=2, c=2), dict.fromkeys("abc", 0), {name: list[int]() for name in "abc"}
    lost = dict.fromkeys("abc", 0)

    def take() -> None:
        found = line.take()
        assert found is not None
        waiting, shed = found
        seen[waiting.corridor].append(waiting.item)
        lost[waiting.corridor] += 0 if shed is None else shed.frames
        line.done(waiting.corridor)

    for name, taking in steps:
        line.put(name, put[name], 0.0)
        put[name] += 1
        if taking:
            take()
    while line.waiting:
        take()
    for name in "abc":
        assert seen[name] == sorted(set(seen[name]))
        assert len(seen[name]) + lost[name] == put[name]


def test_room_is_told_when_a_frame_is_done_and_closing_lets_everybody_go() -> None:
    line = backlog(a=1)
    line.put("a", 1, 0.0)
    assert not line.wait_for_room("a", 1, 0.0)
    taken(line)
    assert line.wait_for_room("a", 1, 0.0)
    got: list[object] = []
    thread = threading.Thread(target=lambda: got.append(line.take()))
    thread.start()
    line.close()
    thread.join(10)
    assert got == [None]
    assert not line.wait_for_room("a", 1, 0.0)


@pytest.mark.parametrize("waits", [0, 2])
def test_it_is_idle_when_nothing_waits_and_nothing_is_decided_on(waits: int) -> None:
    line = backlog(a=1)
    for k in range(waits):
        line.put("a", k, 0.0)
    assert line.idle(0.0) is (waits == 0)
    for _ in range(waits):
        taken(line)
    assert line.idle(0.0)
