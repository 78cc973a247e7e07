"""Faults of loops, by kind, and the schedules of them that are possible.

Conventions: a sensor is one lane's loop at one station. A fault holds in the frames that end after `onset_s` and not after
`end_s`. KINDS defines `magnitude`; during the first `ramp_s` it grows linearly from 0. A kind without magnitude is present
or absent: during the ramp each frame has it with a probability that grows the same way.

Kinds are those of Ghafouri et al. (2017, section 5: constant relative overcount, conditional undercount) and those that
PeMS and IRIS check for. Effects on count, occupancy and speed: `simulator.faults.fault_kinds`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely

LEVEL_VPH = 600.0
"""Level of a conditional undercount where none is given. Chosen: about a third of a lane's capacity."""

HIGHEST_LEVEL_VPH = 10_000.0
"""Highest such level, veh/h. Chosen: several times what a lane carries."""
MOST_FAULTS = 100_000
"""Faults of one recording. Chosen: two months of 160 loops with ten a day; each takes a kilobyte of memory."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: meaning of its magnitude, usual value (None: no magnitude) and range (`low` excluded).

    `replaces`: the reading no longer depends on the traffic, so the loop can have no other fault at the same time.
    `paired`: it involves a neighbouring lane.
    """

    magnitude: str = ""
    usual: float | None = None
    low: float = 0.0
    high: float = 1.0
    replaces: bool = False
    paired: bool = False


KINDS = MappingProxyType(
    {
        "overcount": Kind("share more", 0.5, high=10.0),  # a constant share more than true
        "undercount": Kind("share of the excess", 0.5),  # a share of what exceeds a level is not counted
        "missed": Kind("share of vehicles", 0.5),  # vehicles are missed at random
        "double": Kind("share of vehicles", 0.5),  # vehicles are counted twice at random
        "stuck": Kind(replaces=True),  # the last reading before the fault, again and again
        "dead": Kind(replaces=True),  # no data
        "zeros": Kind(replaces=True),  # reads no vehicle
        "chatter": Kind("pulses per second", 1.5, high=2.0),  # pulses without a vehicle
        "locked_on": Kind(replaces=True),  # occupied all the time, nothing counted
        "drift": Kind("share per hour, signed", -0.5, low=-5.0, high=5.0),  # sensitivity grows or shrinks
        "noise": Kind("standard deviation, share of the value", 0.5, high=5.0),  # every value is off at random
        "crosstalk": Kind("share of its vehicles", 0.5, paired=True),  # counts vehicles of the lane beside too
        "swapped": Kind(replaces=True, paired=True),  # two lanes' wires are exchanged
        "spikes": Kind("share of frames", 0.1),  # single frames with a burst
        "dropped": Kind("share of frames", 0.3),  # single frames without data
        "time_shift": Kind("seconds", 300.0, high=86400.0, replaces=True),  # reads an earlier period
    }
)


def _known_kind(kind: str) -> str:
    """Return the name of a kind. Raises UserError where there is no such kind."""
    if kind not in KINDS:
        raise UserError(f"wanted one of {', '.join(KINDS)}, got {kind!r}{likely(kind, KINDS)}")
    return kind


KindName = Annotated[str, AfterValidator(_known_kind)]


class SensorFault(StrictModel):
    """A loop (`station` by name, `lane`) that is wrong from `onset_s` to `end_s` (None: it is never repaired).

    `level_vph` is the level of a conditional undercount; `other_lane` the neighbour of a crosstalk or swap (none: the
    next one inwards, of the innermost lane the next one outwards).
    """

    station: str
    lane: int = Field(ge=0)
    kind: KindName
    onset_s: float = Field(ge=-LATEST_S, le=LATEST_S)
    end_s: float | None = Field(default=None, le=LATEST_S)
    magnitude: float | None = None
    ramp_s: float = Field(default=0, ge=0, le=LATEST_S)
    level_vph: float | None = Field(default=None, ge=0, le=HIGHEST_LEVEL_VPH)
    other_lane: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> "SensorFault":
        kind = KINDS[self.kind]
        if self.end_s is not None and not self.end_s > self.onset_s:
            raise UserError(f"wanted end_s after onset_s {self.onset_s:g}, got {self.end_s:g} (is it a duration?)")
        if self.magnitude is not None and kind.usual is None:
            raise UserError(f"{self.kind} has no magnitude (it is present or absent), got {self.magnitude:g}")
        if self.magnitude is not None and (not kind.low < self.magnitude <= kind.high or self.magnitude == 0):
            slip = " (is it a percentage?)" if "share" in kind.magnitude and self.magnitude > kind.high else ""
            raise UserError(
                f"magnitude of {self.kind}: wanted a {kind.magnitude} above {kind.low:g} and at most {kind.high:g}, "
                f"not 0, got {self.magnitude:g}{slip}"
            )
        if self.level_vph is not None and self.kind != "undercount":
            raise UserError(f"level_vph: only an undercount has a level, this is {self.kind}")
        if self.other_lane is not None and (not kind.paired or abs(self.other_lane - self.lane) != 1):
            why = f"{self.kind} has no other lane" if not kind.paired else f"wanted a lane beside lane {self.lane}"
            raise UserError(f"other_lane: {why}, got {self.other_lane}")
        return self

    @property
    def last_s(self) -> float:
        """`end_s`; infinite where the fault is never repaired."""
        return inf if self.end_s is None else self.end_s

    @property
    def strength(self) -> float:
        """The magnitude after the ramp: the one given, or the kind's usual one; 1 for a kind without."""
        usual = KINDS[self.kind].usual
        return self.magnitude if self.magnitude is not None else 1.0 if usual is None else usual

    @property
    def level(self) -> float:
        """The level of a conditional undercount [veh/h]."""
        return LEVEL_VPH if self.level_vph is None else self.level_vph

    def share_at(self, time_s: float) -> float:
        """Return the share of the full magnitude in the frame that ends at `time_s`: 0 outside the fault, up to 1."""
        if not self.onset_s < time_s <= self.last_s:
            return 0.0
        return min(1.0, (time_s - self.onset_s) / self.ramp_s) if self.ramp_s else 1.0

    def other(self, lanes: range) -> int:
        """Return the neighbouring lane of a paired kind, at a station with these lanes."""
        if self.other_lane is not None:
            return self.other_lane
        return self.lane + 1 if self.lane + 1 in lanes else self.lane - 1

    def loops(self, lanes: range) -> tuple[int, ...]:
        """Return the lanes with wrong readings: two where wires are exchanged."""
        return (self.lane, self.other(lanes)) if self.kind == "swapped" else (self.lane,)


def check_fault_times(faults: Sequence[SensorFault], from_s: float, to_s: float) -> None:
    """Refuse faults without a frame between `from_s` and `to_s`. Raises UserError."""
    for number, fault in enumerate(faults):
        if fault.onset_s >= to_s or fault.last_s <= from_s:
            until = "on" if fault.end_s is None else f"to {fault.end_s:g} s"
            raise UserError(
                f"faults[{number}]: it lasts from {fault.onset_s:g} s {until}, and frames are from {from_s:g} to {to_s:g} s: "
                "no frame would show it (are these times on another clock?)"
            )


def check_faults(faults: Sequence[SensorFault], corridor: Corridor) -> None:
    """Refuse faults of loops that the corridor does not have, and faults that contradict each other. Raises UserError."""
    if len(faults) > MOST_FAULTS:
        raise UserError(f"faults: wanted {MOST_FAULTS} at most, got {len(faults)}")
    lanes = {station.name: station.lane_numbers for station in corridor.stations}
    for number, fault in enumerate(faults):
        place = f"faults[{number}]"
        if fault.station not in lanes:
            raise UserError(
                f"{place}.station: no station {fault.station!r} on {corridor.name!r}; there are {', '.join(lanes)}"
                f"{likely(fault.station, lanes)}"
            )
        there = lanes[fault.station]
        for name, lane in (("lane", fault.lane), ("other_lane", fault.other_lane)):
            if lane is not None and lane not in there:
                raise UserError(
                    f"{place}.{name}: station {fault.station!r} has lanes {there[0]} to {there[-1]}, got {lane} "
                    f"(are lanes counted from 1? lane 0 is the {corridor.outermost})"
                )
        if KINDS[fault.kind].paired and len(there) < 2:
            raise UserError(f"{place}: {fault.kind} needs a lane beside, station {fault.station!r} has one lane")
    _check_clashes(faults, lanes)


def _check_clashes(faults: Sequence[SensorFault], lanes: Mapping[str, range]) -> None:
    """Refuse two faults of a loop that cannot hold at the same time. Raises UserError for the first in time."""
    # Those that hold at a time are at most one of each kind on a loop, so few are compared with each other.
    holding: dict[tuple[str, int], list[int]] = defaultdict(list)
    for b in sorted(range(len(faults)), key=lambda number: faults[number].onset_s):
        other = faults[b]
        for lane in other.loops(lanes[other.station]):
            loop = (other.station, lane)
            holding[loop] = [a for a in holding[loop] if faults[a].last_s > other.onset_s]
            for a in holding[loop]:
                one = faults[a]
                replacing = [fault.kind for fault in (one, other) if KINDS[fault.kind].replaces]
                if replacing or one.kind == other.kind:
                    why = f"{replacing[0]} leaves nothing else to be wrong" if replacing else f"two of kind {one.kind}"
                    first, second = sorted((a, b))
                    raise UserError(
                        f"faults[{first}] and faults[{second}]: {faults[first].kind} and {faults[second].kind} at the same "
                        f"time at station {one.station!r}, lane {lane}: {why}"
                    )
            holding[loop].append(b)
