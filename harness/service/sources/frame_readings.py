"""A frame taken apart again: the readings of all its loops, those of unknown value too, so that what is put together is equal."""

from harness.service.sources.reading import Reading, ReadingBatch
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


def frame_readings(corridor: Corridor, frame: LoopFrame, offset_s: float = 0.0) -> ReadingBatch:
    """Return the readings of a corridor's frame, in order of stations and lanes; `offset_s` is added to their times."""
    time_s = frame.time_s + offset_s
    rows = zip(corridor.stations, frame.count.tolist(), frame.speed.tolist(), frame.occupancy.tolist(), strict=True)
    readings = tuple(
        Reading(station.name, lane, time_s, count[lane], speed[lane], occupancy[lane])
        for station, count, speed, occupancy in rows
        for lane in station.lane_numbers
    )
    return ReadingBatch(corridor.name, readings)
