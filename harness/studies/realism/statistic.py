"""The statistics that are compared, in the order of the table: key, group, words, unit.

A statistic has one value per unit: a station (all statistics of counts, lanes, speeds and faults), a pair of neighbouring
stations (waves), a breakdown (flows before and after it) or a sample (rates of breakdowns, share of faulty loops).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, Sequence[float]]
"""The values of each statistic by key; a statistic without a unit that has data is missing."""

KMH = 3.6
"""km/h in one m/s."""
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class FlowBin:
    """A range of flow [veh/h/lane], `low` included and `high` not, with its name."""

    name: str
    low_vphpl: float
    high_vphpl: float

    @property
    def words(self) -> str:
        """The bin as words."""
        high = f"{self.high_vphpl:g}" if self.high_vphpl < HIGHEST_VPHPL else "more"
        return f"{self.low_vphpl:g} to {high} veh/h/lane"


HIGHEST_VPHPL = 1e6
FLOW_BINS = (
    FlowBin("night", 0.0, 400.0),
    FlowBin("light", 400.0, 900.0),
    FlowBin("medium", 900.0, 1400.0),
    FlowBin("dense", 1400.0, HIGHEST_VPHPL),
)
"""Chosen: night, day, shoulder of the rush hour, rush hour. Narrower bins leave the short recordings without data."""
LANES = ("right", "middle", "left")
"""Names in keys, of a road on which traffic keeps right; `LANE_WORDS` are for readers, on either side."""
LANE_WORDS = {"right": "slow", "middle": "middle", "left": "fast"}


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic: `factor` turns its values into those shown in `unit`, with `digits` decimals. `group` heads its rows."""

    key: str
    group: str
    label: str
    unit: str
    digits: int
    factor: float = 1.0


def _by_flow() -> list[Statistic]:
    rows = []
    for lane in LANES:
        rows += [
            Statistic(
                f"dispersion_{lane}_{each.name}",
                "Variance to mean of counts, one frame",
                f"{LANE_WORDS[lane]} lane, {each.words}",
                "",
                2,
            )
            for each in FLOW_BINS
        ]
    rows += [
        Statistic(
            f"dispersion_minute_{each.name}",
            "Variance to mean of counts, one minute",
            f"all lanes, {each.words}",
            "",
            2,
        )
        for each in FLOW_BINS
    ]
    for lane in ("right", "left"):
        rows += [
            Statistic(
                f"share_{lane}_{each.name}",
                "Lane share, 1: an equal one",
                f"{LANE_WORDS[lane]} lane, {each.words}",
                "",
                2,
            )
            for each in FLOW_BINS
        ]
    rows += [
        Statistic(f"spread_within_{each.name}", "Speed spread within a lane", each.words, "km/h", 1, KMH)
        for each in FLOW_BINS
    ]
    rows += [
        Statistic(f"spread_between_{each.name}", "Fast lane's speed minus slow lane's", each.words, "km/h", 1, KMH)
        for each in FLOW_BINS
    ]
    return rows


_ROAD = "Free speed, capacity, congestion"
_FAULTS = "Missing and faulty readings"
STATISTICS = (
    *_by_flow(),
    Statistic("free_speed_mps", _ROAD, "free speed", "km/h", 0, KMH),
    Statistic("highest_5min_vphpl", _ROAD, "highest flow, 5 min (99th percentile)", "veh/h/lane", 0),
    Statistic("highest_15min_vphpl", _ROAD, "highest flow, 15 min (99th percentile)", "veh/h/lane", 0),
    Statistic("occupancy_at_highest", _ROAD, "occupancy at the highest flow", "%", 1, PERCENT),
    Statistic("before_breakdown_vphpl", _ROAD, "flow before a breakdown, 10 min", "veh/h/lane", 0),
    Statistic("discharge_vphpl", _ROAD, "discharge of a head", "veh/h/lane", 0),
    Statistic("congested_speed_mps", _ROAD, "speed in congestion", "km/h", 0, KMH),
    Statistic("wave_mps", _ROAD, "wave speed in congestion, upstream", "km/h", 1, KMH),
    Statistic("breakdowns_per_day", _ROAD, "breakdowns per 24 h", "", 1),
    Statistic("hours_between_breakdowns", _ROAD, "time between breakdowns", "h", 1),
    Statistic("share_at_one_head", _ROAD, "breakdowns at the most frequent head", "%", 0, PERCENT),
    Statistic("missing_share", _FAULTS, "missing readings", "%", 2, PERCENT),
    Statistic("stuck_share", _FAULTS, "stuck readings (4 min the same)", "%", 2, PERCENT),
    Statistic("zero_share", _FAULTS, "no vehicles while others flow", "%", 2, PERCENT),
    Statistic("no_speed_share", _FAULTS, "vehicles without a speed", "%", 2, PERCENT),
    Statistic("faulty_loops_share", _FAULTS, "loops with 1 % or more faulty readings", "%", 0, PERCENT),
)
BY_KEY = {each.key: each for each in STATISTICS}
