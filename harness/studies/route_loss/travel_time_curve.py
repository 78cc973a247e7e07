r"""Travel time as a function of occupancy: the routes that a measured, predicted or faulty value leads to.

A link's time is that of the Bureau of Public Roads (1964), in occupancy instead of flow: occupancy rises with every vehicle,
free or jammed, while the same flow belongs to two speeds.

.. math:: t(o) = t_0 \left(1 + (o / o_c)^\beta\right)

t_0 is each link's own (its free speed's, the 90th percentile of the training days); o_c and beta are fitted to the speeds of
all stations and training times together, by robust least squares of the logarithm. Links without a station have their mean
time of the training days at that hour, as a navigation service would use.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from scenarios.errors import UserError
from simulator.frame import Array

FREE_QUANTILE = 0.9
SLOWEST_MPS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class TimeCurve:
    """`free_s` (S,) t_0; `half` o_c, the occupancy that doubles it; `power` beta; `error` RMS of the fit's relative error."""

    free_s: Array
    length_m: Array
    half: float
    power: float
    error: float

    def times_s(self, occupancy: Array) -> Array:
        """Return travel times at occupancies (..., S); below 0 and above 1 read as 0 and 1, never slower than a crawl."""
        times = self.free_s * (1 + (np.clip(occupancy, 0.0, 1.0) / self.half) ** self.power)
        return np.asarray(np.minimum(times, self.length_m / SLOWEST_MPS))


def fit_times(occupancy: Array, speed: Array, length_m: Array) -> TimeCurve:
    """Return the curve fitted to training values (T, S). Raises UserError where no speed is known."""
    known = np.isfinite(occupancy) & np.isfinite(speed) & (speed > 0)
    if not known.any(axis=0).all():
        raise UserError("travel times need speeds at every station, got none at some")
    free = np.array([np.quantile(speed[known[:, s], s], FREE_QUANTILE) for s in range(speed.shape[1])])
    slower = np.log(np.broadcast_to(free, speed.shape)[known] / np.maximum(speed[known], SLOWEST_MPS))
    share = occupancy[known]

    def wrong(parameters: Array) -> Array:
        half, power = np.exp(parameters)
        return np.asarray(np.log1p((share / half) ** power) - slower)

    found = least_squares(wrong, np.log([0.2, 2.0]), loss="soft_l1", f_scale=0.1)
    half, power = np.exp(found.x)
    return TimeCurve(length_m / free, length_m, float(half), float(power), float(np.sqrt(np.mean(wrong(found.x) ** 2))))
