"""Figure of missed faults against false alarms: a panel per kind of fault, a line per detector."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from detectors.faults.fault_catalogue import DEFAULT_AIM
from harness.reporting.figures.figure_style import write_png
from harness.scoring.fault_score import FaultScore
from harness.studies.fault_detection.fault_comparison import FaultComparison

COLOURS = {
    "gp_cusum": "#c1272d",
    "gp_cusum_30s": "#d98c21",
    "conservation": "#2a7f3f",
    "pems": "#1b6ca8",
    "iris": "#8c6bb1",
}
FEWEST, MOST = 0.1, 100.0
COLUMNS = 4


def draw_fault_curves(path: Path, comparison: FaultComparison) -> None:
    """Write the figure: a line through a detector's settings; a dot, with its 95 % interval, where set for 1 per loop-month."""
    kinds = comparison.kinds
    rows = -(-(len(kinds) + 1) // COLUMNS)
    figure = Figure(figsize=(12.5, 2.6 * rows + 0.9), dpi=120, layout="constrained", facecolor="white")
    panels = np.atleast_1d(figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)).ravel()
    lines = []
    for axes, (title, own) in zip(panels, [("all faults", kinds), *((kind, (kind,)) for kind in kinds)], strict=False):
        lines = [_draw(axes, name, comparison, own) for name, aim in comparison.points if aim == DEFAULT_AIM]
        number = len(next(iter(comparison.points.values())).of(own).found)
        axes.set_title(f"{title} ({number})", loc="left", fontsize=10)
        axes.grid(True, alpha=0.25)
    for axes in panels[len(kinds) + 1 :]:
        axes.set_visible(False)
    panels[0].set_xscale("log")
    panels[0].set_xlim(FEWEST / 1.5, MOST)
    panels[0].set_ylim(-4, 104)
    panels[0].set_xticks([FEWEST, 1, 10, MOST], ["none", "1", "10", "100"])
    figure.supxlabel(
        "false alarms per loop-month (at other loops); dots: set for 1, with 95 % interval; lines: 0.4 to 4 times that threshold",
        fontsize=10,
    )
    figure.supylabel("faults not found within 30 min, %", fontsize=10)
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines), fontsize=10, frameon=False)
    write_png(path, figure)


def _draw(axes: Axes, name: str, comparison: FaultComparison, kinds: tuple[str, ...]) -> Line2D:
    colour = COLOURS.get(name, "#555555")
    set_for_one = comparison.points[name, DEFAULT_AIM].of(kinds)
    points = [score.of(kinds) for _, score in comparison.curves.get(name, [(1.0, set_for_one)])]
    missed = [100 * (1 - each.soon.value) for each in points]
    (line,) = axes.plot([_rate(each) for each in points], missed, ".-", color=colour, label=name, markersize=4)
    low, high = 100 * (1 - set_for_one.soon.interval.high), 100 * (1 - set_for_one.soon.interval.low)
    one = 100 * (1 - set_for_one.soon.value)
    axes.errorbar(
        [_rate(set_for_one)], [one], [[one - low], [high - one]], color=colour, fmt="o", markersize=6, alpha=0.8
    )
    return line


def _rate(score: FaultScore) -> float:
    return max(score.per_loop_month.value, FEWEST)
