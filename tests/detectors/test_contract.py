"""What every registered detector promises, whatever it is; and that a promise that is not kept is noticed, in plain words."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, build
from detectors.contract import PROMISES, Promise
from detectors.contract_checks import BrokenPromiseError, processing_times_s
from detectors.contract_traffic import CORRIDOR
from detectors.detector import Decision, check_frame
from detectors.reference.silent import Silent
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

NAMES = sorted(DETECTORS.own)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
@pytest.mark.parametrize("name", NAMES)
def test_the_promise_is_kept(name: str, promise: Promise) -> None:
    promise.keep(lambda corridor: build(name, corridor))


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_with_another_shape_is_refused_in_clear_words(name: str) -> None:
    values = np.zeros((4, 3))
    with pytest.raises(ValueError, match="wanted 4 stations by 4 lanes"):
        build(name, CORRIDOR).step(LoopFrame(30.0, values, values, values))


class Bad(Silent):
    """Does nothing wrong; its heirs break one promise each."""

    def __init__(self, corridor: Corridor) -> None:
        super().__init__(corridor)
        self.corridor = corridor
        self.seen: list[LoopFrame] = []

    def step(self, frame: LoopFrame) -> Decision:
        """Silent, but remembers."""
        decision = super().step(frame)
        self.seen.append(frame)
        return decision

    def same_everywhere(self, frame: LoopFrame, score: float, alarm: bool = False) -> Decision:
        """The same of every section."""
        return Decision(
            frame.time_s, np.full(self.corridor.sections, score), np.full(self.corridor.sections, alarm, dtype=np.bool_)
        )


class PerStation(Bad):
    def step(self, frame: LoopFrame) -> Decision:
        return Decision(frame.time_s, frame.count[:, 0], np.zeros(len(frame.count), dtype=np.bool_))


class Clock(Bad):
    def step(self, frame: LoopFrame) -> Decision:
        return self.same_everywhere(frame, float(time.perf_counter_ns()))


class Peeking(Bad):
    """Changes its last decision in the next frame: look-ahead in effect."""

    returned: list[Decision]

    def step(self, frame: LoopFrame) -> Decision:
        self.returned = getattr(self, "returned", [])
        super().step(frame)
        if self.returned:
            earlier = np.nan_to_num(frame.count[:-1, 0])
            object.__setattr__(self.returned[-1], "score", earlier)
        self.returned.append(self.same_everywhere(frame, 0.0))
        return self.returned[-1]


class Shared(Bad):
    total = 0.0

    def step(self, frame: LoopFrame) -> Decision:
        super().step(frame)
        if len(self.seen) == 1:
            type(self).total = 0.0
        type(self).total += float(np.nansum(frame.count))
        return self.same_everywhere(frame, type(self).total)


class Meddling(Bad):
    def step(self, frame: LoopFrame) -> Decision:
        frame.count.flags.writeable = True
        frame.count[np.isnan(frame.count)] = 0.0
        return super().step(frame)


class Nervous(Bad):
    def step(self, frame: LoopFrame) -> Decision:
        super().step(frame)
        return self.same_everywhere(frame, 1.0, alarm=bool(np.nansum(frame.count) == 0))


class FourLanes(Bad):
    def step(self, frame: LoopFrame) -> Decision:
        check_frame(frame, self.corridor, self.seen[-1].time_s if self.seen else None)
        self.seen.append(frame)
        return self.same_everywhere(frame, float(frame.count[0, 3]))


class Trusting(Silent):
    def step(self, frame: LoopFrame) -> Decision:
        return Decision(frame.time_s, np.full(3, np.nan), np.zeros(3, dtype=np.bool_))


class Nothing(Silent):
    def step(self, frame: LoopFrame) -> Decision:
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("make", "promise", "words"),
    [
        (Nothing, "every decision is about every section of its frame", r"step returns None, wanted a .*Decision"),
        (PerStation, "every decision is about every section of its frame", "one fewer than stations"),
        (Clock, "the same frames give the same decisions", "930 s differs .*chance without a seed"),
        (Peeking, "no decision depends on a later frame", "left out|others"),
        (Peeking, "a decision stays as it was returned", "from what it was when it was returned"),
        (Shared, "two detectors share nothing", "state kept in the class or module"),
        (Meddling, "a frame is left as it was", "changes the count of the frame"),
        (Nervous, "where nothing is known, there is no alarm", "30 s, where no loop has ever reported"),
        (FourLanes, "corridors of other shapes are handled", "1 sections, lanes 2/2.* raises IndexError"),
        (Trusting, "a frame of another shape is refused", r"shape \(4, 3\) .* as if nothing were wrong.*check_frame"),
        (Trusting, "frames out of order are refused", "930 s after one of 930 s is taken"),
    ],
)
def test_a_detector_that_breaks_a_promise_is_refused_with_the_promise_and_the_reason(
    make: Callable[[Corridor], Bad], promise: str, words: str
) -> None:
    found = next(one for one in PROMISES if one.name == promise)
    with pytest.raises(BrokenPromiseError, match=words):
        found.keep(make)


def test_a_detector_that_takes_too_long_is_refused_with_the_time_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 10_000, 5))
    monkeypatch.setattr("detectors.contract_checks.time.perf_counter", lambda: float(next(ticks)))
    with pytest.raises(BrokenPromiseError, match=r"takes up to 5\.00 s .* at most 3 s"):
        PROMISES[-1].keep(Silent)


def test_every_frame_s_time_is_taken() -> None:
    assert len(processing_times_s(Silent)) == 48


def test_what_a_detector_raises_becomes_a_broken_promise() -> None:
    def raising(corridor: Corridor) -> Silent:
        raise TypeError("no such thing")

    with pytest.raises(BrokenPromiseError, match="it raises TypeError: no such thing"):
        PROMISES[1].keep(raising)
