"""Frames as faulty loops read them: a pure function of the true frames, the faults and a seed.

    true frames, one by one --> corrupted(frames, corridor, faults, seed) --> frames that detectors get

Nothing is read ahead: a frame is yielded before the next is read, so a live stream can have faults. Every fault draws from a
stream of its own for every frame's time, so one more fault, or a later start, changes no drawn value. Faults of one loop act
one after the other, in the order of the schedule; readings of neighbouring lanes are the true ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import floor, isnan, nan

import numpy as np

from scenarios.corridor import Corridor
from scenarios.fault import KINDS, SensorFault, check_faults
from simulator.faults.fault_kinds import HOUR_S, SILENT, Reading, distorted
from simulator.frame import Array, Flags, LoopFrame

FRACTIONAL = ("overcount", "undercount", "drift")
"""Kinds whose counts are fractions of a vehicle; the part not counted is carried to the next frame."""
REMEMBERING = ("stuck", "time_shift")
"""Kinds that repeat earlier readings."""
_ALMOST = 1e-9
"""Rounding allowance [veh]: ten times 0.3 vehicles are three."""


def corrupted(
    frames: Iterable[LoopFrame], corridor: Corridor, faults: Sequence[SensorFault], seed: int
) -> Iterator[LoopFrame]:
    """Yield the frames as the loops with `faults` read them, one for one. Raises UserError for impossible faults."""
    check_faults(faults, corridor)
    return _corrupted(frames, corridor, faults, seed)


def faulty_loops(times_s: Array, corridor: Corridor, faults: Sequence[SensorFault]) -> Flags:
    """Return (T, S, L) the loops that are wrong in the frames that end at `times_s` (T,); a ramp counts from its start."""
    names = [station.name for station in corridor.stations]
    wrong = np.zeros((len(times_s), len(names), corridor.lanes), dtype=np.bool_)
    for fault in faults:
        station = names.index(fault.station)
        during = (times_s > fault.onset_s) & (times_s <= fault.last_s)
        wrong[:, station, list(fault.loops(corridor.stations[station].lane_numbers))] |= during[:, np.newaxis]
    return wrong


@dataclass(slots=True)
class _Memory:
    """State of a faulty loop: its last true readings with their times, and the part of a vehicle it has not counted yet."""

    fault: SensorFault
    number: int
    station: int
    lanes: range
    past: list[tuple[float, dict[int, Reading]]] = field(default_factory=list)
    owed: float = 0.0


def _corrupted(
    frames: Iterable[LoopFrame], corridor: Corridor, faults: Sequence[SensorFault], seed: int
) -> Iterator[LoopFrame]:
    names = [station.name for station in corridor.stations]
    memories = []
    for number, fault in enumerate(faults):
        station = names.index(fault.station)
        memories.append(_Memory(fault, number, station, corridor.stations[station].lane_numbers))
    for frame in frames:
        yield _with_faults(frame, memories, corridor.period_s, seed) if memories else frame


def _with_faults(frame: LoopFrame, memories: Sequence[_Memory], period_s: float, seed: int) -> LoopFrame:
    count, speed, occupancy = frame.count.copy(), frame.speed.copy(), frame.occupancy.copy()
    changed = False
    for memory in memories:
        fault, at = memory.fault, memory.station
        share = fault.share_at(frame.time_s)
        if not share and fault.kind not in REMEMBERING:
            continue
        true = {lane: _reading(frame, at, lane) for lane in memory.lanes}
        if share:
            rng = np.random.default_rng([seed, memory.number, round(abs(frame.time_s) * 1000)])
            readings = {lane: Reading(count[at, lane], speed[at, lane], occupancy[at, lane]) for lane in true}
            for lane, reading in _changed(memory, frame.time_s, true, readings, share, period_s, rng).items():
                count[at, lane], speed[at, lane], occupancy[at, lane] = reading
            changed = True
        _remember(memory, frame.time_s, true, bool(share))
    return LoopFrame(frame.time_s, count, speed, occupancy) if changed else frame


def _changed(
    memory: _Memory,
    time_s: float,
    true: dict[int, Reading],
    readings: dict[int, Reading],
    share: float,
    period_s: float,
    rng: np.random.Generator,
) -> dict[int, Reading]:
    """The readings that change, by lane. `readings` are those after the earlier faults of the schedule."""
    fault = memory.fault
    lane, other = fault.lane, fault.other(memory.lanes)
    if KINDS[fault.kind].usual is None and share < 1 and not rng.random() < share:
        return {}
    match fault.kind:
        case "stuck":
            return {lane: memory.past[0][1][lane] if memory.past else true[lane]}
        case "swapped":
            return {lane: true[other], other: true[lane]}
        case "time_shift":
            return {lane: _earlier(memory, time_s, fault.strength * share, true[lane], period_s)}
    beside = true.get(other, SILENT)
    hours = (time_s - fault.onset_s) / HOUR_S
    reading = distorted(fault, readings[lane], beside, fault.strength * share, hours, period_s, rng)
    if fault.kind in FRACTIONAL and not isnan(reading.vehicles):
        owed = memory.owed + reading.vehicles
        counted = float(floor(owed + _ALMOST))
        memory.owed = owed - counted
        reading = reading._replace(vehicles=counted)
    return {lane: reading if reading.vehicles else reading._replace(speed=nan)}


def _earlier(memory: _Memory, time_s: float, shift_s: float, now: Reading, period_s: float) -> Reading:
    """The loop's reading `shift_s` ago, to the nearest period; unknown before the first frame."""
    wanted_s = time_s - round(shift_s / period_s) * period_s
    if wanted_s >= time_s:
        return now
    for then_s, readings in reversed(memory.past):
        if abs(then_s - wanted_s) < period_s / 2:
            return readings[memory.fault.lane]
    return SILENT


def _remember(memory: _Memory, time_s: float, true: dict[int, Reading], wrong: bool) -> None:
    """Keep the readings that the fault repeats: of a stuck loop the last correct one, of a late loop its past."""
    if memory.fault.kind == "stuck" and not (wrong and memory.past):
        memory.past[:] = [(time_s, true)]
    elif memory.fault.kind == "time_shift":
        memory.past.append((time_s, true))
        while memory.past[0][0] < time_s - memory.fault.strength - 1:
            memory.past.pop(0)


def _reading(frame: LoopFrame, station: int, lane: int) -> Reading:
    return Reading(
        float(frame.count[station, lane]), float(frame.speed[station, lane]), float(frame.occupancy[station, lane])
    )
