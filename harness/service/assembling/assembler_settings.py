"""What a corridor's readings are like, and how long its frames wait for them."""

from dataclasses import dataclass
from typing import Literal

from scenarios.errors import UserError

Stamp = Literal["start", "end"]
"""What a reading's stamp is: the start or the end of its interval."""


@dataclass(frozen=True, slots=True)
class AssemblerSettings:
    """Settings of one corridor's assembler; times are data time. All defaults are chosen.

    `stamp`, `grid_offset_s`: stamps are the start or end of intervals, at whole periods from the offset. `off_grid_share`: a
    stamp this share of a period off is rounded, others are refused. `allowed_lateness_s`: longer, and frames with missing loops
    wait longer; shorter, and late readings are lost. `longest_gap_s`: missing frames in a gap up to it are given, all NaN; 0 gives
    none, as a replay does. `allowed_jump_s`: readings further ahead of the clock wait until a share `clock_share` of the stations
    (two at least) agrees; readings further behind are told when that share sends them. `silent_after_s`: a station silent for
    longer is not asked about the clock. `skip_silent_loops`: frames do not wait for loops silent that long, at the cost of a
    loop's first frames when it comes back.
    """

    stamp: Stamp = "end"
    grid_offset_s: float = 0.0
    off_grid_share: float = 0.2
    allowed_lateness_s: float = 60.0
    close_when_complete: bool = True
    longest_gap_s: float = 600.0
    allowed_jump_s: float = 600.0
    clock_share: float = 0.5
    silent_after_s: float = 300.0
    skip_silent_loops: bool = False

    def __post_init__(self) -> None:
        if self.stamp not in ("start", "end"):
            raise UserError(f"stamp is 'start' or 'end' of the interval, got {self.stamp!r}")
        for name in ("allowed_lateness_s", "longest_gap_s", "allowed_jump_s", "silent_after_s"):
            if not 0 <= getattr(self, name) <= LONGEST_S:
                raise UserError(f"{name} is a number of seconds, 0 to {LONGEST_S:g}, got {getattr(self, name)}")
        if not 0 <= self.off_grid_share < 0.5:
            raise UserError(
                f"off_grid_share is 0 or more and under 0.5, got {self.off_grid_share} (is it a percentage?)"
            )
        if not 0 < self.clock_share <= 1:
            raise UserError(f"clock_share is over 0, 1 at most, got {self.clock_share} (is it a percentage?)")
        if not abs(self.grid_offset_s) <= LONGEST_S:
            raise UserError(f"grid_offset_s is a number of seconds, got {self.grid_offset_s}")


LONGEST_S = 86400.0
"""Longest wait, gap and jump, s. Chosen: a day; frames wait in memory meanwhile."""
