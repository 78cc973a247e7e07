"""How many vehicles SUMO's route files plan, counted without SUMO.

Counted: every `<vehicle>` and `<trip>`, and the vehicles of every `<flow>` with a fixed number or rate. Not counted: persons
and containers. The number is not known where chance or another file decides on it: a flow with a probability or a random
period, a departure that is triggered, a calibrator, a scaled vehicle type, an `<include>`, a file that is too large to
be counted.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from scenarios.files.xml_file import TooLargeError, xml_tags
from scenarios.files.xml_values import plain_number

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
"""How long SUMO lets a flow last that has neither an end nor both a rate and a number."""
SHORTEST_S = 1e-6
"""Shortest period of a flow. Chosen: far below SUMO's resolution of a millisecond."""


@dataclass(frozen=True, slots=True)
class PlannedVehicles:
    """Vehicles that depart by `last_s`, and those of the files in all; `first_s` is the first departure, infinite without any.

    `known` is false where the files leave the number open: the counts are then the least. Each of the `flows` may count one
    vehicle more or less than SUMO does, by rounding.
    """

    last_s: float
    by_then: int = 0
    in_all: int = 0
    first_s: float = math.inf
    flows: int = 0
    known: bool = True


def planned_vehicles(paths: Sequence[Path], last_s: float) -> PlannedVehicles:
    """Return the vehicles that the files let depart by `last_s` [s]. Raises as `xml_tags` does."""
    by_then = in_all = 0.0
    flows, first_s, known = 0, math.inf, True
    for path in paths:
        try:
            for tag, attributes, _ in xml_tags(path):
                if tag in ("vehicle", "trip"):
                    depart_s = sumo_time_s(attributes.get("depart", ""))
                    known = known and not math.isnan(depart_s)
                    by_then += depart_s <= last_s
                    in_all += 1
                    first_s = min(first_s, depart_s)  # NaN is no less
                elif tag == "flow":
                    flows += 1
                    times = _departures(attributes)
                    if times is None:
                        known = False
                        continue
                    by_then += times.by(last_s)
                    in_all += times.number if times.number < math.inf else times.by(last_s)
                    first_s = min(first_s, times.first_s)
                elif _opens_the_number(tag, attributes):
                    known = False
        except TooLargeError:  # SUMO reads routes as it needs them: the file is no mistake
            known = False
    return PlannedVehicles(last_s, round(by_then), round(in_all), first_s, flows, known)


def check_planned(planned: PlannedVehicles, route_files: Sequence[Path], end_s: float) -> None:
    """Refuse route files that hold no vehicle for a run that ends at `end_s`. Raises UserError."""
    if not planned.known or planned.by_then:
        return
    names = ", ".join(path.name for path in route_files)
    if planned.in_all:
        why = (
            f"all {planned.in_all:.7g} depart later, the first at {planned.first_s:g} s (times of the day? the run starts at "
            "0 s; a later end_s?)"
        )
    else:
        why = "they hold no vehicle, trip or flow at all (the right files?)"
    raise UserError(f"network.route_files: {names}: wanted vehicles that depart before end_s, {end_s:g} s, but {why}")


@dataclass(frozen=True, slots=True)
class _Times:
    """Departures at `first_s`, `first_s` + `period_s`, ..., `number` of them (infinite where nothing ends them)."""

    first_s: float
    period_s: float
    number: float

    def by(self, last_s: float) -> float:
        """Departures by `last_s`."""
        if last_s < self.first_s or self.number <= 0:
            return 0
        return min(self.number, 1 + math.floor((last_s - self.first_s) / self.period_s))


def _departures(element: Mapping[str, str]) -> _Times | None:
    """The departures of a flow; None where chance decides on them, or where SUMO will refuse it."""
    begin_s, per_hour = sumo_time_s(element.get("begin", "0")), element.get("vehsPerHour", element.get("perHour"))
    number = _number(element.get("number", "")) if "number" in element else math.inf
    ended = "number" in element and (per_hour is not None or "period" in element)
    default_end_s = math.inf if ended else begin_s + DAY_S
    end_s = sumo_time_s(element.get("end", "")) if "end" in element else default_end_s
    if per_hour is not None:
        rate = _number(per_hour)
        period_s = HOUR_S / rate if rate > 0 else math.nan
    elif "period" in element:
        period_s = _number(element.get("period", ""))
    else:
        period_s = (end_s - begin_s) / number if 0 < number < math.inf else math.nan
    if "probability" in element or not (period_s >= SHORTEST_S and number >= 0 and 0 <= begin_s <= end_s):
        return None
    fitting = (end_s - begin_s) / period_s
    if "end" not in element:  # SUMO rounds only where an end is given
        return _Times(begin_s, period_s, min(number, math.ceil(fitting) if fitting < math.inf else fitting))
    return _Times(begin_s, period_s, min(number, round(fitting)))


def _opens_the_number(tag: str, element: Mapping[str, str]) -> bool:
    return tag in ("calibrator", "include") or (tag == "vType" and element.get("scale", "1") != "1")


def sumo_time_s(text: str) -> float:
    """A time of SUMO's in seconds, rounded to a millisecond as SUMO does; NaN for anything else.

    >>> sumo_time_s("12.5"), sumo_time_s("1:00:05"), sumo_time_s("1:00:00:00")
    (12.5, 3605.0, 86400.0)
    """
    if ":" not in text:
        return round(_number(text), 3)
    parts = [_number(part) for part in text.split(":")]
    if len(parts) not in (3, 4):
        return math.nan
    scales = (1.0, 60.0, HOUR_S, DAY_S)
    total_s = math.fsum(scale * part for scale, part in zip(scales, reversed(parts), strict=False))
    return round(total_s, 3)


def _number(text: str) -> float:
    """A finite number; NaN for anything else."""
    value = plain_number(text)
    return value if math.isfinite(value) else math.nan
