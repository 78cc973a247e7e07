"""A placement study, from its file to its findings.

    batteries --> dense recordings --> Bench --> Search over sizes --> Findings
                                             --> evenly spaced, own stations, leave one out, one more, dead loops

All that is chosen is chosen on the calibration runs; each finding says what it is there and on the test runs.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.calibration import AIMS, COUNTED
from detectors.catalogue import DEFAULT_AIM, DETECTORS, build
from detectors.detector import Flags
from harness.intervals import Interval, bootstrap_mean
from harness.placement.failures import Expected, costs_when_failing, draw_dead, expected
from harness.placement.judging import ORACLE, SEED, Bench, Judge, Judged
from harness.placement.options import evenly_spaced, options_of, own_placement, recorded_site
from harness.placement.placement import Equipped, Placement, placed
from harness.placement.recording import RunBattery, record
from harness.placement.search import Best, Budget, Search, Site
from scenarios.battery import Battery, load_battery
from scenarios.corridor import Corridor, Station
from scenarios.loading import load_site
from scenarios.placement_study import PlacementStudy
from scenarios.scenario import Scenario
from scenarios.site import Site as Road

SLOW_PLACEMENTS = 60
"""Placements tried with a detector that each placement is replayed for from the start."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A placement with its name in tables, what it costs, and how it does on both sides; `failing` on the test with dead loops."""

    label: str
    placement: Placement
    price: float
    calibration: Judged
    test: Judged
    failing: Expected | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of the chosen placement does to the mean delay [s], paired by incident; `at_m` is the station's place."""

    at_m: float
    lanes: tuple[int, ...]
    calibration_s: float
    test_s: float
    test_interval: Interval
    detected: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a study says. `best` by number of stations, found as `how` says; `even` by spacing; `sturdy` is chosen with
    dead loops in mind; `scenarios` are those of the test, on the dense site."""

    study: PlacementStudy
    road: Road
    dense: Corridor
    site: Site
    bench: Bench
    scenarios: Mapping[str, Scenario]
    own: Found
    best: tuple[Found, ...]
    chosen: Found
    sturdy: Found | None
    even: tuple[tuple[float, Found], ...]
    leave_out: tuple[Difference, ...]
    one_more: Difference | None
    tried: tuple[tuple[Placement, float], ...]
    how: tuple[str, ...]
    notices: tuple[str, ...]


def check(study: PlacementStudy) -> tuple[Battery, Battery, Road]:
    """Both sides' scenarios and their road. Raises ValueError, FileNotFoundError for what cannot be studied."""
    if study.detector != ORACLE and study.detector not in DETECTORS:
        build(study.detector, Corridor("anywhere", 30.0, (Station("a", 0.0, 1), Station("b", 1000.0, 1))))  # says which
    if study.threshold == "shipped" and study.false_per_day not in AIMS:
        raise ValueError(
            f"false_per_day: wanted one of {', '.join(f'{aim:g}' for aim in AIMS)} with threshold = 'shipped'"
        )
    if study.battery is not None:
        whole = load_battery(study.battery)
        sides = [
            Battery(whole.name, whole.description, tuple(each for each in whole.scenarios if each.seed % 2 == odd))
            for odd in (0, 1)
        ]
    else:
        sides = [load_battery(str(study.calibration)), load_battery(str(study.test))]
        shared = {each.seed for each in sides[0].scenarios} & {each.seed for each in sides[1].scenarios}
        if shared:
            raise ValueError(
                f"calibration and test: batteries {sides[0].name!r} and {sides[1].name!r} share the seed {min(shared)}: what "
                "chooses must not judge"
            )
    scenarios = [each for side in sides for each in side.scenarios]
    for name, side in zip(("calibration", "test"), sides, strict=True):
        if not any(each.incidents for each in side.scenarios):
            raise ValueError(
                f"{name}: battery {side.name!r} holds no incident for it, so nothing can be said of delays"
            )
    _check_alike(scenarios)
    return sides[0], sides[1], load_site(scenarios[0].site)


def _check_alike(scenarios: Sequence[Scenario]) -> None:
    first = scenarios[0]
    for each in scenarios:
        if each.network is not None:
            raise ValueError(f"scenario {each.name!r}: a placement study wants a site, got an own network")
        if each.site != first.site:
            raise ValueError(
                f"scenario {each.name!r} is on {each.site!r}, {first.name!r} on {first.site!r}: wanted one road in a study"
            )
        if each.period_s != first.period_s:
            raise ValueError(
                f"scenario {each.name!r} has a period of {each.period_s:g} s, {first.name!r} of {first.period_s:g} s: wanted "
                "one period, what is calibrated on one does not hold for another"
            )
        if len(each.incidents) > 1:
            raise ValueError(
                f"scenario {each.name!r} has {len(each.incidents)} incidents: a placement study wants one per run at most "
                "(each is told from its own twin)"
            )


def run_study(study: PlacementStudy, recordings: Path, run: RunBattery, tell: Tell) -> Findings:
    """Record what is not recorded, search, and judge. Raises ValueError, FileNotFoundError before anything long is begun."""
    calibration, test, road = check(study)
    dense_site = recorded_site(study, road)
    dense = dense_site.corridor(calibration.scenarios[0].period_s)
    site, budget = options_of(study, road, dense)
    names = [[each.name for each in side.scenarios] for side in (calibration, test)]
    # One battery is recorded once, for both sides.
    whole = (calibration, test) if study.battery is None else (load_battery(study.battery),) * 2
    found = [record(battery, dense_site, recordings, of, run) for battery, of in zip(whole, names, strict=True)]
    aim = study.false_per_day if study.threshold == "shipped" else DEFAULT_AIM
    one, other = (Judge(each.dense, study.detector, aim) for each in found)
    bench = Bench(one, other, study.threshold, study.false_per_day, aim)
    notices = [notice for each in found for notice in each.notices]
    return find(study, road, site, budget, bench, found[1].scenarios, notices, tell)


def find(
    study: PlacementStudy, road: Road, site: Site, budget: Budget, bench: Bench, scenarios: Mapping[str, Scenario],
    notices: Sequence[str], tell: Tell,
) -> Findings:  # fmt: skip
    """Everything a study says, from recordings."""
    dense = bench.calibration.dense.corridor
    dead = draw_dead(
        len(dense.stations), dense.lanes, study.failures.dead_share, study.failures.draws, study.failures.seed
    )
    notes = [*notices, *_thin(bench, site)]
    most = study.search.most_placements
    if not (bench.calibration.pairwise or study.detector == ORACLE) and most > SLOW_PLACEMENTS:
        most = SLOW_PLACEMENTS
        notes.append(
            f"{study.detector} judges a section by more than its two stations, so every placement is replayed from the start: "
            f"{most} placements are tried instead of {study.search.most_placements}."
        )
    search = Search(
        site, lambda placements: _costs(bench, placements), budget, study.search.exhaustive_up_to, most,
        lambda stations, tried: tell(f"{stations} stations: {tried} placements tried"),
    )  # fmt: skip
    solved = search.run()
    if search.stopped:
        notes.append(
            f"The search ended at {len(search.tried)} placements (search.most_placements): larger sizes are not solved."
        )
    if not solved:
        raise ValueError("budget: no placement fits it (is apart_m too large?)")
    best = tuple(
        _judged(bench, f"{len(each.placement.stations)} stations", each.placement, site, dead) for each in solved
    )
    chosen = min(best, key=lambda each: (each.calibration.delay_s, each.price, len(each.placement.stations)))
    tell("what each station is worth")
    even = tuple(
        (spacing_m, _judged(bench, f"every {spacing_m:g} m", evenly_spaced(spacing_m, site), site))
        for spacing_m in study.curve.spacings_m
    )
    return Findings(
        study=study,
        road=road,
        dense=dense,
        site=site,
        bench=bench,
        scenarios=scenarios,
        own=_judged(bench, "the site's own", own_placement(dense, road), site, dead),
        best=best,
        chosen=chosen,
        sturdy=_sturdy(bench, site, budget, chosen, dead, most - len(search.tried), tell),
        even=even,
        leave_out=leave_out(bench, site, chosen),
        one_more=one_more(bench, site, chosen),
        tried=tuple(search.tried.items()),
        how=tuple(each.how for each in solved),
        notices=tuple(notes),
    )


def _thin(bench: Bench, site: Site) -> list[str]:
    """Where the calibration holds too little incident-free time for the rate to be counted rather than extrapolated."""
    if bench.rule == "shipped" or math.isnan(bench.threshold(ends := placed(site.fixed[:1] + site.fixed[-1:]))):
        return []
    days = bench.calibration.free_days(ends)
    if bench.false_per_day * days >= COUNTED:
        return []
    return [
        f"The calibration runs hold {days:.2f} days of the road free of incidents: {bench.false_per_day:g} false alarms a day are "
        f"fewer than {COUNTED:.0f} there, so every threshold is extrapolated (detectors/calibration.py), and placements differ "
        "by its luck too. More incident-free hours, a higher false_per_day or threshold = 'shipped' mend that."
    ]


def _costs(bench: Bench, placements: Sequence[Placement]) -> list[float]:
    bench.calibration.prepare(placements)
    return [bench.delay_s(placement) for placement in placements]


def _judged(bench: Bench, label: str, placement: Placement, site: Site, dead: Sequence[Flags] | None = None) -> Found:
    threshold = bench.threshold(placement)
    failing = None if dead is None else expected(bench.test, placement, threshold, dead)
    return Found(
        label,
        placement,
        site.price(placement.stations),
        bench.calibration.judge(placement, threshold),
        bench.test.judge(placement, threshold),
        failing,
    )


def _sturdy(
    bench: Bench, site: Site, budget: Budget, chosen: Found, dead: Sequence[Flags], tries: int, tell: Tell
) -> Found | None:
    """The chosen placement with stations exchanged while that lowers the delay expected with dead loops, on the calibration.

    None where nobody asked for dead loops, or `tries` is 0."""
    if tries < 1 or not any(each.any() for each in dead):
        return None
    tell("the same with dead loops in mind")
    search = Search(site, lambda placements: costs_when_failing(bench, placements, dead), budget, most=tries)
    start = Best(chosen.placement, search.ask([chosen.placement.stations])[0][0], chosen.price, "chosen")
    return _judged(bench, "chosen with dead loops in mind", search.exchanged(start).placement, site, dead)


def leave_out(bench: Bench, site: Site, chosen: Found) -> tuple[Difference, ...]:
    """What each station but the ends is worth: the mean delay without it, less with it; the threshold set anew."""
    inner = range(1, len(chosen.placement.stations) - 1)
    without = [(chosen.placement.stations[index], chosen.placement.without(index)) for index in inner]
    return tuple(_difference(bench, site, at, chosen, placement) for at, placement in without)


def one_more(bench: Bench, site: Site, chosen: Found) -> Difference | None:
    """What one more station, wherever it does best on the calibration runs, would buy; None where none can be added."""
    stations = chosen.placement.stations
    more = [option for option in site.options if site.fits(stations, option)]
    if not more:
        return None
    costs = _costs(bench, [placed((*stations, option)) for option in more])
    best = more[int(np.argmin(costs))]
    return _difference(bench, site, best, chosen, placed((*stations, best)))


def _difference(bench: Bench, site: Site, at: Equipped, chosen: Found, changed: Placement) -> Difference:
    threshold = bench.threshold(changed)
    one, other = bench.calibration.judge(changed, threshold), bench.test.judge(changed, threshold)
    pairs = np.subtract(other.delays_s, chosen.test.delays_s)
    return Difference(
        site.positions_m[at.station],
        at.lanes,
        one.delay_s - chosen.calibration.delay_s,
        float(pairs.mean()),
        bootstrap_mean(pairs.tolist(), np.random.default_rng(SEED)),
        other.detected - chosen.test.detected,
    )
