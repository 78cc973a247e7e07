"""Missed faults against false alarms, one small picture per kind of fault, one line per detector."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from harness.fault_comparison import FaultComparison
from harness.fault_score import FaultScore

COLOURS = {
    "gp_cusum": "#c1272d",
    "gp_cusum_30s": "#d98c21",
    "conservation": "#2a7f3f",
    "pems": "#1b6ca8",
    "iris": "#8c6bb1",
}
FEWEST, MOST = 0.1, 1000.0
COLUMNS = 4


def draw_fault_curves(path: Path, comparison: FaultComparison) -> None:
    """Write the picture; bands are 95 %, dots the detectors as they are set (filled: for 1 per loop-month)."""
    kinds = comparison.kinds
    rows = -(-(len(kinds) + 1) // COLUMNS)
    figure = Figure(figsize=(12.5, 2.6 * rows + 0.9), layout="constrained", facecolor="white")
    panels = np.atleast_1d(figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)).ravel()
    lines = []
    for axes, (title, own) in zip(panels, [("all faults", kinds), *((kind, (kind,)) for kind in kinds)], strict=False):
        lines = [_draw(axes, name, comparison, own) for name in comparison.curves]
        number = len(next(iter(comparison.points.values())).of(own).found)
        axes.set_title(f"{title} ({number})", loc="left", fontsize=10)
        axes.grid(True, alpha=0.25)
    for axes in panels[len(kinds) + 1 :]:
        axes.set_visible(False)
    panels[0].set_xscale("log")
    panels[0].set_xlim(FEWEST, MOST)
    panels[0].set_ylim(-2, 102)
    panels[0].set_xticks([FEWEST, 1, 10, 100, MOST], ["none", "1", "10", "100", "1000"])
    figure.supxlabel("false alarms per loop-month", fontsize=10)
    figure.supylabel("faults not found within 30 min, %", fontsize=10)
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines), fontsize=10, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _draw(axes: Axes, name: str, comparison: FaultComparison, kinds: tuple[str, ...]) -> Line2D:
    colour = COLOURS.get(name, "#555555")
    points = _staircase([score.of(kinds) for _, score in comparison.curves[name]])
    (line,) = axes.plot(
        [_rate(each) for each in points], [100 * (1 - each.soon) for each in points], color=colour, label=name,
        drawstyle="steps-post",
    )  # fmt: skip
    low = [100 * (1 - each.soon_interval.high) for each in points]
    high = [100 * (1 - each.soon_interval.low) for each in points]
    axes.fill_between([_rate(each) for each in points], low, high, step="post", color=colour, alpha=0.1, linewidth=0)
    for (own, aim), score in comparison.points.items():
        if own == name:
            one = score.of(kinds)
            face = colour if aim == 1 else "white"
            axes.plot([_rate(one)], [100 * (1 - one.soon)], "o", color=colour, markerfacecolor=face, markersize=6)
    return line


def _staircase(points: list[FaultScore]) -> list[FaultScore]:
    kept: list[FaultScore] = []
    for point in points:
        if kept and point.per_loop_month < kept[-1].per_loop_month:
            continue  # a lower threshold that joined alarms to one
        kept.append(point)
    return kept


def _rate(score: FaultScore) -> float:
    return max(score.per_loop_month, FEWEST)
