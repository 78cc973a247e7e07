"""Fault detectors on the same recordings with the same faults: operating points, curves by kind of fault, and their files.

    summary.txt      every detector at every aim, and by kind of fault at 1 false alarm per loop-month
    score.json       the same with all intervals, and the curves
    faults.csv       a row per fault, with each detector's time to detection
    curves.png       missed faults against false alarms, by kind

A curve joins what a fitted detector does live at multiples of its threshold for 1 false alarm per loop-month: with each, a
failed loop is left out of its neighbours' predictions (Ghafouri et al. 2017, figure 3, sweep one sensor's threshold alone).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path

from detectors.faults.fault_catalogue import DEFAULT_AIM
from harness.records.atomic_files import write_csv, write_json, write_text
from harness.reporting.report_document import DASH
from harness.reporting.report_prose import counted
from harness.reporting.score_tables import number, percent, span
from harness.scoring.fault_score import MONTH_DAYS, SOON_S, FaultScore, score_faults, together
from harness.scoring.intervals import wilson
from harness.studies.fault_detection.fault_replays import FaultReplay, FaultyRun, settings_of
from scenarios.errors import UserError
from scenarios.fault import KINDS
from simulator.frame import Flags

FLOWS_VPH = (0.0, 150.0, 300.0, 600.0, 1200.0, inf)


@dataclass(frozen=True, slots=True)
class FaultComparison:
    """Scores by detector and aim, and by fitted detector the curve: (multiple of the threshold, score), the strictest first."""

    runs: int
    points: Mapping[tuple[str, float], FaultScore]
    curves: Mapping[str, Sequence[tuple[float, FaultScore]]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fault there were, in the order of KINDS."""
        there = {each.fault.kind for score in self.points.values() for each in score.found}
        return tuple(kind for kind in KINDS if kind in there)


def compare_faults(replays: Iterable[tuple[FaultyRun, FaultReplay]], detectors: Sequence[str]) -> FaultComparison:
    """Score every detector on every run. Raises UserError where a run's faults are not known."""
    kept = sorted(replays, key=lambda one: one[0].name)
    for run, _ in kept:
        if run.faults is None:
            raise UserError(f"{run.name}: nothing is known of its faults (no faults.csv): wanted --faults FILE")
    scored = {
        (name, setting): together([_score(run, replay.alarms[name, setting]) for run, replay in kept])
        for name in detectors
        for setting in settings_of(name)
    }
    points = {(name, aim): score for (name, (aim, factor)), score in scored.items() if factor == 1}
    curves = {}
    for name in detectors:
        own = [
            (factor, score) for (other, (aim, factor)), score in scored.items() if other == name and aim == DEFAULT_AIM
        ]
        if len(own) > 1:
            curves[name] = sorted(own, key=lambda point: -point[0])
    return FaultComparison(len(kept), points, curves)


def _score(run: FaultyRun, alarm: Flags) -> FaultScore:
    assert run.faults is not None
    return score_faults(run.name, run.corridor, run.times_s, alarm, run.faults, run.true_count, run.incidents)


def write_fault_comparison(out: Path, comparison: FaultComparison, origin: Mapping[str, object]) -> str:
    """Write the files but the picture; returns the summary."""
    text = summary(comparison)
    write_text(out / "summary.txt", text + "\n")
    content = {
        **origin,
        "runs": comparison.runs,
        "points": [
            {"detector": name, "aim": aim, "kind": kind, **_plain(score.of(kinds))}
            for (name, aim), score in comparison.points.items()
            for kind, kinds in _groups(comparison)
        ],
        "curves": [
            {"detector": name, "threshold_times": factor, "kind": kind, **_plain(score.of(kinds))}
            for name, curve in comparison.curves.items()
            for factor, score in curve
            for kind, kinds in _groups(comparison)
        ],
    }
    write_json(out / "score.json", content)
    write_csv(out / "faults.csv", _rows(comparison))
    return text


def _groups(comparison: FaultComparison) -> list[tuple[str, tuple[str, ...]]]:
    return [("all", comparison.kinds), *((kind, (kind,)) for kind in comparison.kinds)]


def _plain(score: FaultScore) -> dict[str, object]:
    return {
        "faults": len(score.found),
        "detected": sum(each.detected for each in score.found),
        "soon": sum(each.soon for each in score.found),
        "dr": score.dr,
        "dr_interval": list(score.dr_interval),
        "soon_interval": list(score.soon_interval),
        "ttd_median_s": score.ttd_median_s,
        "ttd_mean_interval_s": list(score.ttd_mean_interval),
        "false_alarms": score.false_free,
        "loop_days": score.days_free,
        "per_loop_month": score.per_loop_month,
        "per_loop_month_interval": list(score.per_loop_month_interval),
        "false_alarms_beside_faults": score.false_beside,
        "loop_days_beside_faults": score.days_beside,
        "false_alarms_during_incidents": score.false_during,
        "loop_days_during_incidents": score.days_during,
    }


def _rows(comparison: FaultComparison) -> list[list[str]]:
    names = [name for name, aim in comparison.points if aim == DEFAULT_AIM]
    scores = [comparison.points[name, DEFAULT_AIM] for name in names]
    header = [
        "run",
        "station",
        "lane",
        "kind",
        "magnitude",
        "onset_s",
        "end_s",
        "flow_vph",
        *(f"ttd_s {n}" for n in names),
    ]
    rows = [header]
    for each in zip(*(score.found for score in scores), strict=True):
        fault = each[0].fault
        usual = KINDS[fault.kind].usual
        rows.append(
            [
                each[0].run,
                fault.station,
                str(fault.lane),
                fault.kind,
                "" if usual is None else f"{fault.strength:g}",
                f"{fault.onset_s:g}",
                "" if fault.end_s is None else f"{fault.end_s:g}",
                _field(each[0].flow_vph),
                *(_field(one.ttd_s) for one in each),
            ]
        )
    return rows


def summary(comparison: FaultComparison) -> str:
    """For people: every detector at every aim, then by kind of fault."""
    lines = [
        f"{counted(comparison.runs, 'recording')}; a fault is found by an alarm at its loop from onset to 30 min after its end",
        "",
    ]
    head = [
        "detector",
        "set for, /loop-month",
        "came (95 %)",
        "beside faults",
        "during incidents",
        "faults",
        "found (95 %)",
        f"in {SOON_S / 60:.0f} min (95 %)",
        "median TTD",
    ]
    rows = [head]
    for (name, aim), score in comparison.points.items():
        rate = f"{number(score.per_loop_month, 2)} ({span(score.per_loop_month_interval)})"
        apart = [str(score.false_beside), str(score.false_during)]
        rows.append(
            [
                name,
                f"{aim:g}" if name in comparison.curves else DASH,
                rate,
                *apart,
                str(len(score.found)),
                f"{_percent(score.dr)} ({span(score.dr_interval.scaled(100))})",
                f"{_percent(score.soon)} ({span(score.soon_interval.scaled(100))})",
                _minutes(score.ttd_median_s),
            ]
        )
    lines += _table(rows)
    lines += [
        "",
        f"By kind, at {DEFAULT_AIM:g} false alarm per loop-month: found in 30 min / found at all, of n; median TTD",
        "",
    ]
    names = [name for name, aim in comparison.points if aim == DEFAULT_AIM]
    rows = [["kind", "n", *names]]
    for kind in comparison.kinds:
        scores = [comparison.points[name, DEFAULT_AIM].of((kind,)) for name in names]
        cells = [f"{_percent(one.soon)} / {_percent(one.dr)}; {_minutes(one.ttd_median_s)}" for one in scores]
        rows.append([kind, str(len(scores[0].found)), *cells])
    lines += _table(rows)
    lines += ["", "The same by the traffic at the loop in the first 30 min: found in 30 min of n, all kinds", ""]
    rows = [["veh/h", *names]]
    for low, high in pairwise(FLOWS_VPH):
        cells = []
        for name in names:
            within = [one for one in comparison.points[name, DEFAULT_AIM].found if low <= one.flow_vph < high]
            soon = sum(one.soon for one in within)
            share = span(wilson(soon, len(within)).scaled(100))
            cells.append(f"{soon} of {len(within)} ({share})")
        rows.append([f"{low:.0f} to {high:.0f}" if isfinite(high) else f"{low:.0f} and more", *cells])
    lines += _table(rows)
    first = next(iter(comparison.points.values()))
    days = f"{first.days_free:.1f} loop-days ({first.days_free / MONTH_DAYS:.2f} loop-months)"
    lines += [
        "",
        f"Alarms that would be false: in {days} without incident and away from faults, "
        f"{first.days_beside:.1f} loop-days beside a faulty loop, {first.days_during:.1f} during incidents",
    ]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _field(value: float) -> str:
    """Of a CSV file, which wants no typeset dash."""
    return f"{value:.2f}" if isfinite(value) else "-"


def _percent(share: float) -> str:
    return f"{percent(share, 0)} %" if isfinite(share) else DASH


def _minutes(time_s: float) -> str:
    return f"{time_s / 60:.0f} min" if isfinite(time_s) else DASH
