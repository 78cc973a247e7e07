"""The highest scores of an incident: of each detector, in the head's section and those beside it, while an alarm of it was on.

They are what `laneblock calibrate --feedback` learns thresholds from: a threshold must be above them in all these sections for an
incident not to be opened. Other sections are not of interest: what alarms there is another section's matter.
"""

from collections.abc import Mapping
from math import isnan
from sys import float_info

from harness.records.decisions import Step

Scores = Mapping[str, Mapping[int, float]]
"""By detector, by section."""


def highest_scores(before: Scores, sections: tuple[int, ...], steps: Mapping[str, Step]) -> dict[str, dict[int, float]]:
    """Return the highest scores after a frame, of `sections` and those beside them; a score that is not known adds nothing."""
    found = {name: dict(scores) for name, scores in before.items()}
    for name, step in steps.items():
        score = step.decision.score
        own = found.setdefault(name, {})
        for section in sorted({each + beside for each in sections for beside in (-1, 0, 1)}):
            if 0 <= section < len(score) and not isnan(score[section]):
                value = max(-float_info.max, min(float_info.max, float(score[section])))
                own[section] = max(value, own.get(section, value))
    return found
