"""Operating curves for a reader with one minute: DR and mean TTD against false alarms, one line per detector.

A curve is drawn as `read_off` reads it: at each rate the last point before the false alarms exceed it, so a staircase.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS
from harness.reporting.figures.figure_style import write_png
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.operating_curve import Point

FEWEST = 0.03  # false alarms per corridor-day at which a point without any is drawn
MOST = 50.0
FIRST = {"sequential": "#c1272d", "trees": "#1b6ca8", "sheu2004": "#2a7f3f"}
OTHERS = ("#8c6bb1", "#d98c21", "#7a7a7a", "#00a0a0", "#a0522d", "#cc79a7", "#556b2f", "#999933")
DASHES = ("-", "--", "-.", ":")


def draw_comparison(path: Path, comparison: Comparison) -> None:
    """Write the picture: left DR, right mean TTD, both against false alarms per corridor-day; dots: thresholds as shipped."""
    figure = Figure(figsize=(12.5, 6.2), dpi=130, layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2)
    lines = []
    for name, style in styles(comparison.detectors).items():
        points = staircase(comparison.curves.get(name, ()))
        shipped = [comparison.calibrated[name, aim] for aim in AIMS if (name, aim) in comparison.calibrated]
        _draw(
            left,
            name,
            points,
            shipped,
            style,
            lambda each: 100 * each.dr.value,
            lambda each: each.dr.interval.scaled(100),
        )
        _draw(right, name, points, shipped, style, lambda each: each.ttd.mean, lambda each: each.ttd.interval)
        lines += left.plot([], [], marker="o", markersize=5, label=name, **style)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xlim(FEWEST * 0.85, MOST)
        axes.set_xticks([FEWEST, 0.1, 1, 10], ["none", "0.1", "1", "10"])
        axes.axvline(1.0, color="#999999", linewidth=1.0, zorder=1)
        axes.set_xlabel(f"false alarms per corridor-day ({CORRIDOR_SECTIONS} sections, 24 h) in these runs")
        axes.grid(True, alpha=0.25)
    left.set_ylim(0, 101)
    left.set_ylabel("incidents detected (DR), %")
    left.set_title("How many it finds: higher and further left is better", loc="left", fontsize=11)
    right.set_ylabel("mean time to detection (TTD), s")
    right.set_ylim(0, _top(comparison))
    right.set_title("How soon, of those it finds: lower and further left is better", loc="left", fontsize=11)
    figure.legend(handles=lines, loc="outside lower center", ncols=7, fontsize=9, frameon=False)
    bold = ", ".join(name for name in FIRST if name in comparison.detectors)
    bands = f" Bands: 95 % ({bold})." if bold else ""
    figure.suptitle(
        "Lines: the detector's threshold, lowered step by step. Dots: as it ships, set on other runs for 0.1, 1 and 10 "
        f"per day.{bands}",
        fontsize=9.5,
    )
    write_png(path, figure)


def styles(detectors: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Every detector's own colour and dashes, the first ones bold."""
    others = [name for name in detectors if name not in FIRST]
    thin = {
        name: {
            "color": OTHERS[number % len(OTHERS)],
            "linestyle": DASHES[(number + number // len(OTHERS)) % len(DASHES)],
            "linewidth": 1.3,
            "zorder": 2,
        }
        for number, name in enumerate(others)
    }
    bold = {name: {"color": colour, "linestyle": "-", "linewidth": 2.6, "zorder": 3} for name, colour in FIRST.items()}
    return {name: bold.get(name) or thin[name] for name in detectors}


def staircase(points: Sequence[Point]) -> list[Point]:
    """The points of a curve that can be read off: the last one before each rise of the greatest rate so far."""
    kept: list[Point] = []
    for point in points:
        if kept and point.false_alarm_rate.value < kept[-1].false_alarm_rate.value:
            continue  # a lower threshold that joined alarms to one: what came before it had more
        if kept and point.false_alarm_rate.value == kept[-1].false_alarm_rate.value:
            kept.pop()
        kept.append(point)
    return kept


def _draw(
    axes: Axes,
    name: str,
    points: Sequence[Point],
    shipped: Sequence[Point],
    style: Mapping[str, Any],
    value: Callable[[Point], float],
    interval: Callable[[Point], Interval],
) -> None:
    known = [each for each in points if isfinite(value(each))]
    if known:
        rates = [
            *map(_rate, known),
            MOST if known[-1].false_alarm_rate.value < MOST else known[-1].false_alarm_rate.value,
        ]
        steps = [*known, known[-1]]
        axes.plot(rates, [value(each) for each in steps], drawstyle="steps-post", **style)
        if name in FIRST:
            ends = [interval(each) for each in steps]
            low, high = [end.low for end in ends], [end.high for end in ends]
            axes.fill_between(rates, low, high, step="post", color=style["color"], alpha=0.13, linewidth=0)
    size = 8 if name in FIRST else 5
    axes.plot(
        [_rate(each) for each in shipped],
        [value(each) for each in shipped],
        "o",
        color=style["color"],
        markeredgecolor="white",
        markersize=size,
        zorder=5 if name in FIRST else 4,
    )


def _rate(point: Point) -> float:
    return max(point.false_alarm_rate.value, FEWEST)


def _top(comparison: Comparison) -> float:
    drawn = [
        *comparison.calibrated.values(),
        *(each for curve in comparison.curves.values() for each in staircase(curve)),
    ]
    times = [point.ttd.mean for point in drawn if isfinite(point.ttd.mean)]
    return float(max(times, default=100.0)) * 1.1
