"""Frames as bytes: exact to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.service.store.frame_bytes import pack_frame, unpack_frame
from scenarios.errors import MachineError
from simulator.frame import LoopFrame
from tests.harness.service.store.made_events import frame


@given(st.data(), st.tuples(st.integers(0, 4), st.integers(0, 3)))
@settings(max_examples=30, deadline=None)
def test_any_frame_comes_back_to_the_bit(data: st.DataObject, shape: tuple[int, int]) -> None:
    def drawn(highest: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        values = st.floats(min_value=0, max_value=highest, allow_subnormal=True) | st.sampled_from([np.nan, -0.0])
        return data.draw(arrays(np.float64, shape, elements=values))

    made = LoopFrame(30.0, drawn(np.inf), drawn(np.inf), drawn(1.0))
    back = unpack_frame(30.0, pack_frame(made))
    for name in ("count", "speed", "occupancy"):
        assert getattr(back, name).tobytes() == getattr(made, name).tobytes()
        assert getattr(back, name).shape == shape


def test_a_nan_keeps_its_bits() -> None:
    odd = np.array([[0x7FF8000000000123, 0xFFF8000000000000]], dtype=np.uint64).view(np.float64)
    made = LoopFrame(30.0, odd, odd, odd)
    assert unpack_frame(30.0, pack_frame(made)).speed.tobytes() == odd.tobytes()


def test_traffic_takes_less_than_half_of_its_floats() -> None:
    rng = np.random.default_rng(1)
    count = rng.poisson(8, (200, 4)).astype(float)
    speed = np.round(rng.normal(30, 2, (200, 4)), 2)
    made = LoopFrame(30.0, count, speed, np.round(count * 0.01, 3))
    assert len(pack_frame(made)) < 0.5 * 3 * 8 * count.size


@pytest.mark.parametrize("body", [b"", b"\x01", pack_frame(frame(30.0))[:-3], b"\x02" + pack_frame(frame(30.0))[1:]])
def test_a_damaged_frame_is_named_by_its_time(body: bytes) -> None:
    with pytest.raises(MachineError, match="the stored frame of 30 s is damaged"):
        unpack_frame(30.0, body)
