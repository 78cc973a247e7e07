"""What faulty loops do to incident detectors, what masking gives back, and which alarm is what: tables, JSON, a picture.

Confusion: an alarm of the incident detector is of an *incident* where it is a hit or neutral (`harness.matching`), of a *faulty
loop* where it is false and a loop of its section's two stations is faulty, else of *neither*; an alarm of the fault detector is
of a *faulty loop* where its loop is one, else of an *incident* from its onset to 15 min after its clearance, else of *neither*.
The shares are the probabilities with which such an alarm is what it says, with Wilson intervals: they hold for this many faults
and incidents, no others.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from matplotlib.figure import Figure

from harness.fault_score import RECOVERY_S, FaultScore, score_faults, together
from harness.intervals import Interval, wilson
from harness.persistence import episodes
from harness.rates import Score
from harness.robustness import RobustRun, Study
from harness.score import ScoredRun, score_runs
from harness.whole import write_json, write_text
from simulator.corruption import faulty

CLASSES = ("incident", "faulty loop", "neither")
COLOURS = ("#c1272d", "#1b6ca8", "#2a7f3f", "#d98c21", "#8c6bb1", "#00a0a0")


@dataclass(frozen=True, slots=True)
class Robustness:
    """Scores by (detector, share, kind, masked); the mask's by (share, kind); confusion by (share, kind) and who alarmed."""

    runs: int
    scores: Mapping[tuple[str, float, str, bool], Score]
    faults: Mapping[tuple[float, str], FaultScore]
    confusion: Mapping[tuple[str, float, str], Mapping[str, Counter[str]]]


def score_robustness(runs: Sequence[RobustRun], study: Study) -> Robustness:
    """Score every case over all runs."""
    scores, faults, confusion = {}, {}, {}
    for case in study.cases():
        own = []
        for run in runs:
            incidents = [(each.onset_s, each.clearance_s) for each in run.truth.incidents]
            own.append(
                score_faults(
                    run.name, run.corridor, run.times_s, run.doubts[case], run.faults[case], run.true_count, incidents
                )
            )
        faults[case] = together(own)
        for detector in study.detectors:
            for hidden in (False, True):
                scored = [
                    ScoredRun(run.name, run.corridor, run.times_s, run.alarms[detector, *case, hidden], run.truth)
                    for run in runs
                ]
                scores[detector, *case, hidden] = score_runs(scored, 0)
            confusion[detector, *case] = {
                "incident detector": _incident_alarms(runs, case, scores[detector, *case, True]),
                "fault detector": _fault_alarms(runs, case),
            }
    return Robustness(len(runs), scores, faults, confusion)


def _incident_alarms(runs: Sequence[RobustRun], case: tuple[float, str], score: Score) -> Counter[str]:
    by_name = {run.name: run for run in runs}
    counted: Counter[str] = Counter()
    for alarm in score.alarm_scores:
        run = by_name[alarm.run]
        wrong = faulty(run.times_s, run.corridor, run.faults[case])
        at = int((run.times_s == alarm.raised_s).argmax())
        if alarm.kind != "false":
            counted["incident"] += 1
        else:
            counted["faulty loop" if wrong[at, alarm.section : alarm.section + 2].any() else "neither"] += 1
    return counted


def _fault_alarms(runs: Sequence[RobustRun], case: tuple[float, str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for run in runs:
        wrong = faulty(run.times_s, run.corridor, run.faults[case]).reshape(len(run.times_s), -1)
        for alarm in episodes(run.doubts[case], run.times_s):
            at = int((run.times_s == alarm.raised_s).argmax())
            busy = any(
                i.onset_s < alarm.raised_s and not alarm.raised_s > i.clearance_s + RECOVERY_S
                for i in run.truth.incidents
            )
            counted["faulty loop" if wrong[at, alarm.section] else "incident" if busy else "neither"] += 1
    return counted


def write_robustness(out: Path, found: Robustness, study: Study, origin: Mapping[str, object]) -> str:
    """Write summary.txt, score.json and curves.png; returns the summary."""
    text = _summary(found, study)
    write_text(out / "summary.txt", text + "\n")
    rows = [
        {"detector": detector, "share": share, "kind": kind, "masked": hidden, "incidents": score.incidents,
         "detected": score.detected, "dr": score.dr, "dr_interval": list(score.dr_interval),
         "false_alarms": score.false_alarms, "per_corridor_day": score.false_alarms_per_corridor_day,
         "per_corridor_day_interval": list(score.false_alarms_per_corridor_day_interval), "ttd_mean_s": score.ttd_mean_s}
        for (detector, share, kind, hidden), score in found.scores.items()
    ]  # fmt: skip
    confusion = [
        {
            "detector": detector,
            "share": share,
            "kind": kind,
            "alarm_of": who,
            **{each: counts[each] for each in CLASSES},
        }
        for (detector, share, kind), table in found.confusion.items()
        for who, counts in table.items()
    ]
    write_json(
        out / "score.json",
        {
            **origin,
            "runs": found.runs,
            "mask": study.mask.text,
            "seed": study.seed,
            "cases": rows,
            "confusion": confusion,
        },
    )
    _draw(out / "curves.png", found, study)
    return text


def _summary(found: Robustness, study: Study) -> str:
    lines = [f"{found.runs} runs; a share of all loops faulty from the first frame on; masked by {study.mask.text}", ""]
    head = f"{'detector':14}{'faulty':>8} {'kind':12}{'detected':>20}{'false/corridor-day':>24}{'mean TTD':>10}"
    lines.append(head)
    for (detector, share, kind, hidden), score in found.scores.items():
        name = f"{'+ mask' if hidden else detector:14}"
        label = kind if share else "-"
        dr = f"{score.detected} of {score.incidents} {_span(score.dr_interval, 100)}"
        rate = f"{_number(score.false_alarms_per_corridor_day)} {_span(score.false_alarms_per_corridor_day_interval)}"
        lines.append(f"{name}{share:>8.0%} {label:12}{dr:>20}{rate:>24}{_number(score.ttd_mean_s):>8} s")
    lines += [
        "",
        f"The mask itself ({study.mask.name}): faults found in 30 min; false alarms elsewhere, beside, during incidents",
    ]
    for (share, kind), one in found.faults.items():
        soon = f"{sum(each.soon for each in one.found)} of {len(one.found)}"
        false = f"{one.false_free} / {one.false_beside} / {one.false_during}"
        lines.append(f"{share:>22.0%} {kind if share else '-':12}{soon:>14}   {false}")
    lines += ["", "Alarms with the mask on, by what was there; with what probability an alarm is what it says (95 %)"]
    for (detector, share, kind), table in found.confusion.items():
        for who, counts in table.items():
            right = counts["incident" if who == "incident detector" else "faulty loop"]
            total = sum(counts.values())
            cells = ", ".join(f"{each} {counts[each]}" for each in CLASSES)
            sure = f"{100 * right / total:.0f} % {_span(wilson(right, total), 100)}" if total else "-"
            name = detector if who == "incident detector" else study.mask.name
            lines.append(f"{share:>5.0%} {kind if share else '-':12}{name:14} {cells}: {sure}")
    return "\n".join(lines)


def _draw(path: Path, found: Robustness, study: Study) -> None:
    figure = Figure(figsize=(11.5, 4.4), layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2, sharex=True)
    lines = [(detector, kind) for detector in study.detectors for kind in study.kinds]
    for number, (detector, kind) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        for hidden in (False, True):
            scores = [
                found.scores[detector, share, kind if share else study.kinds[0], hidden] for share in study.shares
            ]
            style = {"color": colour, "linestyle": "-" if hidden else "--", "marker": "o" if hidden else "x"}
            at = [100 * share for share in study.shares]
            label = f"{detector}, {kind}{', masked' if hidden else ''}"
            left.plot(at, [100 * score.dr for score in scores], label=label, **style)
            right.plot(at, [score.false_alarms_per_corridor_day for score in scores], **style)
            low = [100 * score.dr_interval.low for score in scores]
            left.fill_between(at, low, [100 * score.dr_interval.high for score in scores], color=colour, alpha=0.08)
    left.set_ylim(0, 102)
    left.set_ylabel("incidents detected, %")
    right.set_ylabel("false alarms per corridor-day")
    right.set_yscale("symlog", linthresh=1)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel("faulty loops, % of all")
        axes.grid(True, alpha=0.25)
    figure.legend(loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _span(interval: Interval, factor: float = 1.0) -> str:
    if not isfinite(interval.low):
        return ""
    return (
        f"({factor * interval.low:.{0 if factor > 1 else 1}f} to {factor * interval.high:.{0 if factor > 1 else 1}f})"
    )


def _number(value: float) -> str:
    return f"{value:.1f}" if isfinite(value) else "-"
