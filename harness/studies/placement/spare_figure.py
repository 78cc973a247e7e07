"""Pictures of what standing stations are worth: along the road, and as stations go.

Drawn for a desktop, or `narrow` for a phone.
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from harness.reporting.figures.figure_style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    SMALL_PT,
    VERMILLION,
    dress,
    legend_below,
    new_panels,
)
from harness.studies.placement.spare_stations import SpareStations
from harness.studies.placement.spare_tables import LEAST_PAIRED, is_dead


def draw_worths(found: SpareStations, narrow: bool = False) -> Figure:
    """Return the figure of the worth of each station at its place, with stations and incidents; and the order of sparing."""
    ordered = bool(found.order)
    figure, panels = new_panels(2 if ordered else 1, 3.6 if narrow else 4.6, narrow, ratios=(2.2, 1) if ordered else ())
    _draw_road(panels[0], found)
    if found.whole.visible:
        _draw_worth(panels[0], found)
        dress(panels[0], "Worth of each station, s of mean delay")
    else:
        panels[0].set_yticks([])
        dress(panels[0], "The stations (no incident is known)")
    panels[0].set_xlabel("position, km downstream", fontsize=SMALL_PT)
    legend_below(figure, panels[0], 1 if narrow else 3)
    if ordered:
        _draw_order(panels[1], found)
    return figure


def _draw_road(axes: Axes, found: SpareStations) -> None:
    """Stations on the line of no worth, incidents on the upper edge of the panel."""
    at_km = np.array([station.position_m / 1000 for station in found.road.corridor.stations])
    dead = np.array([is_dead(found, number) for number in range(len(at_km))])
    axes.axhline(0, color=FAINT, linewidth=1, zorder=1)
    axes.plot(at_km[~dead], np.zeros((~dead).sum()), "o", color=INK, markersize=4.5, zorder=4, label="station")
    spared = [at_km[station] for station, _ in found.order]
    if spared:
        ring: dict[str, Any] = {
            "markersize": 9,
            "markerfacecolor": "none",
            "markeredgecolor": ORANGE,
            "markeredgewidth": 2,
        }
        axes.plot(spared, [0.0] * len(spared), "o", zorder=3, label="spared", **ring)
    if dead.any():
        axes.plot(
            at_km[dead], np.zeros(dead.sum()), "X", color=VERMILLION, markersize=7, zorder=5, label="dead or absent"
        )
    above = axes.get_xaxis_transform()
    for hit, colour, label in (
        (True, GREEN, "incident, found with all"),
        (False, VERMILLION, "incident, missed with all"),
    ):
        places = [each.position_m / 1000 for each in found.whole.counted if each.hit == hit]
        if places:
            axes.plot(
                places, [0.96] * len(places), "v", color=colour, markersize=6, transform=above, label=label, zorder=3
            )


def _draw_worth(axes: Axes, found: SpareStations) -> None:
    at_km = [found.road.corridor.stations[each.station].position_m / 1000 for each in found.worths]
    values = [each.worth.mean for each in found.worths]
    axes.vlines(at_km, 0, values, color=BLUE, linewidth=5, alpha=0.75, label="worth, with 95 % interval")
    for place, each in zip(at_km, found.worths, strict=True):
        if len(each.worth.values) >= LEAST_PAIRED:
            axes.vlines(place, *each.worth.interval, color=BLUE, linewidth=1.2, zorder=2)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -1.0), max(high, 1.0) * 1.15)  # room for the incidents


def _draw_order(axes: Axes, found: SpareStations) -> None:
    """Mean delay as stations go, from all of them on."""
    scores = [found.whole, *(score for _, score in found.order)]
    left = [len(score.placement.stations) for score in scores]
    axes.plot(left, [score.delay.mean for score in scores], "o-", color=BLUE, markersize=5)
    if len(found.whole.visible) >= LEAST_PAIRED:
        ends = np.array([score.delay.interval for score in scores])
        axes.fill_between(left, ends[:, 0], ends[:, 1], color=BLUE, alpha=0.15, linewidth=0)
    axes.invert_xaxis()
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("stations left", fontsize=SMALL_PT)
    dress(axes, "Mean delay as stations go, s")
