"""Which entries are still needed: never one whose readings are not in committed frames, and not for ever."""

from hypothesis import given
from hypothesis import strategies as st

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.workers.stream_ledger import StreamLedger, held_frames


def test_an_entry_is_over_when_the_frame_of_its_newest_reading_is_committed() -> None:
    ledger = StreamLedger(100)
    ledger.took("1-0", 30.0)
    ledger.took("2-0", 60.0)
    assert ledger.committed(30.0) == "1-0"
    assert ledger.committed(60.0) == "2-0"


def test_an_entry_that_is_needed_keeps_those_after_it() -> None:
    ledger = StreamLedger(100)
    ledger.took("1-0", 60.0)
    ledger.took("2-0", 30.0)
    assert ledger.committed(30.0) is None
    assert ledger.committed(60.0) == "2-0"


def test_the_position_to_store_with_a_frame_is_that_after_it_is_committed() -> None:
    ledger = StreamLedger(100)
    ledger.took("1-0", 30.0)
    ledger.took("2-0", 60.0)
    assert ledger.position_with(30.0) == "1-0"
    assert ledger.now() is None
    assert ledger.committed(30.0) == "1-0"


def test_readings_that_come_too_late_go_without_a_new_frame() -> None:
    ledger = StreamLedger(100)
    ledger.begin_after(300.0)
    ledger.took("1-0", 60.0)
    assert ledger.now() == "1-0"


def test_a_stamp_far_ahead_keeps_the_stream_for_so_many_frames_only() -> None:
    ledger = StreamLedger(3)
    ledger.took("1-0", 1e9)
    assert [ledger.committed(30.0 * frame) for frame in range(1, 6)] == [None, None, None, "1-0", "1-0"]


def test_a_frame_committed_twice_counts_once() -> None:
    ledger = StreamLedger(3)
    ledger.took("1-0", 1e9)
    assert [ledger.committed(30.0) for _ in range(9)] == [None] * 9


def test_readings_are_held_for_longer_than_the_assembler_holds_any() -> None:
    settings = AssemblerSettings()
    held_s = settings.allowed_jump_s + settings.silent_after_s + settings.allowed_lateness_s
    assert 30.0 * held_frames(settings, 30.0) > 2 * held_s


@given(st.lists(st.one_of(st.floats(0, 100), st.none()), max_size=60))
def test_no_entry_goes_before_its_frame_and_the_position_never_goes_back(steps: list[float | None]) -> None:
    ledger, taken, time_s, before = StreamLedger(10**6), list[float](), 0.0, 0
    for end_s in steps:
        if end_s is not None:
            taken.append(end_s)
            ledger.took(f"{len(taken)}-0", end_s)
            continue
        time_s += 10.0
        stored = ledger.position_with(time_s)
        assert ledger.committed(time_s) == stored
        gone = 0 if stored is None else int(stored.partition("-")[0])
        assert gone >= before
        assert all(end_s <= time_s for end_s in taken[:gone])
        assert gone == len(taken) or taken[gone] > time_s
        before = gone
