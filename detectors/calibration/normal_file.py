"""A site's normal in a detector's file: the table `normal`, in TOML and JSON alike.

corridor = "sr91"
stations = ["S0", "S1"]    lanes = [4, 4]
flow = ["812 790 - ...", "..."]      a text per station, a number per hour of the day (24) or of the week (168); "-" is not known
flow_sd, flow_day_sd, flow_days      likewise: deviation of a frame, of a day's mean, days
flow_level_sd, flow_level_days       a number per station: deviation of whole days, in flow_sd, and days
speed ..., occupancy ...             likewise; flow in veh/h/lane, speed in m/s, occupancy as a share
"""

import json
import math
import reprlib
from collections.abc import Mapping
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.calibration.hourly_normal import DAY_HOURS, QUANTITIES, WEEK_HOURS, HourlyNormal
from detectors.file_schema import FileSchema, checked, misfit
from scenarios.corridor import MOST_LANES
from scenarios.errors import UserError
from simulator.frame import Array

MOST_NUMBER = 1e5
"""Largest number in the table. Chosen: flows in veh/h/lane stay below."""
DIGITS = 6
"""Significant digits of a number. Chosen: a flow to 0.001 veh/h/lane."""
MOST_STATION_HOURS = 160_000
"""Stations times hours at most. Chosen: 14 MB of text, what a file may hold with a model; 950 stations by hour of the week,
6,600 by hour of the day."""
_UNKNOWN = "-"

Texts = Annotated[list[str], Field(min_length=2)]
Levels = Annotated[list[Annotated[float, Field(ge=0, le=MOST_NUMBER)]], Field(min_length=2)]


class NormalTable(FileSchema):
    """The keys of the table."""

    corridor: str
    stations: Texts
    lanes: list[Annotated[int, Field(ge=1, le=MOST_LANES)]]
    flow: Texts
    flow_sd: Texts
    flow_day_sd: Texts
    flow_days: Texts
    flow_level_sd: Levels
    flow_level_days: Levels
    speed: Texts
    speed_sd: Texts
    speed_day_sd: Texts
    speed_days: Texts
    speed_level_sd: Levels
    speed_level_days: Levels
    occupancy: Texts
    occupancy_sd: Texts
    occupancy_day_sd: Texts
    occupancy_days: Texts
    occupancy_level_sd: Levels
    occupancy_level_days: Levels

    @model_validator(mode="after")
    def _fits(self) -> Self:
        stations = len(self.stations)
        if len(set(self.stations)) < stations:
            raise misfit(".stations", "wanted names that differ")
        for name, value in self:
            if name != "corridor" and len(value) != stations:
                raise misfit(f".{name}", f"wanted {stations} entries, one for each station, got {len(value)}")
        hours = len(self.flow[0].split())
        if hours not in (DAY_HOURS, WEEK_HOURS):
            raise misfit(".flow[0]", f"wanted numbers of {DAY_HOURS} or {WEEK_HOURS} hours, got {hours}")
        for quantity in QUANTITIES:
            for name in (quantity, f"{quantity}_sd", f"{quantity}_day_sd", f"{quantity}_days"):
                for station, text in enumerate(getattr(self, name)):
                    _check_numbers(
                        text, hours, f".{name}[{station}]", positive=name.endswith("_sd") and "day" not in name
                    )
        return self

    def normal(self) -> HourlyNormal:
        """Return the normal that is written here."""

        def hourly(part: str) -> Array:
            return np.stack(
                [np.array([_numbers(text) for text in getattr(self, f"{each}{part}")]).T for each in QUANTITIES], axis=2
            )

        def levels(part: str) -> Array:
            return np.array([getattr(self, f"{each}{part}") for each in QUANTITIES], dtype=np.float64).T

        days, level_days, level_sd = hourly("_days"), levels("_level_days"), levels("_level_sd")
        return HourlyNormal(
            self.corridor,
            tuple(zip(self.stations, self.lanes, strict=True)),
            hourly(""),
            hourly("_sd"),
            hourly("_day_sd"),
            np.nan_to_num(days),
            np.where(level_days > 1, level_sd, np.nan),
            level_days,
        )


def normal_in(table: object, where: str) -> HourlyNormal:
    """Return the normal in the table of a file, which `where` names. Raises UserError where it does not fit."""
    if not isinstance(table, dict):
        raise UserError(f"{where}: normal: wanted a table, got {reprlib.repr(table)}")
    return checked(NormalTable, table, f"{where}: normal").normal()


def normal_table(normal: HourlyNormal) -> dict[str, Any]:
    """Return the table of a normal, in JSON's types; it reads back to DIGITS digits."""
    table: dict[str, Any] = {
        "corridor": normal.corridor,
        "stations": [name for name, _ in normal.stations],
        "lanes": [lanes for _, lanes in normal.stations],
    }
    for place, quantity in enumerate(QUANTITIES):
        for part, values in (("", normal.mean), ("_sd", normal.sd), ("_day_sd", normal.day_sd), ("_days", normal.days)):
            table[f"{quantity}{part}"] = [_text(values[:, station, place]) for station in range(len(normal.stations))]
        for part, level in (("_level_sd", normal.level_sd), ("_level_days", normal.level_days)):
            table[f"{quantity}{part}"] = [float(f"{value:.{DIGITS}g}") for value in np.nan_to_num(level[:, place])]
    return table


def normal_toml(table: Mapping[str, Any]) -> str:
    """Return the table as TOML text, with its header."""
    lines = []
    for name, value in table.items():
        rows = isinstance(value, list) and any(isinstance(each, str) and " " in each for each in value)
        written = (
            "[\n" + "".join(f"    {json.dumps(each, ensure_ascii=False)},\n" for each in value) + "]"
            if rows
            else json.dumps(value, ensure_ascii=False)
        )
        lines.append(f"{name} = {written}")
    return "\n".join(["[normal]", *lines]) + "\n"


def _text(values: Array) -> str:
    return " ".join(f"{value:.{DIGITS}g}" if math.isfinite(value) else _UNKNOWN for value in values)


def _numbers(text: str) -> list[float]:
    return [math.nan if each == _UNKNOWN else float(each) for each in text.split()]


def _check_numbers(text: str, hours: int, at: str, positive: bool) -> None:
    try:
        numbers = _numbers(text)
    except ValueError:
        raise misfit(at, f"wanted numbers, {_UNKNOWN} where one is not known, got {text[:60]!r}") from None
    if len(numbers) != hours:
        raise misfit(at, f"wanted {hours} numbers, one for each hour, got {len(numbers)}")
    written = [each for each in text.split() if each != _UNKNOWN]
    for each in written:
        if not (0 <= float(each) <= MOST_NUMBER) or (positive and float(each) == 0):
            raise misfit(
                at, f"wanted numbers {'above 0' if positive else 'of 0 or more'}, {MOST_NUMBER:g} at most, got {each}"
            )
