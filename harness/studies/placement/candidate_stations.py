"""The candidates of a study on its site: existing stations, possible ones, and the budget; checked before the simulation."""

from collections.abc import Sequence

import numpy as np

from harness.studies.placement.own_dense_road import OwnDenseRoad, OwnStudyRoad, own_dense_road
from harness.studies.placement.placement import EquippedStation, Placement, sorted_placement
from harness.studies.placement.placement_search import Budget, BuildingSite
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.files.dense_site_file import SAME_M, grid_m, with_loops_at
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.site import Site
from scenarios.suggestion import likely

StudyRoad = Site | OwnStudyRoad
DenseRoad = Site | OwnDenseRoad


def recorded_site(study: PlacementStudy, road: StudyRoad) -> DenseRoad:
    """Return the road with loops at every position to record. Raises UserError for a position off the road."""
    candidates = study.candidates
    standing = [at for at in candidates.standing if not isinstance(at, str)]
    grid = grid_m(road, candidates.every_m) if candidates.every_m is not None else ()
    wanted_m = [*grid, *candidates.positions_m, *map(float, standing), *grid_m(road, candidates.record_m)]
    try:
        return with_loops_at(road, wanted_m) if isinstance(road, Site) else own_dense_road(road, wanted_m)
    except UserError as error:
        raise at("candidates", error) from None


def own_placement(dense: Corridor, road: StudyRoad) -> Placement:
    """Return the road's own stations, with loops in all lanes that pass them, as a battery records them."""
    indices = (_index(dense, at.position_m, road) for at in road.station)
    return sorted_placement(_in_all_lanes(dense, index) for index in indices)


def _in_all_lanes(dense: Corridor, index: int) -> EquippedStation:
    return EquippedStation(index, tuple(dense.stations[index].lane_numbers))


def building_options(study: PlacementStudy, road: StudyRoad, dense: Corridor) -> tuple[BuildingSite, Budget]:
    """Return the site to build on, and the budget. Raises UserError where nothing can be built, or the budget is too small."""
    candidates, budget = study.candidates, study.budget
    lane_sets = candidates.lanes or (tuple(range(road.lanes)),)
    for lanes in lane_sets:
        if max(lanes) >= road.lanes:
            raise UserError(
                f"candidates.lanes: {road.name!r} has lanes 0 to {road.lanes - 1}, got {max(lanes)} (counted from 1?)"
            )
    standing = sorted(
        {_index(dense, _standing_m(at, road), road) for at in candidates.standing} | {0, len(dense.stations) - 1}
    )
    fixed = tuple(_in_all_lanes(dense, index) for index in standing)
    positions_m = [at.position_m for at in dense.stations]
    wanted = [*grid_m(road, candidates.every_m)] if candidates.every_m is not None else [*candidates.positions_m]
    allowed = [at_m for at_m in wanted if not any(start <= at_m <= end for start, end in candidates.forbidden_m)]
    prices = budget.station_price, budget.lane_price
    site = BuildingSite(positions_m, fixed, (), candidates.apart_m, *prices)
    options = tuple(
        option
        for index in sorted({_index(dense, at_m, road) for at_m in allowed})
        for lanes in lane_sets
        if (there := tuple(sorted(set(lanes) & set(dense.stations[index].lane_numbers))))
        if site.fits(fixed, option := EquippedStation(index, there))
    )
    if not options:
        raise UserError(
            f"candidates: wanted at least one place for a station, got {len(wanted)}, of which {len(wanted) - len(allowed)} "
            f"are forbidden and the others are within {candidates.apart_m:g} m (apart_m) of an existing station"
        )
    site = BuildingSite(positions_m, fixed, options, candidates.apart_m, *prices)
    return site, _budget(study, site)


def _budget(study: PlacementStudy, site: BuildingSite) -> Budget:
    stations, money = study.budget.stations, study.budget.money
    if stations is not None:
        if stations < len(site.fixed):
            raise UserError(
                f"budget.stations: {len(site.fixed)} stations exist already, with the first and the last of the road, "
                f"got a budget of {stations} (it counts all stations, existing ones included)"
            )
        return Budget(stations)
    assert money is not None
    cheapest = min(site.price_of(option) for option in site.options)
    if money < cheapest:
        raise UserError(f"budget.money: the cheapest station costs {cheapest:g}, got {money:g}: nothing can be built")
    return Budget(len(site.fixed) + len({option.station for option in site.options}), money)


def _standing_m(at: str | float, road: StudyRoad) -> float:
    if not isinstance(at, str):
        return float(at)
    names = {station.name: station.position_m for station in road.station}
    if at not in names:
        raise UserError(
            f"candidates.standing: {road.name!r} has no station {at!r}, wanted one of: {', '.join(names)} "
            f"(or a position in metres){likely(at, names)}"
        )
    return names[at]


def _index(dense: Corridor, position_m: float, road: StudyRoad) -> int:
    positions_m = np.array([at.position_m for at in dense.stations])
    nearest = int(np.abs(positions_m - position_m).argmin())
    if abs(positions_m[nearest] - position_m) > (SAME_M if isinstance(road, Site) else road.same_m):
        raise UserError(f"no loop is recorded at {position_m:g} m")
    return nearest


def evenly_spaced(spacing_m: float, site: BuildingSite) -> Placement:
    """Return stations `spacing_m` apart from end to end, each moved to the nearest existing or possible station.

    The road is divided into equal sections of a length near `spacing_m`; a station too near to another is left out.
    """
    first_m, last_m = site.positions_m[0], site.positions_m[-1]
    most = _most_lanes(site.options)
    places = [*site.fixed, *(option for option in site.options if len(option.lanes) == most[option.station])]
    chosen = [site.fixed[0], site.fixed[-1]]
    for wanted_m in np.linspace(first_m, last_m, max(round((last_m - first_m) / spacing_m), 1) + 1)[1:-1]:
        nearest = min(places, key=lambda at: (abs(site.positions_m[at.station] - wanted_m), at))
        if site.fits(chosen, nearest):
            chosen.append(nearest)
    return sorted_placement(chosen)


def _most_lanes(options: Sequence[EquippedStation]) -> dict[int, int]:
    """The most lanes that an option equips, by station."""
    most: dict[int, int] = {}
    for option in options:
        most[option.station] = max(most.get(option.station, 0), len(option.lanes))
    return most
