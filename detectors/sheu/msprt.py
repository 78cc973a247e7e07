"""The modified sequential probability ratio test of Sheu (2004), Section 3.3, Eqs. 25-36, with its queue rule.

Letters of the paper: k the frame since the test began (from 1), N the longest test, Z_k in {0, 1} whether lane changing
occurs in step k, Lambda the likelihood ratio of "incident" (H1) to "no incident" (H0).

    log Lambda(k) = log Lambda(k - 1) + log P(Z_k | H1) / P(Z_k | H0)        (31)
    g_1(k) =  a (1 - k/N)^r_1,   a > log eta_1,  eta_1 = (1 - beta) / alpha  (26, 28)
    g_0(k) = -b (1 - k/N)^r_0,   b > -log eta_0, eta_0 = beta / (1 - alpha)  (27, 28)
    H1 where log Lambda > g_1; H0 where log Lambda < g_0;                    (32, 33)
    between them H1 where q_i(k) - q_i(k - 1) > c, else one frame more       (34)

At k = N both thresholds are 0. The paper is silent on log Lambda(N) = 0 with no queue growing: that is H0 here.
"""

from dataclasses import dataclass
from enum import Enum
from math import log, nan

from detectors.sheu.sheu_parameters import MsprtParameters


class Verdict(Enum):
    """The test's result after a frame."""

    INCIDENT = "H1"
    NO_INCIDENT = "H0"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class SequentialTest:
    """A test under way: `frames` is k, `evidence` is log Lambda(k)."""

    frames: int = 0
    evidence: float = 0.0


def upper_threshold(k: int, parameters: MsprtParameters) -> float:
    """g_1(k), Eq. 26."""
    return float(parameters.a * (1.0 - k / parameters.longest_frames) ** parameters.r_1)


def lower_threshold(k: int, parameters: MsprtParameters) -> float:
    """g_0(k), Eq. 27."""
    return float(-parameters.b * (1.0 - k / parameters.longest_frames) ** parameters.r_0)


def advance(
    test: SequentialTest,
    changing: bool,
    probability: float,
    free_probability: float,
    queue_growth: float,
    parameters: MsprtParameters,
) -> tuple[SequentialTest, Verdict]:
    """Return the test after one more frame, and its result.

    `changing` is Z_k; `probability` is P(Z = 1 | H1) = sum_j p_ij (Eq. 30), `free_probability` P(Z = 1 | H0), both kept
    `clip` away from 0 and 1; `queue_growth` is q_i(k) - q_i(k - 1) [veh]. A test that has decided must not
    be advanced: begin another. Raises ValueError beyond N frames.
    """
    k = test.frames + 1
    if k > parameters.longest_frames:
        raise ValueError(f"a test decides by frame {parameters.longest_frames}, got frame {k} (begin another?)")
    clip = parameters.clip
    incident = min(max(probability, clip), 1.0 - clip)
    free = min(max(free_probability, clip), 1.0 - clip)
    ratio = log(incident / free) if changing else log((1.0 - incident) / (1.0 - free))
    after = SequentialTest(k, test.evidence + ratio)
    if after.evidence > upper_threshold(k, parameters):
        return after, Verdict.INCIDENT
    if after.evidence < lower_threshold(k, parameters):
        return after, Verdict.NO_INCIDENT
    if queue_growth > parameters.queue_growth:
        return after, Verdict.INCIDENT
    return after, Verdict.NO_INCIDENT if k == parameters.longest_frames else Verdict.UNDECIDED


@dataclass(frozen=True, slots=True)
class Observation:
    """The filter's estimates of one frame that the test takes: Z_k, sum_j p_ij, and q_i(k) - q_i(k - 1) [veh]."""

    changing: bool
    probability: float
    queue_growth: float


@dataclass(frozen=True, slots=True)
class Standing:
    """The test of one lane under way, and the decision that stands: `incident` until a test decides otherwise.

    The paper stops at a decision; a stream of frames continues. Here (an interpretation) the next test begins with the
    next frame while the lane has symptoms, and the last terminal decision stands until the next one.
    `evidence`, `upper`, `lower` are of the last frame, NaN before the first.
    """

    test: SequentialTest = SequentialTest()
    incident: bool = False
    evidence: float = nan
    upper: float = nan
    lower: float = nan

    def after(self, observation: Observation, free_probability: float, parameters: MsprtParameters) -> "Standing":
        """Return what stands after one more frame."""
        test, verdict = advance(
            self.test,
            observation.changing,
            observation.probability,
            free_probability,
            observation.queue_growth,
            parameters,
        )
        decided = verdict is not Verdict.UNDECIDED
        return Standing(
            SequentialTest() if decided else test,
            verdict is Verdict.INCIDENT if decided else self.incident,
            test.evidence,
            upper_threshold(test.frames, parameters),
            lower_threshold(test.frames, parameters),
        )
