r"""Probabilities of an alarm's cause: an incident, a faulty loop, or nothing.

Each cause raises alarms as strong as this one at a rate; the probabilities are in proportion to these rates. Rates are per day, of
one section or one loop.

An alarm of the incident detector in a section, whose two stations have the loops l that it gets (those not masked):

.. math::

    w_\text{nothing}  &= f                                                                       \\
    w_\text{incident} &= \lambda_I\, [\,1 - \rho + \rho\, \operatorname{mean}_l G_l\,]           \\
    w_\text{faulty}   &= \lambda_F\, \rho' \sum_l G_l

An alarm of the fault detector at a loop, whose station bounds one or two sections k:

.. math::

    w_\text{nothing}  &= r                                                                       \\
    w_\text{incident} &= \lambda_I\, \rho \sum_k H_k                                             \\
    w_\text{faulty}   &= \lambda_F\, \phi\, [\,1 - \rho' + \rho' \operatorname{mean}_k H_k\,]

- f: false alarms per section-day as strong as this. A calibrated probability p of the detector (its `posterior`), at lambda_I,
  gives lambda_I (1 - p) / p, and at most the rate its threshold is calibrated for; that rate itself where there is no
  posterior.
- H = 1 / (f d), d the days an incident lasts: how much likelier the incident detector's score is with an incident there; the
  largest of the last `LATELY_S`, because queues outlast incidents. Where it suspects nothing: 1 - `SHARE_DETECTED`.
- r and G: false alarms per loop-day, and the evidence of sums that grow (`detectors.faults.healthy_loop_rates`).
- Priors: lambda_I, lambda_F (`Priors`); rho, the share of loops beside an incident that the fault detector alarms at; rho', the
  share of faulty loops that make the incident detector alarm; phi, the share of faulty loops found. The last three were measured
  with `gp_cusum` and `sequential` on SR-91's 60 incidents of the battery `calibration`, which nothing is scored on, with two
  loops of 32 faulty in one replay and none in the other: 11 of 480, 3 of 120, and 64 of 120. Other roads may differ.
"""

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS
from detectors.detector import Decision, Estimate
from detectors.faults.healthy_loop_rates import LoopRates
from simulator.frame import Array, Flags

INCIDENT_DAYS = 10 / 60 / 24
"""d: how long an incident lasts, days. Chosen: ten minutes, as in the training of `sequential`."""
SHARE_DETECTED = 0.95
"""Share of incidents that the incident detector suspects. Chosen; a lower one makes incidents likelier where it is silent."""
LATELY_S = 900.0
"""Time for which a suspicion counts, s: what traffic takes to recover, as in calibration."""
AIM_PER_SECTION_DAY = 1.0 / CORRIDOR_SECTIONS
"""False alarms per section-day of the default aim, one per corridor-day."""


@dataclass(frozen=True, slots=True)
class Priors:
    """Rates and shares expected before anything is observed.

    `incidents` lambda_I per section-day: one per corridor-day, as in the probability of `sequential`. `faults` lambda_F
    per loop-day: 5 % of the loops are faulty at any time, as in the studies of `laneblock faults routes`, each for a day.
    `fails_loop` rho, `alarms_section` rho', `found` phi.
    """

    incidents: float = 1.0 / CORRIDOR_SECTIONS
    faults: float = 0.05
    fails_loop: float = 0.023
    alarms_section: float = 0.025
    found: float = 0.53


PRIORS = Priors()


class Causes(NamedTuple):
    """The probabilities of an alarm's causes; they add up to 1."""

    incident: float
    faulty_loop: float
    nothing: float

    @property
    def most_likely(self) -> str:
        """The name of the likeliest cause."""
        return ("incident", "faulty loop", "nothing")[int(np.argmax(self))]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The evidence of both detectors after a frame, N sections, S stations by L lanes.

    `rare` (N,): f, infinite where nothing is suspected; `lately` (N,): the least f of the last LATELY_S. `doubted`
    (S x L,): loops under a fault alarm; `hidden`: those of them that are masked. `false` r and `growth` G (S x L,).
    """

    rare: Array
    lately: Array
    doubted: Flags
    hidden: Flags
    false: Array
    growth: Array

    @property
    def lanes(self) -> int:
        """L."""
        return len(self.doubted) // (len(self.rare) + 1)


class EvidenceTracker:
    """Gathers the evidence of both detectors, frame by frame; it keeps the incident detector's for the last LATELY_S."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, Array]] = deque()

    def step(
        self, decision: Decision, estimate: Estimate | None, doubted: Flags, hidden: Flags, rates: LoopRates
    ) -> Evidence:
        """Return the evidence after a frame on which both detectors have decided."""
        rare = false_alarm_rates(decision, estimate)
        self._past.append((decision.time_s, rare))
        while self._past[0][0] < decision.time_s - LATELY_S:
            self._past.popleft()
        lately = np.min([each for _, each in self._past], axis=0)
        return Evidence(rare, lately, doubted, hidden, rates.false_per_day, rates.growth)


def false_alarm_rates(decision: Decision, estimate: Estimate | None) -> Array:
    """Return (N,) f of each section: false alarms per section-day as strong as this; infinite where nothing is suspected."""
    rare = np.full(decision.alarm.shape, inf)
    if estimate is not None and estimate.posterior is not None:
        known = np.isfinite(estimate.posterior)
        p = np.clip(estimate.posterior[known], 1e-9, 1 - 1e-9)
        rare[known] = PRIORS.incidents * (1 - p) / p
    return np.where(decision.alarm, np.minimum(rare, AIM_PER_SECTION_DAY), rare)


def causes_of_section_alarm(evidence: Evidence, section: int, priors: Priors = PRIORS) -> Causes:
    """Return the causes of the incident detector's alarm in this section. Raises ValueError for a section without alarm."""
    if not np.isfinite(evidence.rare[section]):
        raise ValueError(f"wanted a section under alarm, got section {section}, where nothing is suspected")
    own = slice(section * evidence.lanes, (section + 2) * evidence.lanes)
    growth = evidence.growth[own][~evidence.hidden[own]]
    shown = float(growth.mean()) if len(growth) else 1.0
    return _shares(
        incident=priors.incidents * (1 - priors.fails_loop + priors.fails_loop * shown),
        faulty=priors.faults * priors.alarms_section * float(growth.sum()),
        nothing=float(evidence.rare[section]),
    )


def causes_of_loop_alarm(evidence: Evidence, loop: int, priors: Priors = PRIORS) -> Causes:
    """Return the causes of the fault detector's alarm at this loop (its number)."""
    station = loop // evidence.lanes
    beside = evidence.lately[max(station - 1, 0) : station + 1]
    shown = np.maximum(1 / (beside * INCIDENT_DAYS), 1 - SHARE_DETECTED)
    return _shares(
        incident=priors.incidents * priors.fails_loop * float(shown.sum()),
        faulty=priors.faults * priors.found * (1 - priors.alarms_section + priors.alarms_section * float(shown.mean())),
        nothing=float(evidence.false[loop]),
    )


def _shares(incident: float, faulty: float, nothing: float) -> Causes:
    total = incident + faulty + nothing
    return Causes(incident / total, faulty / total, nothing / total)
