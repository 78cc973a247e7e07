"""Results of a placement, and the value of each station: the delay with one station left out, or one more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.rates import Sample
from harness.studies.placement.dead_loops import DeadLoopScore, score_with_dead_loops
from harness.studies.placement.judge_placement import Judges, PlacementScore
from harness.studies.placement.placement import EquippedStation, Placement, sorted_placement
from harness.studies.placement.placement_search import BuildingSite
from simulator.frame import Flags


@dataclass(frozen=True, slots=True)
class PlacementResult:
    """A placement with its name in tables, its price, and its scores on calibration and test; `failing`: with dead loops."""

    label: str
    placement: Placement
    price: float
    calibration: PlacementScore
    test: PlacementScore
    failing: DeadLoopScore | None = None


@dataclass(frozen=True, slots=True)
class StationValue:
    """Change of the mean delay [s] when a station is left out or added, paired by incident; `at_m` is the station's place."""

    at_m: float
    lanes: tuple[int, ...]
    calibration_s: float
    test: Sample
    detected: int


def costs_of(judges: Judges, placements: Sequence[Placement]) -> list[float]:
    """Return the mean delay [s] on the calibration, placement by placement."""
    judges.calibration.prepare(placements)
    return [judges.delay_s(placement) for placement in placements]


def placement_result(
    judges: Judges, label: str, placement: Placement, site: BuildingSite, dead: Sequence[Flags] | None = None
) -> PlacementResult:
    """Score a placement on calibration and test, and with dead loops on the test where `dead` are drawn."""
    threshold = judges.threshold(placement)
    failing = None if dead is None else score_with_dead_loops(judges.test, placement, threshold, dead)
    return PlacementResult(
        label,
        placement,
        site.price(placement.stations),
        judges.calibration.judge(placement, threshold),
        judges.test.judge(placement, threshold),
        failing,
    )


def leave_one_out(judges: Judges, site: BuildingSite, chosen: PlacementResult) -> tuple[StationValue, ...]:
    """Return the value of each station but the ends: the mean delay without it minus that with it, each at its threshold."""
    inner = range(1, len(chosen.placement.stations) - 1)
    without = [(chosen.placement.stations[index], chosen.placement.without(index)) for index in inner]
    return tuple(_difference(judges, site, at, chosen, placement) for at, placement in without)


def one_more(judges: Judges, site: BuildingSite, chosen: PlacementResult) -> StationValue | None:
    """Return the value of one more station, at its best place on the calibration runs; None where none can be added."""
    stations = chosen.placement.stations
    more = [option for option in site.options if site.fits(stations, option)]
    if not more:
        return None
    costs = costs_of(judges, [sorted_placement((*stations, option)) for option in more])
    best = more[int(np.argmin(costs))]
    return _difference(judges, site, best, chosen, sorted_placement((*stations, best)))


def _difference(
    judges: Judges, site: BuildingSite, at: EquippedStation, chosen: PlacementResult, changed: Placement
) -> StationValue:
    threshold = judges.threshold(changed)
    one, other = judges.calibration.judge(changed, threshold), judges.test.judge(changed, threshold)
    pairs = np.subtract(other.delay.values, chosen.test.delay.values)
    return StationValue(
        site.positions_m[at.station],
        at.lanes,
        one.delay.mean - chosen.calibration.delay.mean,
        Sample(tuple(pairs.tolist())),
        other.dr.part - chosen.test.dr.part,
    )
