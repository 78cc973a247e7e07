"""Where an incident may be planted, and where planting it is weak.

Refused: traffic that is not free at the onset or would not have been until clearance, stations with unequal lanes or dead loops
beside the incident, a gap in the recording, a queue that grows past the first station by more than the model holds.
Weak, and said so: one lane blocked at 1000 veh/h/lane or less (in validation delays differ), a queue past the first
station, a queue over a place where much traffic joins or leaves.
"""

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array
from simulator.planting.loop_series import LoopSeries, mean_speeds

FREE_SHARE = 0.75
"""Traffic is free at this share of a station's free speed, over five minutes. Chosen: between a dense flow (0.85) and a queue."""
CALM_S = 600.0
"""Free traffic before the onset, s."""
HISTORY_S = 1500.0
"""Recording before the onset, s: detectors that learn the site need some of it, and the model's road must fill."""
DEAD_SHARE = 0.02
"""A loop is dead that counts less than this share of its station's mean lane."""
MOST_UNKNOWN = 0.2
"""Share of unknown counts from which on a loop cannot be used."""
THIN_VPHPL = 1000.0
RAMP_SHARE = 0.15
"""Share of the traffic that joins or leaves within a section, from which on a queue over it is said to be weak."""


def free_speeds(series: LoopSeries) -> Array:
    """Return (S,) each station's free speed: the 80th percentile of the speeds of its lanes' means, m/s."""
    with np.errstate(invalid="ignore"):
        station = np.nansum(series.count * series.speed, axis=2) / np.nansum(
            np.where(np.isfinite(series.speed), series.count, 0.0), axis=2
        )
    found: Array = np.array([np.nanpercentile(s, 80) if np.isfinite(s).any() else np.nan for s in station.T])
    return found


def sound_stations(count: Array, corridor: Corridor) -> list[bool]:
    """Return of every station whether all its loops count; `count` (T, S, L)."""
    sound = []
    for index, station in enumerate(corridor.stations):
        own = count[:, index, station.columns]
        unknown = ~np.isfinite(own)
        totals = np.where(unknown, 0.0, own).sum(axis=0)
        dead = totals < DEAD_SHARE * totals.mean()
        sound.append(bool(totals.sum() > 0 and not dead.any() and unknown.mean(axis=0).max() <= MOST_UNKNOWN))
    return sound


def stretch_of(count: Array, corridor: Corridor, position_m: float) -> slice:
    """Return the neighbouring stations around a place with equal lanes and sound loops. Raises UserError where there are none."""
    section = corridor.section_at(position_m)
    lanes = corridor.stations[section].lane_numbers
    if lanes[0]:
        raise UserError(
            f"position_m {position_m:g}: lane 0 begins downstream of station {corridor.stations[section].name!r}; planting needs "
            "a place that all lanes pass"
        )
    sound = sound_stations(count, corridor)
    for index in (section, section + 1):
        station = corridor.stations[index]
        if station.lane_numbers != lanes:
            raise UserError(
                f"position_m {position_m:g}: wanted the same lanes at the stations around it, got "
                f"{len(lanes)} and {station.lanes} ({corridor.stations[section].name!r}, {station.name!r})"
            )
        if not sound[index]:
            raise UserError(
                f"position_m {position_m:g}: loops of station {station.name!r} beside it are dead or silent"
            )
    first, last = section, section + 1
    while first > 0 and sound[first - 1] and corridor.stations[first - 1].lane_numbers == lanes:
        first -= 1
    while last < corridor.sections and sound[last + 1] and corridor.stations[last + 1].lane_numbers == lanes:
        last += 1
    return slice(first, last + 1)


def check_rows(
    series: LoopSeries, corridor: Corridor, onset_s: float, clearance_s: float, history_s: float = HISTORY_S
) -> tuple[int, int]:
    """Return the rows of the first frame of history and of the frame that holds the onset.

    Raises UserError where the recording does not reach from `history_s` before the onset to the clearance without a gap.
    """
    times = series.times_s
    first = int(np.searchsorted(times, onset_s - history_s, side="right"))
    if times[0] - corridor.period_s > onset_s - history_s or clearance_s > times[-1]:
        raise UserError(
            f"onset_s {onset_s:g}: wanted {history_s / 60:.0f} min of recording before it and all until its clearance, "
            f"{clearance_s:g} s; the recording goes from {times[0] - corridor.period_s:g} to {times[-1]:g} s"
        )
    onset = int(np.searchsorted(times, onset_s, side="right"))
    until = int(np.searchsorted(times, clearance_s))
    steps = np.diff(times[first : until + 1])
    if steps.size and float(steps.max()) > 1.5 * corridor.period_s:
        raise UserError(
            f"onset_s {onset_s:g}: frames are missing between {history_s / 60:.0f} min before it and clearance"
        )
    return first, onset


def _check_mostly_free(speed: Array, free_mps: float, name: str) -> None:
    """Raise UserError where a station's free speed is that of congested traffic: some of its speeds (T,) are far higher."""
    best = float(np.nanpercentile(speed, 99)) if np.isfinite(speed).any() else free_mps
    if free_mps < FREE_SHARE * best:
        raise UserError(
            f"traffic is congested at station {name!r} most of the time: its 80th percentile of speed is {free_mps:.0f} m/s, "
            f"its 99th {best:.0f} m/s (plant in a recording of free traffic)"
        )


def check_free(series: LoopSeries, corridor: Corridor, stations: slice, rows: slice) -> None:
    """Raise UserError where a station of the stretch is congested within `rows`."""
    free = free_speeds(series)
    with np.errstate(invalid="ignore"):
        everywhere = np.nanmean(mean_speeds(series, max(1, round(300 / corridor.period_s))), axis=2)
    means = everywhere[rows]
    for index in range(stations.start, stations.stop):
        _check_mostly_free(everywhere[:, index], float(free[index]), corridor.stations[index].name)
        share = float(np.nanmin(means[:, index])) / float(free[index]) if np.isfinite(means[:, index]).any() else 1.0
        if share < FREE_SHARE:
            raise UserError(
                f"traffic is congested at station {corridor.stations[index].name!r} when the incident would be there: "
                f"{share:.0%} of its free speed, wanted {FREE_SHARE:.0%} or more (planting on top of a queue is not validated)"
            )


def weak_reasons(
    lanes: int, flow_vphpl: float, tail_m: float, position_m: float, stations_m: Array, ramp_share: Array
) -> tuple[str, ...]:
    """Return why planting is weak: `stations_m` (S,) of the stretch, `ramp_share` (S - 1,) of the flow that joins or leaves."""
    reasons = []
    if lanes == 1 and flow_vphpl <= THIN_VPHPL:
        reasons.append(
            f"one lane blocked at {flow_vphpl:.0f} veh/h/lane: queues form by chance there, delays are uncertain"
        )
    if tail_m < stations_m[0]:
        reasons.append("the queue passes the first station: what joins upstream of it is not known")
    over = [s for s in range(len(ramp_share)) if stations_m[s] < position_m and stations_m[s + 1] > tail_m]
    busy = [s for s in over if abs(ramp_share[s]) > RAMP_SHARE and tail_m < position_m]
    if busy:
        reasons.append("the queue stands where more than 15 % of the traffic joins or leaves")
    return tuple(reasons)
