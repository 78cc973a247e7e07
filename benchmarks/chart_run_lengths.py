"""Run lengths that control charts promise, and keep on incident-free frames: of raw readings, and of residuals.

    python -m benchmarks.chart_run_lengths results/calibration/runs/sr91-day-*

Raw: a station's occupancy, in deviations about the mean of all its frames before, as a chart of readings would have it. Residuals:
the series of sections that the charts of `detectors/charts` are of. Each chart starts afresh after a signal; the first hour is
left out.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.special import chdtri

from detectors.charts.average_run_length import cusum_run_length, ewma_run_length, shewhart_run_length, t2_run_length
from detectors.charts.cusum import CusumChart, decision_interval
from detectors.charts.ewma import EwmaChart, EwmaParameters, ewma_limit
from detectors.charts.forgetting_moments import kept_share
from detectors.charts.hotelling_t2 import COVARIANCE_MEMORY_S, HotellingParameters, T2Chart
from detectors.charts.section_chart import Chart
from detectors.charts.section_series import SectionSeries
from detectors.charts.xbar import XbarChart
from detectors.classical.station_means import station_means
from simulator.frame import Array
from simulator.recording.recording_folder import Recording, read_recording

WANTED = 370.0
"""Average run length that cusum and ewma are set for, frames."""
FIRST_FRAMES = 120
"""Frames left out at the start of a recording: an hour of 30 s, in which a station's mean is learned."""
REFERENCE, SMOOTHING, PERIOD_S = 0.5, 0.3, 30.0
GAP = 9
"""Frames between phase I and a moving average of T2: 4 % of a frame are left in the average."""


def raw(recording: Recording) -> Array:
    """Return (T, S, 3) flows, speeds and occupancies in deviations of the recording's frames so far."""
    means = [station_means(frame, recording.corridor.period_s) for frame in recording.frames]
    read = np.array([np.column_stack([each.flow, each.speed, each.occupancy]) for each in means])
    values = np.where(np.isfinite(read), read, np.nanmean(read[0], axis=0))  # no vehicle: some speed
    number = np.arange(1, len(values) + 1)[:, None, None]
    mean = np.cumsum(values, axis=0) / number
    sd = np.sqrt(np.maximum(np.cumsum(values**2, axis=0) / number - mean**2, 1e-6))
    z = np.full_like(values, np.nan)
    z[1:] = (values[1:] - mean[:-1]) / sd[:-1]
    return z[FIRST_FRAMES:]


def residuals(recording: Recording, most: float) -> tuple[Array, Array]:
    """Return (T, N) the series of sections, as `ewma` charts them, and (T, N, 6) their parts, cut at `most`."""
    set_for = EwmaParameters()
    series = SectionSeries(recording.corridor, set_for.memory_s, set_for.flow_upstream, set_for.downstream, most)
    found = [series.step(frame) for frame in recording.frames][FIRST_FRAMES:]
    return np.array([each.white for each in found]), np.array([each.parts for each in found])


def t2_measured(
    values: list[Array], smoothing: float = 1.0, memory_s: float = COVARIANCE_MEMORY_S, gap: int = 0
) -> float:
    """Return frames per signal of T2, with limits for WANTED frames, on (T, N, 6) values; of its moving average, frames per
    first frame of a signal."""
    frames = signals = 0
    for each in values:
        chart = T2Chart(smoothing, each.shape[1], each.shape[2], kept_share(PERIOD_S, memory_s), gap=gap)
        found = np.array([chart.step(row) for row in each])
        frames += int(np.isfinite(found).sum())
        above = found < -np.log10(WANTED)
        signals += int((above if smoothing == 1.0 else above[1:] & ~above[:-1]).sum())
    return frames / max(signals, 1)


def measured(series: list[Array], make: Callable[[], Chart]) -> float:
    """Return frames per signal of one chart per column, started afresh after each signal."""
    frames = signals = 0
    for column in (values[:, place : place + 1] for values in series for place in range(values.shape[1])):
        chart = make()
        for value in column:
            sides = chart.step(value)
            frames += bool(np.isfinite(value[0]))
            if np.fmax(sides.upper, sides.lower)[0] > 1.0:
                signals += 1
                chart = make()
    return frames / max(signals, 1)


def main(folders: list[str]) -> None:
    """Print promised and measured run lengths as a table."""
    recordings = [read_recording(Path(folder)) for folder in folders]
    readings, left = [raw(each) for each in recordings], [residuals(each, EwmaParameters().most) for each in recordings]
    before, after = [each[:, :, 2] for each in readings], [series for series, _ in left]
    interval, limit = decision_interval(WANTED, REFERENCE), ewma_limit(WANTED, SMOOTHING)
    charts: tuple[tuple[str, float, Callable[[], Chart]], ...] = (
        ("xbar, with run rules", shewhart_run_length(3.0), lambda: XbarChart(1)),
        ("cusum, k = 0.5", cusum_run_length(interval, REFERENCE), lambda: CusumChart(REFERENCE, interval, (1,))),
        (f"ewma, lambda = {SMOOTHING:g}", ewma_run_length(limit, SMOOTHING), lambda: EwmaChart(SMOOTHING, limit, (1,))),
    )
    white = [np.random.default_rng(1).standard_normal((50_000, 4))]
    left_of = f"residuals ({len(recordings)} recordings)"
    print(f"| chart | promised, frames | white noise | raw occupancy (T2: all three) | {left_of} |")
    print("| --- | --- | --- | --- | --- |")
    for name, promised, make in charts:
        cells = (measured(values, make) for values in (white, before, after))
        print(f"| {name} | {promised:.0f} | {' | '.join(f'{cell:.0f}' for cell in cells)} |", flush=True)
    noise = np.random.default_rng(2).standard_normal((2_000, 100, 6))
    parts = [residuals(each, HotellingParameters().most)[1] for each in recordings]
    both = [np.concatenate([each[:, :-1], each[:, 1:]], axis=2) for each in readings]
    average = t2_run_length(float(chdtri(6, 1.0 / WANTED)), 6, SMOOTHING)
    for name, promised, smoothing, gap in (
        ("T2 of six values", WANTED, 1.0, 0),
        (f"MEWMA, lambda = {SMOOTHING:g}, phase I {GAP} frames behind", average, SMOOTHING, GAP),
        (f"MEWMA, lambda = {SMOOTHING:g}, as it ships", average, SMOOTHING, 0),
    ):
        cells = (t2_measured(values, smoothing, gap=gap) for values in ([noise], both, parts))
        print(f"| {name} | {promised:.0f} | {' | '.join(f'{cell:.0f}' for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
