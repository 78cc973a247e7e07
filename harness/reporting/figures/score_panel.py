"""A detector's score in one section over time, and its incident decisions."""

import numpy as np
from matplotlib.axes import Axes

from harness.reporting.figures.figure_style import INK, SMALL_PT, VERMILLION, TimeAxis
from harness.reporting.figures.run_picture import RunPicture

NO_SCORE = "no score in any frame"


def draw_score(axes: Axes, picture: RunPicture, section: int, axis: TimeAxis) -> None:
    """Draw the score where it is known; words where it never is."""
    score = picture.score[:, section]
    shown = np.isfinite(score) & (picture.times_s >= axis.from_s) & (picture.times_s <= axis.to_s)
    if shown.any():
        minutes = (picture.times_s - axis.zero_s) / 60.0
        axes.plot(minutes, score, color=INK, linewidth=1.2, marker=".", markersize=4, label="score")
    else:
        axes.text(0.5, 0.5, NO_SCORE, transform=axes.transAxes, ha="center", va="center", fontsize=SMALL_PT)
        axes.set_yticks([])


def draw_decided(axes: Axes, picture: RunPicture, section: int, axis: TimeAxis) -> None:
    """Draw a tick at the bottom for each incident decision."""
    decided = picture.times_s[picture.decided[:, section]]
    decided = decided[(decided >= axis.from_s) & (decided <= axis.to_s)]
    if decided.size:
        axes.plot(
            (decided - axis.zero_s) / 60.0,
            np.full(decided.size, 0.04),
            transform=axes.get_xaxis_transform(),
            marker="|",
            markersize=7,
            color=VERMILLION,
            markeredgewidth=1.6,
            linestyle="none",
            label="incident decision",
        )
