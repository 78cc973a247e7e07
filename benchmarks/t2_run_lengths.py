"""What keeps Hotelling's T2 from its run length on residuals: its estimates, the order of frames, tails, or what values share.

    python -m benchmarks.t2_run_lengths results/calibration/runs/sr91-day-*

Frames per signal of T2 of the six residuals of each section, with limits for WANTED frames, residuals cut at 3 deviations (as the
charts of one series have them) and at 6 (as `hotelling_t2` ships):

on line                what `hotelling_t2` charts with `smoothing` 1; then with other memories of its covariance
phase I                each day judged by its own mean and covariance, with the exact limit of phase I: nothing is estimated on line
any order              frames shuffled: no value follows another, no hour has its own spread
normal margins         each residual replaced by the normal value of its rank: no tails, what residuals share is kept
independent residuals  each residual shuffled by itself: tails are kept, nothing is shared
t limits               limits for values whose spreads change together, a multivariate t: T2 nu / (nu - 2) / p ~ F(p, nu), nu
                       from the mean of T2 squared, which is p (p + 2) (nu - 2) / (nu - 4) (Mardia 1970)
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.special import fdtrc, ndtri

from benchmarks.chart_run_lengths import WANTED, residuals, t2_measured
from detectors.charts.t2_limits import phase_one_limit
from simulator.frame import Array
from simulator.recording.recording_folder import read_recording

SEED = 1


def known(values: Array) -> Array:
    """Return the frames (T', N, 6) in which every residual of every section is known."""
    return np.asarray(values[np.isfinite(values).all(axis=(1, 2))])


def shuffled(values: Array) -> Array:
    """Return the frames in random order."""
    return np.asarray(np.random.default_rng(SEED).permutation(known(values)))


def independent(values: Array) -> Array:
    """Return the values with each series in a random order of its own."""
    return np.asarray(np.random.default_rng(SEED).permuted(known(values), axis=0))


def normal_margins(values: Array) -> Array:
    """Return the normal value of each value's rank in its series."""
    full = known(values)
    return np.asarray(ndtri((full.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") + 0.5) / len(full)))


def own_t2(series: Array) -> Array:
    """Return T2 (T,) of the values (T, p) by their own mean and covariance."""
    off = series - series.mean(axis=0)
    return np.asarray((off @ np.linalg.inv(np.cov(series.T)) * off).sum(axis=1))


def phase_one(values: list[Array]) -> float:
    """Return frames per signal of each series in phase I."""
    frames = signals = 0
    for each in map(known, values):
        for place in range(each.shape[1]):
            limit = phase_one_limit(1.0 / WANTED, len(each), each.shape[2])
            frames += len(each)
            signals += int((own_t2(each[:, place]) > limit).sum())
    return frames / max(signals, 1)


def t_limits(values: list[Array]) -> float:
    """Return frames per signal of each series in phase I, by limits of a multivariate t of the series' own kurtosis."""
    frames = signals = 0
    for each in map(known, values):
        p = each.shape[2]
        for place in range(each.shape[1]):
            t2 = own_t2(each[:, place])
            excess = max(float((t2**2).mean()) / (p * (p + 2)) - 1.0, 1e-3)
            nu = 4.0 + 2.0 / excess
            frames += len(each)
            signals += int((fdtrc(p, nu, t2 * nu / (nu - 2.0) / p) < 1.0 / WANTED).sum())
    return frames / max(signals, 1)


def main(folders: list[str]) -> None:
    """Print the table."""
    recordings = [read_recording(Path(folder)) for folder in folders]
    cuts = [[residuals(each, most)[1] for each in recordings] for most in (3.0, 6.0)]

    def of_each(change: Callable[[Array], Array]) -> Callable[[list[Array]], float]:
        return lambda values: t2_measured([change(each) for each in values])

    rows: tuple[tuple[str, Callable[[list[Array]], float]], ...] = (
        ("on line", t2_measured),
        ("on line, covariance of 30 min", lambda values: t2_measured(values, memory_s=1800.0)),
        ("on line, covariance of a day", lambda values: t2_measured(values, memory_s=86400.0)),
        ("phase I, a day's own covariance", phase_one),
        ("on line, in any order", of_each(shuffled)),
        ("on line, normal margins", of_each(normal_margins)),
        ("on line, independent residuals", of_each(independent)),
        ("phase I, t limits", t_limits),
    )
    print("| T2 of six residuals | cut at 3 sd | cut at 6 sd |")
    print("| --- | --- | --- |")
    for name, frames_per_signal in rows:
        print(f"| {name} | {' | '.join(f'{frames_per_signal(values):.0f}' for values in cuts)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
