"""Search for the best placement of each size: greedy with exchange, exhaustive where there are few; for any cost.

    greedy       from the existing stations, size by size, add the station that lowers the cost most (with prices: per price)
    exchange     at each size, replace one station by another while that lowers the cost, the best replacement first
    exhaustive   instead of both, at a size with at most `exhaustive_up_to` placements

The result is the best placement of every size up to the budget. The cost of a placement is computed once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import comb, inf

from harness.studies.placement.placement import EquippedStation, Placement, sorted_placement

Costs = Callable[[Sequence[Placement]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class BuildingSite:
    """What may be built. `fixed` stations exist; each of the `options` equips one station of the dense corridor; two stations
    are `apart_m` or more apart; `positions_m` are those of the dense stations."""

    positions_m: Sequence[float]
    fixed: tuple[EquippedStation, ...]
    options: tuple[EquippedStation, ...]
    apart_m: float
    station_price: float = 0.0
    lane_price: float = 0.0

    def price(self, stations: Sequence[EquippedStation]) -> float:
        """Return the price of the stations that do not exist yet."""
        return sum(self.price_of(at) for at in stations if at not in self.fixed)

    def price_of(self, at: EquippedStation) -> float:
        """Return the price of one station."""
        return self.station_price + self.lane_price * len(at.lanes)

    def fits(self, stations: Sequence[EquippedStation], more: EquippedStation) -> bool:
        """Whether `more` keeps its distance from all `stations`."""
        at_m = self.positions_m[more.station]
        return all(abs(self.positions_m[at.station] - at_m) >= self.apart_m for at in stations)


@dataclass(frozen=True, slots=True)
class BestPlacement:
    """The best placement found of one size: its cost, its price, and how it was found."""

    placement: Placement
    cost: float
    price: float
    how: str


@dataclass(frozen=True, slots=True)
class Budget:
    """`stations` in all and `money` for new ones, at most."""

    stations: int
    money: float = inf


class OutOfTriesError(Exception):
    """The limit of placements to try is reached."""


@dataclass
class Search:
    """The search on one site, up to the budget. `tried` holds the cost of every placement tried; `stopped`: the search ended
    at `most` placements; `progress(stations, tried)` is called after each size."""

    site: BuildingSite
    costs: Costs
    budget: Budget
    exhaustive_up_to: int = 500
    most: int = 2000
    progress: Callable[[int, int], None] = lambda stations, tried: None
    tried: dict[Placement, float] = field(default_factory=dict)
    stopped: bool = False

    def run(self) -> list[BestPlacement]:
        """Return the best placement of each size, from the existing stations on; a size that cannot be reached is missing."""
        best: list[BestPlacement] = []
        try:
            chosen = self.site.fixed
            if len(chosen) >= 2:
                best.append(self._best([chosen], "existing"))
            while len(chosen) < self.budget.stations:
                sets = self._all_of_size(len(chosen) + 1)
                found = self._greedy(chosen) if sets is None else self._best(sets, "exhaustive") if sets else None
                if found is None:
                    break
                best.append(found)  # kept in case the exchange runs out of tries
                if sets is None:
                    best[-1] = self.exchange(found)
                chosen = best[-1].placement.stations
                self.progress(len(chosen), len(self.tried))
                if self.stopped:
                    break
        except OutOfTriesError:
            self.stopped = True
        return best

    def costs_of(self, sets: Sequence[Sequence[EquippedStation]]) -> list[tuple[float, Placement]]:
        """Return cost and placement of each of these sets of stations. Raises OutOfTriesError."""
        placements = [sorted_placement(stations) for stations in sets]
        new = [placement for placement in dict.fromkeys(placements) if placement not in self.tried]
        if len(self.tried) + len(new) > self.most:
            raise OutOfTriesError
        self.tried.update(zip(new, self.costs(new), strict=True))
        return [(self.tried[placement], placement) for placement in placements]

    def _best(self, sets: Sequence[Sequence[EquippedStation]], how: str) -> BestPlacement:
        cost, placement = min(self.costs_of(sets), key=lambda each: (each[0], each[1].stations))
        return BestPlacement(placement, cost, self.site.price(placement.stations), how)

    def _affordable(self, stations: Sequence[EquippedStation]) -> bool:
        return self.site.price(stations) <= self.budget.money + 1e-9

    def _all_of_size(self, size: int) -> list[tuple[EquippedStation, ...]] | None:
        """Return all affordable placements of a size; None where they are more than `exhaustive_up_to`."""
        new = size - len(self.site.fixed)
        ways: dict[int, list[EquippedStation]] = {}
        for option in self.site.options:
            ways.setdefault(option.station, []).append(option)
        most = max(map(len, ways.values()), default=0)
        if comb(len(ways), new) * most**new > self.exhaustive_up_to:
            return None
        return [found for found in self._all(new, ways) if self._affordable(found)]

    def _all(self, new: int, ways: Mapping[int, Sequence[EquippedStation]]) -> Iterator[tuple[EquippedStation, ...]]:
        for stations in combinations(ways, new):
            for chosen in product(*(ways[station] for station in stations)):
                found = self.site.fixed
                for more in chosen:
                    if not self.site.fits(found, more):
                        break
                    found = (*found, more)
                else:
                    yield found

    def _greedy(self, chosen: tuple[EquippedStation, ...]) -> BestPlacement | None:
        """Return the addition that lowers the cost most, per price where there are prices; None where none is possible."""
        sets = [(*chosen, more) for more in self.site.options if self.site.fits(chosen, more)]
        sets = [stations for stations in sets if self._affordable(stations)]
        if not sets:
            return None
        now = self.costs_of([chosen])[0][0] if len(chosen) >= 2 else 0.0
        found = self.costs_of(sets)

        def gain(index: int) -> tuple[float, float]:
            price = self.site.price_of(sets[index][-1]) or 1.0
            lower = now - found[index][0]
            return (lower / price if lower > 0 else lower, -index)

        cost, placement = found[max(range(len(sets)), key=gain)]
        return BestPlacement(placement, cost, self.site.price(placement.stations), "greedy")

    def exchange(self, best: BestPlacement) -> BestPlacement:
        """Return the placement after exchanges of one station for another, the best first, while they lower the cost."""
        while True:
            stations = best.placement.stations
            sets = []
            for gone in stations:
                if gone not in self.site.fixed:
                    left = tuple(at for at in stations if at != gone)
                    swaps = [(*left, more) for more in self.site.options if more != gone and self.site.fits(left, more)]
                    sets += [swap for swap in swaps if self._affordable(swap)]
            if not sets:
                return best
            try:
                found = self._best(sets, f"{best.how} with exchange" if "exchange" not in best.how else best.how)
            except OutOfTriesError:
                self.stopped = True
                return best
            if not found.cost < best.cost:
                return best
            best = found
