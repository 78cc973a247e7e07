import pickle
from collections import deque

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, build
from detectors.contract_checks import first_difference
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.detector import Decision, Detector
from detectors.explained_detector import reasons_of
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from harness.records.state_pickle import pack_state, unpack_state
from scenarios.errors import UserError


def after_a_journey(detector: Detector) -> Detector:
    """The detector, packed and unpacked."""
    unpacked: Detector = unpack_state(pack_state(detector))
    return unpacked


def decided(detector: Detector, packing: bool) -> tuple[list[Decision], list[str]]:
    """Decisions on the traffic and all reasons, packed and unpacked after every fifth frame, and where a lane is blocked first."""
    decisions, reasons = [], []
    for k, frame in enumerate(traffic()):
        decisions.append(detector.step(frame))
        if packing and (k % 5 == 0 or 29 < k < 34):
            detector = after_a_journey(detector)
        why = reasons_of(detector)
        reasons += [] if why is None else [why.text(section) for section in range(CORRIDOR.sections)]
    return decisions, reasons


@pytest.mark.parametrize("name", sorted(DETECTORS.own))
def test_a_detector_packed_again_and_again_decides_and_explains_to_the_bit_as_one_that_never_was(name: str) -> None:
    told, why = decided(build(name, CORRIDOR), packing=False)
    again, why_again = decided(build(name, CORRIDOR), packing=True)
    assert first_difference(told, again) is None
    assert why == why_again


@pytest.mark.parametrize("name", ["health", "iris", "pems"])
def test_a_fault_detector_packed_again_and_again_decides_as_one_that_never_was(name: str) -> None:
    assert name in FAULT_DETECTORS
    told, _ = decided(build_fault_detector(name, CORRIDOR, None), packing=False)
    again, _ = decided(build_fault_detector(name, CORRIDOR, None), packing=True)
    assert len(told) == len(again)
    for one, other in zip(told, again, strict=True):
        assert np.array_equal(one.score, other.score, equal_nan=True)
        assert np.array_equal(one.alarm, other.alarm)


def test_arrays_keep_their_bits_their_order_and_whether_they_may_be_written_to() -> None:
    values = np.asfortranarray(np.array([[np.nan, -0.0], [np.inf, 5e-324]]))
    values.flags.writeable = False
    back = unpack_state(pack_state(deque([values], maxlen=3)))[0]
    assert back.tobytes("A") == values.tobytes("A")
    assert back.flags.f_contiguous
    assert not back.flags.writeable


class Runs:
    """What a harmful state would be."""

    def __init__(self, call: object, *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[object, ...]:
        return self.call, self.arguments


@pytest.mark.parametrize(
    "call",
    [
        *(eval, print, getattr, pickle.loads, open),
        pytest.param(np.load, id="np.load"),
        pytest.param(build, id="a function of ours"),
    ],
)
def test_a_state_that_would_call_something_is_refused(call: object) -> None:
    with pytest.raises(UserError, match="which no detector holds"):
        unpack_state(pickle.dumps(Runs(call, "1"), 5))


def test_what_one_of_our_modules_imports_is_not_ours() -> None:
    with pytest.raises(UserError, match=r"detectors\.fingerprints\.Path"):
        unpack_state(b"\x80\x05\x8c\x16detectors.fingerprints\x8c\x04Path\x93.")
    with pytest.raises(UserError, match="which no detector holds"):
        unpack_state(b"\x80\x05\x8c\x16detectors.fingerprints\x8c\x10io.BytesIO.write\x93.")


@pytest.mark.parametrize(
    "damage", [b"", b"nothing", pack_state({"a": 1})[:-2], b"\x80\x05\x8c\x07no.such\x8c\x01x\x93."]
)
def test_a_damaged_state_is_refused_in_one_line(damage: bytes) -> None:
    with pytest.raises(UserError, match=r"^no state of a corridor: [^\n]*$"):
        unpack_state(damage)
