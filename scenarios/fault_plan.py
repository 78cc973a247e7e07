"""Which loops become faulty in a run: a schedule, or rates that a schedule is drawn from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import Field, model_validator

from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError, at
from scenarios.fault import (
    HIGHEST_LEVEL_VPH,
    KINDS,
    MOST_FAULTS,
    KindName,
    SensorFault,
    check_fault_times,
    check_faults,
)
from scenarios.strict_model import StrictModel

DAY_S = 86400.0
MOST_PER_LOOP_DAY = 100.0
"""One onset in a quarter of an hour. Chosen: more frequent onsets are one continuous fault."""
_FAULT_STREAM = 4
"""Key of the random stream of drawn faults, separate from every other use of a seed."""


class FaultRate(StrictModel):
    """Rate of a kind of fault: onsets per loop and day, or the share of all loops that have it once.

    `duration_s`, `magnitude` and `ramp_s` are ranges with uniform draws; a fault that would last beyond the run's end, or
    has no duration, is not repaired in it.
    """

    kind: KindName
    per_loop_day: float | None = Field(default=None, gt=0, le=MOST_PER_LOOP_DAY)
    share: float | None = Field(default=None, gt=0, le=1)
    duration_s: tuple[float, float] | None = None
    magnitude: tuple[float, float] | None = None
    ramp_s: tuple[float, float] = (0.0, 0.0)
    level_vph: float | None = Field(default=None, ge=0, le=HIGHEST_LEVEL_VPH)

    @model_validator(mode="after")
    def _fits(self) -> "FaultRate":
        if (self.per_loop_day is None) == (self.share is None):
            raise UserError(f"{self.kind}: wanted per_loop_day or share, one of them")
        for name in ("duration_s", "magnitude", "ramp_s"):
            given = getattr(self, name)
            if given is not None and given[0] > given[1]:
                raise UserError(f"{self.kind}.{name}: wanted [least, most], got [{given[0]:g}, {given[1]:g}]")
        for name, (least, most) in (("duration_s", self.duration_s or (0.0, 0.0)), ("ramp_s", self.ramp_s)):
            if least < 0 or most > LATEST_S:
                raise UserError(f"{self.kind}.{name}: wanted seconds, 0 to {LATEST_S:g}, got [{least:g}, {most:g}]")
        if self.duration_s is not None and not self.duration_s[0] > 0:
            raise UserError(f"{self.kind}.duration_s: wanted times above 0, got {self.duration_s[0]:g}")
        for magnitude in self.magnitude or ():
            SensorFault(station="", lane=0, kind=self.kind, onset_s=0, magnitude=magnitude, level_vph=self.level_vph)
        return self


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """A schedule, or rates, and the seed of everything random in them; `file` is where they stand, for messages."""

    seed: int
    faults: tuple[SensorFault, ...]
    rates: tuple[FaultRate, ...]
    file: Path | None = None

    def schedule(self, corridor: Corridor, from_s: float, to_s: float, run: str) -> tuple[SensorFault, ...]:
        """Return the faults of the run `run` from `from_s` to `to_s`; drawn ones differ from run to run. Raises UserError."""
        if not self.rates:
            try:
                check_faults(self.faults, corridor)
                check_fault_times(self.faults, from_s, to_s)
            except UserError as error:
                raise error if self.file is None else at(self.file, error) from None
            return self.faults
        rng = np.random.default_rng([self.seed, _FAULT_STREAM, *run.encode()])
        try:
            return random_faults(self.rates, corridor, from_s, to_s, rng)
        except UserError as error:
            raise error if self.file is None else at(self.file, error) from None


def random_faults(
    rates: Sequence[FaultRate], corridor: Corridor, from_s: float, to_s: float, rng: np.random.Generator
) -> tuple[SensorFault, ...]:
    """Return a schedule drawn from rates, in order of onset, one fault at a time on each loop (overlapping ones are left out).

    Rates with a `share` choose each loop once at most. Onsets are uniform over the run. Raises UserError for too many faults.
    """
    loops = [(station, lane) for station in corridor.stations for lane in station.lane_numbers]
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
        if len(drawn) + len(chosen) > MOST_FAULTS:
            raise UserError(
                f"rates: they make {len(drawn) + len(chosen)} faults of {len(loops)} loops in {days:.3g} days, "
                f"wanted {MOST_FAULTS} at most (lower rates, or a shorter recording?)"
            )
        drawn += [
            _draw(rate, loops[k][0].name, loops[k][1], from_s, to_s, rng)
            for k in chosen
            if not paired or loops[k][0].lanes > 1
        ]
    kept: list[SensorFault] = []
    lanes = {station.name: station.lane_numbers for station in corridor.stations}
    busy_until_s: dict[tuple[str, int], float] = {}
    for fault in sorted(drawn, key=lambda each: each.onset_s):
        own = [(fault.station, lane) for lane in fault.loops(lanes[fault.station])]
        if all(busy_until_s.get(loop, -math.inf) <= fault.onset_s for loop in own):
            kept.append(fault)
            busy_until_s |= dict.fromkeys(own, fault.last_s)
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
