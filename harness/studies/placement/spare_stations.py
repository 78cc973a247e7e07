"""Which standing stations could be spared: each taken away alone, then one after another, the least missed first.

    recordings, a detector --> replay with all stations --> without each --> its worth
                           --> without the least missed, then without two of them, ... --> the order in which to spare

    worth = mean delay without the station - mean delay with it, over the same incidents     [s]
    delay of an incident = min(TTD, duration) where it is detected, its duration where it is not

The first and the last station bound the road and stay. The order is that of `lazy_removal`. Costs are mean delay, then false
alarms, then the length of the section that the station divided.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Proportion, Sample
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.lazy_removal import lazy_removal
from harness.studies.placement.placement import EquippedStation, Placement, truth_for_placement
from harness.studies.placement.standing_replays import Watching, alarms_on
from harness.studies.placement.standing_road import StandingRoad, StandingRun
from simulator.frame import Array, Flags

Show = Callable[[str], None]
Cost = tuple[float, int, float]


@dataclass(frozen=True, slots=True, eq=False)
class StandingScore:
    """A placement scored on the recordings. `visible` numbers the incidents that all stations together show: they alone count."""

    placement: Placement
    score: Score
    visible: tuple[int, ...]

    @property
    def counted(self) -> tuple[IncidentOutcome, ...]:
        """The incidents that count."""
        return tuple(self.score.incident_outcomes[number] for number in self.visible)

    @property
    def delay(self) -> Sample:
        """Delay [s] of every incident that counts."""
        return Sample(tuple(_delay_s(each) for each in self.counted))

    @property
    def dr(self) -> Proportion:
        """Detected of the incidents that count."""
        return Proportion(sum(each.hit for each in self.counted), len(self.visible))

    @property
    def ttd(self) -> Sample:
        """TTD [s] of the detected."""
        return Sample(tuple(each.ttd_s for each in self.counted if each.hit))


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

    No order is given where no incident is visible: nothing then says what a station finds. `show` is told each placement's score.
    """
    everything = Placement(
        tuple(
            EquippedStation(number, tuple(range(station.lanes)))
            for number, station in enumerate(road.corridor.stations)
        )
    )
    tries = Tries(road, watching, show)
    whole = tries.scores([everything])[everything]
    inner = everything.stations[1:-1]
    alone = {at: _left(everything, at) for at in inner}
    scores = tries.scores(list(alone.values()))
    worths = tuple(
        StationWorth(at.station, scores[left], _worth(scores[left], whole), _merged_m(road, everything, at))
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
        gone = len(self.road.corridor.stations) - len(found.placement.stations)
        there = {at.station for at in found.placement.stations}
        names = [each.name for number, each in enumerate(self.road.corridor.stations) if number not in there]
        what = f"without {', '.join(names[:3])}{', ...' if gone > 3 else ''}" if gone else "all stations"
        known = (
            f"{found.dr.part} of {found.dr.whole} found, mean delay {found.delay.mean:.0f} s, " if found.visible else ""
        )
        return f"{what}: {known}{found.score.false_alarms} false alarms"


def score_standing(road: StandingRoad, placement: Placement, alarms: Sequence[Flags]) -> Score:
    """Return the score of the alarms (T', N) on every recording's own frames, each frame counted once."""
    corridor, runs = placement.corridor(road.corridor), []
    before: list[Flags] = []
    for run, own in zip(road.runs, alarms, strict=True):
        whole = own if run.share.parent < 0 else np.concatenate([before[run.share.parent][: run.share.start], own])
        before.append(whole)
        times_s, counted = counted_frames(run, whole)
        if len(times_s):
            truth = truth_for_placement(placement, road.corridor, run.truth, run.evidence_s, run.impact)
            runs.append(ScoredRun(run.name, corridor, times_s, counted, truth))
    return score_runs(runs, 0)


def counted_frames(run: StandingRun, alarms: Flags) -> tuple[Array, Flags]:
    """Return the ends (T'',) and alarms (T'', N) of the frames that count; an alarm that began before them is left out."""
    first, last = run.share.counted, run.share.stop
    counted = alarms[first:last].copy()
    if first:
        lasting = alarms[first - 1].copy()
        for row in counted:
            lasting &= row
            row[lasting] = False
    return run.times_s[first:last], counted


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


def _worth(without: StandingScore, whole: StandingScore) -> Sample:
    pairs = zip(without.delay.values, whole.delay.values, strict=True)
    return Sample(tuple(one - other for one, other in pairs))


def _delay_s(incident: IncidentOutcome) -> float:
    """Delay of an incident [s]; NaN for a missed one whose clearance is not known."""
    duration_s = incident.clearance_s - incident.onset_s
    if not incident.hit:
        return duration_s
    return incident.ttd_s if duration_s != duration_s else min(incident.ttd_s, duration_s)
