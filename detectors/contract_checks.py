"""The checks behind the promises of `detectors.contract`: each raises `BrokenPromiseError` where a detector breaks one.

A check takes a function that makes a detector of a corridor, and runs it on the frames of `detectors.contract_traffic`.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from detectors.contract_traffic import CORRIDOR, ODD, SHAPES, dark, nonsense, thinned, traffic
from detectors.detector import Decision, Detector
from detectors.explained_detector import reasons_of
from scenarios.corridor import Corridor
from scenarios.errors import in_one_line
from simulator.frame import LoopFrame

Make = Callable[[Corridor], Detector]

SLOWEST_SHARE = 0.1
"""Share of a frame's period that deciding on it may take at most, on `CORRIDOR`. Chosen: batteries play hours of traffic."""

LATER_FRAMES = 8
"""Other frames after a cut, which must not change what was decided before it. Chosen: four minutes; more take as much longer."""


class BrokenPromiseError(Exception):
    """A detector breaks a promise."""


def run(detector: Detector, frames: Iterable[LoopFrame]) -> list[Decision]:
    """Return the detector's decisions on `frames`. Raises BrokenPromiseError where it returns anything else."""
    decisions = [detector.step(frame) for frame in frames]
    for decision in decisions:
        if not isinstance(decision, Decision):
            raise BrokenPromiseError(f"step returns {decision!r:.60}, wanted a detectors.detector.Decision")
    return decisions


def first_difference(one: Sequence[Decision], other: Sequence[Decision]) -> float | None:
    """Return the time of the first decision that differs between two streams, as far as both go; None where all are equal."""
    for a, b in zip(one, other, strict=False):
        same = np.array_equal(a.alarm, b.alarm) and np.array_equal(a.score, b.score, equal_nan=True)
        if a.time_s != b.time_s or not same:
            return a.time_s
    return None


def _equal(one: Sequence[Decision], other: Sequence[Decision], what: str) -> None:
    differs_s = first_difference(one, other)
    if differs_s is not None:
        raise BrokenPromiseError(f"the decision at {differs_s:g} s differs {what}")


def repeats_decisions(make: Make) -> None:
    """Check that the same frames give the same decisions."""
    _equal(
        run(make(CORRIDOR), traffic()),
        run(make(CORRIDOR), traffic()),
        "when a new detector gets the same frames (chance without a seed, the clock, or a file it writes?)",
    )


def ignores_later_frames(make: Make) -> None:
    """Check that no decision depends on a later frame."""
    frames, others = traffic(), traffic(seed=9)
    whole = run(make(CORRIDOR), frames)
    for cut in (1, 31, 36):
        what = f"once the frames after {frames[cut - 1].time_s:g} s are"
        _equal(run(make(CORRIDOR), frames[:cut]), whole[:cut], f"{what} left out (does it see them?)")
        _equal(
            run(make(CORRIDOR), [*frames[:cut], *others[cut : cut + LATER_FRAMES]])[:cut],
            whole[:cut],
            f"{what} others (does it change decisions it has returned?)",
        )


def leaves_decisions(make: Make) -> None:
    """Check that a decision does not change after it was returned."""
    detector = make(CORRIDOR)
    decisions, copies = [], []
    for frame in traffic():
        decisions.append(detector.step(frame))
        copies.append(replace(decisions[-1]))  # a decision copies its arrays
    _equal(decisions, copies, "at the end of the run from what it was when it was returned")


def explains_in_words(make: Make) -> None:
    """Check that a detector that says why says it of every section in words, and decides the same when it is asked."""
    asked, decisions = make(CORRIDOR), []
    for frame in traffic():
        decisions.append(asked.step(frame))
        reasons = reasons_of(asked)
        for section in range(CORRIDOR.sections if reasons is not None else 0):
            text: object = reasons.text(section) if reasons is not None else ""
            if not isinstance(text, str):
                raise BrokenPromiseError(
                    f"evidence.text({section}) at {frame.time_s:g} s is {text!r:.60}, wanted a text"
                )
    _equal(decisions, run(make(CORRIDOR), traffic()), "when the detector is asked why")


def shares_nothing(make: Make) -> None:
    """Check that a second detector on another road changes nothing."""
    alone = run(make(CORRIDOR), traffic())
    one, other = make(CORRIDOR), make(CORRIDOR)
    decisions = []
    for frame, foreign in zip(traffic(), traffic(seed=8), strict=True):
        other.step(foreign)
        decisions.append(one.step(frame))
    _equal(
        decisions, alone, "when a second detector watches another road meanwhile (state kept in the class or module?)"
    )


def leaves_frames(make: Make) -> None:
    """Check that a frame keeps its arrays."""
    frames, untouched = traffic(), traffic()
    run(make(CORRIDOR), frames)
    for frame, before in zip(frames, untouched, strict=True):
        for name in ("count", "speed", "occupancy"):
            if not np.array_equal(getattr(frame, name), getattr(before, name), equal_nan=True):
                raise BrokenPromiseError(
                    f"it changes the {name} of the frame at {frame.time_s:g} s, which other detectors get too"
                )


def decides_about_every_section(make: Make) -> None:
    """Check that every decision has the time of its frame and one value per section."""
    for frame, decision in zip(traffic(), run(make(CORRIDOR), traffic()), strict=True):
        if decision.time_s != frame.time_s:
            raise BrokenPromiseError(
                f"the decision on the frame at {frame.time_s:g} s has the time {decision.time_s:g} s"
            )
        if decision.alarm.shape != (CORRIDOR.sections,):
            raise BrokenPromiseError(
                f"wanted one value per section ({CORRIDOR.sections}, one fewer than stations), got {decision.alarm.shape}"
            )


def is_silent_without_data(make: Make) -> None:
    """Check that there is no alarm where no loop reports."""
    for what, decisions in _in_the_dark(make):
        for decision in decisions:
            if decision.alarm.any():
                raise BrokenPromiseError(
                    f"it alarms at {decision.time_s:g} s, {what}: what is not known is NaN, and no evidence"
                )


def _in_the_dark(make: Make) -> Iterator[tuple[str, list[Decision]]]:
    yield "where no loop has ever reported", run(make(CORRIDOR), dark(0.0, 40))
    frames = traffic()[:25]
    detector = make(CORRIDOR)
    run(detector, frames)
    yield "where all loops have fallen silent", run(detector, dark(frames[-1].time_s, 20))


def handles_gaps(make: Make) -> None:
    """Check that missing frames, missing loops and unequal lanes get a decision each."""
    frames = thinned(ODD)
    if len(run(make(ODD), frames)) != len(frames):
        raise BrokenPromiseError("wanted a decision for each frame")


def handles_nonsense(make: Make) -> None:
    """Check that absurd counts raise no error."""
    run(make(CORRIDOR), nonsense())


def handles_other_corridors(make: Make) -> None:
    """Check corridors of other sizes and periods; a detector may refuse another period."""
    for corridor in SHAPES:
        lanes = "/".join(str(station.lanes) for station in corridor.stations[:4])
        what = f"{corridor.sections} sections, lanes {lanes}, frames of {corridor.period_s:g} s"
        try:
            detector = make(corridor)
        except ValueError:
            if corridor.period_s != CORRIDOR.period_s:
                continue  # a detector may refuse another period, if it does so at once
            raise BrokenPromiseError(f"it cannot be built for another corridor ({what})") from None
        try:
            decisions = run(detector, traffic(corridor, frames=36))
        except (Exception, SystemExit) as error:
            raise BrokenPromiseError(f"on another corridor ({what}) it raises {in_one_line(error)}") from error
        if any(decision.alarm.shape != (corridor.sections,) for decision in decisions):
            raise BrokenPromiseError(f"on another corridor ({what}) its decisions are not one per section")


def refuses_other_shapes(make: Make) -> None:
    """Check that a frame of another shape raises a ValueError."""
    for shape in ((4, 3), (3, 4), (4, 5)):
        values = np.zeros(shape)
        _refused(make(CORRIDOR), LoopFrame(30.0, values, values, values), f"a frame of shape {shape} instead of (4, 4)")


def refuses_wrong_order(make: Make) -> None:
    """Check that a frame that is not later than the last one raises a ValueError."""
    values = np.zeros((4, 4))
    for second_s in (930.0, 900.0):
        detector = make(CORRIDOR)
        detector.step(LoopFrame(930.0, values, values, values))
        _refused(detector, LoopFrame(second_s, values, values, values), f"a frame of {second_s:g} s after one of 930 s")


def _refused(detector: Detector, frame: LoopFrame, what: str) -> None:
    hint = "(call detectors.detector.check_frame first thing in step)"
    try:
        detector.step(frame)
    except ValueError:
        return
    except (Exception, SystemExit) as error:
        raise BrokenPromiseError(f"{what} ends in {type(error).__name__}, wanted a ValueError {hint}") from error
    raise BrokenPromiseError(f"{what} is taken as if nothing were wrong, wanted a ValueError {hint}")


def decides_in_time(make: Make) -> None:
    """Check that no frame takes longer than SLOWEST_SHARE of its period."""
    slowest_s = max(processing_times_s(make))
    if slowest_s > SLOWEST_SHARE * CORRIDOR.period_s:
        raise BrokenPromiseError(
            f"a frame of {CORRIDOR.sections} sections takes up to {slowest_s:.2f} s to decide on, wanted at most "
            f"{SLOWEST_SHARE * CORRIDOR.period_s:g} s, a tenth of its period"
        )


def processing_times_s(make: Make, corridor: Corridor = CORRIDOR) -> list[float]:
    """Return the seconds that each frame of a run takes."""
    detector, taken = make(corridor), []
    for frame in traffic(corridor):
        started = time.perf_counter()
        detector.step(frame)
        taken.append(time.perf_counter() - started)
    return taken
