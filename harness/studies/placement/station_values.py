"""A placement found, with all that tables say of it, and what a change of it by one station does: left out, or one more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.rates import Sample
from harness.studies.placement.dead_loops import DeadLoopScore, expected
from harness.studies.placement.judge_placement import Judges, PlacementScore
from harness.studies.placement.placement import Equipped, Placement, placed
from harness.studies.placement.placement_search import Site
from simulator.frame import Flags


@dataclass(frozen=True, slots=True)
class PlacementResult:
    """A placement with its name in tables, what it costs, and how it does on both sides; `failing` on the test with dead loops."""

    label: str
    placement: Placement
    price: float
    calibration: PlacementScore
    test: PlacementScore
    failing: DeadLoopScore | None = None


@dataclass(frozen=True, slots=True)
class StationValue:
    """What a change of the chosen placement does to the mean delay [s], paired by incident; `at_m` is the station's place."""

    at_m: float
    lanes: tuple[int, ...]
    calibration_s: float
    test: Sample
    detected: int


def costs_of(bench: Judges, placements: Sequence[Placement]) -> list[float]:
    """What choosing goes by, placement by placement."""
    bench.calibration.prepare(placements)
    return [bench.delay_s(placement) for placement in placements]


def placement_result(
    bench: Judges, label: str, placement: Placement, site: Site, dead: Sequence[Flags] | None = None
) -> PlacementResult:
    """A placement judged on both sides, and with dead loops on the test where `dead` are drawn."""
    threshold = bench.threshold(placement)
    failing = None if dead is None else expected(bench.test, placement, threshold, dead)
    return PlacementResult(
        label,
        placement,
        site.price(placement.stations),
        bench.calibration.judge(placement, threshold),
        bench.test.judge(placement, threshold),
        failing,
    )


def leave_out(bench: Judges, site: Site, chosen: PlacementResult) -> tuple[StationValue, ...]:
    """What each station but the ends is worth: the mean delay without it, less with it; the threshold set anew."""
    inner = range(1, len(chosen.placement.stations) - 1)
    without = [(chosen.placement.stations[index], chosen.placement.without(index)) for index in inner]
    return tuple(_difference(bench, site, at, chosen, placement) for at, placement in without)


def one_more(bench: Judges, site: Site, chosen: PlacementResult) -> StationValue | None:
    """What one more station, wherever it does best on the calibration runs, would buy; None where none can be added."""
    stations = chosen.placement.stations
    more = [option for option in site.options if site.fits(stations, option)]
    if not more:
        return None
    costs = costs_of(bench, [placed((*stations, option)) for option in more])
    best = more[int(np.argmin(costs))]
    return _difference(bench, site, best, chosen, placed((*stations, best)))


def _difference(bench: Judges, site: Site, at: Equipped, chosen: PlacementResult, changed: Placement) -> StationValue:
    threshold = bench.threshold(changed)
    one, other = bench.calibration.judge(changed, threshold), bench.test.judge(changed, threshold)
    pairs = np.subtract(other.delay.values, chosen.test.delay.values)
    return StationValue(
        site.positions_m[at.station],
        at.lanes,
        one.delay.mean - chosen.calibration.delay.mean,
        Sample(tuple(pairs.tolist())),
        other.dr.part - chosen.test.dr.part,
    )
