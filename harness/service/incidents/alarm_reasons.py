"""Why an incident's detectors alarm: what each said when it was most sure.

A detector's words and its probability change with every frame, and fall while an alarm ends. A person who looks later asks why
the incident was opened: so of each detector the frame counts in which its score in the head's section was highest while its alarm
was on there, that of the opening until a higher one comes. Where the head moves, the reasons are those of the new section.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from sys import float_info

import numpy as np

from harness.records.decisions import Step


@dataclass(frozen=True, slots=True)
class Reason:
    """What a detector with an alarm in a section said in the frame of its highest `score`: why, in `words`.

    `posterior`: the probability of an incident in that frame, NaN where no detector gives one.
    """

    section: int
    score: float
    posterior: float
    words: str


def strongest_reasons(
    before: Mapping[str, Reason], section: int, steps: Mapping[str, Step], posterior: float
) -> dict[str, Reason]:
    """Return the reasons after a frame, by detector; `posterior`: of this frame."""
    reasons = {name: each for name, each in before.items() if each.section == section}
    for name, step in steps.items():
        if not step.decision.alarm[section]:
            continue
        score = float(np.clip(step.decision.score[section], -float_info.max, float_info.max))
        known = reasons.get(name)
        if known is None or isnan(known.score) or score > known.score:
            reasons[name] = Reason(section, score, posterior, _words(step, section))
    return reasons


def values_of(reasons: Mapping[str, Reason]) -> dict[str, float | str]:
    """Return the incident's `confidence` and `evidence`; each detector by its name where several have said something.

    >>> values_of({"one": Reason(2, 9.0, 0.8, "speed fell"), "other": Reason(2, 1.0, 0.6, "")})
    {'confidence': 0.8, 'evidence': 'speed fell'}
    """
    known = [each.posterior for each in reasons.values() if not isnan(each.posterior)]
    said = [(name, each.words) for name, each in reasons.items() if each.words]
    words = "; ".join(text if len(said) == 1 else f"{name}: {text}" for name, text in said)
    return {"confidence": max(known, default=nan), "evidence": words}


def _words(step: Step, section: int) -> str:
    words = step.reasons.text(section) if step.reasons is not None else ""
    return words or (step.estimate.symptom[section] if step.estimate is not None else "")
