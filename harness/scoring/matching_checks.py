"""What cannot be scored is refused before any alarm is matched (`harness.scoring.matching`), with the likely slip."""

import math

import numpy as np

from harness.scoring.alarms import check_stream
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags
from simulator.truth import Truth


def validate(corridor: Corridor, times_s: Array, alarm: Flags, truth: Truth, grace_s: float, recovery_s: float) -> None:
    """Raise UserError for what cannot be scored: decisions of another corridor, times out of order, impossible incidents."""
    check_stream(alarm, times_s)
    if alarm.shape[1] != corridor.sections:
        raise UserError(
            f"{corridor.name!r} has {corridor.sections} sections, got decisions about {alarm.shape[1]} "
            "(are they from another corridor, or one per station?)"
        )
    steps = np.diff(times_s)
    if steps.size and float(steps.min()) < 0.99 * corridor.period_s:
        raise UserError(
            f"frames end {corridor.period_s} s or more apart, got {float(steps.min())} (are the times in minutes?)"
        )
    for name, allowance in (("grace_s", grace_s), ("recovery_s", recovery_s)):
        if not (math.isfinite(allowance) and allowance >= 0):
            raise UserError(f"{name} is 0 or more seconds, got {allowance}")
    for index, incident in enumerate(truth.incidents):
        if not math.isfinite(incident.onset_s):
            raise UserError(f"incident {index}: wanted an onset in seconds, got {incident.onset_s}")
        if incident.clearance_s < incident.onset_s:
            raise UserError(
                f"incident {index}: clearance follows onset, got {incident.clearance_s} s after {incident.onset_s} s "
                "(is it a duration?)"
            )
        if not 0 <= incident.section < corridor.sections:
            raise UserError(f"incident {index}: sections are 0 to {corridor.sections - 1}, got {incident.section}")
    for span in truth.carrying:
        if not 0 <= span.station <= corridor.sections:
            raise UserError(f"carrying: stations are 0 to {corridor.sections}, got {span.station}")
    for effect in truth.own_effects:
        if not 0 <= effect.first_section <= effect.last_section < corridor.sections:
            raise UserError(
                f"own_effects: sections are 0 to {corridor.sections - 1}, got {effect.first_section} to {effect.last_section}"
            )
