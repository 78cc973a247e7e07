"""The search finds the best placement, whatever a placement's cost: known optima, laws, limits."""

from collections.abc import Callable, Sequence
from itertools import pairwise, product

import pytest

from harness.studies.placement.dense_runs import DenseRecordings
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import EquippedStation, Placement
from harness.studies.placement.placement_search import Budget, BuildingSite, Search

POSITIONS_M = [500.0 * station for station in range(11)]
ENDS = (EquippedStation(0, (0, 1)), EquippedStation(10, (0, 1)))


def world_site(
    options: Sequence[int] = range(1, 10), lanes: Sequence[tuple[int, ...]] = ((0, 1),), **more: float
) -> BuildingSite:
    """The world's ends stand; stations may be built at `options`."""
    built = tuple(EquippedStation(station, each) for station in options for each in lanes)
    return BuildingSite(POSITIONS_M, ENDS, built, more.pop("apart_m", 100.0), **more)


def distance_costs(places_m: Sequence[float]) -> Callable[[Sequence[Placement]], list[float]]:
    """A cost known by hand: the mean distance of some places from the nearest station."""

    def costs(placements: Sequence[Placement]) -> list[float]:
        return [
            sum(min(abs(POSITIONS_M[at.station] - place_m) for at in each.stations) for place_m in places_m)
            / len(places_m)
            for each in placements
        ]

    return costs


def test_exhaustive_search_gives_the_known_optimum_of_the_oracle(make: Callable[..., DenseRecordings]) -> None:
    # A frame ends at 990 s, 45 s after onset. Until then the wave from 2100 m comes upstream (5 m/s) to 2000 m and downstream
    # (25 m/s) to 3000 m: stations 4, 5, 6; that from 3600 m to 3500 m and to 4500 m: stations 7, 8, 9.
    dense = make([(2100.0, 945.0, 600.0), (3600.0, 945.0, 600.0)], 0, 3)
    judge = Judge(dense, "oracle")
    judges = Judges(judge, judge, "shipped", 1.0, 1.0)
    search = Search(world_site(), lambda placements: [judges.delay_s(each) for each in placements], Budget(4))
    best = search.run()
    assert [each.how for each in best] == ["existing", "exhaustive", "exhaustive"]
    assert best[-1].cost == 45.0
    optimal = [each for each, cost in search.tried.items() if cost == 45.0 and len(each.stations) == 4]
    found = {tuple(at.station for at in each.stations[1:-1]) for each in optimal}
    assert found == set(product((4, 5, 6), (7, 8, 9)))


def test_exchange_mends_what_greedy_began_badly_and_reaches_what_exhaustive_search_finds() -> None:
    # Greedy stands its first station at 3500 m and the next at 2000 m: a mean of 250 m. Moved on to 4000 m, the first leaves
    # 500 m from one of the four places.
    costs = distance_costs([2000.0, 3500.0, 4000.0, 4000.0])
    exhaustive = Search(world_site(), costs, Budget(4)).run()
    exchanged = Search(world_site(), costs, Budget(4), exhaustive_up_to=0).run()
    assert [each.how for each in exchanged] == ["existing", "greedy", "greedy with exchange"]
    assert [each.cost for each in exchanged] == [each.cost for each in exhaustive]
    assert exhaustive[-1].cost == 125.0


def test_what_stands_stays_and_no_more_is_built_than_the_budget_allows() -> None:
    best = Search(world_site(), distance_costs([1000.0, 3000.0]), Budget(3), exhaustive_up_to=0).run()
    assert [len(each.placement.stations) for each in best] == [2, 3]
    assert all(set(ENDS) <= set(each.placement.stations) for each in best)


def test_money_buys_the_station_that_lowers_the_cost_most_per_price() -> None:
    # A station with one loop costs 30, with two 50; both see as well here, so the cheap one is bought, twice, for 60.
    site = world_site(lanes=((0, 1), (1,)), station_price=10.0, lane_price=20.0)
    best = Search(site, distance_costs([1000.0, 3000.0]), Budget(11, 60.0), exhaustive_up_to=0).run()
    assert [each.price for each in best] == [0.0, 30.0, 60.0]
    assert {at.lanes for at in best[-1].placement.stations if at not in ENDS} == {(1,)}
    assert best[-1].cost == 0.0


def test_no_two_stations_stand_nearer_than_they_may() -> None:
    site = world_site(apart_m=1200.0)
    for up_to in (0, 1000):
        best = Search(site, distance_costs([2000.0, 2500.0, 3000.0]), Budget(6), exhaustive_up_to=up_to).run()
        for each in best:
            at_m = [POSITIONS_M[at.station] for at in each.placement.stations]
            assert min(after - before for before, after in pairwise(at_m)) >= 1200.0


def test_a_placement_is_asked_for_once_and_the_search_ends_where_its_tries_do() -> None:
    asked: list[Placement] = []
    costs = distance_costs([1000.0, 1500.0, 3500.0])

    def counted(placements: Sequence[Placement]) -> list[float]:
        asked.extend(placements)
        return costs(placements)

    whole = Search(world_site(), counted, Budget(5), exhaustive_up_to=0)
    whole.run()
    assert len(asked) == len(set(asked)) == len(whole.tried)
    assert not whole.stopped
    short = Search(world_site(), costs, Budget(5), exhaustive_up_to=0, most=12)
    assert len(short.run()) < 4
    assert short.stopped
    assert len(short.tried) <= 12


@pytest.mark.parametrize("up_to", [0, 1000])
def test_more_stations_never_cost_more_where_a_station_never_harms(up_to: int) -> None:
    best = Search(world_site(), distance_costs([700.0, 2300.0, 4400.0]), Budget(7), exhaustive_up_to=up_to).run()
    costs = [each.cost for each in best]
    assert costs == sorted(costs, reverse=True)


def test_two_stations_may_stand_exactly_as_near_as_they_may() -> None:
    site = world_site(apart_m=500.0)
    assert site.fits(ENDS, EquippedStation(1, (0, 1)))
    assert not site.fits((*ENDS, EquippedStation(1, (0, 1))), EquippedStation(1, (0,)))
