"""The style of every figure: sizes readable at a phone's width, colours that the colour-blind can distinguish.

Figures are 4.6 inches wide: shown 340 px wide, as on a phone, 10 pt text is 10 px high. Figures of several panels are
drawn twice: side by side for a desktop, one below the other for a phone. Colours: Okabe and Ito (2008); shape or line
style differs too. Time axes count minutes, from the onset where there is an incident.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from harness.records.atomic_files import write_bytes
from harness.reporting.figures.run_picture import RunPicture, Verdict

WIDTH_IN, WIDE_IN = 4.6, 11.0
DPI = 185
TEXT_PT, SMALL_PT = 10.0, 9.0
INK, FAINT, GRID = "#222222", "#767676", "#dddddd"
BLUE, VERMILLION, GREEN, ORANGE, PURPLE = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7"
Dashes = tuple[float, tuple[float, ...]]
SOLID, DASHED, DOTTED = (0.0, ()), (0.0, (4.0, 2.0)), (0.0, (1.0, 1.0))
# colour and dashes of the lines of a plot, in order
SERIES: tuple[tuple[str, Dashes], ...] = (
    (BLUE, SOLID),
    (VERMILLION, (0.0, (6.0, 1.5))),
    (GREEN, (0.0, (6.0, 1.5, 1.0, 1.5))),
    (PURPLE, DOTTED),
    (ORANGE, (0.0, (3.0, 1.0))),
)
MARKERS: dict[Verdict, tuple[str, str, str, str]] = {
    # marker, face, edge, name in legends
    "hit": ("o", "white", INK, "alarm: hit"),
    "false": ("X", VERMILLION, "white", "alarm: false"),
    "neutral": ("s", "#bbbbbb", INK, "alarm: neutral"),
    "unknown": ("D", ORANGE, INK, "alarm, not judged"),
}


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The time span of a plot, and the zero of its minutes, in s on the simulation's clock."""

    from_s: float
    to_s: float
    zero_s: float
    label: str

    def minutes(self, time_s: float) -> float:
        """Return `time_s` as minutes on the axis."""
        return (time_s - self.zero_s) / 60.0

    def holds(self, time_s: float) -> bool:
        """Whether `time_s` is on the axis."""
        return self.from_s <= time_s <= self.to_s


def time_axis(picture: RunPicture, incident: int | None) -> TimeAxis:
    """Return an axis in minutes since the onset of `incident`, or in minutes of simulation time for None."""
    from_s, to_s = picture.window_s(incident)
    if incident is None:
        return TimeAxis(from_s, to_s, 0.0, "simulation time, min")
    return TimeAxis(from_s, to_s, picture.incidents[incident].onset_s, "minutes since onset")


def new_figure(height_in: float) -> Figure:
    """Return an empty white figure of the common width, without pyplot and its global state."""
    return Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor="white")


def new_panels(count: int, height_in: float, narrow: bool, ratios: Sequence[float] = ()) -> tuple[Figure, list[Axes]]:
    """Return an empty figure of `count` panels, each `height_in` high: side by side, or where `narrow` one below the other.

    `ratios` are the panels' widths side by side, equal where none are given.
    """
    height_in = height_in * count if narrow else height_in
    size = (WIDTH_IN if narrow else WIDE_IN, height_in)
    figure = Figure(figsize=size, dpi=DPI, facecolor="white", layout="constrained")
    if narrow:
        return figure, list(figure.subplots(count, 1, squeeze=False).ravel())
    return figure, list(figure.subplots(1, count, squeeze=False, width_ratios=ratios or None).ravel())


def new_grid(rows: int, columns: int, height_in: float, narrow: bool) -> tuple[Figure, list[list[Axes]]]:
    """Return an empty figure of so many rows of panels, each `height_in` high: where `narrow`, all panels one below the other."""
    tall, wide = (rows * columns, 1) if narrow else (rows, columns)
    size = (WIDTH_IN if narrow else WIDE_IN, height_in * tall)
    figure = Figure(figsize=size, dpi=DPI, facecolor="white", layout="constrained")
    panels = list(figure.subplots(tall, wide, squeeze=False).ravel())
    return figure, [panels[row * columns : (row + 1) * columns] for row in range(rows)]


def spaced(places: Sequence[float], most: int) -> list[int]:
    """Return which of the rising `places` have a label: first and last, none nearer to another than their span over `most`.

    >>> spaced([0.0, 1.0, 6.0, 6.1, 9.9, 10.0], 5)
    [0, 2, 5]
    """
    apart = (places[-1] - places[0]) / most
    shown = [0]
    for number in range(1, len(places) - 1):
        if places[number] - places[shown[-1]] >= apart and places[-1] - places[number] >= apart:
            shown.append(number)
    return [*shown, len(places) - 1]


def dress(axes: Axes, title: str) -> None:
    """Give the axes the title, grid and text sizes common to all plots."""
    axes.set_title(title, fontsize=TEXT_PT, color=INK, loc="left", fontweight="bold", pad=5)
    axes.tick_params(labelsize=SMALL_PT, colors=INK, length=3)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)


def legend(axes: Axes, columns: int = 3, below: float | None = None) -> None:
    """Draw the legend, inside at the upper right, or `below` axes heights under the plot."""
    if not axes.get_legend_handles_labels()[0]:
        return
    if below is None:
        axes.legend(
            fontsize=SMALL_PT,
            ncols=columns,
            loc="upper right",
            framealpha=0.85,
            edgecolor="none",
            borderpad=0.2,
            handlelength=1.8,
            columnspacing=1.0,
            labelspacing=0.25,
        )
    else:
        axes.legend(
            fontsize=SMALL_PT,
            ncols=columns,
            loc="upper center",
            bbox_to_anchor=(0.5, -below),
            frameon=False,
            handlelength=1.8,
            columnspacing=1.2,
            labelspacing=0.3,
        )


def legend_below(figure: Figure, axes: Axes, columns: int) -> None:
    """Draw the legend of `axes` below all panels of the figure."""
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside lower center", ncols=columns, fontsize=SMALL_PT, frameon=False
    )


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG of at most 128 colours: a third of the size, without a visible difference."""
    drawn, out = io.BytesIO(), io.BytesIO()
    # rgba: plain pixels are faster to read again than a PNG
    figure.savefig(drawn, format="rgba", dpi=figure.dpi)
    image = Image.frombytes("RGBA", figure.canvas.get_width_height(), drawn.getvalue()).convert("RGB")
    image.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=7)
    return out.getvalue()


def write_png(path: Path, figure: Figure) -> None:
    """Write the figure as a PNG in one step."""
    write_bytes(path, png(figure))
