"""A placement study, from its file to its findings.

    batteries --> dense recordings --> Judges --> Search over sizes --> Findings
                                             --> evenly spaced, own stations, leave one out, one more, dead loops

All choices are made on the calibration runs; each finding has its figures there and on the test runs.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.calibration.thresholds import COUNTED
from detectors.catalogue import DEFAULT_AIM, fingerprint
from harness.studies.placement.candidate_stations import (
    StudyRoad,
    building_options,
    evenly_spaced,
    own_placement,
    recorded_site,
)
from harness.studies.placement.dead_loops import costs_when_failing, draw_dead
from harness.studies.placement.judge_placement import ORACLE, Judge, Judges
from harness.studies.placement.placement import Placement, sorted_placement
from harness.studies.placement.placement_search import BestPlacement, Budget, BuildingSite, Search
from harness.studies.placement.placement_study_checks import check_placement_study
from harness.studies.placement.record_dense import RunBattery, record_battery
from harness.studies.placement.station_values import (
    PlacementResult,
    StationValue,
    costs_of,
    leave_one_out,
    one_more,
    placement_result,
)
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.files.battery_file import load_battery
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.scenario import Scenario
from simulator.frame import Flags

SLOW_PLACEMENTS = 60
"""Most placements tried with a detector that is replayed in full for each."""
SLOW_DRAWS = 3
DEAD_PART = 5
"""The search with dead loops tries at most a fifth as many placements."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PlacementFindings:
    """The findings of a study. `best` by number of stations, with `how` each was found; `even` by spacing; `sturdy` is chosen
    for dead loops; `scenarios` are those of the test, on the dense site."""

    study: PlacementStudy
    road: StudyRoad
    dense: Corridor
    site: BuildingSite
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
        """The detector's fingerprint by its name; empty for the oracle."""
        name = self.study.detector
        return {} if name == ORACLE else {name: fingerprint(name, aim=self.judges.aim)}


def run_study(study: PlacementStudy, recordings: Path, run: RunBattery, progress: Progress) -> PlacementFindings:
    """Record missing runs, search, and score. Raises UserError, MissingFileError before the simulation."""
    try:
        calibration, test, road = check_placement_study(study)
        dense_site = recorded_site(study, road)
        site, budget = building_options(study, road, dense_site.corridor(calibration.scenarios[0].period_s))
    except UserError as error:
        raise at(f"study {study.name!r}", error) from None
    names = [[each.name for each in side.scenarios] for side in (calibration, test)]
    # One battery is recorded once, for both sides.
    batteries = (calibration, test) if study.battery is None else (load_battery(study.battery),) * 2
    found = [
        record_battery(battery, dense_site, recordings, of, run) for battery, of in zip(batteries, names, strict=True)
    ]
    aim = study.false_per_day if study.threshold == "shipped" else DEFAULT_AIM
    one, other = (Judge(each.dense, study.detector, aim) for each in found)
    judges = Judges(one, other, study.threshold, study.false_per_day, aim)
    notices = [notice for each in found for notice in each.notices]
    return find_placements(study, road, site, budget, judges, found[1].scenarios, notices, progress)


def find_placements(
    study: PlacementStudy,
    road: StudyRoad,
    site: BuildingSite,
    budget: Budget,
    judges: Judges,
    scenarios: Mapping[str, Scenario],
    notices: Sequence[str],
    progress: Progress,
) -> PlacementFindings:
    """Return the findings of a study from its recordings."""
    dense = judges.calibration.dense.corridor
    notes = [*notices, *_extrapolation_notices(judges, site)]
    most, draws = study.search.most_placements, study.failures.draws
    if not (judges.calibration.pairwise or study.detector == ORACLE):
        most, draws = min(most, SLOW_PLACEMENTS), min(draws, SLOW_DRAWS)
        notes.append(
            f"Every placement is replayed in full with {study.detector}, whose score of a section may depend on more than its two "
            f"stations: at most {most} placements are tried, and {draws} draws of dead loops."
        )
    dead = draw_dead(len(dense.stations), dense.lanes, study.failures.dead_share, draws, study.failures.seed)
    search = Search(
        site,
        lambda placements: costs_of(judges, placements),
        budget,
        study.search.exhaustive_up_to,
        most,
        lambda stations, tried: progress(f"{stations} stations: {tried} placements tried"),
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
    progress("the value of each station")
    even = tuple(
        (spacing_m, placement_result(judges, f"every {spacing_m:g} m", evenly_spaced(spacing_m, site), site))
        for spacing_m in study.curve.spacings_m
    )
    sturdy, more_notes = _sturdy(judges, site, budget, chosen, dead, max(most // DEAD_PART, 1), progress)
    return PlacementFindings(
        study=study,
        road=road,
        dense=dense,
        site=site,
        judges=judges,
        scenarios=scenarios,
        own=placement_result(judges, "existing", own_placement(dense, road), site, dead),
        best=best,
        chosen=chosen,
        sturdy=sturdy,
        even=even,
        leave_out=leave_one_out(judges, site, chosen),
        one_more=one_more(judges, site, chosen),
        tried=tuple(search.tried.items()),
        how=tuple(each.how for each in solved),
        notices=(*notes, *more_notes),
    )


def _extrapolation_notices(judges: Judges, site: BuildingSite) -> list[str]:
    """Return a notice where the calibration holds too little incident-free time to count the rate; else none."""
    if judges.rule == "shipped" or math.isnan(
        judges.threshold(ends := sorted_placement(site.fixed[:1] + site.fixed[-1:]))
    ):
        return []
    days = judges.calibration.free_days(ends)
    if judges.false_per_day * days >= COUNTED:
        return []
    return [
        f"The calibration runs hold {days:.2f} days of the road without an incident: {judges.false_per_day:g} false alarms a day "
        f"are fewer than {COUNTED:.0f} there, so every threshold is extrapolated, which adds chance to the differences between "
        "placements. Remedies: more incident-free hours, a higher false_per_day, or threshold = 'shipped'."
    ]


def _sturdy(
    judges: Judges,
    site: BuildingSite,
    budget: Budget,
    chosen: PlacementResult,
    dead: Sequence[Flags],
    most: int,
    progress: Progress,
) -> tuple[PlacementResult | None, list[str]]:
    """Return the chosen placement with stations exchanged while that lowers the expected delay with dead loops.

    None where no loop is dead in any draw. At most `most` placements are tried, on the calibration; a notice says where
    that limit ended the search.
    """
    if not any(each.any() for each in dead):
        return None, []
    progress("the search with dead loops")
    search = Search(site, lambda placements: costs_when_failing(judges, placements, dead), budget, most=most)
    start = BestPlacement(chosen.placement, search.costs_of([chosen.placement.stations])[0][0], chosen.price, "chosen")
    best = search.exchange(start)
    notes = []
    if search.stopped:
        notes.append(
            f"The search with dead loops ended at {len(search.tried)} placements (a {DEAD_PART}th of "
            "search.most_placements, because each is scored once per draw)."
        )
    return placement_result(judges, "chosen for dead loops", best.placement, site, dead), notes
