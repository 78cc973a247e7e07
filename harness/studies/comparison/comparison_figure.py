"""Figure of the operating curves: DR and mean TTD against false alarms per corridor-day, a line per detector.

A curve is drawn as `read_off` reads it: at each rate the last point before the false alarms exceed it, so it is a staircase.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detectors.calibration.aims import AIMS
from harness.reporting.figures.figure_style import FAINT, SMALL_PT, dress, legend_below, new_grid, new_panels
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_groups import groups_of
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.operating_curve import OperatingPoint

FEWEST = 0.03  # where a point without false alarms is drawn, on the logarithmic axis
MOST = 50.0
FIRST = {"sequential": "#c1272d", "trees": "#1b6ca8", "sheu2004": "#2a7f3f"}
OTHERS = ("#8c6bb1", "#d98c21", "#7a7a7a", "#00a0a0", "#a0522d", "#cc79a7", "#556b2f", "#999933")
DASHES = ("-", "--", "-.", ":")


def draw_comparison(comparison: Comparison, narrow: bool = False) -> Figure:
    """Return the figure: DR, and mean TTD, both against false alarms per corridor-day; dots: thresholds as shipped.

    More detectors than fit into one picture have a row of both panels per group, each with those of FIRST as its scale.
    """
    groups = groups_of(comparison.detectors)
    if len(groups) == 1:
        figure, panels = new_panels(2, 3.9 if narrow else 5.6, narrow)
        _draw_group(comparison, "", comparison.detectors, panels)
        legend_below(figure, panels[0], 3 if narrow else 7)
        return figure
    figure, rows = new_grid(len(groups), 2, 3.9 if narrow else 4.4, narrow)
    for (heading, names), panels in zip(groups, rows, strict=True):
        scale = [name for name in FIRST if name in comparison.detectors and name not in names]
        _draw_group(comparison, heading, (*names, *scale), panels)
        panels[0].legend(
            fontsize=SMALL_PT - 1.0, ncols=2 if narrow else 1, loc="lower right", framealpha=0.85, edgecolor="none"
        )
    return figure


def _draw_group(comparison: Comparison, heading: str, names: Sequence[str], panels: Sequence[Axes]) -> None:
    rates, times = panels
    for name, style in line_styles(names).items():
        points = staircase(comparison.curves.get(name, ()))
        shipped = [comparison.calibrated[name, aim] for aim in AIMS if (name, aim) in comparison.calibrated]
        _draw(
            rates,
            name,
            points,
            shipped,
            style,
            lambda each: 100 * each.dr.value,
            lambda each: each.dr.interval.scaled(100),
        )
        _draw(times, name, points, shipped, style, lambda each: each.ttd.mean, lambda each: each.ttd.interval)
        rates.plot([], [], marker="o", markersize=5, label=name, **style)
    for axes in panels:
        axes.set_xscale("log")
        axes.set_xlim(FEWEST * 0.85, MOST)
        axes.set_xticks([FEWEST, 0.1, 1, 10], ["none", "0.1", "1", "10"])
        axes.axvline(1.0, color=FAINT, linewidth=1.0, zorder=1)
        axes.set_xlabel("false alarms per corridor-day", fontsize=SMALL_PT)
    rates.set_ylim(0, 101)
    rates.set_ylabel("incidents detected (DR), %", fontsize=SMALL_PT)
    dress(rates, f"{heading.capitalize()}: DR" if heading else "Detection rate: higher is better")
    times.set_ylabel("mean time to detection (TTD), s", fontsize=SMALL_PT)
    times.set_ylim(0, _top(comparison))
    dress(times, f"{heading.capitalize()}: TTD" if heading else "Time of the detected: lower is better")


def figure_caption(comparison: Comparison) -> str:
    """Return what the lines, dots and bands of the figure show."""
    bold = ", ".join(name for name in FIRST if name in comparison.detectors)
    return (
        "Lines: the detector's threshold, lowered step by step. Dots: as shipped, with thresholds set on other runs for "
        f"0.1, 1 and 10 false alarms per corridor-day.{f' Bands: 95 % intervals ({bold}).' if bold else ''}"
    )


def line_styles(detectors: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return colour and dashes of every detector, no two the same; those of FIRST are bold."""
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


def staircase(points: Sequence[OperatingPoint]) -> list[OperatingPoint]:
    """Return the points of a curve that can be read off: the last point at each rate."""
    kept: list[OperatingPoint] = []
    for point in points:
        if kept and point.false_alarm_rate.value < kept[-1].false_alarm_rate.value:
            continue  # a lower threshold merged alarms: the point before had more false ones
        if kept and point.false_alarm_rate.value == kept[-1].false_alarm_rate.value:
            kept.pop()
        kept.append(point)
    return kept


def _draw(
    axes: Axes,
    name: str,
    points: Sequence[OperatingPoint],
    shipped: Sequence[OperatingPoint],
    style: Mapping[str, Any],
    value: Callable[[OperatingPoint], float],
    interval: Callable[[OperatingPoint], Interval],
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


def _rate(point: OperatingPoint) -> float:
    return max(point.false_alarm_rate.value, FEWEST)


def _top(comparison: Comparison) -> float:
    drawn = [
        *comparison.calibrated.values(),
        *(each for curve in comparison.curves.values() for each in staircase(curve)),
    ]
    times = [point.ttd.mean for point in drawn if isfinite(point.ttd.mean)]
    return float(max(times, default=100.0)) * 1.1
