"""Facts: what assembling finds out about stations and clocks. A corridor makes events of them."""

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What was found."""

    STATION_SILENT = "station silent"
    STATION_BACK = "station back"
    GAP = "gap"  # a step forward longer than the longest gap: frames between are not given
    CLOCK_WENT_BACK = "clock went back"  # most stations send stamps from before the last frames: they are dropped


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact found at the frame that ends at `time_s`; from when on (silent, gap, clock) and to when (gap, clock)."""

    kind: FactKind
    time_s: float
    station: str = ""
    from_s: float = float("nan")
    to_s: float = float("nan")
