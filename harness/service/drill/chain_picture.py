"""The chain of a drill as a picture: for each step a bar to its median from the onset, and a line to where nine of ten had come."""

from math import isfinite

from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import BLUE, FAINT, GREEN, INK, SMALL_PT, dress, new_figure
from harness.reporting.number_text import counted, number
from harness.service.drill.chain_score import ALL_STEPS, ChainScore
from harness.service.drill.chain_tables import NAMES
from harness.service.drill.waiting_cost import STEPS

ROW_IN = 0.42
"""Height of a row. Chosen: its name in two lines."""


def chain_figure(score: ChainScore) -> Figure:
    """Return the picture, steps from top to bottom; one that never came has no bar. Without twins nobody knows of recovery."""
    steps = [step for step in ALL_STEPS if step != "recovered_s" or score.with_twins]  # twins alone know when that was
    figure = new_figure(0.95 + ROW_IN * len(steps))
    axes = figure.add_axes((0.31, 0.14, 0.64, 0.76))
    whole = len(score.counted)
    ends = [0.0]
    for row, step in enumerate(steps):
        times = score.from_onset(step)
        median_min, late_min = times.median / 60, times.p90 / 60
        if not isfinite(median_min):
            axes.text(0.0, row, f" 0 of {whole}", va="center", fontsize=SMALL_PT, color=INK)
            continue
        axes.barh(row, median_min, height=0.62, color=BLUE if step in STEPS else GREEN)
        axes.plot([median_min, late_min], [row, row], color=FAINT, linewidth=1.4, marker="|", markevery=[1])
        ends.append(max(median_min, late_min))
        axes.text(
            ends[-1], row, f"  {number(median_min, 1)} ({len(times.values)} of {whole})", va="center", fontsize=SMALL_PT
        )
    dress(axes, f"From onset: {counted(score.shift.operators, 'operator')}, {counted(score.shift.teams, 'team')}")
    axes.set_yticks(range(len(steps)), [_in_two_lines(NAMES[step]) for step in steps])
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(steps) - 0.45, -0.55)
    axes.set_xlim(0.0, 1.45 * max(*ends, 1.0))
    axes.set_xlabel("minutes from onset: median, line to 90 %", fontsize=SMALL_PT)
    return figure


def _in_two_lines(name: str) -> str:
    """Return a name with a line break at the blank that is nearest to its middle, where it is long."""
    blanks = [place for place, letter in enumerate(name) if letter == " "]
    if len(name) < 18 or not blanks:
        return name
    place = min(blanks, key=lambda each: abs(2 * each - len(name)))
    return f"{name[:place]}\n{name[place + 1 :]}"
