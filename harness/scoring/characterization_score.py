"""Errors of the estimates at a detector's alarms, over all incidents that DR is counted over.

Conventions: those of `harness.scoring.characterization`; errors are estimated minus true, NaN where nothing was compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.scoring.characterization import ErrorSums
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Proportion


@dataclass(frozen=True, slots=True)
class CharacterizationScore:
    """Errors of the estimates of `incidents`, which are those that DR is counted over."""

    incidents: tuple[IncidentOutcome, ...]

    @property
    def described(self) -> tuple[IncidentOutcome, ...]:
        """Detected incidents of runs whose detector estimates."""
        return tuple(one for one in self.incidents if one.hit and one.estimate.lanes is not None)

    @property
    def lanes_known(self) -> tuple[IncidentOutcome, ...]:
        """Those of them whose blocked lanes are known: a log need not name them."""
        return tuple(one for one in self.described if one.lanes)

    @property
    def lane_accuracy(self) -> Proportion:
        """Detected incidents whose blocked lanes are named exactly / detected incidents whose lanes are known."""
        return Proportion(sum(incident.lanes_exact for incident in self.lanes_known), len(self.lanes_known))

    @property
    def lane_accuracy_later(self) -> Proportion:
        """The same with the lanes named LATER_FRAMES after the alarm."""
        return Proportion(sum(incident.lanes_exact_later for incident in self.lanes_known), len(self.lanes_known))

    @property
    def lane_precision(self) -> Proportion:
        """Lanes rightly named / lanes named, over detected incidents."""
        return Proportion(self._lanes_right, sum(len(set(one.estimate.lanes or ())) for one in self.lanes_known))

    @property
    def lane_recall(self) -> Proportion:
        """Lanes rightly named / lanes blocked, over detected incidents."""
        return Proportion(self._lanes_right, sum(len(set(one.lanes)) for one in self.described))

    @property
    def _lanes_right(self) -> int:
        return sum(len(set(one.estimate.lanes or ()) & set(one.lanes)) for one in self.described)

    @property
    def location_error(self) -> ErrorSums:
        """Estimated minus true blocked position [m], over detected incidents."""
        return _errors([incident.location_error_m for incident in self.described])

    @property
    def onset_error(self) -> ErrorSums:
        """Estimated minus true onset [s], over detected incidents."""
        return _errors([incident.onset_error_s for incident in self.described])

    @property
    def clearance_error(self) -> ErrorSums:
        """Estimated minus true clearance [s], over detected incidents."""
        return _errors([incident.clearance_error_s for incident in self.described])

    @property
    def suspicion(self) -> ErrorSums:
        """First frame with a lane estimated as blocked minus onset [s], over detected incidents."""
        return _errors([incident.suspected_s - incident.onset_s for incident in self.described])

    @property
    def by_evidence(self) -> int:
        """Detected incidents whose alarm was raised by the evidence exceeding its threshold, not by another rule."""
        return sum(incident.estimate.by_evidence for incident in self.described)

    @property
    def queue_error(self) -> ErrorSums:
        """Estimated minus true queue in the blocked lanes [veh], per frame while an incident lasts."""
        return sum((incident.queue for incident in self.incidents), ErrorSums())

    @property
    def lane_changing_error(self) -> ErrorSums:
        """Estimated minus true lane-changing share of the blocked lanes, per frame while an incident lasts."""
        return sum((incident.lane_changing for incident in self.incidents), ErrorSums())

    @property
    def beside_error(self) -> ErrorSums:
        """Estimated minus true vehicles [veh] in the lanes beside blocked ones, per frame while an incident lasts."""
        return sum((incident.beside for incident in self.incidents), ErrorSums())


def _errors(values: Sequence[float]) -> ErrorSums:
    known = [value for value in values if not math.isnan(value)]
    return ErrorSums(len(known), len(values), math.fsum(known), math.fsum(value**2 for value in known))
