"""Thresholds of single sections in a detector's file: the table `feedback`, in TOML and JSON alike.

corridor = "sr91"                                                       the road that they were learned on, and for
[[feedback.sections]]   upstream = "S4"   downstream = "S5"   threshold = 11.2

A section's threshold is the file's, for the aim at hand, or the one named here where that is higher: the table only ever raises. It
is learned from how incidents were closed (`feedback_thresholds`). A file with it fits its own corridor alone.
"""

from itertools import pairwise
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.file_schema import FileSchema, Weight, misfit
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array


class SectionThreshold(FileSchema):
    """A section, by the names of its stations, and the least threshold there, in the unit of the detector's score."""

    upstream: str
    downstream: str
    threshold: Weight


class SectionThresholds(FileSchema):
    """The keys of the table."""

    corridor: str
    sections: Annotated[list[SectionThreshold], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        named = [(each.upstream, each.downstream) for each in self.sections]
        for number, each in enumerate(named):
            if each in named[:number]:
                raise misfit(f".sections[{number}]", f"wanted each section once, got {each[0]!r} to {each[1]!r} again")
        return self

    def over(self, corridor: Corridor, threshold: float) -> Array:
        """Return (N,), the thresholds of the corridor's sections. Raises UserError where they were learned on another corridor."""
        if corridor.name != self.corridor:
            raise UserError(
                f"feedback: its thresholds of sections were learned on {self.corridor!r}, got {corridor.name!r} "
                "(use the file from before the feedback there)"
            )
        stations = [station.name for station in corridor.stations]
        place = {pair: number for number, pair in enumerate(pairwise(stations))}
        found = np.full(corridor.sections, threshold)
        for each in self.sections:
            if (each.upstream, each.downstream) not in place:
                raise UserError(
                    f"feedback: {corridor.name} has no section {each.upstream!r} to {each.downstream!r} (have its stations "
                    "changed? learn from closings of the new ones)"
                )
            section = place[each.upstream, each.downstream]
            found[section] = max(threshold, each.threshold)
        return found


def thresholds_on(corridor: Corridor, threshold: float, learned: SectionThresholds | None) -> float | Array:
    """Return the threshold, or (N,) those of the corridor's sections where some are `learned`. Raises UserError as `over`."""
    return threshold if learned is None else learned.over(corridor, threshold)
