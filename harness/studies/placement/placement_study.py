"""A placement study, from its file to its findings.

    batteries --> dense recordings --> Judges --> Search over sizes --> Findings
                                             --> evenly spaced, own stations, leave one out, one more, dead loops

All that is chosen is chosen on the calibration runs; each finding says what it is there and on the test runs.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.calibration.thresholds import COUNTED
from detectors.catalogue import DEFAULT_AIM, fingerprint
from harness.studies.placement.candidate_stations import evenly_spaced, options_of, own_placement, recorded_site
from harness.studies.placement.dead_loops import costs_when_failing, draw_dead
from harness.studies.placement.judge_placement import ORACLE, Judge, Judges
from harness.studies.placement.placement import Placement, placed
from harness.studies.placement.placement_search import Best, Budget, Search, Site
from harness.studies.placement.placement_study_checks import check
from harness.studies.placement.record_dense import RunBattery, record
from harness.studies.placement.station_values import (
    PlacementResult,
    StationValue,
    costs_of,
    leave_out,
    one_more,
    placement_result,
)
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.files.battery_file import load_battery
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.scenario import Scenario
from scenarios.site import Site as Road
from simulator.frame import Flags

SLOW_PLACEMENTS = 60
"""Placements tried with a detector that each placement is replayed for from the start."""
SLOW_DRAWS = 3
DEAD_PART = 5
"""The search with dead loops in mind may try a fifth as many placements."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a study says. `best` by number of stations, found as `how` says; `even` by spacing; `sturdy` is chosen with
    dead loops in mind; `scenarios` are those of the test, on the dense site."""

    study: PlacementStudy
    road: Road
    dense: Corridor
    site: Site
    judges: Judges
    scenarios: Mapping[str, Scenario]
    own: PlacementResult
    best: tuple[PlacementResult, ...]
    chosen: PlacementResult
    sturdy: PlacementResult | None
    even: tuple[tuple[float, PlacementResult], ...]
    leave_out: tuple[StationValue, ...]
    one_more: StationValue | None
    tried: tuple[tuple[Placement, float], ...]
    how: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of the detector that judged, by its name; none where the oracle did."""
        name = self.study.detector
        return {} if name == ORACLE else {name: fingerprint(name, aim=self.judges.aim)}


def run_study(study: PlacementStudy, recordings: Path, run: RunBattery, tell: Tell) -> Findings:
    """Record what is not recorded, search, and judge. Raises UserError, MissingFileError before anything long is begun."""
    try:
        calibration, test, road = check(study)
        dense_site = recorded_site(study, road)
        site, budget = options_of(study, road, dense_site.corridor(calibration.scenarios[0].period_s))
    except UserError as error:
        raise at(f"study {study.name!r}", error) from None
    names = [[each.name for each in side.scenarios] for side in (calibration, test)]
    # One battery is recorded once, for both sides.
    whole = (calibration, test) if study.battery is None else (load_battery(study.battery),) * 2
    found = [record(battery, dense_site, recordings, of, run) for battery, of in zip(whole, names, strict=True)]
    aim = study.false_per_day if study.threshold == "shipped" else DEFAULT_AIM
    one, other = (Judge(each.dense, study.detector, aim) for each in found)
    judges = Judges(one, other, study.threshold, study.false_per_day, aim)
    notices = [notice for each in found for notice in each.notices]
    return find(study, road, site, budget, judges, found[1].scenarios, notices, tell)


def find(
    study: PlacementStudy,
    road: Road,
    site: Site,
    budget: Budget,
    judges: Judges,
    scenarios: Mapping[str, Scenario],
    notices: Sequence[str],
    tell: Tell,
) -> Findings:
    """Everything a study says, from recordings."""
    dense = judges.calibration.dense.corridor
    notes = [*notices, *_thin(judges, site)]
    most, draws = study.search.most_placements, study.failures.draws
    if not (judges.calibration.pairwise or study.detector == ORACLE):
        most, draws = min(most, SLOW_PLACEMENTS), min(draws, SLOW_DRAWS)
        notes.append(
            f"Every placement is replayed from the start with {study.detector}, which is not known to judge a section by its two "
            f"stations alone: at most {most} placements are tried, and {draws} draws of dead loops."
        )
    dead = draw_dead(len(dense.stations), dense.lanes, study.failures.dead_share, draws, study.failures.seed)
    search = Search(
        site,
        lambda placements: costs_of(judges, placements),
        budget,
        study.search.exhaustive_up_to,
        most,
        lambda stations, tried: tell(f"{stations} stations: {tried} placements tried"),
    )
    solved = search.run()
    if search.stopped:
        notes.append(
            f"The search ended at {len(search.tried)} placements (search.most_placements): larger sizes are not solved."
        )
    if not solved:
        raise UserError("budget: no placement fits it (is apart_m too large?)")
    best = tuple(
        placement_result(judges, f"{len(each.placement.stations)} stations", each.placement, site, dead)
        for each in solved
    )
    chosen = min(best, key=lambda each: (each.calibration.delay.mean, each.price, len(each.placement.stations)))
    tell("what each station is worth")
    even = tuple(
        (spacing_m, placement_result(judges, f"every {spacing_m:g} m", evenly_spaced(spacing_m, site), site))
        for spacing_m in study.curve.spacings_m
    )
    sturdy, more_notes = _sturdy(judges, site, budget, chosen, dead, max(most // DEAD_PART, 1), tell)
    return Findings(
        study=study,
        road=road,
        dense=dense,
        site=site,
        judges=judges,
        scenarios=scenarios,
        own=placement_result(judges, "the site's own", own_placement(dense, road), site, dead),
        best=best,
        chosen=chosen,
        sturdy=sturdy,
        even=even,
        leave_out=leave_out(judges, site, chosen),
        one_more=one_more(judges, site, chosen),
        tried=tuple(search.tried.items()),
        how=tuple(each.how for each in solved),
        notices=(*notes, *more_notes),
    )


def _thin(judges: Judges, site: Site) -> list[str]:
    """Where the calibration holds too little incident-free time for the rate to be counted rather than extrapolated."""
    if judges.rule == "shipped" or math.isnan(judges.threshold(ends := placed(site.fixed[:1] + site.fixed[-1:]))):
        return []
    days = judges.calibration.free_days(ends)
    if judges.false_per_day * days >= COUNTED:
        return []
    return [
        f"The calibration runs hold {days:.2f} days of the road free of incidents: {judges.false_per_day:g} false alarms a day are "
        f"fewer than {COUNTED:.0f} there, so every threshold is extrapolated (thresholds.py), and placements differ "
        "by its luck too. More incident-free hours, a higher false_per_day or threshold = 'shipped' mend that."
    ]


def _sturdy(
    judges: Judges, site: Site, budget: Budget, chosen: PlacementResult, dead: Sequence[Flags], most: int, tell: Tell
) -> tuple[PlacementResult | None, list[str]]:
    """The chosen placement with stations exchanged while that lowers the delay expected with dead loops, on the calibration.

    None where no loop is ever dead. `most` placements are tried; a notice tells where that ended it.
    """
    if not any(each.any() for each in dead):
        return None, []
    tell("the same with dead loops in mind")
    search = Search(site, lambda placements: costs_when_failing(judges, placements, dead), budget, most=most)
    start = Best(chosen.placement, search.ask([chosen.placement.stations])[0][0], chosen.price, "chosen")
    best = search.exchanged(start)
    notes = []
    if search.stopped:
        notes.append(
            f"The search with dead loops in mind ended at {len(search.tried)} placements (a {DEAD_PART}th of "
            "search.most_placements, because each is judged once per draw)."
        )
    return placement_result(judges, "chosen with dead loops in mind", best.placement, site, dead), notes
