"""Laws: any order and duplication within the allowed lateness gives the frames of the recording, to the bit."""

import math
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.assembling.assembler import Assembler
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.assembling.facts import Fact, FactKind
from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

PERIOD_S = 30.0
LATENESS_S = 75.0
LONGEST_GAP = 4
SETTINGS = AssemblerSettings(allowed_lateness_s=LATENESS_S, longest_gap_s=LONGEST_GAP * PERIOD_S)


def corridor_of(lanes: tuple[int, ...]) -> Corridor:
    return Corridor("a4", PERIOD_S, tuple(Station(f"S{k}", 500.0 * k, n) for k, n in enumerate(lanes)))


@st.composite
def recordings(draw: st.DrawFn) -> tuple[Corridor, list[Reading]]:
    """A corridor and its readings in order: some loops missing, some frames missing, short and long gaps between."""
    corridor = corridor_of(tuple(draw(st.lists(st.integers(1, 2), min_size=2, max_size=5))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from([0.0, 0.2, 0.7]))
    interval = draw(st.integers(-3, 10**8 // 3))
    readings = []
    # A start, and an end of a long gap, is believed when a share of the stations tells it.
    for step in [LONGEST_GAP + 1, *draw(st.lists(st.sampled_from([1, 1, 1, 1, 2, 4, 9, 200]), max_size=25))]:
        interval += step
        for station in corridor.stations:
            for lane in range(station.lanes):
                if step > LONGEST_GAP or rng.random() >= share:
                    count, speed, occupancy = np.round(rng.random(3), 2) * (1.0, 30.0, 1.0)
                    speed = math.nan if rng.random() < 0.2 else speed
                    readings.append(Reading(station.name, lane, interval * PERIOD_S, count, speed, occupancy))
    return corridor, readings


def shuffled(readings: list[Reading], lateness_s: float, duplicates: float, rng: np.random.Generator) -> list[Reading]:
    """The readings as they may arrive: each up to `lateness_s` after its time, some twice or more."""
    arrivals = [(r.time_s + rng.uniform(0, lateness_s), r) for r in readings]
    while rng.random() < duplicates:
        arrivals += [(r.time_s + rng.uniform(0, lateness_s), r) for r in readings if rng.random() < 0.5]
    return [reading for _, reading in sorted(arrivals, key=lambda each: each[0])]


def expected(corridor: Corridor, readings: list[Reading]) -> list[tuple[float, bytes]]:
    """The frames of the recording, written out naively."""
    by_time: dict[float, dict[tuple[str, int], Reading]] = {}
    for reading in readings:
        by_time.setdefault(reading.time_s, {})[reading.station, reading.lane] = reading
    frames: list[tuple[float, bytes]] = []
    for time_s in sorted(by_time):
        missing = round((time_s - frames[-1][0]) / PERIOD_S) - 1 if frames else 0
        if missing <= LONGEST_GAP:
            frames += [bits(corridor, frames[-1][0] + PERIOD_S * k, {}) for k in range(1, missing + 1)]
        frames.append(bits(corridor, time_s, by_time[time_s]))
    return frames


def bits(corridor: Corridor, time_s: float, readings: dict[tuple[str, int], Reading]) -> tuple[float, bytes]:
    values = np.full((3, len(corridor.stations), corridor.lanes), np.nan)
    for k, station in enumerate(corridor.stations):
        for lane in range(corridor.lanes):
            if reading := readings.get((station.name, lane)):
                values[:, k, lane] = reading[3:]
    return time_s, values.tobytes()


def frame_bits(frame: LoopFrame) -> tuple[float, bytes]:
    return frame.time_s, np.array([frame.count, frame.speed, frame.occupancy]).tobytes()


def assembled(
    corridor: Corridor, readings: list[Reading], options: AssemblerSettings = SETTINGS, chunk: int = 1
) -> tuple[list[LoopFrame], list[Fact], Assembler]:
    assembler = Assembler(corridor, options)
    frames, facts = [], []
    for start in range(0, len(readings), chunk):
        done = assembler.add(readings[start : start + chunk])
        frames += done.frames
        facts += done.facts
    done = assembler.finish()
    return frames + done.frames, facts + done.facts, assembler


@given(recordings(), st.integers(0, 2**32), st.sampled_from([1, 7, 1000]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_order_within_the_lateness_gives_the_frames_of_the_recording(
    recording: tuple[Corridor, list[Reading]], seed: int, chunk: int, when_complete: bool
) -> None:
    corridor, readings = recording
    rng = np.random.default_rng(seed)
    arrivals = shuffled(readings, LATENESS_S, 0.5, rng)
    options = replace(SETTINGS, close_when_complete=when_complete)
    frames, facts, assembler = assembled(corridor, arrivals, options, chunk)
    assert [frame_bits(frame) for frame in frames] == expected(corridor, readings)
    counts = assembler.counts
    assert (counts.accepted, counts.ahead, counts.conflicting) == (len(readings), 0, 0), counts
    in_order = assembled(corridor, readings, options)[1]
    assert [fact for fact in facts if fact.kind is FactKind.GAP] == in_order


@given(recordings(), st.integers(0, 2**32), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_duplicates_that_differ_are_decided_without_their_order(
    recording: tuple[Corridor, list[Reading]], seed: int, other_seed: int
) -> None:
    corridor, readings = recording
    rng = np.random.default_rng(seed)
    others = [r._replace(count_veh=round(rng.random(), 1), time_s=r.time_s + rng.integers(-2, 3)) for r in readings]
    options = replace(SETTINGS, close_when_complete=False)
    several = []
    for each in (seed, other_seed):
        arrivals = shuffled(readings + others, LATENESS_S - 4, 0.5, np.random.default_rng(each))
        several.append([frame_bits(frame) for frame in assembled(corridor, arrivals, options)[0]])
    assert several[0] == several[1]


@given(recordings(), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_an_assembler_begun_after_a_frame_goes_on_as_the_first_did(
    recording: tuple[Corridor, list[Reading]], seed: int
) -> None:
    corridor, readings = recording
    rng = np.random.default_rng(seed)
    arrivals = shuffled(readings, LATENESS_S, 0.5, rng)
    frames, facts, _ = assembled(corridor, arrivals)
    stop = int(rng.integers(len(frames)))
    assembler = Assembler(corridor, SETTINGS)
    assembler.begin_after(frames[stop].time_s)
    done, end = assembler.add(arrivals), assembler.finish()
    assert [frame_bits(frame) for frame in done.frames + end.frames] == [frame_bits(f) for f in frames[stop + 1 :]]
    assert done.facts + end.facts == [fact for fact in facts if fact.time_s > frames[stop].time_s]
