"""The picture of one alarm: the road's speeds around it, those of the section's two stations, and the detector's score there."""

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import BLUE, SMALL_PT, VERMILLION, TimeAxis, dress, legend, new_figure
from harness.reporting.figures.run_picture import RunPicture, station_speeds
from harness.reporting.figures.score_panel import draw_decided, draw_score
from harness.reporting.figures.speed_contour import KMH_PER_MPS, draw_contour
from harness.reporting.figures.time_marks import mark_alarms, mark_incident

FASTEST_KMH = 140.0


def window_figure(picture: RunPicture, section: int, axis: TimeAxis, title: str) -> Figure:
    """Return the picture of `section` and its road in the span of `axis`."""
    figure = new_figure(5.6)
    grid = figure.add_gridspec(
        3, 1, height_ratios=(2.6, 1.1, 1.1), left=0.135, right=0.965, hspace=0.44, top=0.945, bottom=0.08
    )
    road, speeds, score = (figure.add_subplot(grid[row]) for row in range(3))
    draw_contour(road, picture, axis)
    dress(road, title)
    road.grid(visible=False)
    road.set_xlabel("")
    road.set_ylabel("km  (traffic ↑)", fontsize=SMALL_PT)
    minutes = (picture.times_s - axis.zero_s) / 60.0
    kmh = station_speeds(picture) * KMH_PER_MPS
    for station, colour, name in ((section, BLUE, "upstream"), (section + 1, VERMILLION, "downstream")):
        speeds.plot(minutes, kmh[:, station], color=colour, linewidth=1.4, label=name)
    dress(speeds, "Speed at both stations of the section, km/h")
    speeds.set_ylim(0, FASTEST_KMH)
    legend(speeds, below=0.02)
    draw_score(score, picture, section, axis)
    draw_decided(score, picture, section, axis)
    dress(score, "The detector's score in the section")
    score.set_xlabel(axis.label, fontsize=SMALL_PT)
    low, high = score.get_ylim()
    score.set_ylim(low - 0.15 * (high - low), high + 0.1 * (high - low))
    for axes in (speeds, score):
        for incident in picture.incidents:
            if incident.section == section:
                mark_incident(axes, incident, axis)
        mark_alarms(axes, picture.alarms, section, axis)
        axes.set_xlim(axis.minutes(axis.from_s), axis.minutes(axis.to_s))
    for axes in (road, speeds):
        axes.tick_params(labelbottom=False)
    return figure


def window_axis(picture: RunPicture, zero_s: float, label: str) -> TimeAxis:
    """Return an axis over all frames of the picture, whose zero is `zero_s`."""
    first_s = float(picture.times_s[0]) - picture.corridor.period_s
    return TimeAxis(first_s, float(np.max(picture.times_s)), zero_s, label)
