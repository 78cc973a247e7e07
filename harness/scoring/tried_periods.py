"""Periods that the detectors' shipped parameters were tried on, and what other ones mean for a detector.

Thresholds and memories were chosen on frames of 30 s. On longer ones a detector still runs: memories in seconds become one frame,
windows that count frames last longer, and what rate of false alarms a threshold gives is not known.
"""

from collections.abc import Iterable

from detectors.catalogue_entry import Entry

TRIED_S = (20.0, 60.0)
"""Shortest and longest period that shipped parameters were scored on: the batteries `sr91-20s` and `sr91-60s`, and Portland."""
MINUTE_S = 60.0


def period_text(period_s: float, entries: Iterable[Entry]) -> str:
    """Return what frames of a period mean for detectors with shipped parameters, in words; nothing where it was tried."""
    if TRIED_S[0] <= period_s <= TRIED_S[1]:
        return ""
    windows: dict[int, list[str]] = {}
    for entry in entries:
        if entry.window_frames:
            windows.setdefault(entry.window_frames, []).append(entry.name)
    texts = [
        f"frames of {period_s:g} s: shipped parameters are for 30 s and were tried on {TRIED_S[0]:g} to {TRIED_S[1]:g} s, so no "
        "rate of false alarms is known here (laneblock calibrate NAME --recordings ... sets a detector for these frames)"
    ]
    if period_s > TRIED_S[1]:
        texts.append(
            f"no alarm comes before a frame's end, up to {period_s / MINUTE_S:g} min after the onset, and an incident that is over "
            "within a frame may not show"
        )
    texts += [
        f"{', '.join(names)} look{'' if len(names) > 1 else 's'} back {frames} frames, here {frames * period_s / MINUTE_S:g} min"
        for frames, names in sorted(windows.items())
    ]
    return "; ".join(texts)
