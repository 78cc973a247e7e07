"""Why an ensemble's score is what it is: which members speak for an incident, and how far."""

from dataclasses import dataclass

import numpy as np

from detectors.ensemble.majority_vote import agreement
from detectors.explained_detector import MOST_NAMED, ReadOnlyCopies
from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class EnsembleEvidence(ReadOnlyCopies):
    """K members' margins in each of N sections after the frame at `time_s`.

    `margins` (N, K) [decades of a member's own false alarms]: NaN where it abstains; it agrees where its margin is above `level`.
    `parts` (N, K): what a member adds to the score, in `unit`: log odds where members are stacked; for the majority its margin
    less the level, in decades.
    """

    time_s: float
    names: tuple[str, ...]
    margins: Array
    level: float
    parts: Array
    unit: str

    @property
    def confidence(self) -> Array:
        """(N,) share of the members that know something which agree that there is an incident; NaN where none knows."""
        return agreement(self.margins, self.level)

    def text(self, section: int) -> str:
        """Return the reason in words, those that speak most first; "" where no member knows anything.

        >>> margins, parts = np.array([[0.5, np.nan, -2.0]]), np.array([[1.2, 0.0, 0.1]])
        >>> EnsembleEvidence(30.0, ("ewma", "mlp", "snd"), margins, 0.0, parts, "log odds").text(0)
        '1 of 2 members agree: ewma +1.2, snd +0.1 log odds; mlp abstains'
        """
        known = np.isfinite(self.margins[section])
        if not known.any():
            return ""
        agree = int((self.margins[section][known] > self.level).sum())
        order = [k for k in np.argsort(-self.parts[section], kind="stable") if known[k]]
        far = ", ".join(f"{self.names[k]} {self.parts[section][k]:+.1f}" for k in order[:MOST_NAMED])
        silent = [name for name, knows in zip(self.names, known, strict=True) if not knows]
        abstain = f"; {', '.join(silent)} abstain{'s' if len(silent) == 1 else ''}" if silent else ""
        return f"{agree} of {int(known.sum())} members agree: {far} {self.unit}{abstain}"
