"""Figures of a route-loss study: a sensor's trade-off curve, its loss against the threshold, the map of critical sensors."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from harness.reporting.figures.figure_style import (
    BLUE,
    FAINT,
    INK,
    SMALL_PT,
    VERMILLION,
    dress,
    legend,
    new_figure,
    png,
)
from harness.studies.route_loss.optimal_thresholds import loss_at
from harness.studies.route_loss.route_loss_measurements import Measurements
from harness.studies.route_loss.route_loss_study import KindResult
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy

NAMED, BESIDE_KM = 5, 0.4
STYLES = {"undercount": (BLUE, "-"), "overcount": (VERMILLION, "--")}
ROADS = {
    "street": ("#cfcfcf", 0.8),
    "ramp": ("#b5b5b5", 0.8),
    "connector": ("#b5b5b5", 1.0),
    "freeway": ("#8a8a8a", 1.6),
}


def draw_trade_off(name: str, sensor: int, results: Sequence[KindResult]) -> bytes:
    """Return the figure of FN against FP of one sensor, by kind of fault (the paper's figure 3), as a PNG."""
    figure = new_figure(3.4)
    axes = figure.add_axes((0.13, 0.14, 0.83, 0.76))
    for result in results:
        colour, line = STYLES[result.kind]
        curve = result.curves[sensor]
        axes.plot(curve.miss, curve.false_alarm, line, color=colour, label=result.kind, linewidth=1.6)
    dress(axes, f"Trade-off of sensor {name}, by threshold")
    axes.set_xlabel("share of faulty time without an alarm (FN)", fontsize=SMALL_PT)
    axes.set_ylabel("share of healthy time with an alarm (FP)", fontsize=SMALL_PT)
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    legend(axes, columns=1)
    return png(figure)


def draw_losses(
    study: FaultStudy, measured: Measurements, results: Sequence[KindResult], sensor: int, name: str
) -> bytes:
    """Return the figure of loss against threshold in the period with most to lose (the paper's figure 5), as a PNG."""
    figure = new_figure(3.6)
    axes = figure.add_axes((0.13, 0.13, 0.83, 0.73))
    losses = measured.test_losses
    z = np.abs(measured.test.z()[..., sensor])
    at_stake = np.minimum(losses.false_alarm[..., sensor], losses.miss[..., sensor]) * (z >= study.slack)
    day, period = np.unravel_index(int(np.argmax(at_stake)), at_stake.shape)
    at = day, period, sensor
    for result in results:
        colour, line = STYLES[result.kind]
        curve = result.curves[sensor]
        loss = loss_at(curve, curve.thresholds, losses.false_alarm[at], losses.miss[at], study.fault_share)
        axes.plot(curve.thresholds + 1e-3, loss, line, color=colour, label=result.kind, linewidth=1.6)
        chosen = result.thresholds[at]
        best = loss_at(curve, np.array(chosen), losses.false_alarm[at], losses.miss[at], study.fault_share)
        axes.plot(chosen + 1e-3, best, "o", color=colour, markeredgecolor="white", markersize=8, zorder=5)
        axes.axvline(result.static_threshold[sensor] + 1e-3, color=colour, linestyle=":", linewidth=1.0)
    hours, minutes = divmod(round(measured.times_s[period] / 60), 60)
    dress(
        axes,
        f"Loss of sensor {name}, test day {day + 1}, period to {hours:02d}:{minutes:02d}\n(dots: chosen; dotted: static)",
    )
    axes.set_xscale("log")
    axes.set_xlim(left=0.1)
    axes.set_xlabel("threshold of the cumulative sums", fontsize=SMALL_PT)
    axes.set_ylabel("expected loss over the period's queries, s", fontsize=SMALL_PT)
    legend(axes, columns=1)
    return png(figure)


def draw_map(city: City, results: Sequence[KindResult], critical_s: float) -> bytes:
    """Return the map of the network as a PNG: dots grow with a sensor's mean optimal loss; critical ones are filled."""
    figure = new_figure(4.0)
    axes = figure.add_axes((0.1, 0.1, 0.87, 0.82))
    place = {at.name: np.array([at.x_m, at.y_m]) / 1000 for at in city.junctions}
    for link in city.links:
        (x1, y1), (x2, y2) = place[link.start], place[link.end]
        colour, width = ROADS[link.kind]
        axes.plot([x1, x2], [y1, y2], "-", color=colour, linewidth=width, zorder=1)
    loss = np.max([result.optimal_s for result in results], axis=0)
    most = max(float(loss.max()), 1e-9)
    order, named = np.argsort(-loss), list[tuple[float, float]]()
    for rank, s in enumerate(order):  # the largest first, so that the other direction's dot is drawn on top
        link = city.links[city.stations[s]]
        x, y = (place[link.start] + place[link.end]) / 2
        critical = bool(loss[s] >= critical_s)
        _sensor(axes, x, y, float(loss[s]), most, critical)
        if critical or rank < NAMED:
            below = any(
                abs(x - a) + abs(y - b) < BESIDE_KM for a, b in named
            )  # the name of the other direction is above
            named.append((x, y))
            offset = (4, -11 if below else 4)
            axes.annotate(
                link.name, (x, y), offset, textcoords="offset points", fontsize=SMALL_PT - 2, color=FAINT, zorder=4
            )
    axes.plot([], [], "o", color=VERMILLION, label=f"critical: {critical_s:g} s or more a period")
    axes.plot([], [], "o", markerfacecolor="white", markeredgecolor=INK, label="other sensors")
    dress(axes, "Sensors: the larger, the more is lost at optimal thresholds")
    axes.grid(visible=False)
    axes.set_aspect("equal")
    axes.set_xlabel("km", fontsize=SMALL_PT)
    axes.set_ylabel("km", fontsize=SMALL_PT)
    legend(axes, columns=2, below=0.1)
    return png(figure)


def _sensor(axes: Axes, x: float, y: float, loss: float, most: float, critical: bool) -> None:
    size = 2.0 + 7.0 * np.sqrt(loss / most)
    face, edge = (VERMILLION, "white") if critical else ("white", INK)
    axes.plot(x, y, "o", markersize=size, markerfacecolor=face, markeredgecolor=edge, markeredgewidth=0.6, zorder=3)
