"""Packed states of corridors, compressed and checked."""

import pytest

from harness.service.store.packed_state import pack_state, unpack_state
from scenarios.errors import MachineError


@pytest.mark.parametrize("state", [b"", b"state", bytes(100_000)])
def test_a_state_comes_back_as_it_was(state: bytes) -> None:
    assert unpack_state("north", pack_state(state)) == state


def test_a_state_of_zeros_takes_little_room() -> None:
    assert len(pack_state(bytes(1_000_000))) < 1000


def test_every_flipped_byte_of_a_state_is_noticed() -> None:
    body = pack_state(b"what the detectors know of the corridor")
    for place in range(len(body)):
        damaged = bytearray(body)
        damaged[place] ^= 0x55
        with pytest.raises(MachineError, match="the checkpoint of corridor 'north' is damaged"):
            unpack_state("north", bytes(damaged))
