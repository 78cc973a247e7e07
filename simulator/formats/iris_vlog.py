"""A detector's day in half minutes, out of its vehicle log (`.vlog`) of IRIS.

One vehicle a line: duration [ms], headway [ms], HH:MM:SS, speed [mph], length [ft]; `?` or nothing is unknown, `*` a gap.

- A time is there now and then, in whole seconds: it stands for their middle. Those between follow from headways, from the time
  before or else the one after; where headways are missing too, vehicles are spread evenly. A time that the headways agree with to
  `STAMP_MS` changes nothing: they are in ms. (mayfly takes each time as the second's start.) One that goes back by more is a gap.
- Before the first and after the last vehicle nothing is known; the half minutes beside a gap are not whole, and unknown.
- A vehicle without a duration adds nothing to the occupancy, as in IRIS's own server; where no vehicle has one, it is unknown.

Source: the rules of mayfly (vlog.rs, binned.rs) in github.com/mnit-rtmc/iris.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.errors import UserError
from simulator.formats.field_units import MPS_PER_MPH
from simulator.frame import Array
from simulator.recording.csv_header import shown

SLOTS = 2880
SLOT_MS = 30_000
_DAY_MS = SLOTS * SLOT_MS
STAMP_MS = 1000.0
"""Resolution of a time in the log."""


@dataclass(slots=True)
class LoggedVehicle:
    """One vehicle; None is unknown. `time_ms` counts from midnight."""

    duration_ms: int | None
    headway_ms: int | None
    time_ms: float | None
    speed_mph: int | None


def day_of(lines: Iterable[tuple[int, str]], place: str) -> Array:
    """Return (2880, 3) count, speed [m/s] and occupancy of the half minutes of a day, NaN where nothing is known.

    Raises UserError naming `place` and the line of what is no vehicle.
    """
    stretches = _stretches(lines, place)
    day = np.full((SLOTS, 3), np.nan)
    broken: set[int] = set()
    for k, vehicles in enumerate(stretches):
        _fill_times(vehicles)
        timed = [(int(v.time_ms // SLOT_MS), v) for v in vehicles if v.time_ms is not None and 0 <= v.time_ms < _DAY_MS]
        if not timed:
            continue
        first, last = min(slot for slot, _ in timed), max(slot for slot, _ in timed)
        day[first : last + 1] = _binned(timed, first, last)
        broken |= {first} if k else set()
        broken |= {last} if k + 1 < len(stretches) else set()
    day[sorted(broken)] = np.nan
    return day


def _binned(timed: Sequence[tuple[int, LoggedVehicle]], first: int, last: int) -> Array:
    sums = np.zeros((last + 1 - first, 5))  # vehicles, mph and vehicles with a speed, ms and vehicles with a duration
    for slot, vehicle in timed:
        row = sums[slot - first]
        row[0] += 1
        if vehicle.speed_mph:
            row[1:3] += vehicle.speed_mph, 1
        if vehicle.duration_ms:
            row[3:5] += vehicle.duration_ms, 1
    with np.errstate(invalid="ignore"):
        speed = np.round(sums[:, 1] / sums[:, 2] * MPS_PER_MPH, 3)
    occupancy = np.where((sums[:, 0] > 0) & (sums[:, 4] == 0), np.nan, np.round(sums[:, 3] / SLOT_MS, 5))
    return np.stack([sums[:, 0], speed, occupancy], axis=1)


def _stretches(lines: Iterable[tuple[int, str]], place: str) -> list[list[LoggedVehicle]]:
    """The vehicles between gaps; the first stretch is empty where the log begins with a gap."""
    stretches: list[list[LoggedVehicle]] = [[]]
    before_ms: float | None = None
    latest_ms = -1.0
    for number, text in lines:
        if text.strip() == "*":
            stretches.append([])
            before_ms = None
            continue
        vehicle = _vehicle(text, number, place)
        if vehicle.headway_ms is not None and before_ms is not None:
            counted_ms = before_ms + vehicle.headway_ms
            if vehicle.time_ms is None or abs(vehicle.time_ms - counted_ms) <= STAMP_MS:
                vehicle.time_ms = counted_ms
        before_ms = vehicle.time_ms
        if before_ms is not None:
            if before_ms < latest_ms:
                stretches.append([])
            latest_ms = before_ms
        stretches[-1].append(vehicle)
    return stretches


def _vehicle(text: str, number: int, place: str) -> LoggedVehicle:
    fields = [field.strip() for field in text.split(",")]
    try:
        if not 2 <= len(fields) <= 5:
            raise ValueError
        fields += [""] * (5 - len(fields))
        duration, headway, speed = (int(fields[k]) if fields[k] not in ("", "?") else None for k in (0, 1, 3))
        return LoggedVehicle(duration, headway, _clock_ms(fields[2]), speed)
    except ValueError:
        raise UserError(
            f"{place}, line {number}: wanted duration, headway, HH:MM:SS, speed, length of a vehicle, got {shown(text)}"
        ) from None


def _clock_ms(text: str) -> float | None:
    if text in ("", "?"):
        return None
    hour, minute, second = (int(part) for part in text.split(":"))
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise ValueError
    return 1000.0 * (3600 * hour + 60 * minute + second) + STAMP_MS / 2


def _fill_times(vehicles: list[LoggedVehicle]) -> None:
    """Give times to vehicles of one stretch: from the next one's headway, or evenly between two that have one."""
    after: LoggedVehicle | None = None
    for vehicle in reversed(vehicles):
        if vehicle.time_ms is None and after is not None and after.time_ms is not None and after.headway_ms is not None:
            vehicle.time_ms = after.time_ms - after.headway_ms
        after = vehicle
    timed = [k for k, vehicle in enumerate(vehicles) if vehicle.time_ms is not None]
    if timed:
        times = np.interp(np.arange(len(vehicles)), timed, [vehicles[k].time_ms or 0.0 for k in timed])
        for k in range(timed[0], timed[-1] + 1):
            vehicles[k].time_ms = float(times[k])
