"""The days of roads with radars, checked one by one before the first is written; those beyond `MOST_HELD` are made again then."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from scenarios.corridor import Corridor
from simulator.formats.day_readings import MOST_HELD, DayReadings
from simulator.formats.duplicate_choice import Keep
from simulator.formats.repeated_readings import Repeats
from simulator.formats.wavetronix_gathered import GatheredRadars, RadarDays
from simulator.formats.wavetronix_sensors import Sensor, corridors
from simulator.recording.recording_folder import Recording


@dataclass(frozen=True, slots=True)
class RadarDay:
    """One road's day: its name; its readings where they are held; what makes them."""

    name: str
    held: DayReadings | None
    read: Callable[[Counter[str], Repeats], DayReadings]


def days_of(
    gathered: GatheredRadars,
    names: Mapping[str, str],
    sensors: Mapping[str, Sensor],
    counted: Mapping[str, int],
    left_out: Counter[str],
    assumed: list[str],
    repeats: Repeats,
    held: int,
) -> list[RadarDay]:
    """Return the days of each road, checked; `names` are units as they are gathered, `held` days are held already.

    Raises UserError for two sensors at one place, and for a day most of whose values cannot be.
    """
    period_s = gathered.period_s(list(names.values()))
    kept: dict[str, tuple[int, ...]] = {}
    for unit, name in names.items():
        kept[unit] = sensors[unit].lanes or tuple(range(1, counted.get(unit, gathered.most_lane[name]) + 1))
        if not sensors[unit].lanes:
            assumed.append("lane 1 is the outermost (sensors.csv has no lanes)")
            if unit not in counted:
                assumed.append("all lanes are this carriageway's (sensors.csv has no lanes)")
    rows = RadarDays(gathered.kind, period_s, left_out)
    roads = corridors([sensors[unit] for unit in names], {unit: len(lanes) for unit, lanes in kept.items()}, period_s)
    for _, stations in roads:
        for unit in stations:
            rows.add(unit, gathered.rows.blocks(names[unit]), kept[unit])
            gathered.rows.forget(names[unit])
    found = list[RadarDay]()
    for corridor, stations in roads:
        for day in sorted({day for unit in stations for day in rows.days[unit]}):
            read = partial(_readings, rows, corridor, stations, day)
            readings = read(left_out, repeats)
            readings.check(corridor.name)
            if len(readings.frames()) > 1:
                name = f"{corridor.name.replace(' ', '-')}-{period_s:g}s-{np.datetime64(day, 'D')}"
                found.append(RadarDay(name, readings if held + len(found) < MOST_HELD else None, read))
    return found


def _readings(
    rows: RadarDays,
    corridor: Corridor,
    stations: Mapping[str, int],
    day: int,
    left_out: Counter[str],
    repeats: Repeats,
) -> DayReadings:
    readings = DayReadings(corridor, left_out, 0.0, repeats, str(np.datetime64(day, "D")))
    for unit, station in stations.items():
        own = rows.rows(unit, day)
        period, lane = own[:, 0].astype(np.int64), own[:, 1].astype(np.int64)
        readings.add(period, np.full(len(own), station), lane, own[:, 2:])
    return readings


def recordings_of(days: Sequence[RadarDay], keep: Keep) -> Iterator[tuple[str, Recording]]:
    """Yield the recording of each day."""
    for day in days:
        readings = day.held or day.read(Counter(), Repeats(keep))
        yield day.name, Recording(readings.corridor, readings.frames(), None)
