"""Computes the columns of lane_feature_table.py (formulas and symbols there) for N sections of L lanes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detectors.sequential.arrivals import Expectation
from detectors.sequential.frame_readings import mean_speed
from detectors.sequential.lane_deviations import (
    count_deviation,
    excess_occupancy,
    share_deviation,
    share_deviation_up,
    speed_deviation,
    station_excess,
    total_deviation,
)
from detectors.sequential.lanes_beside import beside, most_beside, over_lanes
from detectors.sequential.site_normal import SiteNormal
from detectors.sequential.station_speeds import StationSpeeds
from detectors.sequential.window_sums import REFERENCE_S, Windows
from simulator.frame import Array, Flags

# Windows [s] of the deviations; chosen between the 30 s of a frame and the minutes that a partial loss of flow needs.
COUNT_S = (30, 60, 90, 150, 240)
COUNT_BESIDE_S = (30, 90, 240)
TOTAL_S = SHARE_S = (30, 60, 120, 240)
SHARE_UP_S = (30, 90)
SPEED_S = (30, 60, 120)
SPEED_BESIDE_S = (60, 120)
EXCESS_S = (30, 90)
BEFORE_S = (90, 120)  # length of the window of earlier speeds, and how long ago it ended
PAST_S = (120, 90)  # the same for earlier speeds relative to free flow
RECENT_S = 60  # of densities, relative speeds and arrivals
FLOW_S = 90
KEPT_S = 120

KEPT_VEH = 0.5  # [veh] added to both counts of a ratio, as usual for counts that may be 0; chosen
LENGTH_M = 800.0  # [m] unit of a section's length; chosen, any would do: trees only compare
LEAST_FREE_MPS = 5.0  # [m/s] of a free-flow speed that divides; chosen: a site that never had free flow


@dataclass(frozen=True, slots=True, eq=False)
class LaneSignals:
    """Input of the columns after one frame; `speed` z (S, L) by window, `lost` Q and `slowed` S (N, L)."""

    has: Flags
    length_m: Array
    period_s: float
    windows: Windows
    normal: SiteNormal
    expected: Expectation
    speeds: StationSpeeds
    speed: Mapping[int, Array]
    lost: Array
    slowed: Array

    @property
    def per_30_s(self) -> float:
        """Factor from vehicles per period to vehicles per 30 s."""
        return REFERENCE_S / self.period_s

    @property
    def before_up(self) -> Array:
        """(N,) the station before the upstream one; the upstream one itself at the start of the corridor."""
        return np.maximum(np.arange(len(self.length_m)) - 1, 0)

    @property
    def after_down(self) -> Array:
        """(N,) the station after the downstream one; the downstream one itself at the end of the corridor."""
        return np.minimum(np.arange(len(self.length_m)) + 2, len(self.length_m))


def _all_lanes(values: Array) -> Array:
    """Return (N, 1), the values (N,) of sections as a column that stands for all lanes."""
    return values[:, None]


def lane_columns(signals: LaneSignals) -> dict[str, Array]:
    """Return the columns by name, (N, L), or (N, 1) where all lanes of a section have the same value."""
    return {
        **_flow_columns(signals),
        **_speed_columns(signals),
        **_occupancy_columns(signals),
        **_relative_columns(signals),
        **_road_columns(signals),
    }


def _flow_columns(s: LaneSignals) -> dict[str, Array]:
    windows, normal, down = s.windows, s.normal, s.has[1:]
    count = {w: count_deviation(windows, normal, w) for w in COUNT_S}
    total = {w: total_deviation(windows, normal, w) for w in TOTAL_S}
    first = (np.arange(len(s.length_m)) == 0)[:, None]
    section_up = s.before_up  # the section before has the number of the station before
    kept = windows.sum("error", KEPT_S) + windows.sum("expected", KEPT_S) + KEPT_VEH
    return {
        **{f"count_{w}": z for w, z in count.items()},
        **{f"count_beside_{w}": beside(count[w], down) for w in COUNT_BESIDE_S},
        "count_most_beside_90": most_beside(count[90], down),
        **{f"total_{w}": _all_lanes(z) for w, z in total.items()},
        **{f"share_{w}": share_deviation(windows, normal, w) for w in SHARE_S},
        **{f"share_up_{w}": share_deviation_up(windows, normal, w) for w in SHARE_UP_S},
        "lost": s.lost,
        "lost_beside": beside(s.lost, down),
        "lost_section_up": np.where(first, 0.0, _all_lanes(s.lost.max(axis=1)[section_up])),
        "lost_lane_up": np.where(first, 0.0, s.lost[section_up]),
        "total_up_120": np.where(first, 0.0, _all_lanes(total[120][section_up])),
        "flow": np.nan_to_num(s.expected.lane) * s.per_30_s,
        "flow_station": _all_lanes(
            windows.sum("total_expected", FLOW_S) / (FLOW_S / REFERENCE_S) / np.maximum(down.sum(axis=1), 1)
        ),
        "arrived_60": windows.sum("error", RECENT_S) + windows.sum("expected", RECENT_S),
        "kept": np.log(kept / (windows.sum("expected", KEPT_S) + KEPT_VEH)),
    }


def _speed_columns(s: LaneSignals) -> dict[str, Array]:
    up, down = s.has[:-1], s.has[1:]
    before = speed_deviation(s.windows, s.normal, *BEFORE_S)
    return {
        "slowed": s.slowed,
        **{f"speed_{w}": z[1:] for w, z in s.speed.items()},
        "speed_before": before[1:],
        **{f"speed_beside_{w}": beside(s.speed[w][1:], down) for w in SPEED_BESIDE_S},
        "speed_station": _all_lanes(over_lanes(s.speed[60][1:], down)),
        **{f"speed_up_{w}": z[:-1] for w, z in s.speed.items()},
        "speed_up_before": before[:-1],
        "speed_up_beside": beside(s.speed[60][:-1], up),
        "speed_up_station": _all_lanes(over_lanes(s.speed[60][:-1], up)),
    }


def _occupancy_columns(s: LaneSignals) -> dict[str, Array]:
    up, down = s.has[:-1], s.has[1:]
    excess = {w: excess_occupancy(s.windows, w) for w in EXCESS_S}
    occupied = s.windows.sum("occupied", RECENT_S) / (RECENT_S / REFERENCE_S)
    return {
        **{f"excess_{w}": z[1:] for w, z in excess.items()},
        "excess_beside": beside(excess[90][1:], down),
        **{f"excess_up_{w}": z[:-1] for w, z in excess.items()},
        "excess_up_beside": beside(excess[90][:-1], up),
        "occupied": occupied[1:] * s.per_30_s,
        "occupied_up": occupied[:-1] * s.per_30_s,
        "occupied_beside": beside(occupied[1:], down) * s.per_30_s,
        "occupied_up_beside": beside(occupied[:-1], up) * s.per_30_s,
    }


def _relative_columns(s: LaneSignals) -> dict[str, Array]:
    free = np.maximum(s.speeds.free, LEAST_FREE_MPS)
    now = _relative_speed(s.windows, free, (RECENT_S, 0), s.speeds.smoothed / free)
    past = _relative_speed(s.windows, free, PAST_S, now)
    excess, before_up, after_down = station_excess(s.windows), s.before_up, s.after_down
    return {
        "relative_up": _all_lanes(now[:-1]),
        "relative_down": _all_lanes(now[1:]),
        "relative_before_up": _all_lanes(now[before_up]),
        "relative_after_down": _all_lanes(now[after_down]),
        "relative_past_up": _all_lanes(past[:-1]),
        "relative_past_down": _all_lanes(past[1:]),
        "relative_past_after_down": _all_lanes(past[after_down]),
        "station_excess_up": _all_lanes(excess[:-1]),
        "station_excess_down": _all_lanes(excess[1:]),
        "station_excess_before_up": _all_lanes(excess[before_up]),
        "station_excess_after_down": _all_lanes(excess[after_down]),
    }


def _road_columns(s: LaneSignals) -> dict[str, Array]:
    lanes, sections = s.has[1:].sum(axis=1), len(s.length_m)
    lane = np.arange(s.has.shape[1])[None, :]
    free = np.maximum(s.speeds.free[1:], LEAST_FREE_MPS)
    return {
        "last": _all_lanes((np.arange(sections) == sections - 1).astype(np.float64)),
        "travel": _all_lanes(s.expected.periods / s.per_30_s),
        "use": s.normal.use[1:],
        "length": _all_lanes(np.log(s.length_m / LENGTH_M)),
        "lanes": _all_lanes(lanes.astype(np.float64)),
        "edge": ((lane == 0) | (lane == lanes[:, None] - 1)).astype(np.float64),
        "free": _all_lanes(s.normal.station_speed[1:] / free),
    }


def _relative_speed(windows: Windows, free: Array, window_s: tuple[int, int], otherwise: Array) -> Array:
    """Return R (S,) over a window (its length, how long ago it ended); `otherwise` where nobody was timed."""
    mean = mean_speed(windows.sum("metres", *window_s), windows.sum("timed", *window_s))
    return np.where(np.isnan(mean), otherwise, mean / free)
