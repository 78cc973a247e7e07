"""Digests: the first 16 hex digits of a SHA-256 over scenarios, frames and alarms, the same on every platform."""

import hashlib
import json
from collections.abc import Iterable

import numpy as np

from scenarios.scenario import Scenario
from simulator.frame import Array, Flags, LoopFrame

_DIGITS = 16


def digest(parts: Iterable[bytes]) -> str:
    """Return the digest of all parts, joined."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:_DIGITS]


def scenario_digest(scenario: Scenario) -> str:
    """Return the digest of a scenario; fields at their defaults are left out, so that a new field changes no digest."""
    return digest([json.dumps(scenario.model_dump(mode="json", exclude_defaults=True), sort_keys=True).encode()])


def frames_digest(frames: Iterable[LoopFrame]) -> str:
    """Return the digest of every number in the frames."""
    return digest(
        np.ascontiguousarray(values, dtype="<f8").tobytes()
        for frame in frames
        for values in (np.array([frame.time_s]), frame.count, frame.speed, frame.occupancy)
    )


def alarms_digest(times_s: Array, alarm: Flags) -> str:
    """Return the digest of alarm times and sections: `times_s` (T,), `alarm` (T, N)."""
    return digest([np.ascontiguousarray(times_s, dtype="<f8").tobytes(), np.packbits(alarm).tobytes()])
