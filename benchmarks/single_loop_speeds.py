"""How far off speeds of single loops are: measured speeds are left out, estimated from count and occupancy, and compared.

    python -m benchmarks.single_loop_speeds recordings/i24_morning --free-speed 68,71,75,80mph

RECORDING holds counts, occupancies and speeds. Every lane that measures speeds loses them; `simulator.formats.estimated_speeds`
estimates them with the option's free speeds, or with the length of --vehicle-length. Without either, the free speed of each lane
number is the median of what was measured below `FREE_OCCUPANCY`: the best that a person could know.

Printed, by lane over all stations: readings in free traffic (measured above `FREE_MPS`) and in a jam (below `JAM_MPS`), root mean
square and mean of estimate less measured, m/s. No value to reach.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from harness.reporting.number_text import number
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from scenarios.errors import UserError
from simulator.formats.effective_lengths import FREE_OCCUPANCY
from simulator.formats.estimated_speeds import SpeedAssumption, read_assumption, with_speeds
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import Recording, read_recording

FREE_MPS, JAM_MPS = 20.0, 15.0
"""72 and 54 km/h: measured speeds above are free traffic, below a jam."""


def without_speeds(recording: Recording) -> Recording:
    """Return the recording as single loops would have made it."""
    blank = np.full_like(recording.frames[0].speed, np.nan)
    frames = tuple(LoopFrame(frame.time_s, frame.count, blank, frame.occupancy) for frame in recording.frames)
    return replace(recording, frames=frames)


def measured_free_speeds(recording: Recording) -> SpeedAssumption:
    """Return the median speed of each lane number in free traffic. Raises UserError for a lane without any."""
    count, speed, occupancy = (stacked(recording, name) for name in ("count", "speed", "occupancy"))
    free = (occupancy < FREE_OCCUPANCY) & (count > 0) & np.isfinite(speed)
    lanes = range(speed.shape[2])
    if not free.any(axis=(0, 1)).all():
        raise UserError("wanted counts, occupancies and speeds in every lane, got a lane without (name --free-speed)")
    return SpeedAssumption(tuple(float(np.median(speed[..., lane][free[..., lane]])) for lane in lanes))


def stacked(recording: Recording, name: str) -> Array:
    """Return (T, S, L) one quantity of all frames."""
    return np.array([getattr(frame, name) for frame in recording.frames])


def errors_table(measured: Array, estimated: Array) -> Table:
    """Return the errors by lane and by state of traffic, of speeds (T, S, L)."""
    columns = ("lane", "free: readings", "RMSE, m/s", "mean, m/s", "jam: readings", "RMSE, m/s", "mean, m/s")
    rows = []
    for lane in range(measured.shape[2]):
        row = [str(lane)]
        for chosen in (measured[..., lane] > FREE_MPS, measured[..., lane] < JAM_MPS):
            error = (estimated - measured)[..., lane][chosen & np.isfinite(estimated[..., lane])]
            known = error if error.size else np.array([np.nan])
            row += [str(error.size), number(float(np.sqrt((known**2).mean()))), number(float(known.mean()))]
        rows.append(tuple(row))
    return Table("Estimated less measured speed", columns, tuple(rows))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the errors; exit code 2 for wrong use."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--free-speed")
    parser.add_argument("--vehicle-length", type=float)
    chosen = parser.parse_args(arguments)
    try:
        assumed = read_assumption(chosen.free_speed, chosen.vehicle_length)
        recording = read_recording(chosen.recording)
        found = with_speeds(without_speeds(recording), assumed or measured_free_speeds(recording))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{chosen.recording}: {found.corridor.estimated_speeds or 'no lane without speeds'}")
    print(plain_text(errors_table(stacked(recording, "speed"), stacked(found, "speed"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
