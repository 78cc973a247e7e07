"""A calendar of alarms: how many by hour of the day and by place."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import INK, SMALL_PT, dress, new_figure
from simulator.frame import Array

MOST_PLACES = 24
"""Rows at most; of a longer road sections side by side are one place. Chosen: numbers stay readable on a phone."""
HOURS = 24
DARKEST = 2.0
"""Multiple of the highest count at which the colours would end. Chosen: dark figures stay readable on the highest."""


def alarm_counts(hours: Sequence[float], sections: Sequence[int], number_of: int) -> tuple[Array, int]:
    """Return the alarms (places, 24) by place and hour of the clock, and how many sections make a place.

    >>> counts, together = alarm_counts([7.5, 31.9], [0, 1], 3)
    >>> counts[:2, 7].tolist(), together
    ([1.0, 1.0], 1)
    """
    together = -(-number_of // MOST_PLACES)
    counts = np.zeros((-(-number_of // together), HOURS))
    for hour, section in zip(hours, sections, strict=True):
        counts[section // together, int(hour) % HOURS] += 1
    return counts, together


def calendar_figure(counts: Array, together: int, positions_km: Array, title: str) -> Figure:
    """Return the picture of `counts` (places, 24) on a road whose stations are at `positions_km`."""
    places = len(counts)
    figure = new_figure(1.3 + 0.2 * places)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    shown = np.where(counts > 0, counts, np.nan)
    axes.imshow(
        shown, aspect="auto", origin="lower", cmap="YlOrBr", vmin=0, vmax=DARKEST * max(float(counts.max()), 1.0)
    )
    for place, hour in np.argwhere(counts > 0).tolist():
        axes.text(hour, place, f"{counts[place, hour]:.0f}", ha="center", va="center", fontsize=SMALL_PT - 2, color=INK)
    dress(axes, title)
    axes.set_xticks(range(0, HOURS, 3))
    axes.set_xticks(np.arange(-0.5, HOURS), minor=True)
    axes.set_yticks(np.arange(-0.5, places), minor=True)
    axes.grid(visible=False)
    axes.grid(which="minor", color="#eeeeee", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    every = -(-places // 12)
    firsts = [positions_km[place * together] for place in range(0, places, every)]
    axes.set_yticks(range(0, places, every), [f"{km:.1f}" for km in firsts])
    axes.set_xlabel("hour of the recording's clock", fontsize=SMALL_PT)
    axes.set_ylabel("section begins at, km  (traffic ↑)", fontsize=SMALL_PT)
    return figure
