"""Figures of a run: the contour of speed, and the panels of an incident over time.

They are two images: side by side on a desktop, one below the other on a phone.
"""

from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import SMALL_PT, dress, legend, new_figure, time_axis
from harness.reporting.figures.incident_panels import draw_counts, draw_evidence, draw_lane_changing, draw_queue
from harness.reporting.figures.run_picture import RunPicture
from harness.reporting.figures.speed_contour import LEVELS_KMH, colour_key, draw_contour


def contour_figure(picture: RunPicture, incident: int | None, title: str) -> Figure:
    """Return speed over time and position, with incidents and alarms; around `incident`, or the whole run for None."""
    figure = new_figure(3.7)
    axes = figure.add_axes((0.12, 0.235, 0.72, 0.685))
    axis = time_axis(picture, incident)
    draw_contour(axes, picture, axis)
    dress(axes, title)
    axes.grid(visible=False)
    legend(axes, below=0.155)
    bar = figure.colorbar(colour_key(), cax=figure.add_axes((0.865, 0.235, 0.024, 0.685)), ticks=LEVELS_KMH[::2])
    bar.set_label("speed, km/h (dark is slow)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    return figure


def panels_figure(picture: RunPicture, incident: int) -> Figure:
    """Return counts, queue, lane changing and evidence about one incident, on one time axis.

    Queue and lane changing are left out where neither truth nor estimates are known.
    """
    shown = picture.incidents[incident]
    axis = time_axis(picture, incident)
    known = shown.section in picture.estimates or any(row.incident == incident for row in picture.truth_lanes)
    heights = [1.15, 1.0, 1.0, 1.35] if known else [1.15, 1.35]
    figure = new_figure(sum(heights) + 0.36 * len(heights) + 0.35)
    grid = figure.add_gridspec(
        len(heights),
        1,
        height_ratios=heights,
        left=0.09,
        right=0.985,
        hspace=0.34,
        top=1 - 0.28 / figure.get_figheight(),
        bottom=0.42 / figure.get_figheight(),
    )
    rows = [figure.add_subplot(grid[row]) for row in range(len(heights))]
    draw_counts(rows[0], picture, shown, axis)
    if known:
        draw_queue(rows[1], picture, incident, axis)
        draw_lane_changing(rows[2], picture, incident, axis)
    draw_evidence(rows[-1], picture, shown, axis)
    for axes in rows[:-1]:
        axes.tick_params(labelbottom=False)
    return figure
