"""The pictures of a study of anomalies: the share found by detector and kind, and what one anomaly of each kind looks like."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import (
    BLUE,
    DPI,
    FAINT,
    INK,
    SMALL_PT,
    TEXT_PT,
    VERMILLION,
    WIDE_IN,
    WIDTH_IN,
    dress,
    new_grid,
)
from harness.studies.anomalies.anomaly_replays import recording_of
from harness.studies.anomalies.anomaly_score import DetectorScore
from harness.studies.anomalies.anomaly_study import AnomalyFindings
from harness.studies.anomalies.anomaly_truth import AnomalousRun, Anomaly
from scenarios.anomaly import ANOMALY_KINDS
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

DARK = 0.55
"""Share found from which a cell's text is white. Chosen: legible on the darker half of the colours."""
MARGIN_S = 1800.0
"""Time shown before and after an anomaly, s. Chosen: shows the level that it departs from."""
SPIKE_MARGIN_S = 600.0
KMH = 3.6
HOUR_S = 3600.0


def draw_found(findings: AnomalyFindings, narrow: bool = False) -> Figure:
    """Return the heat table: detectors by kinds, darker where more is found, with counts; the last row is chance."""
    kinds, scores = findings.kinds, findings.scores
    shares = np.array([[score.dr([kind]).value for kind in kinds] for score in scores])
    shares = np.vstack([shares, [findings.chance[kind] for kind in kinds]])
    names = [*(score.detector for score in scores), "by chance"]
    row_in, top_in = 0.32, 1.3
    figure = Figure(
        figsize=(WIDTH_IN if narrow else WIDE_IN, row_in * len(names) + top_in),
        dpi=DPI,
        facecolor="white",
        layout="constrained",
    )
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, score in enumerate(scores):
        for column, kind in enumerate(kinds):
            _cell(axes, row, column, shares[row, column], _count(score, kind, narrow))
    for column, kind in enumerate(kinds):
        of = len(scores[0].of_kind(kind))
        text = f"{findings.chance[kind] * of:.1f}"
        _cell(axes, len(scores), column, shares[-1, column], text if narrow else f"{text} of {of}")
    axes.axhline(len(scores) - 0.5, color=INK, linewidth=1.2)
    labels = [kind if narrow else f"{kind}\n{_group(kind)}" for kind in kinds]
    axes.set_xticks(range(len(kinds)), labels, fontsize=SMALL_PT, rotation=60 if narrow else 0)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL_PT)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, colors=INK)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def found_caption(findings: AnomalyFindings) -> str:
    """Return what the heat table shows."""
    return (
        "Darker: a larger share found. All thresholds allow the same rate of false alarms on days without anomalies, "
        f"{findings.study.false_per_day:g} per corridor-day. Last row: what alarms at random would find at that rate."
    )


def draw_examples(findings: AnomalyFindings, narrow: bool = False) -> Figure | None:
    """Return a panel per kind: flow (blue) and speed at the station that shows an example best; None without anomalies."""
    examples = [(kind, *found) for kind in findings.kinds if (found := _example(findings, kind)) is not None]
    if not examples:
        return None
    columns = 1 if narrow else 4
    figure, rows = new_grid(-(-len(examples) // columns), columns, 1.9, narrow)
    panels = [axes for row in rows for axes in row]
    for axes, (kind, run, anomaly) in zip(panels, examples, strict=False):
        _draw_example(axes, kind, run, anomaly)
    for axes in panels[len(examples) :]:
        axes.set_visible(False)
    return figure


def examples_caption() -> str:
    """Return what the examples show."""
    return (
        "One anomaly of each kind at one station. Blue, left axis: flow, veh/h and lane (of the one loop, where the anomaly is "
        "a loop's); red, right axis: speed, km/h. Grey: from onset to end. Time in minutes from the onset."
    )


def _cell(axes: Axes, row: int, column: int, share: float, text: str) -> None:
    colour = "white" if share > DARK else INK
    axes.text(column, row, text, ha="center", va="center", fontsize=SMALL_PT, color=colour)


def _count(score: DetectorScore, kind: str, narrow: bool) -> str:
    share = score.dr([kind])
    return f"{share.part}" if narrow else f"{share.part} of {share.whole}"


def _group(kind: str) -> str:
    what = ANOMALY_KINDS[kind]
    return f"{what.anomaly_class},\n{what.extent}"


def _example(findings: AnomalyFindings, kind: str) -> tuple[AnomalousRun, Anomaly] | None:
    """The first counted anomaly of a kind, with its run."""
    for run in findings.runs:
        for anomaly in run.anomalies:
            if anomaly.kind == kind and anomaly.counted:
                return run, anomaly
    return None


def _draw_example(axes: Axes, kind: str, run: AnomalousRun, anomaly: Anomaly) -> None:
    recording = recording_of(run.folder)
    station, lane = _loop(anomaly, recording.corridor)
    margin_s = SPIKE_MARGIN_S if kind == "spike" else MARGIN_S
    shown = (run.times_s > anomaly.onset_s - margin_s) & (run.times_s <= anomaly.end_s + margin_s)
    frames = [frame for frame, show in zip(recording.frames, shown, strict=True) if show]
    minutes = (run.times_s[shown] - anomaly.onset_s) / 60.0
    flow, speed = _signals(frames, station, lane, recording.corridor.period_s)
    last = min((anomaly.end_s - anomaly.onset_s) / 60.0, float(minutes[-1]))
    axes.axvspan(0.0, last, color="#e6e6e6", zorder=0)
    axes.plot(minutes, flow, color=BLUE, linewidth=0.9)
    beside = axes.twinx()
    beside.plot(minutes, speed * KMH, color=VERMILLION, linewidth=0.9)
    beside.set_ylim(0, 140)
    beside.tick_params(labelsize=SMALL_PT - 1, colors=FAINT, length=2)
    axes.set_ylim(0, None)
    dress(axes, f"{kind}: {recording.corridor.stations[station].name}")
    axes.title.set_fontsize(TEXT_PT)
    axes.tick_params(labelsize=SMALL_PT - 1)
    for side in beside.spines.values():
        side.set_visible(False)


def _loop(anomaly: Anomaly, corridor: Corridor) -> tuple[int, int | None]:
    """The station that shows an anomaly, and its loop where it is one loop's: downstream of an incident, else the middle."""
    if anomaly.station is not None:
        return anomaly.station, anomaly.lane
    if anomaly.what.incident:
        return anomaly.sections[-1] + 1, None
    return len(corridor.stations) // 2, None


def _signals(frames: Sequence[LoopFrame], station: int, lane: int | None, period_s: float) -> tuple[Array, Array]:
    """Flow [veh/h and lane] and speed [m/s], both (T,), of a station's loops or of one; NaN where unknown."""
    lanes = slice(None) if lane is None else slice(lane, lane + 1)
    count = np.array([frame.count[station, lanes] for frame in frames])
    speed = np.array([frame.speed[station, lanes] for frame in frames])
    weight = np.where(np.isfinite(speed), count, 0.0)
    known = np.isfinite(count)
    loops = known.sum(axis=1)
    flow = np.where(loops > 0, np.where(known, count, 0.0).sum(axis=1) / np.maximum(loops, 1), np.nan)
    vehicles = weight.sum(axis=1)
    mean = np.where(vehicles > 0, (np.nan_to_num(speed) * weight).sum(axis=1) / np.maximum(vehicles, 1e-9), np.nan)
    return flow * HOUR_S / period_s, mean
