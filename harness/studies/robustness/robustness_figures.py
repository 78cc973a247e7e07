"""Figures of a robustness study: incident detectors and the mask over the share of faulty loops, and reliability."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import write_png
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.intervals import Interval
from harness.studies.robustness.alarm_verdicts import WHO
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness

COLOURS = ("#c1272d", "#1b6ca8", "#2a7f3f", "#d98c21", "#8c6bb1", "#00a0a0")


def draw_incident_curves(path: Path, found: Robustness, study: Study) -> None:
    """Draw incidents detected and false alarms of every detector, bare (dashed) and masked."""
    figure, (left, right) = _panels()
    lines = [(detector, kind) for detector in study.detectors for kind in study.kinds]
    for number, (detector, kind) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        for hidden in (False, True):
            scores = [
                found.scores[detector, share, kind if share else study.kinds[0], hidden] for share in study.shares
            ]
            line, mark = ("-", "o") if hidden else ("--", "x")
            at = [100 * share for share in study.shares]
            label = f"{detector}, {kind}{', masked' if hidden else ''}"
            left.plot(
                at, [100 * score.dr.value for score in scores], color=colour, linestyle=line, marker=mark, label=label
            )
            right.plot(
                at,
                [score.false_alarms_per_corridor_day.value for score in scores],
                color=colour,
                linestyle=line,
                marker=mark,
            )
            _band(left, at, [score.dr.interval.scaled(100) for score in scores], colour)
    left.set_ylim(0, 102)
    left.set_ylabel("incidents detected, %")
    right.set_ylabel("false alarms per corridor-day")
    right.set_yscale("symlog", linthresh=1)
    right.set_ylim(bottom=0)
    figure.legend(loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    write_png(path, figure)


def draw_fault_detector(path: Path, found: Robustness, study: Study) -> None:
    """Draw faults found by the mask, and its false alarms per loop-month: beside faulty loops, in incidents, elsewhere."""
    figure, (left, right) = _panels()
    at = [100 * share for share in study.shares]
    for number, kind in enumerate(study.kinds):
        scores = [found.faults[share, kind if share else study.kinds[0]] for share in study.shares]
        there = [k for k, score in enumerate(scores) if score.found]
        marks = ("o", "s", "^", "D", "v", "P")[number % 6]
        for name, shares, style in (
            ("found at all", [s.dr for s in scores], "-"),
            ("within 30 min", [s.soon for s in scores], "--"),
        ):
            colour = COLOURS[1 if style == "-" else 0]
            x, y = [at[k] for k in there], [100 * shares[k].value for k in there]
            left.plot(x, y, style, color=colour, marker=marks, label=f"{name}, {kind}")
            _band(left, x, [shares[k].interval.scaled(100) for k in there], colour)
        for name, rates, colour in (
            ("in an incident", [s.during for s in scores], COLOURS[0]),
            ("beside a faulty loop", [s.beside for s in scores], COLOURS[3]),
            ("elsewhere", [s.free for s in scores], COLOURS[2]),
        ):
            x = [share for share, rate in zip(at, rates, strict=True) if rate.exposure > 0]
            monthly = [rate.per(MONTH_DAYS) for rate in rates if rate.exposure > 0]
            right.plot(x, [rate.value for rate in monthly], color=colour, marker=marks, label=f"{name}, {kind}")
            _band(right, x, [rate.interval for rate in monthly], colour)
    left.set_ylim(0, 102)
    left.set_ylabel("faults found, %")
    right.set_ylabel("false alarms per loop-month")
    right.set_yscale("symlog", linthresh=1)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.legend(fontsize=8, frameon=False)
    write_png(path, figure)


def draw_reliability(path: Path, found: Robustness, study: Study) -> None:
    """Draw the share that came true over the mean prediction of each bin; calibrated probabilities lie on the line."""
    figure = Figure(figsize=(11.5, 4.4), dpi=120, layout="constrained", facecolor="white")
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, who in zip(panels, WHO, strict=True):
        axes.plot([0, 100], [0, 100], color="#999999", linewidth=1)
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
                    label=f"{detector}, {'rates of this study' if by_rates else 'shipped priors'}",
                )
        axes.set_title(f"alarms of the {who}", loc="left", fontsize=10)
        axes.set_xlabel("stated probability of being right, %")
        axes.grid(True, alpha=0.25)
        axes.legend(fontsize=8, frameon=False, loc="lower right")
    panels[0].set_ylabel("right, %")
    write_png(path, figure)


def _panels() -> tuple[Figure, tuple[Axes, Axes]]:
    """A figure of two panels over the share of faulty loops."""
    figure = Figure(figsize=(11.5, 4.4), dpi=120, layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2, sharex=True)
    for axes in (left, right):
        axes.set_xlabel("faulty loops, % of all")
        axes.grid(True, alpha=0.25)
    return figure, (left, right)


def _band(axes: Axes, at: list[float], spans: list[Interval], colour: str) -> None:
    axes.fill_between(at, [each.low for each in spans], [each.high for each in spans], color=colour, alpha=0.08)
