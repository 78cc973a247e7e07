"""Curves of a robustness study over the share of faulty loops, of incident detectors and of the mask; its reliability."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import FAINT, SERIES, SMALL_PT, dress, legend_below, new_panels
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.intervals import Interval
from harness.studies.robustness.alarm_verdicts import WHO
from harness.studies.robustness.robustness_replays import RobustnessStudy
from harness.studies.robustness.robustness_score import RobustnessScore

COLOURS = tuple(colour for colour, _ in SERIES)
LEAST_TOP = 2.0  # the axis of rare counts shows at least this, where nothing was counted
MARKS = ("o", "s", "^", "D", "v", "P")


def draw_incident_curves(found: RobustnessScore, study: RobustnessStudy, narrow: bool = False) -> Figure:
    """Return the figure of incidents detected and false alarms of every detector, not masked (dashed) and masked."""
    figure, (left, right) = _panels(narrow)
    lines = [(detector, kind) for detector in study.detectors for kind in study.kinds]
    for number, (detector, kind) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        for masked in (True, False):
            scores = [
                found.scores[detector, share, kind if share else study.kinds[0], masked] for share in study.shares
            ]
            line, mark = ("-", "o") if masked else ("--", "x")
            at = [100 * share for share in study.shares]
            label = f"{detector}, {kind}{', masked' if masked else ''}"
            left.plot(
                at, [100 * score.dr.value for score in scores], color=colour, linestyle=line, marker=mark, label=label
            )
            rates = [score.false_alarms_per_corridor_day.value for score in scores]
            right.plot(at, rates, color=colour, linestyle=line, marker=mark)
            _band(left, at, [score.dr.interval.scaled(100) for score in scores], colour)
    _rates(left, right, "Incidents detected, %", "False alarms per corridor-day")
    legend_below(figure, left, 1 if narrow else 4)
    return figure


def draw_fault_detector(found: RobustnessScore, study: RobustnessStudy, narrow: bool = False) -> Figure:
    """Return the figure of the mask: faults found; false alarms per loop-month in incidents, beside faults, elsewhere."""
    figure, (left, right) = _panels(narrow)
    at = [100 * share for share in study.shares]
    for number, kind in enumerate(study.kinds):
        scores = [found.faults[share, kind if share else study.kinds[0]] for share in study.shares]
        there = [k for k, score in enumerate(scores) if score.found]
        marks = MARKS[number % len(MARKS)]
        for name, shares, style in (
            ("found at all", [s.dr for s in scores], "-"),
            ("within 30 min", [s.soon for s in scores], "--"),
        ):
            colour = COLOURS[0 if style == "-" else 1]
            x, y = [at[k] for k in there], [100 * shares[k].value for k in there]
            left.plot(x, y, style, color=colour, marker=marks, label=f"{name}, {kind}")
            _band(left, x, [shares[k].interval.scaled(100) for k in there], colour)
        for name, rates, colour in (
            ("in an incident", [s.during for s in scores], COLOURS[1]),
            ("beside a faulty loop", [s.beside for s in scores], COLOURS[4]),
            ("elsewhere", [s.free for s in scores], COLOURS[2]),
        ):
            exposed = [(x, rate.per(MONTH_DAYS)) for x, rate in zip(at, rates, strict=True) if rate.exposure > 0]
            x = [x for x, _ in exposed]
            right.plot(x, [rate.value for _, rate in exposed], color=colour, marker=marks, label=f"{name}, {kind}")
            _band(right, x, [rate.interval for _, rate in exposed], colour)
    _rates(left, right, "Faults found, %", "False alarms per loop-month")
    for axes in (left, right):
        axes.legend(fontsize=SMALL_PT, framealpha=0.7, edgecolor="none")
    return figure


def draw_reliability(found: RobustnessScore, study: RobustnessStudy, narrow: bool = False) -> Figure:
    """Return the figure of the share that was right over the mean stated probability of each bin."""
    figure, panels = new_panels(len(WHO), 3.6 if narrow else 4.6, narrow)
    for axes, who in zip(panels, WHO, strict=True):
        axes.plot([0, 100], [0, 100], color=FAINT, linewidth=1)
        for number, detector in enumerate(study.detectors):
            for by_rates in (False, True):
                bins = [each for each in found.reliability(detector, who, by_rates)[0] if each.predictions]
                x, y = [100 * each.mean for each in bins], [100 * each.share.value for each in bins]
                low = [max(100 * (each.share.value - each.share.interval.low), 0) for each in bins]
                high = [max(100 * (each.share.interval.high - each.share.value), 0) for each in bins]
                axes.errorbar(
                    x,
                    y,
                    yerr=[low, high],
                    color=COLOURS[number % len(COLOURS)],
                    marker="o" if by_rates else "x",
                    linestyle="-" if by_rates else "--",
                    capsize=2,
                    label=f"{detector}, {'rates of this study' if by_rates else 'as stated'}",
                )
        axes.set_xlim(-3, 103)
        axes.set_ylim(-3, 103)
        axes.set_xlabel("stated probability, %", fontsize=SMALL_PT)
        axes.set_ylabel("alarms that were right, %", fontsize=SMALL_PT)
        dress(axes, f"Alarms of the {who}")
    legend_below(figure, panels[0], 1 if narrow else 4)
    return figure


def _panels(narrow: bool) -> tuple[Figure, list[Axes]]:
    """Return a figure of two panels over the share of faulty loops."""
    figure, panels = new_panels(2, 3.2 if narrow else 4.4, narrow)
    for axes in panels:
        axes.set_xlabel("faulty loops, % of all", fontsize=SMALL_PT)
    return figure, panels


def _rates(left: Axes, right: Axes, shares: str, false_alarms: str) -> None:
    """Set the axes of shares on the `left` and of rare counts on the `right`, with their titles."""
    left.set_ylim(0, 102)
    right.set_yscale("symlog", linthresh=1)
    right.set_ylim(0, max(right.get_ylim()[1], LEAST_TOP))
    right.yaxis.set_major_formatter("{x:g}")
    dress(left, shares)
    dress(right, false_alarms)


def _band(axes: Axes, at: list[float], spans: list[Interval], colour: str) -> None:
    axes.fill_between(at, [each.low for each in spans], [each.high for each in spans], color=colour, alpha=0.08)
