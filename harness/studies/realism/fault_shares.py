"""Shares of missing and faulty readings, station by station, in the frames without a known incident."""

import numpy as np

from harness.studies.realism.clean_sample import CleanSample

FAULTY_LOOP_SHARE = 0.01
"""A loop is faulty where this share of its readings or more is."""


def fault_shares(sample: CleanSample) -> dict[str, list[float]]:
    """Return the values of all statistics of missing and faulty readings."""
    there = sample.lanes
    frames = sum(int(piece.free.sum()) for piece in sample.pieces)
    if not frames:
        return {}
    found: dict[str, list[float]] = {}
    faulty = np.zeros(there.shape)
    for key, field in (
        ("missing_share", "missing"),
        ("stuck_share", "stuck"),
        ("zero_share", "zero"),
        ("no_speed_share", "no_speed"),
    ):
        readings = sum(
            getattr(each, field)[piece.free].sum(axis=0)
            for each, piece in zip(sample.faults, sample.pieces, strict=True)
        )
        found[key] = [float(each) for each in (readings * there).sum(axis=1) / (there.sum(axis=1) * frames)]
    for each, piece in zip(sample.faults, sample.pieces, strict=True):
        faulty += each.faulty[piece.free].sum(axis=0)
    found["faulty_loops_share"] = [float((faulty[there] >= FAULTY_LOOP_SHARE * frames).mean())]
    return found
