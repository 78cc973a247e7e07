"""What an ensemble is made of: members with their scales, how they are combined, thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from detectors.calibration.thresholds import threshold_at
from detectors.ensemble.stacked_weights import StackedWeights
from scenarios.errors import UserError

NAME = "ensemble"
LEAST_MEMBERS, MOST_MEMBERS = 2, 50
"""Chosen: one has nobody to agree with; of fifty no one reads the reasons."""
Method = Literal["majority", "stacked"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A detector of the catalogue as a member.

    `file`: the text of its parameter file, None for the parameters it ships with; `fingerprint` of the detector they make
    (`detectors.fingerprints`); `levels`: thresholds on its score by false alarms per corridor-day (`member_margins`).
    """

    name: str
    file: str | None
    fingerprint: str
    levels: Mapping[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class EnsembleParameters:
    """Members and how they are combined.

    `method`: majority (`majority_vote`) or stacked (`stacked_weights`, with its weights in `stack`); by false alarms per
    corridor-day, `thresholds` on the score, and `votes`: the margin [decades] above which a member counts as agreeing, which is
    the threshold of the majority.
    """

    method: Method
    members: tuple[Member, ...]
    stack: StackedWeights | None
    votes: Mapping[float, float]
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per corridor-day. Raises UserError where there is none."""
        return threshold_at(self.thresholds, aim, "ensemble")

    def vote(self, aim: float) -> float:
        """Return the margin above which a member agrees, for `aim`. Raises UserError where there is none."""
        return threshold_at(self.votes, aim, "ensemble")


def check_members(names: Sequence[str]) -> None:
    """Raise UserError where these names make no ensemble."""
    if NAME in names:
        raise UserError(f"an {NAME} cannot be a member of an {NAME}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"wanted each detector once, got {twice[0]!r} {names.count(twice[0])} times")
    if not LEAST_MEMBERS <= len(names) <= MOST_MEMBERS:
        raise UserError(f"wanted {LEAST_MEMBERS} to {MOST_MEMBERS} members, got {len(names)}")
