r"""`conservation`: what enters a section must leave it; a station that contradicts both its neighbours is wrong.

Every 5 min, N_k vehicles at station k. Between neighbours r_k vehicles arrive downstream per vehicle upstream (more or fewer
than 1 where there are ramps), learned from healthy days:

.. math::

    d_k &= (N_{k+1} - r_k N_k) / (s_k \sqrt{r_k N_k + N_{k+1}})       && \text{imbalance of section k, in deviations} \\
    e_k &= (d_{k-1} - d_k) / \sqrt 2                                  && \text{station k counts too many (too few where below 0)} \\
    g_l &= (n_l / N_k - p_l) / \sqrt{p_l (1 - p_l) / N_k} / q_l       && \text{lane l's share of its station, in deviations}

At the first and last station e is its only d. The station's evidence is given to the one lane whose share is furthest off in
the same direction; two-sided sums of it (`cusum_sums`) are compared with a threshold. Stations with a silent lane have no
total, and are no evidence. Storage in a section (a jam that grows) counts as noise: s_k covers it where the days have jams.
"""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import model_validator

from detectors.calibration.stored_text import parse_json, read_text
from detectors.detector import Decision, check_frame
from detectors.faults.cusum_sums import Sums, next_sums, zero_sums
from detectors.faults.fitted_file_schema import FittedFile
from detectors.faults.frame_aggregation import STEP_S, StepCounts
from detectors.faults.healthy_loop_rates import LoopRates, rate_tail, rates_of_rule
from detectors.faults.loop_index import Stations, check_fitted_on, stations_of
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import checked, misfit
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame, lanes_there

SLACK = 0.5
"""b of the sums, in deviations. Chosen; a larger one misses small shifts."""
HELD = 1.5
"""Largest sum, in thresholds, so that an alarm can end. Chosen."""
FORMAT = "laneblock conservation 2"
LEAST_SHARE = 0.01
"""Least share of a lane in its station's vehicles. Chosen, so that its deviation is not 0."""
LEAST_SPREAD = 1e-3
"""Least spread s and q. Chosen, so that nothing is divided by 0 where days are all alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """The usual balance: `ratio` r, `spread` s (S - 1,), `share` p, `share_spread` q (S, L); thresholds per loop-month.

    `stations` are those of the corridor it was learned on.
    """

    ratio: Array
    spread: Array
    share: Array
    share_spread: Array
    thresholds: Mapping[float, float]
    sources: str
    stations: Stations


def learn_balance(values: Array, corridor: Corridor, sources: str) -> Balance:
    """Return the usual balance from `values` (T, S x L) of healthy 5-min steps, without thresholds. Raises UserError."""
    there = lanes_there(corridor)
    cube = values.reshape(len(values), *there.shape)
    total = _totals(cube, there)
    up, down = total[:, :-1], total[:, 1:]
    both = np.isfinite(up) & np.isfinite(down)
    if not both.any(axis=0).all():
        bad = corridor.stations[int(np.argmin(both.any(axis=0)))].name
        raise UserError(f"conservation needs whole stations: {bad!r} and the next are never known together")
    ratio = np.array([down[ok, k].sum() / max(up[ok, k].sum(), 1.0) for k, ok in enumerate(both.T)])
    off = (down - ratio * up) / np.sqrt(np.maximum(ratio * up + down, 1.0))
    spread = np.maximum(_deviation(off), LEAST_SPREAD)
    share = np.nansum(cube, axis=0) / np.maximum(np.nansum(total, axis=0), 1.0)[:, np.newaxis]
    share = np.clip(share, LEAST_SHARE, 1 - LEAST_SHARE)
    share_spread = np.maximum(_deviation(_shares(cube, total, share)), LEAST_SPREAD)
    return Balance(ratio, spread, share, np.where(there, share_spread, 1.0), {}, sources, stations_of(corridor))


def _deviation(values: Array) -> Array:
    """Standard deviation over time (axis 0) of what is known; 0 where nothing is (a loop without data)."""
    known = np.isfinite(values)
    number = np.maximum(known.sum(axis=0), 1)
    apart = np.where(known, values - np.where(known, values, 0.0).sum(axis=0) / number, 0.0)
    return np.asarray(np.sqrt((apart**2).sum(axis=0) / number))


def _totals(cube: Array, there: Flags) -> Array:
    """(..., S) vehicles of a station; NaN with a lane unknown."""
    return np.asarray(np.where(there, cube, 0.0).sum(axis=-1))


def _shares(cube: Array, total: Array, share: Array) -> Array:
    vehicles = np.maximum(total, 1.0)[..., np.newaxis]
    return np.asarray((cube / vehicles - share) / np.sqrt(share * (1 - share) / vehicles))


def loop_evidence(values: Array, corridor: Corridor, balance: Balance) -> Array:
    """Return (S, L) each loop's evidence of one step, `values` (S x L,): above 0 for too many vehicles, NaN for no evidence."""
    there = lanes_there(corridor)
    cube = values.reshape(there.shape)
    total = _totals(cube, there)
    scale = balance.spread * np.sqrt(np.maximum(balance.ratio * total[:-1] + total[1:], 1.0))
    off = (total[1:] - balance.ratio * total[:-1]) / scale
    station = np.concatenate([[-off[0]], (off[:-1] - off[1:]) / np.sqrt(2), [off[-1]]])
    share = np.where(there, _shares(cube, total, balance.share) / balance.share_spread, 0.0)
    towards = share * np.sign(np.nan_to_num(station))[:, np.newaxis]
    blamed = np.arange(corridor.lanes) == np.argmax(np.nan_to_num(towards), axis=1)[:, np.newaxis]
    given = np.where(blamed & (np.nan_to_num(towards) > 0), station[:, np.newaxis], 0.0)
    return np.asarray(np.where(there & np.isfinite(station)[:, np.newaxis], given, np.nan))


class Conservation:
    """The detector: it adds up each loop's evidence, at most to HELD thresholds."""

    def __init__(self, corridor: Corridor, balance: Balance, threshold: float) -> None:
        check_fitted_on("conservation", balance.stations, corridor)
        self._corridor, self._balance, self._threshold = corridor, balance, threshold
        size = len(corridor.stations) * corridor.lanes
        self._steps = StepCounts(STEP_S, corridor.period_s, size)
        self._sums, self._seen = zero_sums(size), np.zeros(size, dtype=np.bool_)
        self._tail = rate_tail(balance.thresholds)
        self._previous_s: float | None = None

    @property
    def loop_rates(self) -> LoopRates:
        """The rates of every loop after the last frame."""
        sums = np.where(self._seen, self._sums.statistic, np.nan)
        if self._tail is None:
            return rates_of_rule(np.nan_to_num(sums) > self._threshold)
        return self._tail.loop_rates(sums, self._threshold)

    def step(self, frame: LoopFrame) -> Decision:
        """Decide about every loop. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        values = self._steps.add(frame)
        if values is not None:
            found = loop_evidence(values, self._corridor, self._balance).ravel()
            self._seen |= np.isfinite(found)
            sums, most = next_sums(self._sums, found, SLACK), HELD * self._threshold
            self._sums = Sums(np.minimum(sums.upper, most), np.minimum(sums.lower, most))
        score = np.where(self._seen, self._sums.statistic, np.nan)
        return Decision(frame.time_s, score, np.nan_to_num(score) > self._threshold)


def write_balance(path: Path, balance: Balance) -> None:
    """Write a balance for `read_balance`."""
    content = {
        "format": FORMAT,
        "thresholds": {f"{aim:g}": value for aim, value in balance.thresholds.items()},
        **{name: getattr(balance, name).tolist() for name in ("ratio", "spread", "share", "share_spread")},
        "stations": [list(station) for station in balance.stations],
        "sources": balance.sources,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_balance(path: Path) -> Balance:
    """Return the balance in a file. Raises MissingFileError, UserError naming file and fault."""
    content = parse_json(
        read_text(path, "file"), str(path), "a balance of conservation (as laneblock calibrate writes it)"
    )
    if content.get("format") != FORMAT:
        got = reprlib.repr(content.get("format"))
        raise UserError(f"{path}: no balance of conservation: wanted format {FORMAT!r}, got {got} (calibrate it again)")
    read = checked(_BalanceFile, content, str(path))
    return Balance(read.ratio, read.spread, read.share, read.share_spread, read.thresholds, read.sources, read.stations)


class _BalanceFile(FittedFile):
    """The file of a balance."""

    ratio: Weights
    spread: Weights
    share: Matrix
    share_spread: Matrix

    @model_validator(mode="after")
    def _fits(self) -> Self:
        stations, wide = len(self.stations), max(lanes for _, _, lanes in self.stations)
        sizes = {
            "ratio": (stations - 1,),
            "spread": (stations - 1,),
            "share": (stations, wide),
            "share_spread": (stations, wide),
        }
        for name, size in sizes.items():
            values = getattr(self, name)
            if values.shape != size:
                raise misfit(f"{name}", f"wanted {stations} stations of {wide} lanes, shape {size}, got {values.shape}")
            least = {"ratio": 0.0, "share": LEAST_SHARE}.get(name, LEAST_SPREAD)
            if not (values >= least).all():
                raise misfit(f"{name}", f"wanted numbers of {least:g} or more, got {values.min():g}")
        if not (self.share <= 1 - LEAST_SHARE).all():
            raise misfit(
                "share", f"wanted shares of a station, {LEAST_SHARE:g} to {1 - LEAST_SHARE:g}, got {self.share.max():g}"
            )
        return self
