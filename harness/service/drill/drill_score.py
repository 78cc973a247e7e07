"""The figures of a drill, from its runs: counts are kept, every figure is a property; NaN where nothing was counted."""

import math
from collections import Counter
from dataclasses import dataclass

from harness.scoring.rates import Proportion, Rate, Sample
from harness.service.drill.drilled_run import DrilledRun, OpenedIncident, TrueIncident


@dataclass(frozen=True, slots=True)
class DrillScore:
    """The score of all runs of a drill together."""

    runs: tuple[DrilledRun, ...]

    @property
    def counted(self) -> tuple[TrueIncident, ...]:
        """True incidents with impact, in runs whose incidents are known."""
        return tuple(each for run in self.runs for each in run.incidents if each.counted)

    @property
    def opened(self) -> tuple[OpenedIncident, ...]:
        """Incidents opened."""
        return tuple(each for run in self.runs for each in run.opened)

    @property
    def detected(self) -> Proportion:
        """True incidents for which one was opened in time."""
        return Proportion(sum(math.isfinite(each.first_opened_s) for each in self.counted), len(self.counted))

    @property
    def opened_per_true(self) -> Sample:
        """Incidents opened per true one; 1 is wanted, of every one."""
        return Sample(tuple(float(each.opened) for each in self.counted))

    @property
    def opened_per_found(self) -> Sample:
        """The same of those for which any was opened: 1 where every queue is one incident."""
        return Sample(tuple(float(each.opened) for each in self.counted if each.opened))

    @property
    def false(self) -> Rate:
        """False incidents per corridor-day."""
        known = [run for run in self.runs if run.known]
        events = sum(each.match == "false" for run in known for each in run.opened)
        return Rate(events, sum(run.corridor_days for run in known))

    @property
    def latency(self) -> Sample:
        """Data time from onset to opened, s, of those found."""
        return Sample(
            tuple(each.first_opened_s - each.onset_s for each in self.counted if math.isfinite(each.first_opened_s))
        )

    @property
    def clearing(self) -> Sample:
        """Data time from clearance to cleared, s, of those cleared before their run ended; negative: too early."""
        return Sample(
            tuple(
                one.cleared_s - run.incidents[one.of].clearance_s
                for run in self.runs
                for one in run.opened
                if one.of is not None and one.match == "detection" and math.isfinite(one.cleared_s)
            )
        )

    @property
    def cleared_early(self) -> Proportion:
        """Incidents found that were cleared while lanes were still blocked, of all found."""
        return Proportion(sum(lag_s < 0 for lag_s in self.clearing.values), self.detected.part)

    @property
    def changes(self) -> Sample:
        """Changes told per incident opened."""
        return Sample(tuple(float(each.changes) for each in self.opened))

    @property
    def returns(self) -> int:
        """How often a cleared incident returned."""
        return sum(each.returns for each in self.opened)

    @property
    def confusion(self) -> Counter[tuple[str, str]]:
        """Incidents opened, by true type and type told last."""
        return Counter((each.true_kind, each.kind) for run in self.runs if run.known for each in run.opened)

    @property
    def delays(self) -> tuple[tuple[float, OpenedIncident], ...]:
        """True delay [veh h] of each incident found, where it is known, with what was opened for it."""
        pairs = [
            (run.incidents[one.of].delay_veh_h, one)
            for run in self.runs
            for one in run.opened
            if one.of is not None and one.match == "detection"
        ]
        return tuple(pair for pair in pairs if math.isfinite(pair[0]))

    def rank_correlation(self, first: bool = False) -> float:
        """Return Spearman's rank correlation of delay and highest severity score, or that at opening; NaN for under three."""
        pairs = self.delays
        if len(pairs) < 3:
            return math.nan
        scores = [one.first_score if first else one.top_score for _, one in pairs]
        return rank_correlation([delay for delay, _ in pairs], scores)

    @property
    def frames(self) -> int:
        """Frames in all runs."""
        return sum(run.frames for run in self.runs)

    def mean_s(self, name: str) -> float:
        """Return the mean wall time of a frame, `detect_s`, `health_s` or `watch_s`, over all frames."""
        frames = self.frames
        return math.fsum(getattr(run, name) * run.frames for run in self.runs) / frames if frames else math.nan

    @property
    def frame_p99_s(self) -> float:
        """The largest of the runs' 99th percentiles of a frame's wall time."""
        return max((run.frame_p99_s for run in self.runs), default=math.nan)


def rank_correlation(one: list[float], other: list[float]) -> float:
    """Return Spearman's rank correlation, ties at their mean rank; NaN where either does not vary.

    >>> rank_correlation([1.0, 2.0, 3.0], [10.0, 30.0, 20.0])
    0.5
    """
    from scipy.stats import rankdata  # here: it takes longer to import than to score a drill

    ranks = rankdata(one), rankdata(other)
    spread = [float(((each - each.mean()) ** 2).sum()) for each in ranks]
    if not all(spread):
        return math.nan
    return float(((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())).sum() / math.sqrt(spread[0] * spread[1]))
