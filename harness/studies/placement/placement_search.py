"""Which placement is best: greedy with exchange, exhaustive where there are few; whatever a placement's cost may be.

    greedy       from what stands, add the station that lowers the cost most (with prices: most per price); size by size
    exchange     at each size, while some station given up for some other lowers the cost, do the best of these
    exhaustive   instead of both, at a size with no more than `exhaustive_up_to` placements

Every size up to the budget is solved, so the outcome is the whole curve. The cost of a placement is asked for once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import comb, inf

from harness.studies.placement.placement import Equipped, Placement, placed

Costs = Callable[[Sequence[Placement]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Site:
    """What may be built. `fixed` stand already; `options` by station of the dense corridor, each a way to equip it, with `prices`
    by lanes; two stations are `apart_m` or more apart; `positions_m` of the dense stations."""

    positions_m: Sequence[float]
    fixed: tuple[Equipped, ...]
    options: tuple[Equipped, ...]
    apart_m: float
    station_price: float = 0.0
    lane_price: float = 0.0

    def price(self, stations: Sequence[Equipped]) -> float:
        """Of those that do not stand yet."""
        return sum(self.price_of(at) for at in stations if at not in self.fixed)

    def price_of(self, at: Equipped) -> float:
        """Of one station."""
        return self.station_price + self.lane_price * len(at.lanes)

    def fits(self, stations: Sequence[Equipped], more: Equipped) -> bool:
        """Whether `more` keeps its distance from all `stations`."""
        at_m = self.positions_m[more.station]
        return all(abs(self.positions_m[at.station] - at_m) >= self.apart_m for at in stations)


@dataclass(frozen=True, slots=True)
class Best:
    """The best placement found with so many stations: its cost, its price, and how it was found."""

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
    """As many placements were tried as may be."""


@dataclass
class Search:
    """Solves one site for every size up to the budget. `tried` holds every placement asked for with its cost; `stopped`
    says that the search ended at `most` placements."""

    site: Site
    costs: Costs
    budget: Budget
    exhaustive_up_to: int = 500
    most: int = 2000
    told: Callable[[int, int], None] = lambda stations, tried: None
    tried: dict[Placement, float] = field(default_factory=dict)
    stopped: bool = False

    def run(self) -> list[Best]:
        """The best placement of each size, from what stands on. Sizes that cannot be reached are not there."""
        best: list[Best] = []
        try:
            chosen = self.site.fixed
            if len(chosen) >= 2:
                best.append(self._best([chosen], "what stands"))
            while len(chosen) < self.budget.stations:
                few = self._few(len(chosen) + 1)
                found = self._greedy(chosen) if few is None else self._best(few, "exhaustive") if few else None
                if found is None:
                    break
                best.append(found)  # kept, should the exchange run out of tries
                if few is None:
                    best[-1] = self.exchanged(found)
                chosen = best[-1].placement.stations
                self.told(len(chosen), len(self.tried))
                if self.stopped:
                    break
        except OutOfTriesError:
            self.stopped = True
        return best

    def ask(self, sets: Sequence[Sequence[Equipped]]) -> list[tuple[float, Placement]]:
        """Costs of these sets of stations, in their order."""
        placements = [placed(stations) for stations in sets]
        new = [placement for placement in dict.fromkeys(placements) if placement not in self.tried]
        if len(self.tried) + len(new) > self.most:
            raise OutOfTriesError
        self.tried.update(zip(new, self.costs(new), strict=True))
        return [(self.tried[placement], placement) for placement in placements]

    def _best(self, sets: Sequence[Sequence[Equipped]], how: str) -> Best:
        cost, placement = min(self.ask(sets), key=lambda each: (each[0], each[1].stations))
        return Best(placement, cost, self.site.price(placement.stations), how)

    def _affordable(self, stations: Sequence[Equipped]) -> bool:
        return self.site.price(stations) <= self.budget.money + 1e-9

    def _few(self, size: int) -> list[tuple[Equipped, ...]] | None:
        """All affordable placements of a size; None where they are too many to count out."""
        new = size - len(self.site.fixed)
        ways: dict[int, list[Equipped]] = {}
        for option in self.site.options:
            ways.setdefault(option.station, []).append(option)
        most = max(map(len, ways.values()), default=0)
        if comb(len(ways), new) * most**new > self.exhaustive_up_to:
            return None
        return [found for found in self._all(new, ways) if self._affordable(found)]

    def _all(self, new: int, ways: Mapping[int, Sequence[Equipped]]) -> Iterator[tuple[Equipped, ...]]:
        for stations in combinations(ways, new):
            for chosen in product(*(ways[station] for station in stations)):
                found = self.site.fixed
                for more in chosen:
                    if not self.site.fits(found, more):
                        break
                    found = (*found, more)
                else:
                    yield found

    def _greedy(self, chosen: tuple[Equipped, ...]) -> Best | None:
        """The addition that lowers the cost most, per price where there are prices. None where nothing can be added."""
        sets = [(*chosen, more) for more in self.site.options if self.site.fits(chosen, more)]
        sets = [stations for stations in sets if self._affordable(stations)]
        if not sets:
            return None
        now = self.ask([chosen])[0][0] if len(chosen) >= 2 else 0.0
        found = self.ask(sets)

        def gain(index: int) -> tuple[float, float]:
            price = self.site.price_of(sets[index][-1]) or 1.0
            lower = now - found[index][0]
            return (lower / price if lower > 0 else lower, -index)

        cost, placement = found[max(range(len(sets)), key=gain)]
        return Best(placement, cost, self.site.price(placement.stations), "greedy")

    def exchanged(self, best: Best) -> Best:
        """Give up one station for another while that lowers the cost, the best such exchange first, and while tries last."""
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
