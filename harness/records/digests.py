"""Digests: the first 16 hex digits of a SHA-256 over scenarios, frames and alarms, the same on every platform."""

import hashlib
import json
from collections.abc import Iterable, Sequence

import numpy as np

from scenarios.scenario import Scenario
from simulator.frame import Array, Flags, LoopFrame

_DIGITS = 16


def digest(parts: Iterable[bytes]) -> str:
    """Of all parts, one after the other."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:_DIGITS]


def scenario_digest(scenario: Scenario) -> str:
    """Of what a scenario says; fields left at their defaults do not enter, so that a new one changes nothing."""
    return digest([json.dumps(scenario.model_dump(mode="json", exclude_defaults=True), sort_keys=True).encode()])


def frames_digest(frames: Sequence[LoopFrame]) -> str:
    """Of every number in the frames, the same on every platform."""
    return digest(
        np.ascontiguousarray(values, dtype="<f8").tobytes()
        for frame in frames
        for values in (np.array([frame.time_s]), frame.count, frame.speed, frame.occupancy)
    )


def alarms_digest(times_s: Array, alarm: Flags) -> str:
    """Of when which section was alarmed."""
    return digest([np.ascontiguousarray(times_s, dtype="<f8").tobytes(), np.packbits(alarm).tobytes()])
