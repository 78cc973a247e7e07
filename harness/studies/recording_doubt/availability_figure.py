"""The picture of what is there: a row per loop, by station and lane; a column per ten minutes, hour or day."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from harness.reporting.figures.figure_style import INK, ORANGE, SMALL_PT, VERMILLION, dress, new_panels
from harness.studies.recording_doubt.availability_grid import DAY_S, HOUR_S, AvailabilityGrid
from scenarios.corridor import Corridor
from simulator.frame import Array, lanes_there

LEVELS = (
    ("nothing there", INK),
    ("below 50 %", VERMILLION),
    ("50 to 90 %", ORANGE),
    ("90 to 99.5 %", "#f0dc78"),
    ("all there", "#cfe3f2"),
)
"""Names and colours by share, from dark to light: they differ in grey too."""
_BOUNDS = (-0.5, 1e-9, 0.5, 0.9, 0.995, 1.5)
NOTHING_DUE = "#ffffff"
ROW_IN, LEAST_ROW_IN, TALLEST_IN = 0.22, 0.07, 20.0
"""Height of a row where there are few, at least, and of all rows at most. Chosen: readable, and 3700 pixels."""
FEW_ROWS_IN = 3.0
"""Up to this height rows have ROW_IN; more rows are lower."""
_LABEL_IN = 0.16
_TICKS_S = (600.0, 1800.0, HOUR_S, 2 * HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S)
MOST_TICKS, MOST_TICKS_SIDE_BY_SIDE = 6, 5


def draw_availability(grid: AvailabilityGrid, corridor: Corridor, narrow: bool = False) -> Figure:
    """Return the picture: a panel for each quantity of which there is any, those that are alike in one."""
    panels = panels_of(grid)
    rows = int(lanes_there(corridor).sum())
    row_in = min(ROW_IN, max(LEAST_ROW_IN, FEW_ROWS_IN / rows), TALLEST_IN / rows)
    figure, drawn = new_panels(len(panels), rows * row_in + (0.95 if narrow else 1.3), narrow)
    for number, (axes, (title, shares)) in enumerate(zip(drawn, panels.items(), strict=True)):
        _draw(axes, grid, shares[:, lanes_there(corridor)].T)
        dress(axes, title)
        axes.grid(visible=False)
        _mark_stations(axes, corridor, row_in, labels=narrow or number == 0)
        _mark_times(axes, grid, MOST_TICKS if narrow or len(panels) == 1 else MOST_TICKS_SIDE_BY_SIDE)
    patches = [Patch(facecolor=colour, edgecolor=INK, linewidth=0.4, label=name) for name, colour in LEVELS]
    figure.legend(
        handles=patches, loc="outside lower center", ncols=2 if narrow else 5, fontsize=SMALL_PT, frameon=False
    )
    return figure


def panels_of(grid: AvailabilityGrid) -> dict[str, Array]:
    """Return title and shares (B, S, L) of each panel, one where none of the quantities is there at all."""
    alike = list[tuple[list[str], Array]]()
    for name, shares in grid.shares.items():
        if not (shares > 0).any():
            continue
        names = next((names for names, other in alike if np.array_equal(other, shares, equal_nan=True)), None)
        if names is None:
            alike.append(([name], shares))
        else:
            names.append(name)
    found = {", ".join(names): shares for names, shares in alike}
    return found or {"counts, speeds, occupancies": grid.shares["counts"]}


def _draw(axes: Axes, grid: AvailabilityGrid, rows: Array) -> None:
    colours = ListedColormap([colour for _, colour in LEVELS]).with_extremes(bad=NOTHING_DUE)
    edges = np.arange(rows.shape[0] + 1)
    norm = BoundaryNorm(_BOUNDS, len(LEVELS))
    axes.pcolormesh(grid.edges_s, edges, np.ma.masked_invalid(rows), cmap=colours, norm=norm, rasterized=True)
    axes.set_ylim(rows.shape[0], 0)


def _mark_stations(axes: Axes, corridor: Corridor, row_in: float, labels: bool) -> None:
    """Names at the middle of each station's rows, as many as fit; white lines between stations."""
    ends = np.cumsum([station.lanes for station in corridor.stations])
    for end in ends[:-1]:
        axes.axhline(float(end), color="white", linewidth=min(1.2, 72 * row_in / 3))
    every = int(np.ceil(len(ends) * _LABEL_IN / (ends[-1] * row_in)))
    shown = range(0, len(ends), max(1, every))
    middles = [float(ends[k]) - corridor.stations[k].lanes / 2 for k in shown]
    axes.set_yticks(middles, [_short(corridor.stations[k].name) for k in shown] if labels else [])


def _short(name: str, most: int = 16) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _mark_times(axes: Axes, grid: AvailabilityGrid, most: int) -> None:
    first_s, last_s = float(grid.edges_s[0]), float(grid.edges_s[-1])
    length_s = last_s - first_s
    apart_s = next((each for each in _TICKS_S if length_s / each <= most), DAY_S * np.ceil(length_s / DAY_S / most))
    ticks = apart_s * np.arange(np.ceil(first_s / apart_s), np.floor(last_s / apart_s) + 1)
    axes.set_xticks(ticks, [clock_label(float(tick)) for tick in ticks])
    axes.set_xlabel("clock of the recording", fontsize=SMALL_PT)
    axes.set_xlim(first_s, last_s)


def clock_label(time_s: float) -> str:
    """Return a tick's label: the hour, at midnight the day.

    >>> [clock_label(time_s) for time_s in (0.0, 5400.0, 86400.0)]
    ['day 0', '01:30', 'day 1']
    """
    day, rest = divmod(round(time_s), 86400)
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" if rest else f"day {day}"
