"""The parameters of `sheu2004`, as frozen values.

The paper prints none of these numbers ("predetermined"); they come from `sheu_calibration.calibrate` and are kept in a TOML file
with their provenance (`sheu_parameter_file`). The file that ships is `sheu2004.toml`, beside this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from math import inf, log
from types import MappingProxyType
from typing import Any

from detectors.sheu.lane_model import STATES
from detectors.sheu.symptom_rules import RULE_NAMES
from scenarios.errors import UserError

MOST_DEVIATIONS = 1000.0
"""Largest gate, standard deviations. Chosen: counts reach tens."""
LEAST_THRESHOLD, MOST_THRESHOLD = 1e-6, 1e6
"""Range of a rule's threshold. Chosen: shares and deviations of traffic are far within."""
MOST_DISPERSION = 1000.0
"""Largest variance of counts over their mean. Chosen: measured is 1 to 5."""
MOST_LOG_RATIO = 1000.0
"""Largest threshold on a log likelihood ratio. Chosen: errors of 1e-12 need 28."""
MOST_FLOW_VPHPL = 10_000.0
"""Largest flow, veh/h/lane. Chosen: a lane passes 2500."""
LEAST_CLIP = 1e-12
"""How far probabilities stay from 0 and 1 at least, so that logarithms are finite. Chosen: above rounding."""


def _in_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UserError(f"{name} is {low:g} to {high:g}, got {value}")


def check_keys(table: str, got: Mapping[str, object], wanted: tuple[str, ...]) -> None:
    """Raise UserError for a key too many, with the likely slip, or one missing."""
    for key in got:
        if key not in wanted:
            near = get_close_matches(key, wanted, n=1)
            slip = f" (did you mean {near[0]!r}?)" if near else f" (there are {', '.join(wanted)})"
            raise UserError(f"[{table}] has no {key[:60]!r}{slip}")
    for key in wanted:
        if key not in got:
            raise UserError(f"[{table}] needs {key!r}, which is missing")


@dataclass(frozen=True, slots=True)
class SymptomParameters:
    """Parameters of the logical rules (Section 3.1).

    `memory_frames`: frames that "before" reaches back; `settle_frames`: frames needed before it is known;
    `count_gate`: how far a lane's share must have fallen downstream beyond upstream [standard deviations] before the
    rules count_missing and share_fell count; `occupancy_gate`: how far its downstream count must fall short
    [standard deviations, over four frames] before the occupancy rules do;
    `release`: a symptom lasts until every rule is below this share of its threshold;
    `thresholds`: one per rule of `symptom_rules.RULES`; inf switches a rule off.
    """

    memory_frames: int
    settle_frames: int
    count_gate: float
    occupancy_gate: float
    release: float
    thresholds: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", MappingProxyType(dict(self.thresholds)))
        _in_range("symptoms.memory_frames", self.memory_frames, 1, 1000)
        _in_range("symptoms.settle_frames", self.settle_frames, 1, self.memory_frames)
        _in_range("symptoms.release", self.release, 0.05, 1.0)
        for name in ("count_gate", "occupancy_gate"):
            _in_range(f"symptoms.{name}", getattr(self, name), -MOST_DEVIATIONS, MOST_DEVIATIONS)
        check_keys("symptoms.thresholds", self.thresholds, RULE_NAMES)
        for name, value in self.thresholds.items():
            if not LEAST_THRESHOLD <= value <= MOST_THRESHOLD and value != inf:
                wanted = f"above 0, {LEAST_THRESHOLD:g} to {MOST_THRESHOLD:g} (inf switches the rule off)"
                raise UserError(f"symptoms.thresholds.{name} is {wanted}, got {value}")

    def __reduce__(self) -> tuple[Any, ...]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return SymptomParameters, tuple((values | {"thresholds": dict(self.thresholds)}).values())


@dataclass(frozen=True, slots=True)
class FilterParameters:
    """Parameters of the Kalman filter (Section 3.2), six values per adjacent lane: [p_ij, r_j, r_ij, p_ji, r_jj, r_ji].

    `start`: the fractions at a symptom's first frame (p_ij is shared by the adjacent lanes);
    `start_deviation`: their standard deviations; `noise_deviation`: of w, per step;
    `dispersion`: variance of a downstream count over its mean (v, Eq. 24).
    """

    start: tuple[float, ...]
    start_deviation: tuple[float, ...]
    noise_deviation: tuple[float, ...]
    dispersion: float

    def __post_init__(self) -> None:
        for name in ("start", "start_deviation", "noise_deviation"):
            values = getattr(self, name)
            if len(values) != len(STATES):
                raise UserError(f"filter.{name} holds {len(STATES)} values {list(STATES)}, got {len(values)}")
            for state, value in zip(STATES, values, strict=True):
                _in_range(f"filter.{name} of {state}", value, 0.0, 1.0)
        if not 0 < self.dispersion <= MOST_DISPERSION:
            raise UserError(f"filter.dispersion is above 0, {MOST_DISPERSION:g} at most, got {self.dispersion}")


@dataclass(frozen=True, slots=True)
class MsprtParameters:
    """Parameters of the modified sequential probability ratio test (Section 3.3, Eqs. 25-29).

    `alpha`, `beta`: probabilities of a false alarm and a miss; `a`, `b`: the thresholds at k = 0; `r_0`, `r_1`: how
    they close; `longest_frames`: N; `queue_growth`: c [veh per step], inf switches the queue rule off;
    `flow_bounds_vphpl`, `free_probability`: P(Z = 1 | H0) per class of upstream flow [veh/h/lane], the stand-in for
    the paper's times of day (one value more than bounds); `clip`: how far probabilities stay from 0 and 1.
    """

    alpha: float
    beta: float
    a: float
    b: float
    r_0: float
    r_1: float
    longest_frames: int
    queue_growth: float
    flow_bounds_vphpl: tuple[float, ...]
    free_probability: tuple[float, ...]
    clip: float

    def __post_init__(self) -> None:
        for name in ("alpha", "beta"):
            if not 0 < getattr(self, name) < 1:
                raise UserError(f"test.{name} is a probability above 0 and below 1, got {getattr(self, name)}")
        if not self.alpha + self.beta < 1:
            raise UserError(f"test.alpha + test.beta is below 1, got {self.alpha} + {self.beta}")
        for name in ("r_0", "r_1"):
            if not 0 < getattr(self, name) <= 1:
                raise UserError(f"test.{name} is above 0, at most 1 (Eq. 29), got {getattr(self, name)}")
        least_a, least_b = log((1 - self.beta) / self.alpha), -log(self.beta / (1 - self.alpha))
        if not least_a < self.a <= MOST_LOG_RATIO:
            raise UserError(
                f"test.a is above log eta_1 = {least_a:.4f} (Eq. 26), {MOST_LOG_RATIO:g} at most, got {self.a}"
            )
        if not least_b < self.b <= MOST_LOG_RATIO:
            raise UserError(
                f"test.b is above -log eta_0 = {least_b:.4f} (Eq. 27), {MOST_LOG_RATIO:g} at most, got {self.b}"
            )
        _in_range("test.longest_frames", self.longest_frames, 1, 1000)
        if not 0 <= self.queue_growth <= MOST_THRESHOLD and self.queue_growth != inf:
            raise UserError(
                f"test.queue_growth is 0 or more vehicles per step (inf switches it off), got {self.queue_growth}"
            )
        if not LEAST_CLIP <= self.clip < 0.5:
            raise UserError(f"test.clip is {LEAST_CLIP:g} or more, below 0.5, got {self.clip}")
        for value in self.flow_bounds_vphpl:
            _in_range("test.flow_bounds_vphpl", value, 0.0, MOST_FLOW_VPHPL)
        if list(self.flow_bounds_vphpl) != sorted(set(self.flow_bounds_vphpl)):
            raise UserError(f"test.flow_bounds_vphpl rise, got {list(self.flow_bounds_vphpl)}")
        wanted = len(self.flow_bounds_vphpl) + 1
        if len(self.free_probability) != wanted:
            raise UserError(
                f"test.free_probability holds one value per flow class, {wanted} of them, "
                f"got {len(self.free_probability)}"
            )
        for value in self.free_probability:
            _in_range("test.free_probability", value, 0.0, 1.0)

    def flow_class(self, flow_vphpl: float) -> int:
        """Return the class of an upstream flow [veh/h/lane]; the first where the flow is not known (NaN)."""
        return sum(flow_vphpl >= bound for bound in self.flow_bounds_vphpl)

    def free_probability_at(self, flow_vphpl: float) -> float:
        """Return P(Z = 1 | H0) at an upstream flow [veh/h/lane]."""
        return self.free_probability[self.flow_class(flow_vphpl)]


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of `sheu2004`, and where they come from (`provenance`: readable lines by key)."""

    symptoms: SymptomParameters
    filter: FilterParameters
    test: MsprtParameters
    provenance: Mapping[str, str] = field(default_factory=dict)
