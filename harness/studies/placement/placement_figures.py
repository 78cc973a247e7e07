"""Figures of a placement study: scores against the number of stations, and against their spacing.

Every figure is drawn for a desktop, or `narrow` for a phone.
"""

from collections.abc import Callable
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from harness.reporting.figures.figure_style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    SMALL_PT,
    VERMILLION,
    dress,
    legend_below,
    new_panels,
)
from harness.scoring.intervals import Interval
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.station_values import PlacementResult

Value = Callable[[PlacementResult], float]
Ends = Callable[[PlacementResult], Interval]


def draw_scores_by_size(findings: PlacementFindings, narrow: bool = False) -> Figure:
    """Return the figure of mean delay, DR and mean TTD of the detected against the number of stations (or money)."""
    figure, panels = new_panels(3, 3.4 if narrow else 5.2, narrow, ratios=(1.3, 1, 1))
    delay, rate, ttd = panels
    money = findings.study.budget.money is not None

    def x(found: PlacementResult) -> float:
        return found.price if money else float(len(found.placement.stations))

    _draw_calibration(delay, findings, x)
    drawn: list[tuple[Axes, Value, Ends]] = [
        (delay, lambda each: each.test.delay.mean, lambda each: each.test.delay.interval),
        (rate, lambda each: 100 * each.test.dr.value, lambda each: each.test.dr.interval.scaled(100)),
        (ttd, lambda each: each.test.score.ttd.mean, lambda each: each.test.score.ttd.interval),
    ]
    for axes, value, ends in drawn:
        _draw_test(axes, findings, x, value, ends)
    delay.set_ylim(bottom=0)
    rate.set_ylim(0, 102)
    ttd.set_ylim(bottom=0)
    for axes, title in zip(
        panels,
        ("Mean delay, s: lower is better", "Test incidents detected (DR), %", "Mean TTD of the detected, s"),
        strict=True,
    ):
        dress(axes, title)
    legend_below(figure, delay, 1 if narrow else 4)
    return figure


def _draw_calibration(axes: Axes, findings: PlacementFindings, x: Value) -> None:
    """Draw the calibration's delay of all placements tried and of the best, and the best with dead loops on the test."""
    money = findings.study.budget.money is not None
    at = [findings.site.price(each.stations) if money else len(each.stations) for each, _ in findings.tried]
    costs = [cost for _, cost in findings.tried]
    axes.plot(at, costs, ".", color="#c4c4c4", markersize=3, zorder=1, label=f"tried ({len(at)}), calibration")
    best = findings.best
    on_calibration = [each.calibration.delay.mean for each in best]
    axes.plot(
        [x(each) for each in best],
        on_calibration,
        "--",
        color=BLUE,
        linewidth=1.4,
        label="best, on the calibration incidents",
    )
    failing = [(x(each), each.failing.delay.mean) for each in best if each.failing is not None]
    share = findings.study.failures.dead_share
    axes.plot(
        [at for at, _ in failing],
        [delay_s for _, delay_s in failing],
        ":v",
        color=GREEN,
        markersize=5,
        linewidth=1.6,
        label=f"best, test, {100 * share:g} % of the loops dead",
    )


def _draw_test(axes: Axes, findings: PlacementFindings, x: Value, value: Value, ends: Ends) -> None:
    """Draw the results on the test: the best of each size with its band, evenly spaced ones, the existing, the chosen."""
    best, own, chosen = findings.best, findings.own, findings.chosen
    at, intervals = [x(each) for each in best], [ends(each) for each in best]
    low, high = [each.low for each in intervals], [each.high for each in intervals]
    axes.fill_between(at, low, high, color=BLUE, alpha=0.13, linewidth=0)
    values, label = [value(each) for each in best], "best, on the test incidents (95 %)"
    axes.plot(at, values, "-o", color=BLUE, linewidth=2.2, markersize=6, label=label, zorder=4)
    if findings.study.budget.money is None:  # existing stations have no price, and evenly spaced ones no budget
        even = [each for _, each in findings.even]
        if even:
            spaced = [value(each) for each in even]
            axes.plot([x(each) for each in even], spaced, "^", color=ORANGE, label="evenly spaced, test")
        axes.plot([x(own)], [value(own)], "D", color=INK, label="existing, test", zorder=5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("stations, with those at the ends", fontsize=SMALL_PT)
    else:
        axes.set_xlabel("money for new stations", fontsize=SMALL_PT)
    axes.plot(
        [x(chosen)],
        [value(chosen)],
        "o",
        markersize=13,
        markerfacecolor="none",
        markeredgecolor=VERMILLION,
        markeredgewidth=1.8,
        label="chosen",
        zorder=6,
    )


def draw_spacing(findings: PlacementFindings, narrow: bool = False) -> Figure | None:
    """Return the figure of DR and TTD on the test against the spacing of evenly spaced stations; None without any."""
    if not findings.even:
        return None
    figure, panels = new_panels(2, 3.2 if narrow else 4.0, narrow)
    even = sorted(findings.even, key=lambda each: each[0])
    at_m = [spacing_m for spacing_m, _ in even]
    shown: tuple[tuple[str, Value, Ends], ...] = (
        (
            "Test incidents detected (DR), %",
            lambda each: 100 * each.test.dr.value,
            lambda each: each.test.dr.interval.scaled(100),
        ),
        (
            "Mean TTD of the detected, s",
            lambda each: each.test.score.ttd.mean,
            lambda each: each.test.score.ttd.interval,
        ),
    )
    for axes, (title, value, ends) in zip(panels, shown, strict=True):
        values, intervals = [value(each) for _, each in even], [ends(each) for _, each in even]
        known = [index for index, one in enumerate(values) if isfinite(one)]
        low = [values[i] - intervals[i].low if isfinite(intervals[i].low) else 0.0 for i in known]
        high = [intervals[i].high - values[i] if isfinite(intervals[i].high) else 0.0 for i in known]
        axes.errorbar(
            [at_m[i] for i in known], [values[i] for i in known], yerr=[low, high], fmt="-^", color=ORANGE, capsize=3
        )
        axes.set_xlabel("requested spacing, m", fontsize=SMALL_PT)
        axes.set_ylim(bottom=0)
        dress(axes, title)
    panels[0].set_ylim(0, 102)
    return figure
