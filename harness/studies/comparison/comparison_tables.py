"""The tables of a comparison's page: at equal false alarms, as shipped, paired, by kind of incident, misses."""

from collections.abc import Mapping, Sequence
from math import isnan

from detectors.calibration.aims import AIMS
from harness.reporting.page_sections import Section
from harness.reporting.report_document import Table
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_files import FACTORS, MAIN_AIM, breakdown_rows
from harness.studies.comparison.comparison_study import REFERENCES, Comparison
from harness.studies.comparison.operating_curve import MISSED_S, Point
from harness.studies.comparison.paired_differences import Paired

NAMES = {
    "demand": "demand, veh/h/lane",
    "lanes_blocked": "blocked lanes",
    "position": "position in the section",
    "section_length": "section length",
    "duration_min": "duration, min",
}
BOLD = ("sequential", *REFERENCES)
HEAD = (
    "detector",
    "false alarms",
    "per corridor-day",
    "95 %",
    "detected",
    "DR, %",
    "95 %",
    "mean TTD, s",
    "95 %",
    "median, s",
    f"with misses at {MISSED_S:.0f} s",
)


def calibrated_section(comparison: Comparison) -> Section:
    """Return the tables of all detectors at the thresholds they ship with."""
    tables = []
    for aim in AIMS:
        points = [comparison.calibrated.get((name, aim)) for name in comparison.detectors]
        tables.append(
            _table(f"set for {aim:g} per corridor-day", HEAD, [_row(each) for each in points if each is not None])
        )
    return Section(
        "At the thresholds each ships with",
        "Set on other seeds for 0.1, 1 and 10 false alarms per corridor-day; the rate observed here is what a user gets.",
        tuple(tables),
    )


def read_off_section(comparison: Comparison) -> Section:
    """Return the tables of all detectors at equal false alarms, read off their curves."""
    tables = []
    for rate in AIMS:
        points = [comparison.read_off.get((name, rate)) for name in comparison.detectors]
        tables.append(
            _table(f"at most {rate:g} per corridor-day", HEAD, [_row(each) for each in points if each is not None])
        )
    fixed = [name for name in comparison.detectors if name not in comparison.curves]
    return Section(
        "At equal false alarms",
        "The last point of each curve before its false alarms on these very runs exceed the rate: slightly optimistic, and "
        "equally so for all detectors. Mean TTD is over the detected incidents, so a detector that detects only the clear "
        f"ones looks quick; the last column counts a missed incident as {MISSED_S:.0f} s."
        + (f" These have no threshold to sweep and stand in the next section: {', '.join(fixed)}." if fixed else ""),
        tuple(table for table in tables if table.rows),
    )


def pair_sections(comparison: Comparison) -> list[Section]:
    """Return the tables of paired differences to each reference; nothing where none was compared."""
    head = (
        "detector",
        "its false alarms per day",
        "TTD less the reference's, s",
        "95 %",
        "both detect",
        f"with misses at {MISSED_S:.0f} s",
        "95 %",
        "detected by it alone",
        "by the reference alone",
        "p",
    )
    tables = []
    for basis, pairs in (("equal false alarms", comparison.paired_equal), ("as each ships", comparison.paired)):
        for reference in REFERENCES:
            found = [pair for aim, pair in pairs if aim == MAIN_AIM and pair.reference == reference]
            if found:
                label = f"against {reference} at its {found[0].reference_rate:.2f} per corridor-day: {basis}"
                tables.append(_table(label, head, [_pair(pair) for pair in found]))
    note = (
        "Differences of TTD on the same incidents; negative is sooner than the reference. Bootstrap intervals over "
        f"incidents. For {MAIN_AIM:g} false alarm per corridor-day; a reference without a curve stays as it ships, and the "
        "others are allowed no more false alarms than it raised. p: McNemar's test of the incidents that only one detects."
    )
    return [Section("Paired with the references", note, tuple(tables))] if tables else []


def _pair(pair: Paired) -> tuple[str, ...]:
    return (
        pair.detector,
        f"{pair.rate:.2f}",
        number_text(pair.difference.mean, "{:+.1f}"),
        span_text(pair.difference.interval, "{:+.1f}"),
        str(len(pair.difference.values)),
        number_text(pair.cost_difference.mean, "{:+.1f}"),
        span_text(pair.cost_difference.interval, "{:+.1f}"),
        str(pair.only_detector),
        str(pair.only_reference),
        number_text(pair.mcnemar_p, "{:.3f}"),
    )


def breakdown_section(comparison: Comparison) -> Section:
    """Return the tables of DR and TTD by each factor of the incidents."""
    rows = list(breakdown_rows(comparison))
    tables = []
    for factor in FACTORS:
        of = [row for row in rows if row["factor"] == factor]
        values = list(dict.fromkeys(_level(row["value"]) for row in of))
        cells = {(row["detector"], _level(row["value"])): row for row in of}
        names = [name for name in comparison.detectors if any((name, value) in cells for value in values)]
        counts = [f"{value} ({cells[names[0], value]['incidents']})" for value in values]
        body = [(name, *(_found(cells.get((name, value))) for value in values)) for name in names]
        if values:
            tables.append(_table(f"by {NAMES[factor]} (number of incidents)", ("detector", *counts), body))
    return Section(
        "By kind of incident",
        f"Share detected, and their mean TTD; as each ships for {MAIN_AIM:g} false alarm per corridor-day. Each class has few "
        "incidents: breakdown.csv has the intervals.",
        tuple(tables),
    )


def misses_section(comparison: Comparison) -> Section:
    """Return the table of the incidents that each detector misses."""
    rows = []
    for name in comparison.detectors:
        point = comparison.calibrated.get((name, MAIN_AIM))
        if point is not None:
            missed = [each.run for each in point.incidents if not each.detected]
            rows.append((name, f"{len(missed)} of {len(point.incidents)}", ", ".join(_brief(missed)) or "none"))
    return Section(
        "Missed incidents",
        f"As each ships for {MAIN_AIM:g} false alarm per corridor-day; with place and demand in misses.csv.",
        (Table("Missed incidents", ("detector", "missed", "runs"), tuple(rows), text_columns=3),),
    )


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """Return a table of detectors with the rows of BOLD in bold."""
    bold = tuple(number for number, row in enumerate(rows) if row[0] in BOLD)
    return Table(title, head, tuple(rows), bold=bold)


def _brief(runs: Sequence[str]) -> list[str]:
    """Return runs by name; within a series (incident-07) by number after the first."""
    brief, before = [], ""
    for run in runs:
        stem, dash, number = run.rpartition("-")
        brief.append(number if dash and stem == before else run)
        before = stem
    return brief


def _level(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _found(row: Mapping[str, object] | None) -> str:
    if row is None:
        return "-"
    return f"{number_text(row['dr'], '{:.0%}')}  {number_text(row['ttd_mean_s'], '{:.0f} s')}"


def _row(point: Point) -> tuple[str, ...]:
    return (
        point.detector,
        str(point.false_alarms),
        number_text(point.false_alarm_rate.value, "{:.2f}"),
        span_text(point.false_alarm_rate.interval, "{:.2f}"),
        f"{point.dr.part}/{len(point.incidents)}",
        number_text(100 * point.dr.value, "{:.1f}"),
        span_text(point.dr.interval.scaled(100), "{:.1f}"),
        number_text(point.ttd.mean, "{:.1f}"),
        span_text(point.ttd.interval, "{:.1f}"),
        number_text(point.ttd.median, "{:.1f}"),
        number_text(point.cost_s, "{:.1f}"),
    )


def span_text(interval: Interval, form: str) -> str:
    """Return both ends by `form`, one dash where neither is known."""
    return "-" if isnan(interval.low) else f"{form.format(interval.low)} to {form.format(interval.high)}"


def number_text(value: object, form: str) -> str:
    """Return a number by `form`, a dash where it is not known."""
    return form.format(value) if isinstance(value, float) and not isnan(value) else "-"
