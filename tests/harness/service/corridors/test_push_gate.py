import pytest

from harness.service.corridors.push_gate import PushGate
from harness.service.sources.push_receipt import OverloadError


def test_a_push_that_finds_no_room_is_told_to_come_again() -> None:
    gate = PushGate(most=10)
    with gate.let_in(6), pytest.raises(OverloadError, match="too many readings: try again after 5 s"), gate.let_in(5):
        pass


def test_a_push_alone_has_room_however_large_it_is() -> None:
    gate = PushGate(most=10)
    with gate.let_in(1000):
        pass
    assert gate.total == 1000


def test_room_is_free_again_after_a_push_that_failed() -> None:
    gate = PushGate(most=10)
    with pytest.raises(KeyError), gate.let_in(10):
        raise KeyError
    with gate.let_in(10):
        pass


def test_pushes_side_by_side_have_the_room_together() -> None:
    gate = PushGate(most=10)
    with gate.let_in(4), gate.let_in(6), pytest.raises(OverloadError), gate.let_in(1):
        pass
