"""Which standing stations could be spared: each taken away alone, then one after another, the least missed first.

    recordings, a detector --> replay with all stations --> without each --> its worth
                           --> without the least missed, then without two of them, ... --> the order in which to spare

    worth = mean delay without the station - mean delay with it, over the same incidents     [s]

The first and the last station bound the road and stay. The order is that of `lazy_removal`. Costs are mean delay, then false
alarms, then the length of the section that the station divided.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.reporting.number_text import first_names
from harness.scoring.rates import Sample
from harness.studies.placement.lazy_removal import lazy_removal
from harness.studies.placement.placement import EquippedStation, Placement
from harness.studies.placement.standing_replays import Watching, alarms_on, kept_lines
from harness.studies.placement.standing_road import StandingRoad
from harness.studies.placement.standing_score import StandingScore, score_standing

Show = Callable[[str], None]
Cost = tuple[float, int, float]


@dataclass(frozen=True, slots=True, eq=False)
class StationWorth:
    """A station of the dense corridor, the road without it, and its worth [s] by incident (empty where none is known)."""

    station: int
    without: StandingScore
    worth: Sample
    merged_m: float


@dataclass(frozen=True, slots=True, eq=False)
class SpareStations:
    """All findings. `order`: the stations in the order in which to spare them, each with the road after it is gone."""

    road: StandingRoad
    watching: Watching
    whole: StandingScore
    worths: tuple[StationWorth, ...]
    order: tuple[tuple[int, StandingScore], ...]
    replayed: int


def find_spare_stations(road: StandingRoad, watching: Watching, spare: int, show: Show) -> SpareStations:
    """Return what each station is worth, and the order in which to spare `spare` of them at most.

    No order is given where no incident is visible: nothing then says what a station finds. `show` is told what is kept, and each
    placement's score.
    """
    everything = Placement(
        tuple(
            EquippedStation(number, tuple(range(station.lanes)))
            for number, station in enumerate(road.corridor.stations)
        )
    )
    tries = Tries(road, watching, show)
    inner = everything.stations[1:-1]
    alone = {at: _left(everything, at) for at in inner}
    for line in kept_lines(road, [everything, *alone.values()], watching):
        show(line)
    whole = tries.scores([everything])[everything]
    scores = tries.scores(list(alone.values()))
    worths = tuple(
        StationWorth(at.station, scores[left], scores[left].later_than(whole), _merged_m(road, everything, at))
        for at, left in alone.items()
    )
    order = tuple(_order(tries, everything, spare)) if whole.visible else ()
    return SpareStations(road, watching, whole, worths, order, tries.told)


class Tries:
    """Placements replayed and scored, each once."""

    def __init__(self, road: StandingRoad, watching: Watching, show: Show) -> None:
        self.road, self._watching, self._show = road, watching, show
        self._scored: dict[Placement, StandingScore] = {}
        self._visible: tuple[int, ...] | None = None
        self.told = 0

    def scores(self, placements: Sequence[Placement]) -> dict[Placement, StandingScore]:
        """Return the scores of these placements; the first ever asked for holds all stations."""
        new = [each for each in dict.fromkeys(placements) if each not in self._scored]
        for placement, alarms in alarms_on(self.road, new, self._watching):
            score = score_standing(self.road, placement, alarms)
            if self._visible is None:
                self._visible = tuple(number for number, each in enumerate(score.incident_outcomes) if each.counted)
            self._scored[placement] = StandingScore(placement, score, self._visible)
            self.told += 1
            self._show(f"[{self.told}] {self._line(self._scored[placement])}")
        return {placement: self._scored[placement] for placement in placements}

    def _line(self, found: StandingScore) -> str:
        there = {at.station for at in found.placement.stations}
        gone = [each.name for number, each in enumerate(self.road.corridor.stations) if number not in there]
        what = f"without {first_names(gone, 3)}" if gone else "all stations"
        known = (
            f"{found.dr.part} of {found.dr.whole} found, mean delay {found.delay.mean:.0f} s, " if found.visible else ""
        )
        return f"{what}: {known}{found.score.false_alarms} false alarms"


def _order(tries: Tries, everything: Placement, spare: int) -> Iterator[tuple[int, StandingScore]]:
    """Yield the stations to spare, the least missed of those left first, with the road after each."""
    inner = [at.station for at in everything.stations[1:-1]]

    def left(gone: tuple[int, ...]) -> Placement:
        return Placement(tuple(at for at in everything.stations if at.station not in gone))

    def cost(gone: tuple[int, ...]) -> Cost:
        before, last = left(gone[:-1]), next(at for at in everything.stations if at.station == gone[-1])
        after = _left(before, last)
        found = tries.scores([after])[after]
        return found.delay.mean, found.score.false_alarms, _merged_m(tries.road, before, last)

    for gone in lazy_removal(inner, cost, spare):
        yield gone[-1], tries.scores([left(gone)])[left(gone)]


def _left(placement: Placement, at: EquippedStation) -> Placement:
    return placement.without(placement.stations.index(at))


def _merged_m(road: StandingRoad, placement: Placement, at: EquippedStation) -> float:
    """Length of the section that two become without a station [m]."""
    index, at_m = placement.stations.index(at), placement.positions_m(road.corridor)
    return at_m[index + 1] - at_m[index - 1]
