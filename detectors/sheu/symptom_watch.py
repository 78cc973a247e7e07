"""The quantities that the symptom rules compare with thresholds (`symptom_rules`), frame by frame.

Conventions: N sections, L lanes, S stations, R rules; the lanes of a section are those both its stations have. What is
missing is measured in standard deviations of a count: with e expected in a frame and D counted, over the last w frames,
sum(e - D) / sqrt(sum(var) + 1); the 1 keeps few vehicles from looking like many. "Before" is the mean over the memory
before the longest window. What a lane lacks upstream already, now or two frames ago, is no evidence about the section:
its cause is further upstream. So count_missing and share_fell count only where share_differs exceeds
`count_gate`. Occupancy rules look at the last two frames, and count only where count_missing or share_fell, before
that gate, exceed `occupancy_gate` over four frames: occupancy alone is congestion.

NaN (dead loop, no data, too early, a gap in time within the window) is no symptom.
"""

from collections import deque

import numpy as np

from detectors.sheu.sheu_parameters import SymptomParameters
from detectors.sheu.symptom_rules import COUNT_WINDOWS, RULE_INDEX, RULES
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame, lanes_there

LAG = 2
"""Frames that vehicles may need from one station to the next. Chosen: 1.6 km in a minute at 27 m/s."""
OCCUPANCY_WINDOW = 2
"""Frames that occupancies are averaged over. Chosen; the mean below is of this frame and the last."""
GATE_WINDOW = 4
"""Frames over which a count must fall short before the occupancy rules count. Chosen; one of COUNT_WINDOWS."""
GAP_PERIODS = 1.5
"""Periods between two frames' ends from which a frame is missing: halfway between one period and two."""


class SymptomWatch:
    """The rules' quantities (R, N, L), frame by frame, of all sections and lanes at once.

    A gap in time empties the windows; one longer than the memory clears that too.
    """

    def __init__(self, corridor: Corridor, parameters: SymptomParameters) -> None:
        self._memory, self._settle = parameters.memory_frames, parameters.settle_frames
        self._count_gate, self._occupancy_gate = parameters.count_gate, parameters.occupancy_gate
        self._period_s = corridor.period_s
        there = lanes_there(corridor)
        self._shared = there[:-1] & there[1:]  # (N, L): lanes that both stations of a section have
        self._begin(*there.shape)

    def _begin(self, stations: int, lanes: int) -> None:
        shape = (stations, lanes)
        self._before = np.zeros((2, *shape))  # mean count and occupancy
        self._frames_before = np.zeros((2, *shape))
        self._recent: deque[Array] = deque()  # (2, S, L) frames still within the longest window
        self._share = np.full((COUNT_WINDOWS[-1] + LAG, 2, stations, lanes), np.nan)  # newest first
        self._given = np.full((COUNT_WINDOWS[-1], 2, stations - 1, lanes), np.nan)
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Array:
        """Return the rules' quantities at the end of `frame`, (R, N, L), NaN where nothing is known."""
        self._empty_after_gap(frame.time_s, frame.count.shape)
        self._previous_s = frame.time_s
        now = np.stack((frame.count, frame.occupancy))
        known = self._frames_before >= self._settle
        before = np.where(known, self._before, np.nan)
        self._share[1:], self._given[1:] = self._share[:-1].copy(), self._given[:-1].copy()
        self._share[0], self._given[0] = _missing(now[0], before[0])
        quantities = self._quantities(now[1], before[1])
        quantities[:, ~self._shared] = np.nan
        self._remember(now)
        return quantities

    @property
    def flow_vphpl(self) -> Array:
        """Mean flow before, at each section's upstream station, (N,) [veh/h/lane]; NaN where not known."""
        known = (self._frames_before[0] >= self._settle)[:-1]
        lanes = known.sum(axis=1)
        counts = np.where(known, self._before[0, :-1], 0.0).sum(axis=1)
        per_lane = counts / np.where(lanes > 0, lanes, np.nan)
        return np.asarray(per_lane * 3600.0 / self._period_s)

    def _empty_after_gap(self, time_s: float, shape: tuple[int, ...]) -> None:
        if self._previous_s is None or time_s - self._previous_s < GAP_PERIODS * self._period_s:
            return
        if time_s - self._previous_s > self._memory * self._period_s:
            self._begin(*shape)
            return
        while self._recent:
            self._absorb(self._recent.popleft())
        self._share[:] = self._given[:] = np.nan

    def _remember(self, now: Array) -> None:
        self._recent.append(now)
        if len(self._recent) >= COUNT_WINDOWS[-1]:
            self._absorb(self._recent.popleft())

    def _absorb(self, old: Array) -> None:
        known = np.isfinite(old)
        weight = known / np.minimum(self._frames_before + 1.0, self._memory)
        self._before += weight * (np.where(known, old, 0.0) - self._before)
        self._frames_before += known

    def _quantities(self, occupancy: Array, before: Array) -> Array:
        quantities = np.full((len(RULES), *self._shared.shape), np.nan)
        gate = np.zeros(self._shared.shape, dtype=np.bool_)
        fell = np.cumsum(self._share, axis=0)  # (ages, 2, S, L): sums over the last 1, 2 ... frames
        given = np.cumsum(self._given, axis=0)
        for w in COUNT_WINDOWS:
            down = fell[w - 1][:, 1:]
            up = fell[w - 1][:, :-1]
            lagged = (fell[w - 1 + LAG] - fell[LAG - 1])[:, :-1]
            here = np.fmax(np.fmax(up[0], lagged[0]), 0.0)  # what the lane lacks upstream already, now or just before
            more = (down[0] - here) / np.sqrt(down[1] + up[1] + 1.0)
            share = down[0] / np.sqrt(down[1] + 1.0)
            missing = given[w - 1][0] / np.sqrt(given[w - 1][1] + 1.0)
            if w == GATE_WINDOW:
                gate = (share > self._occupancy_gate) | (missing > self._occupancy_gate)
            quantities[RULE_INDEX[f"share_differs_{w}"]] = more
            quantities[RULE_INDEX[f"count_missing_{w}"]] = np.where(more > self._count_gate, missing, np.nan)
            quantities[RULE_INDEX[f"share_fell_{w}"]] = np.where(more > self._count_gate, share, np.nan)
        if gate.any() and self._recent:
            mean = (occupancy + self._recent[-1][1]) / OCCUPANCY_WINDOW
            for name, value in (
                ("occupancy_high", mean[:-1]),
                ("occupancy_differs", mean[:-1] - mean[1:]),
                ("occupancy_rose", mean[:-1] - before[:-1]),
            ):
                quantities[RULE_INDEX[name]] = np.where(gate, value, np.nan)
        return quantities


def _missing(count: Array, before: Array) -> tuple[Array, Array]:
    """Return what one frame lacks, each with its variance: by the lane's share, (2, S, L), and given the count upstream, (2, N, L).

    `count` and `before` (its mean before) are (S, L). Sums over lanes take those known both now and before.
    """
    known = np.isfinite(count) & np.isfinite(before)
    total_now = np.where(known, count, 0.0).sum(axis=1, keepdims=True)
    total_before = np.where(known, before, 0.0).sum(axis=1, keepdims=True)
    total_before[total_before <= 0] = np.nan
    growth = total_now / total_before
    by_share = before * growth
    by_upstream = before[1:] * growth[:-1]
    remainder = np.maximum(1.0 - before / total_before, 0.0)  # rounding may leave -1e-16
    share = np.stack((by_share - count, by_share * remainder))
    given = np.stack((by_upstream - count[1:], by_upstream * (1.0 + before[1:] / total_before[:-1])))
    return share, given
