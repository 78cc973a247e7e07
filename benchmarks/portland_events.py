"""Labelled events of the Portland I-205 data whose drop of speed is visible.

A station's speed is the mean over its lanes and the last three periods of 20 s, weighted by count. A labelled event is
visible where it falls below 60 % of its hour's median (that station, that hour of day, all days) from 10 min before the
label's start to 10 min after its end.
"""

from dataclasses import dataclass

import numpy as np

from simulator.formats.portland import PortlandEvent, contiguous_runs, labelled_events
from simulator.formats.portland_files import PortlandDirection, PortlandSource
from simulator.formats.portland_stations import PERIOD_S
from simulator.frame import Array, Flags

NEAR_S = 600.0
VISIBLE = 0.6


@dataclass(frozen=True, slots=True)
class VisibleEvent:
    """A labelled event whose drop of speed, from `drop_s` on, is visible; `share` of the median is its lowest speed."""

    direction: PortlandDirection
    event: PortlandEvent
    drop_s: float
    share: float


def station_speeds(source: PortlandSource, direction: PortlandDirection) -> Array:
    """Return (T, S) mean speeds over lanes and three periods [m/s]; NaN where no vehicle was timed or a run has just begun."""
    weight = np.where(np.isfinite(direction.speed), np.nan_to_num(direction.count), 0.0)
    metres, timed = (weight * np.nan_to_num(direction.speed)).sum(axis=2), weight.sum(axis=2)
    speeds = np.full(timed.shape, np.nan)
    for run in contiguous_runs(source):
        for k in range(run.first + 2, run.last):
            vehicles = timed[k - 2 : k + 1].sum(axis=0)
            speeds[k] = np.where(vehicles > 0, metres[k - 2 : k + 1].sum(axis=0) / np.maximum(vehicles, 1e-9), np.nan)
    return speeds


def hours_of_day(source: PortlandSource) -> Array:
    """Return (T,) the hour of day of each row."""
    return np.asarray(source.start_s % 86400 // 3600, dtype=np.float64)


def visible_events(source: PortlandSource, direction: PortlandDirection) -> list[VisibleEvent]:
    """Return the labelled events with a visible drop."""
    speeds, hour = station_speeds(source, direction), hours_of_day(source)
    share = np.full(speeds.shape, np.nan)
    for each in np.unique(hour):
        share[hour == each] = speeds[hour == each] / np.nanmedian(speeds[hour == each], axis=0)
    ends_s = source.start_s + PERIOD_S
    found = []
    for event in labelled_events(source, direction):
        near = (ends_s > event.onset_s - NEAR_S) & (ends_s <= event.clearance_s + NEAR_S)
        low = np.flatnonzero(near & (share[:, event.station] < VISIBLE))
        if low.size:
            lowest = float(share[low, event.station].min())
            found.append(VisibleEvent(direction, event, float(ends_s[low[0]]), lowest))
    return found


def near_labels(source: PortlandSource, direction: PortlandDirection) -> Flags:
    """Return (T, N) whether a section is beside a station with a label within 10 min."""
    ends_s = source.start_s + PERIOD_S
    near = np.zeros((len(ends_s), direction.corridor.sections), dtype=np.bool_)
    for event in labelled_events(source, direction):
        within = (ends_s > event.onset_s - NEAR_S) & (ends_s <= event.clearance_s + NEAR_S)
        near[within, max(event.station - 1, 0) : event.station + 1] = True
    return near
