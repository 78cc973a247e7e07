"""From a detector's decisions to alarms: persistence, and what counts as one alarm.

Conventions: decisions are (T, N), frames by sections, in order of time; T frames end at `times_s` (T,) [s].
Consecutive means adjacent in the stream of frames: a frame missing from a recording is no decision, so it neither
continues an alarm nor ends it.

Persistence p raises an alarm at the (p+1)-th consecutive incident decision of one section (Sheu 2004, Section 4);
the alarm lasts as long as the decisions do. It is one alarm, not one per frame.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array, Flags

PERSISTENCES = (0, 1, 2, 3)
"""As in Table 1 of Sheu (2004)."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm in `section`: `raised_s` ends the frame that raised it, `ended_s` the last frame with it."""

    section: int
    raised_s: float
    ended_s: float


def check_stream(alarm: Flags, times_s: Array) -> None:
    """Raise UserError for decisions that are not a stream of frames."""
    if alarm.ndim != 2 or alarm.dtype != np.bool_:
        raise UserError(
            f"alarm holds one bool per frame and section, got {alarm.dtype} of shape {alarm.shape} (is it the score?)"
        )
    if times_s.shape != alarm.shape[:1]:
        raise UserError(f"wanted one time for each of {alarm.shape[0]} frames, got times of shape {times_s.shape}")
    if not np.all(np.isfinite(times_s)):
        raise UserError("every frame has a time, got one that is not finite")
    late = np.flatnonzero(np.diff(times_s) <= 0)
    if late.size:
        before, after = times_s[late[0]], times_s[late[0] + 1]
        raise UserError(f"frames come in order of time: {after} s follows {before} s (are two runs in one stream?)")


def persistent(alarm: Flags, persistence: int) -> Flags:
    """Return the decisions (T, N) after a persistence test: true from the (p+1)-th consecutive true of a section on.

    >>> raw = np.array([[1], [1], [0], [1], [1], [1]], dtype=bool)
    >>> persistent(raw, 1)[:, 0].astype(int).tolist()
    [0, 1, 0, 0, 1, 1]
    """
    if persistence < 0:
        raise UserError(f"persistence is 0 or more frames, got {persistence}")
    kept = alarm.copy()
    for lag in range(1, persistence + 1):
        kept[lag:] &= alarm[:-lag]
        kept[:lag] = False
    return kept


def alarms_of(alarm: Flags, times_s: Array) -> tuple[Alarm, ...]:
    """Return the alarms in a stream of decisions (T, N), ordered by the time they were raised, then by section.

    Raises UserError for decisions that are not a stream of frames (`check_stream`).

    >>> alarms_of(np.array([[0, 1], [1, 1], [1, 0]], dtype=bool), np.array([30.0, 60.0, 90.0]))
    (Alarm(section=1, raised_s=30.0, ended_s=60.0), Alarm(section=0, raised_s=60.0, ended_s=90.0))
    """
    check_stream(alarm, times_s)
    quiet = np.zeros((1, alarm.shape[1]), dtype=np.int8)
    steps = np.diff(np.vstack([quiet, alarm.astype(np.int8), quiet]), axis=0)
    # Transposed, so that the k-th start and the k-th end of a section belong to one another.
    sections, starts = np.nonzero(steps.T == 1)
    _, ends = np.nonzero(steps.T == -1)
    found = [
        Alarm(int(section), float(times_s[start]), float(times_s[end - 1]))
        for section, start, end in zip(sections, starts, ends, strict=True)
    ]
    return tuple(sorted(found, key=lambda alarm: (alarm.raised_s, alarm.section)))
