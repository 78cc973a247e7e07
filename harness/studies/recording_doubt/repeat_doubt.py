"""Readings that are copies: frames that come again, loops that say what another one says, loops that stand still."""

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings

LEAST_BUSY = 100
"""Frames with vehicles in which two loops must agree. Chosen: by chance they never do."""
STUCK_S = 900.0
"""A loop that counts vehicles says the same so long. Chosen: 30 periods of 30 s; by chance never."""


def repeat_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return the doubts about copies."""
    return (*_frames(readings), *_twins(readings), *_stuck(readings))


def _frames(readings: Readings) -> tuple[Doubt, ...]:
    if readings.count[0].size < 4 or len(readings.count) < 3:
        return ()
    values = np.nan_to_num(np.stack([readings.count, readings.speed], axis=1), nan=-1.0)
    same = (values[1:] == values[:-1]).reshape(len(values) - 1, -1).all(axis=1)
    busy = np.nansum(readings.count[1:], axis=(1, 2)) >= 10
    number = int((same & busy).sum())
    if number <= 0.001 * len(values):
        return ()
    evidence = f"{number} of {len(values)} repeat the one before in every loop"
    return (
        Doubt(
            "frames",
            evidence,
            "is a reading that did not come filled with the last one, or is period_s a part of the real one?",
        ),
    )


def _twins(readings: Readings) -> tuple[Doubt, ...]:
    loops = [(s.name, k, lane) for k, s in enumerate(readings.corridor.stations) for lane in s.lane_numbers]
    seen: dict[bytes, str] = {}
    pairs = list[str]()
    for name, station, lane in loops:
        own = readings.count[:, station, lane]
        if int((own > 0).sum()) < LEAST_BUSY:
            continue
        label = f"{name} lane {lane}"
        before = seen.setdefault(own.tobytes(), label)
        if before != label:
            pairs.append(f"{label} = {before}")
    if not pairs:
        return ()
    return (
        Doubt(
            "loops",
            f"{len(pairs)} count exactly what another one counts ({', '.join(pairs[:3])})",
            "is one column read twice?",
        ),
    )


def _stuck(readings: Readings) -> tuple[Doubt, ...]:
    frames = max(10, round(STUCK_S / readings.corridor.period_s))
    stuck = list[str]()
    for number, station in enumerate(readings.corridor.stations):
        for lane in station.lane_numbers:
            own = readings.count[:, number, lane]
            speed = readings.speed[:, number, lane]
            alike = (
                (own[1:] == own[:-1])
                & (own[1:] > 0)
                & ((speed[1:] == speed[:-1]) | (np.isnan(speed[1:]) & (own[1:] > 2)))
            )
            if len(alike) >= frames and (np.convolve(alike, np.ones(frames), "valid") == frames).any():
                stuck.append(f"{station.name} lane {lane}")
    if not stuck:
        return ()
    return (
        Doubt(
            "loops", f"{len(stuck)} say the same for {STUCK_S / 60:.0f} min ({', '.join(stuck[:4])})", "are they stuck?"
        ),
    )
