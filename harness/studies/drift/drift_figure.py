"""The picture of a drift: change of each station and hour in deviations, a panel per quantity."""

import numpy as np
from matplotlib.figure import Figure

from detectors.calibration.hourly_normal import QUANTITIES
from detectors.calibration.normal_drift import NormalDrift
from harness.reporting.figures.figure_style import INK, SMALL_PT, dress, new_panels

MOST_SD = 3.0
"""Change at which the colours end, deviations. Chosen: three times what counts as large in an hour."""
MOST_TICKS = 14


def draw_drift(drift: NormalDrift, title: str) -> Figure:
    """Return stations by hour in colours: red is more than was learned, blue less; hours that moved are dotted."""
    figure, panels = new_panels(len(QUANTITIES), 3.4, narrow=False)
    stations = [name for name, _ in drift.old.stations]
    every = -(-len(stations) // MOST_TICKS)
    image = None
    for quantity, (axes, name) in enumerate(zip(panels, QUANTITIES, strict=True)):
        change = drift.hour_sd[:, :, quantity].T
        image = axes.imshow(
            np.ma.masked_invalid(change),
            aspect="auto",
            origin="lower",
            cmap="RdBu_r",
            vmin=-MOST_SD,
            vmax=MOST_SD,
            extent=(0.0, float(drift.old.hours), -0.5, len(stations) - 0.5),
            interpolation="nearest",
        )
        hours, places = np.nonzero(drift.moved_hour[:, :, quantity])
        axes.plot(hours + 0.5, places, linestyle="none", marker="o", markersize=3.2, color=INK, markeredgecolor="white")
        dress(axes, name)
        axes.grid(visible=False)
        axes.set_yticks(range(0, len(stations), every), stations[::every])
        axes.set_xticks(range(0, drift.old.hours + 1, drift.old.hours // 6))
        axes.set_xlabel(drift.old.by, fontsize=SMALL_PT)
    panels[0].set_ylabel("station  (traffic ↑)", fontsize=SMALL_PT)
    assert image is not None
    bar = figure.colorbar(image, ax=panels)
    bar.set_label("now - learned, sd  (dot: moved)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    figure.suptitle(title, fontsize=SMALL_PT, color=INK, x=0.01, ha="left")
    return figure
