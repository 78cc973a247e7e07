"""Effect of each kind of fault on one loop's reading; count, speed and occupancy stay consistent.

    kind         count                               occupancy                     speed
    overcount    (1 + m) n                           (1 + m) o, at most 1          unchanged
    undercount   n - m max(0, n - level)             in proportion to the count    unchanged
    missed       each vehicle missed with prob. m    in proportion to the count    unchanged
    double       each vehicle twice with prob. m     unchanged (a broken pulse)    unchanged
    chatter      + Poisson(m T) pulses               + 20 ms per pulse             unchanged (pulses have none)
    drift        max(0, 1 + m h) n, h hours since    in proportion to the count    unchanged
    noise        n (1 + m e), whole                  in proportion to the count    v (1 + m e')
    crosstalk    + Binomial(n beside, m)             + the same share of beside's  mean over the vehicles counted
    spikes       with prob. m: + Poisson(T/2)        at least uniform(0.5, 1)      unchanged
    zeros        0                                   0                             not known
    locked_on    0                                   1                             not known
    dead, dropped (with prob. m)                     not known, all three

After each: where no vehicle is counted the speed is unknown. Unknown values stay unknown (a recording without occupancies has
none after a fault either), and no loop counts more than 2 vehicles per second or reads more than 70 m/s. Overcount, undercount
and drift are exact over many frames: `simulator.faults.corrupted_frames` carries parts of a vehicle to the next frame.
`overcounted` and `undercounted` are those of Ghafouri et al. (2017, section 5), on values of any shape.
"""

from math import isnan, nan
from typing import NamedTuple

import numpy as np

from scenarios.fault import SensorFault
from simulator.frame import Array
from simulator.recording.loop_checks import MOST_SPEED_MPS, MOST_VEHICLES_PER_S

PULSE_S = 0.02
"""Length of a chatter pulse. Chosen: about the shortest that a detector card passes on."""
SPIKE_PER_S = 0.5
SPIKE_LEAST = 0.5
"""Mean vehicles per second and least occupancy in a spike. Chosen: a burst that stands out of dense traffic."""
HOUR_S = 3600.0


class Reading(NamedTuple):
    """Reading of one loop over a period: `vehicles` counted, `speed` [m/s], `occupancy` [share]; NaN where unknown."""

    vehicles: float
    speed: float
    occupancy: float


SILENT = Reading(nan, nan, nan)


def overcounted(values: Array, share: float | Array) -> Array:
    """Return `values` with a constant relative overcount: times 1 + `share`.

    >>> overcounted(np.array([10.0, 20.0]), 0.3).tolist()
    [13.0, 26.0]
    """
    return np.asarray(values * (1 + share))


def undercounted(values: Array, share: float | Array, level: float | Array) -> Array:
    """Return `values` with a conditional undercount: less `share` of what exceeds `level` (of the same unit).

    >>> undercounted(np.array([10.0, 20.0]), 0.5, 12.0).tolist()
    [10.0, 16.0]
    """
    return np.asarray(values - share * np.maximum(values - level, 0.0))


def distorted(
    fault: SensorFault,
    true: Reading,
    beside: Reading,
    magnitude: float,
    hours: float,
    period_s: float,
    rng: np.random.Generator,
) -> Reading:
    """Return the reading of a loop with `fault` in place of `true`, `hours` after its onset, at its present `magnitude`.

    `beside` is the reading of the neighbouring lane (for crosstalk). Counts may be fractions of a vehicle.
    """
    n, v, o = true
    most = MOST_VEHICLES_PER_S * period_s
    match fault.kind:
        case "zeros":
            return Reading(0.0, nan, _known(o, 0.0, n))
        case "locked_on":
            return Reading(0.0, nan, _known(o, 1.0, n))
        case "dead":
            return SILENT
    if isnan(n):
        return true
    match fault.kind:
        case "overcount":
            return _scaled(true, float(overcounted(np.asarray(n), magnitude)), most)
        case "undercount":
            level = fault.level * period_s / HOUR_S
            return _scaled(true, float(undercounted(np.asarray(n), magnitude, level)), most)
        case "missed":
            return _scaled(true, n - rng.binomial(round(n), magnitude), most)
        case "double":
            return Reading(min(n + rng.binomial(round(n), magnitude), most), v, o)
        case "chatter":
            pulses = rng.poisson(magnitude * period_s)
            return Reading(min(n + pulses, most), v, min(o + pulses * PULSE_S / period_s, 1.0) if o == o else o)
        case "drift":
            return _scaled(true, n * max(0.0, 1 + magnitude * hours), most)
        case "noise":
            reading = _scaled(true, float(max(0, round(n * (1 + magnitude * rng.normal())))), most)
            speed = reading.speed * max(0.0, 1 + magnitude * rng.normal())
            return reading._replace(speed=speed if isnan(speed) else min(speed, MOST_SPEED_MPS))
        case "crosstalk":
            return _overheard(true, beside, magnitude, most, rng)
        case "spikes":
            if not rng.random() < magnitude:
                return true
            burst = max(o, rng.uniform(SPIKE_LEAST, 1.0)) if o == o else o
            return Reading(min(n + rng.poisson(SPIKE_PER_S * period_s), most), v, burst)
        case "dropped":
            return SILENT if rng.random() < magnitude else true
    raise ValueError(f"{fault.kind} is no kind of fault of one loop at one time")


def _known(occupancy: float, value: float, count: float) -> float:
    """`value`, but NaN for a loop that counts and measures no occupancy."""
    return nan if isnan(occupancy) and not isnan(count) else value


def _scaled(true: Reading, count: float, most: float) -> Reading:
    """Another count, with occupancy in proportion; no vehicle, no speed."""
    count = min(max(count, 0.0), most)
    share = count / true.vehicles if true.vehicles else 1.0
    occupancy = min(true.occupancy * share, 1.0) if true.occupancy == true.occupancy else nan
    return Reading(count, true.speed if count else nan, occupancy)


def _overheard(true: Reading, beside: Reading, share: float, most: float, rng: np.random.Generator) -> Reading:
    if isnan(beside.vehicles) or not beside.vehicles:
        return true
    heard = float(rng.binomial(round(beside.vehicles), share))
    if not heard:
        return true
    speeds = [(n, v) for n, v in ((true.vehicles, true.speed), (heard, beside.speed)) if n and not isnan(v)]
    weight = sum(n for n, _ in speeds)
    speed = sum(n * v for n, v in speeds) / weight if weight else nan
    occupancy = true.occupancy + beside.occupancy * heard / beside.vehicles
    return Reading(min(true.vehicles + heard, most), speed, min(occupancy, 1.0) if occupancy == occupancy else nan)
