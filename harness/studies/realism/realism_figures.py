"""Pictures of the comparison: statistics by flow, and each real median on the scale of the simulated range."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import (
    BLUE,
    FAINT,
    INK,
    SMALL_PT,
    VERMILLION,
    dress,
    legend_below,
    new_grid,
    new_panels,
)
from harness.studies.realism.realism_study import ComparedStatistic, RealismFindings
from harness.studies.realism.spread import Spread
from harness.studies.realism.statistic import BY_KEY, FLOW_BINS

PANELS = (
    ("dispersion_right", "Variance to mean, slow lane"),
    ("dispersion_middle", "Variance to mean, middle"),
    ("dispersion_left", "Variance to mean, fast lane"),
    ("dispersion_minute", "The same, one minute"),
    ("share_right", "Share of the slow lane"),
    ("share_left", "Share of the fast lane"),
    ("spread_within", "Spread within a lane, km/h"),
    ("spread_between", "Fast minus slow lane, km/h"),
)
NARROW_LABEL, WIDE_LABEL = 22, 44
"""Letters in a line of a label."""
MOST_RANGES = 2.0
"""How far off a median is drawn, in simulated ranges; beyond it a mark stands at the edge."""


def draw_by_flow(findings: RealismFindings, narrow: bool = False) -> Figure:
    """Return the statistics by flow: the simulated range as a band, real medians with their 5 to 95 % range."""
    figure, grid = new_grid(2, 4, 2.5, narrow)
    panels = [axes for row in grid for axes in row]
    found = {each.statistic.key: each for each in findings.compared}
    for axes, (stem, title) in zip(panels, PANELS, strict=True):
        factor = BY_KEY[f"{stem}_{FLOW_BINS[0].name}"].factor
        rows = [found.get(f"{stem}_{each.name}") for each in FLOW_BINS]
        _draw_bins(axes, rows, factor)
        axes.set_xticks(range(len(FLOW_BINS)), [each.name for each in FLOW_BINS])
        axes.set_xlim(-0.5, len(FLOW_BINS) - 0.5)
        dress(axes, title)
    legend_below(figure, panels[0], 2)
    return figure


def _draw_bins(axes: Axes, rows: list[ComparedStatistic | None], factor: float) -> None:
    labelled = {"simulated": False, "real": False}
    for at, each in enumerate(rows):
        for side, name, colour in ((-0.13, "simulated", BLUE), (0.13, "real", VERMILLION)):
            spread: Spread | None = getattr(each, name, None)
            if spread is None:
                continue
            label = None if labelled[name] else f"{name}: median, 5 to 95 %"
            labelled[name] = True
            low, median, high = (factor * value for value in (spread.low, spread.median, spread.high))
            wide = 5.0 if name == "simulated" else 1.8
            axes.plot([at + side] * 2, [low, high], color=colour, linewidth=wide, alpha=0.45, solid_capstyle="butt")
            marker = "s" if name == "simulated" else "o"
            axes.plot([at + side], [median], marker, color=colour, markersize=5, label=label)


def draw_ranges(findings: RealismFindings, narrow: bool = False) -> Figure:
    """Return the other statistics: where the real median lies, 0 at the simulated 5 % and 1 at the 95 %."""
    stems = tuple(stem for stem, _ in PANELS)
    rows = [
        each for each in findings.compared if not each.statistic.key.startswith(stems) and each.verdict != "no data"
    ]
    figure, (axes,) = new_panels(1, 1.1 + (0.5 if narrow else 0.3) * max(len(rows), 1), narrow)
    axes.axvspan(0, 1, color=BLUE, alpha=0.16, linewidth=0)
    for number, each in enumerate(rows):
        low, median, high = (_scaled(each, value) for value in _three(each.real))
        axes.plot([low, high], [number] * 2, color=VERMILLION, linewidth=1.8, alpha=0.5)
        axes.plot(
            [_scaled(each, _three(each.simulated)[1])], [number], "|", color=BLUE, markersize=11, markeredgewidth=2
        )
        axes.plot([median], [number], "o", color=INK if each.verdict == "inside" else VERMILLION, markersize=6)
    labels = [textwrap.fill(each.statistic.label, NARROW_LABEL if narrow else WIDE_LABEL) for each in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=SMALL_PT)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-MOST_RANGES - 0.1, 1 + MOST_RANGES + 0.1)
    axes.set_xticks([0, 1], ["5 %", "95 %"], color=FAINT)
    dress(axes, "Real medians on the simulated range")
    return figure


def _three(spread: Spread | None) -> tuple[float, float, float]:
    assert spread is not None
    return spread.low, spread.median, spread.high


def _scaled(each: ComparedStatistic, value: float) -> float:
    """A value on the scale of the simulated range, at most MOST_RANGES off; a range without width has its edges at 0 and 1."""
    low, _, high = _three(each.simulated)
    if high > low:
        return float(np.clip((value - low) / (high - low), -MOST_RANGES, 1 + MOST_RANGES))
    return 0.5 if value == low else -MOST_RANGES if value < low else 1 + MOST_RANGES
