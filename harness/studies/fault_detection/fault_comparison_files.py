"""Files of a comparison of fault detectors.

summary.txt      every detector at every aim, and by kind of fault at 1 false alarm per loop-month
score.json       the same with all intervals, and the curves
faults.csv       a row per fault, with each detector's time to detection
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path

from detectors.faults.fault_catalogue import DEFAULT_AIM
from harness.records.atomic_files import write_csv, write_json, write_text
from harness.reporting.csv_rows import csv_rows
from harness.reporting.number_text import counted, minutes, percent, percent_with_interval, span, with_interval
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.fault_score import MONTH_DAYS, SOON_S, FaultScore
from harness.scoring.rates import Proportion
from harness.studies.fault_detection.fault_comparison import FaultComparison
from scenarios.fault import KINDS

FAULT = ("run", "station", "lane", "kind", "magnitude", "onset_s", "end_s", "flow_vph")
"""Columns of faults.csv; each detector's time to detection follows."""
FLOWS_VPH = (0.0, 150.0, 300.0, 600.0, 1200.0, inf)


def write_fault_comparison(out: Path, comparison: FaultComparison, origin: Mapping[str, object]) -> str:
    """Write the files but the figure, and return the summary."""
    text = fault_summary(comparison)
    write_text(out / "summary.txt", text + "\n")
    content = {
        **origin,
        "runs": comparison.runs,
        "points": [
            {"detector": name, "aim": aim, "kind": kind, **_figures(score.of(kinds))}
            for (name, aim), score in comparison.points.items()
            for kind, kinds in _groups(comparison)
        ],
        "curves": [
            {"detector": name, "threshold_times": factor, "kind": kind, **_figures(score.of(kinds))}
            for name, curve in comparison.curves.items()
            for factor, score in curve
            for kind, kinds in _groups(comparison)
        ],
    }
    write_json(out / "score.json", content)
    columns = (*FAULT, *(f"ttd_s {name}" for name, aim in comparison.points if aim == DEFAULT_AIM))
    write_csv(out / "faults.csv", csv_rows(_rows(comparison), columns))
    return text


def _groups(comparison: FaultComparison) -> list[tuple[str, tuple[str, ...]]]:
    return [("all", comparison.kinds), *((kind, (kind,)) for kind in comparison.kinds)]


def _figures(score: FaultScore) -> dict[str, object]:
    return {
        "faults": score.dr.whole,
        "detected": score.dr.part,
        "soon": score.soon.part,
        "dr": score.dr.value,
        "dr_interval": score.dr.interval,
        "soon_interval": score.soon.interval,
        "ttd_median_s": score.ttd.median,
        "ttd_mean_interval_s": score.ttd.interval,
        "false_alarms": score.free.events,
        "loop_days": score.free.exposure,
        "per_loop_month": score.per_loop_month.value,
        "per_loop_month_interval": score.per_loop_month.interval,
        "false_alarms_beside_faults": score.beside.events,
        "loop_days_beside_faults": score.beside.exposure,
        "false_alarms_during_incidents": score.during.events,
        "loop_days_during_incidents": score.during.exposure,
    }


def _rows(comparison: FaultComparison) -> Iterator[Mapping[str, object]]:
    names = [name for name, aim in comparison.points if aim == DEFAULT_AIM]
    scores = [comparison.points[name, DEFAULT_AIM] for name in names]
    for each in zip(*(score.found for score in scores), strict=True):
        fault = each[0].fault
        magnitude = None if KINDS[fault.kind].usual is None else fault.strength
        values = (
            *(each[0].run, fault.station, fault.lane, fault.kind, magnitude),
            *(fault.onset_s, fault.end_s, each[0].flow_vph),
        )
        times_s = {f"ttd_s {name}": one.ttd_s for name, one in zip(names, each, strict=True)}
        yield {**dict(zip(FAULT, values, strict=True)), **times_s}


def fault_summary(comparison: FaultComparison) -> str:
    """Return the summary: every detector at every aim, then by kind of fault and by traffic."""
    names = [name for name, aim in comparison.points if aim == DEFAULT_AIM]
    tables = (_by_aim(comparison), _by_kind(comparison, names), _by_flow(comparison, names))
    heading = f"{counted(comparison.runs, 'recording')}; found: an alarm at the faulty loop until 30 min after its end"
    first = next(iter(comparison.points.values()))
    days = f"{first.free.exposure:.1f} loop-days ({first.free.exposure / MONTH_DAYS:.2f} loop-months)"
    exposure = (
        f"Exposure to false alarms: {days} without an incident and away from faults, "
        f"{first.beside.exposure:.1f} loop-days beside a faulty loop, {first.during.exposure:.1f} during incidents"
    )
    return "\n\n".join([heading, *map(plain_text, tables), exposure])


def _by_aim(comparison: FaultComparison) -> Table:
    rows = [
        (
            name,
            f"{aim:g}" if name in comparison.curves else DASH,
            with_interval(score.per_loop_month.value, score.per_loop_month.interval, 2),
            str(score.beside.events),
            str(score.during.events),
            str(len(score.found)),
            percent_with_interval(score.dr),
            percent_with_interval(score.soon),
            minutes(score.ttd.median),
        )
        for (name, aim), score in comparison.points.items()
    ]
    return Table(
        "False alarms and faults found",
        (
            *("detector", "set for", "false alarms", "beside faults", "during incidents", "faults"),
            *("found [%]", f"in {SOON_S / 60:.0f} min [%]", "median TTD"),
        ),
        tuple(rows),
        "Set for, false alarms: per loop-month. In brackets: 95 % intervals.",
    )


def _by_kind(comparison: FaultComparison, names: Sequence[str]) -> Table:
    rows = []
    for kind in comparison.kinds:
        scores = [comparison.points[name, DEFAULT_AIM].of((kind,)) for name in names]
        cells = [
            f"{percent(one.soon.value, 0)} / {percent(one.dr.value, 0)}; {minutes(one.ttd.median)}" for one in scores
        ]
        rows.append((kind, str(len(scores[0].found)), *cells))
    return Table(
        f"By kind, at {DEFAULT_AIM:g} false alarm per loop-month",
        ("kind", "faults", *names),
        tuple(rows),
        "Found in 30 min / found at all [%]; median TTD.",
    )


def _by_flow(comparison: FaultComparison, names: Sequence[str]) -> Table:
    rows = []
    for low, high in pairwise(FLOWS_VPH):
        cells = []
        for name in names:
            within = [one for one in comparison.points[name, DEFAULT_AIM].found if low <= one.flow_vph < high]
            soon = Proportion(sum(one.soon for one in within), len(within))
            cells.append(f"{soon.part} of {soon.whole} ({span(soon.interval.scaled(100))})")
        rows.append((f"{low:.0f} to {high:.0f}" if isfinite(high) else f"{low:.0f} and more", *cells))
    return Table(
        "The same by the traffic at the loop in the first 30 min",
        ("veh/h", *names),
        tuple(rows),
        "Found in 30 min, of all kinds. In brackets: 95 % interval of the share [%].",
    )
