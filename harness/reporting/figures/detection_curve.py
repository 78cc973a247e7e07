"""Share of incidents detected against time since onset, one line per detector: DR and TTD in one picture."""

import math
from collections.abc import Mapping, Sequence
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import (
    DASHED,
    FAINT,
    SERIES,
    SMALL_PT,
    Dashes,
    dress,
    legend,
    new_figure,
)
from harness.scoring.detection_score import Score

LEAST_S = 60.0  # the least length of the time axis
MARGIN = 1.08  # the axis ends this much after the last detection


def detection_curve_figure(scores: Mapping[str, Score]) -> Figure:
    """Return a step line per detector, and dashed the floor, the earliest evidence in the loops."""
    figure = new_figure(3.2)
    axes = figure.add_axes((0.13, 0.27, 0.85, 0.64))
    first = next(iter(scores.values()))
    floors = [each.floor_s for each in first.counted if math.isfinite(each.floor_s)]
    end_s = MARGIN * max([*floors, *(each for score in scores.values() for each in score.ttd.values), LEAST_S])
    _draw_steps(axes, floors, first.incidents, end_s, FAINT, DASHED, "floor")
    for (name, score), (colour, dashes) in zip(scores.items(), cycle(SERIES), strict=False):
        _draw_steps(axes, score.ttd.values, score.incidents, end_s, colour, dashes, name)
    dress(axes, "Incidents detected since onset")
    axes.set_xlim(0, end_s)
    axes.set_ylim(0, 104)
    axes.set_xlabel("seconds since onset", fontsize=SMALL_PT)
    axes.set_ylabel("incidents detected, %", fontsize=SMALL_PT)
    legend(axes, below=0.21)
    return figure


def _draw_steps(
    axes: Axes, times_s: Sequence[float], incidents: int, end_s: float, colour: str, dashes: Dashes, label: str
) -> None:
    """Draw the share of `incidents` reached by each time, to the right edge."""
    at_s = [0.0, *sorted(times_s), end_s]
    percent = [100 * count / incidents for count in (*range(len(times_s) + 1), len(times_s))]
    axes.plot(at_s, percent, drawstyle="steps-post", color=colour, linestyle=dashes, linewidth=2.0, label=label)
