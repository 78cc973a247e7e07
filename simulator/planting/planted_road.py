"""The road around an incident, as the flow model takes it: cells, lane use, and inflow from the recording's own counts.

A stretch reaches from the first to the last of neighbouring stations with equal lanes and sound loops. Upstream of the first
station it goes on for `AHEAD_S` of free travel, with the counts that this station will read: the queue may pass it.
Between stations, the difference of their counts over five minutes is what ramps bring or take, spread evenly.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.corridor import Corridor
from simulator.frame import Array
from simulator.planting.loop_series import SMOOTH_S, LoopSeries, smoothed

CELL_M = 50.0
"""Length of a cell at least, m. Chosen: seven vehicles in a jam; shorter ones cost time and change little."""
AHEAD_S = 120.0
"""Free travel upstream of the first station that the model holds, s. Chosen: some 3 km, longer than most queues."""
MOST_LEAVING = 0.5
"""Largest share of the vehicles that may leave between two stations. Chosen: more is a broken count."""


@dataclass(frozen=True, slots=True, eq=False)
class PlantedRoad:
    """Cells of one stretch over the model's frames (T frames, X cells, L lanes).

    `station_edge` (S,) is the edge (0 upstream of the first cell) nearest each station of the stretch, `first_m` the position of
    edge 0, `use` (X, L) the lanes' shares of the flow; `inflow` (T, L) [veh/s] enters at edge 0, `joining` (T, X) [veh/s]
    enters each cell, `leaving` (T, X) is the share of a cell's outflow that exits.
    """

    cell_m: float
    step_s: float
    steps: int
    free_mps: float
    first_m: float
    station_edge: tuple[int, ...]
    use: Array
    inflow: Array
    joining: Array
    leaving: Array

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.use)

    def edge_at(self, position_m: float) -> int:
        """Return the edge nearest a position, with a cell on either side."""
        return int(np.clip(round((position_m - self.first_m) / self.cell_m), 1, self.cells - 1))


def road_around(
    series: LoopSeries, corridor: Corridor, stations: slice, frames: slice, free_mps: float, lanes: int
) -> PlantedRoad:
    """Return the stretch of `stations` over `frames` of the series; unknown counts are filled from their neighbours in time."""
    period_s = corridor.period_s
    steps = max(1, int(period_s * free_mps / CELL_M))
    step_s = period_s / steps
    cell_m = step_s * free_mps
    ahead = max(1, round(AHEAD_S / period_s))  # frames
    positions = np.array([station.position_m for station in corridor.stations[stations]])
    first_m = float(positions[0]) - ahead * steps * cell_m
    edges = np.rint((positions - first_m) / cell_m).astype(int)
    count = filled(series.count[:, stations, :lanes], max(1, round(SMOOTH_S / period_s)))
    shares = lane_use(count[frames])
    cells = int(edges[-1]) + 2
    middle = np.arange(cells) + 0.5  # np.interp keeps the first and the last station's shares beyond them
    use = np.array([np.interp(middle, edges, shares[:, lane]) for lane in range(lanes)]).T
    use /= use.sum(axis=1, keepdims=True)
    later = np.minimum(np.arange(frames.start, frames.stop) + ahead, len(count) - 1)
    joining, leaving = _exchange(count.sum(axis=2), edges, frames, free_mps, cell_m, period_s, cells)
    return PlantedRoad(
        cell_m,
        step_s,
        steps,
        free_mps,
        first_m,
        tuple(edges.tolist()),
        use,
        count[later, 0] / period_s,
        joining,
        leaving,
    )


def filled(count: Array, frames: int) -> Array:
    """Return counts (T, S, L) with unknown ones replaced by their mean over `frames` frames, the lane's mean, or 0."""
    around = smoothed(count, frames)
    with np.errstate(invalid="ignore"):
        own = np.nan_to_num(
            np.where(np.isfinite(count), count, 0.0).sum(axis=0) / np.maximum(np.isfinite(count).sum(axis=0), 1)
        )
    result: Array = np.where(np.isfinite(count), count, np.where(np.isfinite(around), around, own[None]))
    return result


def lane_use(count: Array) -> Array:
    """Return (S, L) each lane's share of its station's vehicles, at least 1 %."""
    totals = count.sum(axis=0) + 1e-9
    shares = np.maximum(totals / totals.sum(axis=1, keepdims=True), 0.01)
    result: Array = shares / shares.sum(axis=1, keepdims=True)
    return result


def net_ramp_flow(total: Array, distance_m: Array, free_mps: float, period_s: float) -> Array:
    """Return (T, S - 1) the vehicles per frame that join (leave: negative) between neighbouring stations, five-minute means."""
    index = np.arange(len(total))
    net = np.empty((len(total), total.shape[1] - 1))
    for section in range(net.shape[1]):
        lag = distance_m[section] / free_mps / period_s
        net[:, section] = np.interp(index + lag, index, total[:, section + 1]) - total[:, section]
    return smoothed(net, max(1, round(SMOOTH_S / period_s)))


def _exchange(
    total: Array, edges: Array, frames: slice, free_mps: float, cell_m: float, period_s: float, cells: int
) -> tuple[Array, Array]:
    """Vehicles per second that join each cell, and the share that leaves it (T, X)."""
    net = net_ramp_flow(total, np.diff(edges) * cell_m, free_mps, period_s)[frames]
    here = np.maximum(smoothed(total, max(1, round(SMOOTH_S / period_s)))[frames], 1e-6)
    joining, leaving = np.zeros((len(net), cells)), np.zeros((len(net), cells))
    for section in range(net.shape[1]):
        inside = slice(int(edges[section]), int(edges[section + 1]))
        number = inside.stop - inside.start
        joining[:, inside] = np.maximum(net[:, [section]], 0) / period_s / number
        share = np.minimum(np.maximum(-net[:, section], 0) / here[:, section], MOST_LEAVING)
        leaving[:, inside] = (1 - (1 - share) ** (1 / number))[:, None]
    return joining, leaving
