"""Pictures of a placement study: the road with what was chosen, what stations buy, and one incident seen by two placements.

Colours: Okabe and Ito (2008), each doubled by a shape. Every picture stands alone: axes, units, what each mark is.
"""

from collections.abc import Callable
from math import isfinite

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from harness.reporting.figures.figure_style import BLUE, FAINT, GRID, INK, VERMILLION, png
from harness.scoring.intervals import Interval
from harness.studies.placement.judge_placement import PlacementScore
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.station_values import PlacementResult

GREEN, ORANGE = "#009e73", "#e69f00"
WIDTH_IN, DPI = 11.5, 110
Value = Callable[[PlacementResult], float]
Ends = Callable[[PlacementResult], Interval]
LANE_H = 0.16  # drawn height of a lane on the road
RAMP_KM = 0.03  # drawn slant of a ramp


def draw_road(findings: Findings) -> bytes:
    """The road with ramps, where stations may and may not be built, the best placement of each size, and the incidents."""
    rows = [("the site's own", findings.own, INK), *((each.label, each, BLUE) for each in findings.best)]
    if findings.sturdy is not None:
        rows.append(("with dead loops in mind", findings.sturdy, GREEN))
    figure = Figure(figsize=(WIDTH_IN, 2.6 + 0.34 * len(rows)), dpi=DPI, layout="constrained", facecolor="white")
    road, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.0, 0.6 + 0.34 * len(rows)])
    _draw_lanes(road, findings)
    for number, (_, found, colour) in enumerate(rows):
        chosen = found.label == findings.chosen.label
        at_km = np.array(found.placement.positions_m(findings.dense)) / 1000
        if chosen:
            below.axhspan(number - 0.42, number + 0.42, color="#e8f1f8", zorder=0)
            for each in at_km:
                below.plot([each, each], [-0.7, number], color=BLUE, linewidth=0.7, alpha=0.5, zorder=1)
        below.plot(at_km, [number] * len(at_km), color=GRID, linewidth=1, zorder=1)
        marker = "D" if colour == INK else "o"
        below.plot(at_km, [number] * len(at_km), marker, color=colour, markersize=6.5, zorder=3, clip_on=False)
    names = [f"{label}{'  (chosen)' if found.label == findings.chosen.label else ''}" for label, found, _ in rows]
    delays = [f"{found.test.delay.mean:.0f} s" for _, found, _ in rows]
    below.set_yticks(range(len(rows)), names, fontsize=9)
    right = below.twinx()
    below.set_ylim(len(rows) - 0.4, -0.7)
    right.set_ylim(len(rows) - 0.4, -0.7)
    right.set_yticks(range(len(rows)), delays, fontsize=9)
    right.text(1.0, -0.75, "  test delay", transform=right.get_yaxis_transform(), fontsize=8, color=FAINT, va="bottom")
    below.set_xlabel("position, km downstream  (traffic →)", fontsize=9)
    for axes in (road, below, right):
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0, colors=INK)
    return png(figure)


def _draw_lanes(axes: Axes, findings: Findings) -> None:
    road, site = findings.road, findings.site
    first_m, last_m = road.station[0].position_m, road.station[-1].position_m
    height = LANE_H * road.lanes
    axes.fill_between([first_m / 1000, last_m / 1000], 0, height, color="#d9d9d9", linewidth=0)
    for lane in range(1, road.lanes):
        axes.plot([first_m / 1000, last_m / 1000], [LANE_H * lane] * 2, color="white", linewidth=0.8, dashes=(6, 4))
    for ramp in road.ramp:
        start, end = ramp.start_m / 1000, ramp.end_m / 1000
        axes.fill_between([start, end], -LANE_H, 0, color="#bdbdbd", linewidth=0)
        # arrows stand steep, and names outside them: an off-ramp ends shortly before its on-ramp begins
        on = ramp.kind == "on"
        tip, foot = (start, start - RAMP_KM) if on else (end, end + RAMP_KM)
        ends = ((tip, -LANE_H / 2), (foot, -4 * LANE_H))
        arrow = {"arrowstyle": "-|>" if on else "<|-", "color": FAINT, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", *ends, arrowprops=arrow)
        axes.text(tip, -4.4 * LANE_H, ramp.name, ha="left" if on else "right", va="top", fontsize=8, color=FAINT)
    for number, (start_m, end_m) in enumerate(findings.study.candidates.forbidden_m):
        label = "nothing can be built" if number == 0 else None
        axes.axvspan(start_m / 1000, end_m / 1000, ymin=0.3, color=VERMILLION, alpha=0.22, linewidth=0, label=label)
    free = sorted({site.positions_m[option.station] for option in site.options})
    axes.plot(
        [each / 1000 for each in free],
        [height + 0.1] * len(free),
        "|",
        color=FAINT,
        markersize=7,
        label=f"may be built ({len(free)} places)",
    )
    standing = [site.positions_m[at.station] / 1000 for at in site.fixed]
    axes.plot(standing, [height + 0.1] * len(standing), "s", color=INK, markersize=6, label="stands, and stays")
    for which, judged, mark in (("calibration", findings.chosen.calibration, "1"), ("test", findings.chosen.test, "x")):
        _incidents(axes, judged, height, mark, f"{which} incidents")
    axes.set_ylim(-6.2 * LANE_H, height + 0.75)
    axes.set_yticks([])
    axes.legend(loc="upper center", ncols=6, fontsize=8, frameon=False, bbox_to_anchor=(0.5, 1.13), handletextpad=0.3)


def _incidents(axes: Axes, judged: PlacementScore, height: float, mark: str, label: str) -> None:
    incidents = judged.score.incident_scores
    lanes = [LANE_H * (float(np.mean(each.lanes)) + 0.5) for each in incidents]
    colour = ORANGE if mark == "1" else VERMILLION
    axes.plot([each.position_m / 1000 for each in incidents], lanes, mark, color=colour, markersize=6, label=label)


def draw_pareto(findings: Findings) -> bytes:
    """Mean delay, DR and mean TTD of the detected against the number of stations (or money). Bands: 95 %."""
    figure = Figure(figsize=(WIDTH_IN * 1.2, 5.2), dpi=DPI, layout="constrained", facecolor="white")
    delay, rate, ttd = figure.subplots(1, 3, width_ratios=[1.5, 1, 1])
    money = findings.study.budget.money is not None

    def x(found: PlacementResult) -> float:
        return found.price if money else float(len(found.placement.stations))

    _draw_promised(delay, findings, x)
    drawn: list[tuple[Axes, Value, Ends]] = [
        (delay, lambda each: each.test.delay.mean, lambda each: each.test.delay.interval),
        (rate, lambda each: 100 * each.test.dr.value, lambda each: each.test.dr.interval.scaled(100)),
        (ttd, lambda each: each.test.score.ttd.mean, lambda each: each.test.score.ttd.interval),
    ]
    for axes, value, ends in drawn:
        _draw_kept(axes, findings, x, value, ends)
    ttd.set_ylim(bottom=0)
    ttd.set_ylabel("mean TTD of the detected, s")
    ttd.set_title("How soon, of those it finds", loc="left", fontsize=11)
    delay.set_ylabel("mean delay, s (a miss counts its duration)")
    delay.set_title("How soon: lower and further left is better", loc="left", fontsize=11)
    delay.set_ylim(bottom=0)
    rate.set_ylim(0, 102)
    rate.set_ylabel("incidents detected (DR), %")
    rate.set_title("How many, on the test incidents", loc="left", fontsize=11)
    delay.legend(fontsize=8, framealpha=0.9, edgecolor="none")
    return png(figure)


def _draw_promised(axes: Axes, findings: Findings, x: Value) -> None:
    """What was tried and promised on the calibration, and what dead loops make of the best."""
    money = findings.study.budget.money is not None
    at = [findings.site.price(each.stations) if money else len(each.stations) for each, _ in findings.tried]
    costs = [cost for _, cost in findings.tried]
    axes.plot(at, costs, ".", color="#c4c4c4", markersize=3, zorder=1, label=f"tried ({len(at)}), calibration")
    best = findings.best
    promised = [each.calibration.delay.mean for each in best]
    axes.plot(
        [x(each) for each in best],
        promised,
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
        label=f"best, test, each loop dead with probability {share:g}",
    )


def _draw_kept(axes: Axes, findings: Findings, x: Value, value: Value, ends: Ends) -> None:
    """What came of it on the test: the best of each size with its band, evenly spaced ones, the site's own, the chosen."""
    best, own, chosen = findings.best, findings.own, findings.chosen
    at, intervals = [x(each) for each in best], [ends(each) for each in best]
    low, high = [each.low for each in intervals], [each.high for each in intervals]
    axes.fill_between(at, low, high, color=BLUE, alpha=0.13, linewidth=0)
    values, label = [value(each) for each in best], "best, on the test incidents (95 %)"
    axes.plot(at, values, "-o", color=BLUE, linewidth=2.2, markersize=6, label=label, zorder=4)
    if findings.study.budget.money is None:  # what stands already has no price, and evenly spaced ones no budget
        even = [each for _, each in findings.even]
        if even:
            spaced = [value(each) for each in even]
            axes.plot([x(each) for each in even], spaced, "^", color=ORANGE, label="evenly spaced, test")
        axes.plot([x(own)], [value(own)], "D", color=INK, label="the site's own, test", zorder=5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("stations, those at the ends included")
    else:
        axes.set_xlabel("money for new stations")
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
    axes.grid(color=GRID, linewidth=0.6)


def draw_spacing(findings: Findings) -> bytes | None:
    """DR and TTD of evenly spaced stations against spacing, on the test; None where the study asks for none."""
    if not findings.even:
        return None
    figure = Figure(figsize=(WIDTH_IN, 3.9), dpi=DPI, layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2)
    even = sorted(findings.even, key=lambda each: each[0])
    at_m = [spacing_m for spacing_m, _ in even]
    for axes, values, intervals in (
        (left, [100 * each.test.dr.value for _, each in even], [each.test.dr.interval.scaled(100) for _, each in even]),
        (right, [each.test.score.ttd.mean for _, each in even], [each.test.score.ttd.interval for _, each in even]),
    ):
        known = [index for index, value in enumerate(values) if isfinite(value)]
        low = [values[i] - intervals[i].low if isfinite(intervals[i].low) else 0.0 for i in known]
        high = [intervals[i].high - values[i] if isfinite(intervals[i].high) else 0.0 for i in known]
        axes.errorbar(
            [at_m[i] for i in known], [values[i] for i in known], yerr=[low, high], fmt="-^", color=ORANGE, capsize=3
        )
        axes.set_xlabel("spacing asked for, m")
        axes.grid(color=GRID, linewidth=0.6)
    left.set_ylim(0, 102)
    left.set_ylabel("incidents detected (DR), %")
    right.set_ylabel("mean TTD of the detected, s")
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_title("Evenly spaced stations, test incidents (95 %)", loc="left", fontsize=10)
    return png(figure)
