"""Faults in TOML: a schedule, fault by fault, or rates that a schedule is drawn from.

seed = 1                          # everything random in the faults' readings

[[faults]]                        # a schedule: fields of `scenarios.fault.SensorFault`
station = "3"
lane = 1
kind = "overcount"
onset_s = 1800
end_s = 5400                      # or never
magnitude = 0.3

[[random]]                        # or rates, drawn for each loop of the corridor and each run (fields of `FaultRate`)
kind = "dead"
per_loop_day = 0.2                # or share = 0.05: that share of all loops, each faulty once
duration_s = [600, 7200]
magnitude = [0.3, 1.0]            # for kinds that have one
"""

import math
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import Field, model_validator

from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.fault import KINDS, KindName, SensorFault, check_faults, check_seen
from scenarios.files.toml_file import read_toml, validate
from scenarios.incident import Event
from scenarios.suggestion import likely

DAY_S = 86400.0
MOST_PER_LOOP_DAY = 100.0  # one every quarter of an hour: more than that is no fault that comes and goes
_KEYS = ("seed", "faults", "random")
_LARGEST_SEED = 2**63 - 1
_FAULT_STREAM = 4  # apart from every other use of a seed


class FaultRate(Event):
    """How often a kind of fault comes, as onsets per loop and day, or as the share of all loops that get it once.

    `duration_s`, `magnitude` and `ramp_s` are ranges, drawn evenly; a fault that would last beyond the run's end, or
    has no duration, is not mended in it.
    """

    kind: KindName
    per_loop_day: float | None = Field(default=None, gt=0, le=MOST_PER_LOOP_DAY)
    share: float | None = Field(default=None, gt=0, le=1)
    duration_s: tuple[float, float] | None = None
    magnitude: tuple[float, float] | None = None
    ramp_s: tuple[float, float] = (0.0, 0.0)
    level_vph: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> "FaultRate":
        if (self.per_loop_day is None) == (self.share is None):
            raise UserError(f"{self.kind}: wanted per_loop_day or share, one of them")
        for name in ("duration_s", "magnitude", "ramp_s"):
            given = getattr(self, name)
            if given is not None and given[0] > given[1]:
                raise UserError(f"{self.kind}.{name}: wanted [least, most], got [{given[0]:g}, {given[1]:g}]")
        if self.duration_s is not None and not self.duration_s[0] > 0:
            raise UserError(f"{self.kind}.duration_s: wanted times above 0, got {self.duration_s[0]:g}")
        for magnitude in self.magnitude or ():
            SensorFault(station="", lane=0, kind=self.kind, onset_s=0, magnitude=magnitude, level_vph=self.level_vph)
        return self


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What a file says of faults: a schedule, or rates, and the seed of everything random in them."""

    seed: int
    faults: tuple[SensorFault, ...]
    rates: tuple[FaultRate, ...]

    def schedule(self, corridor: Corridor, from_s: float, to_s: float, run: str) -> tuple[SensorFault, ...]:
        """The faults of a run (named, so that runs differ) from `from_s` to `to_s`. Raises UserError."""
        if not self.rates:
            check_faults(self.faults, corridor)
            check_seen(self.faults, from_s, to_s)
            return self.faults
        rng = np.random.default_rng([self.seed, _FAULT_STREAM, *run.encode()])
        return random_faults(self.rates, corridor, from_s, to_s, rng)


def read_fault_plan(path: Path) -> FaultPlan:
    """The schedule or the rates in a TOML file. Raises MissingFileError, UserError naming file and place."""
    raw = read_toml(path)
    try:
        return _plan(raw)
    except UserError as error:
        raise at(path, error) from None


def _plan(raw: Mapping[str, object]) -> FaultPlan:
    for key in raw:
        if key not in _KEYS:
            raise UserError(f"{key}: unknown key{likely(key, _KEYS)}; a file of faults has {', '.join(_KEYS)}")
    if "seed" not in raw:
        raise UserError("seed: wanted, but missing (a whole number: everything random comes from it)")
    seed = raw["seed"]
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= _LARGEST_SEED:
        raise UserError(f"seed: wanted a whole number, 0 or more, got {reprlib.repr(seed)}")
    if ("faults" in raw) == ("random" in raw):
        raise UserError("wanted [[faults]] (a schedule) or [[random]] (rates), one of them")
    faults = tuple(validate(SensorFault, each, at=("faults", k)) for k, each in enumerate(_tables(raw, "faults")))
    rates = tuple(validate(FaultRate, each, at=("random", k)) for k, each in enumerate(_tables(raw, "random")))
    return FaultPlan(seed, faults, rates)


def _tables(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise UserError(f"{key}: wanted [[{key}]] tables, got {reprlib.repr(found)}")
    if key in raw and not found:
        raise UserError(f"{key}: wanted at least one [[{key}]] table, got an empty list")
    return found


def random_faults(
    rates: Sequence[FaultRate], corridor: Corridor, from_s: float, to_s: float, rng: np.random.Generator
) -> tuple[SensorFault, ...]:
    """A schedule drawn from rates: by order of onset, on each loop one at a time (what would overlap is left out).

    Of `share` of the loops, none twice; their onsets are drawn evenly over the run, as those of `per_loop_day`.
    """
    loops = [(station, lane) for station in corridor.stations for lane in range(station.lanes)]
    days = (to_s - from_s) / DAY_S
    order = rng.permutation(len(loops)).tolist()
    drawn: list[SensorFault] = []
    for rate in rates:
        paired = KINDS[rate.kind].paired
        if rate.share is not None:
            number = math.floor(rate.share * len(loops) + 0.5)
            chosen, order = order[:number], order[number:]
        else:
            chosen = np.repeat(np.arange(len(loops)), rng.poisson((rate.per_loop_day or 0) * days, len(loops))).tolist()
        drawn += [
            _draw(rate, loops[k][0].name, loops[k][1], from_s, to_s, rng)
            for k in chosen
            if not paired or loops[k][0].lanes > 1
        ]
    kept: list[SensorFault] = []
    lanes = {station.name: station.lanes for station in corridor.stations}
    for fault in sorted(drawn, key=lambda each: each.onset_s):
        busy = {
            (each.station, lane)
            for each in kept
            if each.last_s > fault.onset_s
            for lane in each.loops(lanes[each.station])
        }
        if not busy & {(fault.station, lane) for lane in fault.loops(lanes[fault.station])}:
            kept.append(fault)
    return tuple(kept)


def _draw(
    rate: FaultRate, station: str, lane: int, from_s: float, to_s: float, rng: np.random.Generator
) -> SensorFault:
    onset_s = float(round(rng.uniform(from_s, to_s)))
    end_s = None if rate.duration_s is None else onset_s + float(max(1, round(rng.uniform(*rate.duration_s))))
    magnitude = None if rate.magnitude is None else round(float(rng.uniform(*rate.magnitude)), 4)
    return SensorFault(
        station=station,
        lane=lane,
        kind=rate.kind,
        onset_s=onset_s,
        end_s=end_s,
        magnitude=magnitude,
        ramp_s=float(round(rng.uniform(*rate.ramp_s))),
        level_vph=rate.level_vph,
    )
