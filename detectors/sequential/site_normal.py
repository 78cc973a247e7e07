"""What is normal at a site, learned from its frames: speeds, lane use, losses between stations, noise.

    V, s2       mean speed of a lane [m/s] and the variance of one vehicle's speed [m2/s2]
    H           share of the station's vehicles in each lane
    g           occupancy per counted vehicle at normal speed
    G           vehicles at the downstream station per vehicle at the upstream one (ramps, miscounts)
    b           share of a lane's deviation that is found again in the same lane downstream (1: nobody changes lanes)
    phi, phi_T  variance of a lane's (a station's) count about its expectation, per expected vehicle (1: Poisson)

Each is a forgetting mean or a ratio of two, with the priors and bounds of site_priors.py. Outliers are winsorised; a section
under suspicion is learned at SUSPECT_WEIGHT, so that an incident changes little and a lasting change is normal in the end.
"""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential import site_priors as prior
from detectors.sequential.forgetting_mean import LEAST_SUM, ForgettingMean, ForgettingRatio
from detectors.sequential.frame_readings import Reading
from detectors.site_memory import Memory, part_of, prefixed
from simulator.frame import Array, Flags

T_SLOW_S = 1200.0  # [s] memory; chosen: shorter follows flow and noise alike, longer lags behind a rising peak
SUSPECT_WEIGHT = 0.25  # of a section under suspicion; chosen: 0 never learns a lasting change, 1 learns the incident
SPEED_NOISE = 0.25  # [m2/s2] variance of a lane's mean speed that more vehicles do not average out; chosen
OUTLIER_SD = 3.0  # [sd] a speed or count further off is learned as if it were just so far off; chosen
VARIANCE_OUTLIER_SD = 4.0  # [sd] the same for the variance of speeds, which a cut at 3 would bias down
MOST_VARIANCE = 200.0  # [m2/s2] of one frame: a single frame cannot fill the variance's memory; chosen
SETTLED_FRAMES = 3  # [frames] weight above which a lane's normal speed is known well enough to winsorise by
MOST_OCCUPANCY = 0.6  # [share] a standing queue teaches no more than this; chosen
LEAST_EXPECTED_VEH = 1.0  # [veh] in the variance that cuts counts, so that a lane nobody is expected in can be learned


@dataclass(frozen=True, slots=True, eq=False)
class SiteNormal(ReadOnlyArrays):
    """The normal of S stations and their N sections of L lanes, in the module's symbols."""

    speed: Array  # (S, L) V
    variance: Array  # (S, L) s2
    use: Array  # (S, L) H, 0 for lanes that do not exist
    occupied: Array  # (S, L) g
    gain: Array  # (N,) G
    mixing: Array  # (N,) b
    noise: Array  # (N,) phi
    noise_total: Array  # (N,) phi_T
    station_speed: Array  # (S,) sum of V H over the lanes [m/s]


@dataclass(frozen=True, slots=True, eq=False)
class SiteObservation(ReadOnlyArrays):
    """What one frame shows of a site: its reading, and the expectation it was compared with."""

    reading: Reading
    passed: Array  # (N,) vehicles that passed the upstream station when those of this frame did
    lane: Array  # (N, L) expected counts downstream
    total: Array  # (N,) expected station totals downstream
    own_less_even: Array  # (N, L) expectation if everyone kept the lane, less that if all lanes mixed
    count_less_even: Array  # (N, L) count downstream less the expectation if all lanes mixed


class SiteEstimator:
    """Learns the normal of one corridor; `normal` is the estimate at the last `refresh`."""

    def __init__(self, has: Flags, period_s: float) -> None:
        sections = has.shape[0] - 1
        self._has, self._forget = has, period_s / T_SLOW_S
        ones = np.ones(has.shape, order="F")
        self._speed = ForgettingMean(prior.SPEED.value * ones, prior.SPEED.frames)
        self._variance = ForgettingMean(prior.SPEED_VARIANCE.value * ones, prior.SPEED_VARIANCE.frames)
        self._use = ForgettingMean(prior.LANE_USE.value * has.astype(np.float64), prior.LANE_USE.frames)
        occupancy = prior.VEHICLE_AND_LOOP_M / prior.SPEED.value / period_s
        self._occupied = ForgettingMean(occupancy * ones, prior.OCCUPANCY_FRAMES)
        self._counted = ForgettingMean(ones, prior.OCCUPANCY_FRAMES)
        self._gain, self._mixing = ForgettingRatio(prior.GAIN, sections), ForgettingRatio(prior.MIXING, sections)
        self._noise, self._noise_total = (
            ForgettingRatio(prior.NOISE, sections),
            ForgettingRatio(prior.NOISE_TOTAL, sections),
        )
        self.refresh()

    def refresh(self) -> None:
        """Compute `normal` from what was learned."""
        use = np.where(self._has, self._use.mean, 0.0)
        use = use / np.maximum(use.sum(axis=1, keepdims=True), LEAST_SUM)
        speed = self._speed.mean
        self.normal = SiteNormal(
            speed=speed,
            variance=np.clip(self._variance.mean, prior.SPEED_VARIANCE.low, prior.SPEED_VARIANCE.high),
            use=use,
            occupied=self._occupied.mean / np.maximum(self._counted.mean, LEAST_SUM),
            gain=self._gain.value,
            mixing=self._mixing.value,
            noise=self._noise.value,
            noise_total=self._noise_total.value,
            station_speed=(speed * use).sum(axis=1),
        )

    def learn(self, observed: SiteObservation, suspect: Flags) -> None:
        """Learn one frame; `suspect` (N,) sections, and the stations at their ends, are learned at SUSPECT_WEIGHT."""
        section = np.where(suspect, SUSPECT_WEIGHT, 1.0)
        station = np.minimum(np.append(1.0, section), np.append(section, 1.0))[:, None]
        reading, forget = observed.reading, self._forget
        self._learn_lanes(reading, station, forget)
        total = reading.total[1:]
        both = np.isfinite(observed.passed) & np.isfinite(total)
        self._gain.add(np.where(both, total, np.nan), np.where(both, observed.passed, np.nan), forget, section)
        x, y = observed.own_less_even, observed.count_less_even
        x_known = np.where(np.isfinite(y), x, np.nan)
        self._mixing.add(np.nansum(x * y, axis=1), np.nansum(x_known**2, axis=1), forget, section)
        error = _winsorised_square(reading.count[1:] - observed.lane, observed.lane)
        known = np.isfinite(error)
        lanes = np.where(known.any(axis=1), known.sum(axis=1), np.nan)
        error_mean, lane_mean = (np.where(known, each, 0.0).sum(axis=1) / lanes for each in (error, observed.lane))
        self._noise.add(error_mean, lane_mean, forget, section)
        error = _winsorised_square(total - observed.total, observed.total)
        self._noise_total.add(error, np.where(np.isfinite(error), observed.total, np.nan), forget, section)

    def memory(self) -> dict[str, Array]:
        """Return every mean and ratio that `normal` is computed from."""
        return {
            key: values for name, part in self._parts().items() for key, values in prefixed(name, part.memory()).items()
        }

    def recall(self, memory: Memory) -> None:
        """Begin with the means and ratios of `memory`."""
        for name, part in self._parts().items():
            part.recall(part_of(name, memory))
        self.refresh()

    def _parts(self) -> dict[str, ForgettingMean | ForgettingRatio]:
        return {
            "speed": self._speed,
            "variance": self._variance,
            "use": self._use,
            "occupied": self._occupied,
            "counted": self._counted,
            "gain": self._gain,
            "mixing": self._mixing,
            "noise": self._noise,
            "noise_total": self._noise_total,
        }

    def _learn_lanes(self, reading: Reading, weight: Array, forget: float) -> None:
        sd = np.sqrt(self.normal.variance / np.maximum(reading.vehicles, 1.0) + SPEED_NOISE)
        off = reading.speed - self.normal.speed
        settled = self._speed.weight > SETTLED_FRAMES
        cut = np.clip(off, -VARIANCE_OUTLIER_SD * sd, VARIANCE_OUTLIER_SD * sd)
        self._variance.add(np.minimum(reading.vehicles * cut**2, MOST_VARIANCE), forget, weight)
        cut = np.where(settled, np.clip(off, -OUTLIER_SD * sd, OUTLIER_SD * sd), off)
        self._speed.add(self.normal.speed + cut, forget, weight)
        self._use.add(reading.count, forget, weight)
        measured = np.isfinite(reading.occupancy) & (reading.vehicles > 0)
        occupancy = np.where(measured, np.minimum(reading.occupancy, MOST_OCCUPANCY), np.nan)
        self._occupied.add(occupancy, forget, weight)
        self._counted.add(np.where(measured, reading.vehicles, np.nan), forget, weight)


def _winsorised_square(error: Array, expected: Array) -> Array:
    """Square of a count's `error`, at most that of OUTLIER_SD standard deviations of a Poisson count."""
    return np.minimum(error**2, OUTLIER_SD**2 * np.maximum(expected, LEAST_EXPECTED_VEH))
