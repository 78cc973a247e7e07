"""The figures of the chains of a drill: counts are kept, every figure is a property; NaN where nothing was counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from harness.scoring.rates import Proportion, Sample
from harness.service.drill.clearance_runs import RunTwins
from harness.service.drill.incident_chain import ChainedRun, IncidentChain
from harness.service.drill.play_response import HandledIncident, Shift
from harness.service.drill.waiting_cost import STEPS, saved_veh_h, step_s, waited_s
from simulator.earlier_clearance import ClearanceTwins

ALL_STEPS = (*STEPS, "cleared_s", "recovered_s")


@dataclass(frozen=True, slots=True)
class ChainScore:
    """The chains of all runs of a drill, their twins by run and number, and who worked."""

    runs: tuple[ChainedRun, ...]
    twins: Mapping[str, RunTwins]
    shift: Shift

    @property
    def counted(self) -> tuple[IncidentChain, ...]:
        """Chains of true incidents with impact."""
        return tuple(each for run in self.runs for each in run.chains if each.counted)

    @property
    def handled(self) -> tuple[HandledIncident, ...]:
        """All incidents that were opened, as people handled them."""
        return tuple(each for run in self.runs for each in run.handled)

    def twins_of(self, chain: IncidentChain) -> ClearanceTwins | None:
        """Return the twins of a chain's incident."""
        return self.twins.get(chain.run, {}).get(chain.number)

    def came_s(self, chain: IncidentChain, step: str) -> float:
        """Return when a step came, from the onset, s; NaN where it never did."""
        if step == "recovered_s":
            twins = self.twins_of(chain)
            return float("nan") if twins is None else twins.recovered_s - chain.onset_s
        return float(getattr(chain, step)) - chain.onset_s

    def from_onset(self, step: str) -> Sample:
        """Return the times from onset to a step, of those incidents for which it came."""
        return _finite(self.came_s(each, step) for each in self.counted)

    def lasted(self, step: str) -> Sample:
        """Return how much of the wait a step took, of all incidents."""
        return _finite(step_s(each, step) for each in self.counted)

    def cost(self, step: str) -> Sample:
        """Return the vehicle-hours that incidents would have cost less, had a step taken no time; of those with twins."""
        return _finite(saved_veh_h(twins, step_s(chain, step)) for chain, twins in self.with_twins)

    @property
    def with_twins(self) -> tuple[tuple[IncidentChain, ClearanceTwins], ...]:
        """Chains whose incidents have twins."""
        pairs = [(each, self.twins_of(each)) for each in self.counted]
        return tuple((chain, twins) for chain, twins in pairs if twins is not None)

    @property
    def delay(self) -> Sample:
        """Vehicle-hours that incidents cost."""
        return _finite(twins.delay_veh_h for _, twins in self.with_twins)

    @property
    def waiting(self) -> Sample:
        """Vehicle-hours lost to waiting, from onset until a team was there."""
        return _finite(self.waiting_of(chain) for chain, _ in self.with_twins)

    def waiting_of(self, chain: IncidentChain) -> float:
        """Return the vehicle-hours of one incident lost to waiting; NaN without twins."""
        twins = self.twins_of(chain)
        return float("nan") if twins is None else saved_veh_h(twins, waited_s(chain))

    def minute(self, earlier_s: float) -> Sample:
        """Return what each of the minutes was worth by which lanes were free `earlier_s` before, simulated, vehicle-hours."""
        return _finite(
            (twins.delay_veh_h - each.delay_veh_h) / (earlier_s / 60)
            for _, twins in self.with_twins
            for each in twins.earlier
            if each.earlier_s == earlier_s
        )

    @property
    def reached(self) -> Proportion:
        """Incidents at which a team was before the lanes were free."""
        return Proportion(sum(each.team_s < each.cleared_s for each in self.counted), len(self.counted))

    @property
    def wrongly_closed(self) -> int:
        """Incidents opened for true ones that an operator closed as false."""
        return sum(each.of is not None and each.closed == "false_alarm" for each in self.handled)

    @property
    def false(self) -> int:
        """Incidents with nothing behind them that people had to look at."""
        return sum(each.of is None and isfinite(each.seen_s) for each in self.handled)

    @property
    def in_vain(self) -> int:
        """Teams that set off to nothing."""
        return sum(each.of is None and isfinite(each.set_off_s) for each in self.handled)


def _finite(values: Iterable[float]) -> Sample:
    return Sample(tuple(each for each in values if isfinite(each)))
