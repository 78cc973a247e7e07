"""Whether positions are in metres: stations of a road stand some hundred metres apart."""

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings

NEAREST_M, FARTHEST_M = 60.0, 12_000.0
"""Median distance of neighbours. Chosen: MIDAS has loops every 500 m and every 100 m in tunnels."""


def place_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return a doubt where the stations' distances are those of another unit."""
    middle = float(np.median([readings.corridor.section_length_m(k) for k in range(readings.corridor.sections)]))
    if middle < NEAREST_M:
        return (
            Doubt(
                "positions",
                f"stations stand {middle:.3g} m apart",
                "are they in kilometres, miles or hundreds of metres?",
            ),
        )
    if middle > FARTHEST_M:
        return (
            Doubt("positions", f"stations stand {middle / 1000:.3g} km apart", "are they in feet, or centimetres?"),
        )
    return ()
