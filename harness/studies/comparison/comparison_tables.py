"""The tables of a comparison's page: at equal false alarms, as shipped, paired, by kind of incident, missed incidents."""

from collections.abc import Mapping, Sequence

from detectors.calibration.aims import AIMS
from harness.reporting.number_text import number, percent, span
from harness.reporting.page_sections import Section
from harness.reporting.report_document import DASH, Table
from harness.studies.comparison.comparison_files import FACTORS, MAIN_AIM
from harness.studies.comparison.comparison_study import REFERENCES, Comparison
from harness.studies.comparison.operating_curve import MISSED_S, Point, breakdown
from harness.studies.comparison.paired_differences import PairedDifference

FACTOR_HEADINGS = {
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
    tables = [
        _points_table(comparison, comparison.calibrated, aim, f"set for {aim:g} per corridor-day") for aim in AIMS
    ]
    return Section(
        "At the shipped thresholds",
        "Set on other seeds for 0.1, 1 and 10 false alarms per corridor-day. A user gets the rate observed here.",
        tuple(tables),
    )


def read_off_section(comparison: Comparison) -> Section:
    """Return the tables of all detectors at equal false alarms, read off their curves."""
    tables = [
        _points_table(comparison, comparison.read_off, rate, f"at most {rate:g} per corridor-day") for rate in AIMS
    ]
    fixed = [name for name in comparison.detectors if name not in comparison.curves]
    return Section(
        "At equal false alarms",
        "The last point of each curve before its false alarms on these runs exceed the rate: slightly optimistic for "
        "all detectors. Mean TTD is over the detected incidents, so a detector that detects only obvious "
        f"incidents looks quick; the last column counts a missed incident as {MISSED_S:.0f} s."
        + (f" Without a threshold to sweep, and so in the next section only: {', '.join(fixed)}." if fixed else ""),
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
    for basis, pairs in (("equal false alarms", comparison.paired_equal), ("as shipped", comparison.paired)):
        for reference in REFERENCES:
            found = [pair for aim, pair in pairs if aim == MAIN_AIM and pair.reference == reference]
            if found:
                label = f"against {reference} at its {found[0].reference_rate:.2f} per corridor-day: {basis}"
                tables.append(_table(label, head, [_pair(pair) for pair in found]))
    note = (
        "Differences of TTD on the same incidents; negative is sooner than the reference. Bootstrap intervals over "
        f"incidents. For {MAIN_AIM:g} false alarm per corridor-day; a reference without a curve keeps its shipped setting, and "
        "the others raise no more false alarms than it does. p: McNemar's test of the incidents that only one detects."
    )
    return [Section("PairedDifference with the references", note, tuple(tables))] if tables else []


def _pair(pair: PairedDifference) -> tuple[str, ...]:
    return (
        pair.detector,
        f"{pair.rate:.2f}",
        number(pair.difference.mean, signed=True),
        span(pair.difference.interval, signed=True),
        str(len(pair.difference.values)),
        number(pair.cost_difference.mean, signed=True),
        span(pair.cost_difference.interval, signed=True),
        str(pair.only_detector),
        str(pair.only_reference),
        number(pair.mcnemar_p, 3),
    )


def breakdown_section(comparison: Comparison) -> Section:
    """Return the tables of DR and TTD by each factor of the incidents."""
    points = {name: comparison.calibrated.get((name, MAIN_AIM)) for name in comparison.detectors}
    tables = []
    for factor in FACTORS:
        by_name = {name: breakdown(point, factor) for name, point in points.items() if point is not None}
        levels = next(iter(by_name.values()), {})
        counts = [f"{_level(level)} ({point.dr.whole})" for level, point in levels.items()]
        rows = [(name, *(_dr_and_ttd(own.get(level)) for level in levels)) for name, own in by_name.items()]
        if levels:
            tables.append(_table(f"by {FACTOR_HEADINGS[factor]} (number of incidents)", ("detector", *counts), rows))
    return Section(
        "By kind of incident",
        f"Share detected, and their mean TTD, as shipped for {MAIN_AIM:g} false alarm per corridor-day. Few incidents "
        "per class: breakdown.csv has the intervals.",
        tuple(tables),
    )


def misses_section(comparison: Comparison) -> Section:
    """Return the table of the incidents that each detector misses."""
    rows = []
    for name in comparison.detectors:
        point = comparison.calibrated.get((name, MAIN_AIM))
        if point is not None:
            missed = [each.run for each in point.incidents if not each.detected]
            rows.append((name, f"{len(missed)} of {len(point.incidents)}", ", ".join(_short_names(missed)) or "none"))
    return Section(
        "Missed incidents",
        f"As shipped for {MAIN_AIM:g} false alarm per corridor-day; misses.csv adds place and demand.",
        (Table("Missed incidents", ("detector", "missed", "runs"), tuple(rows), text_columns=3),),
    )


def _points_table(
    comparison: Comparison, points: Mapping[tuple[str, float], Point | None], rate: float, title: str
) -> Table:
    """Return the table of all detectors with a point at this rate, or set for it."""
    known = [point for name in comparison.detectors if (point := points.get((name, rate))) is not None]
    return _table(title, HEAD, [_row(point) for point in known])


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """Return a table of detectors with the rows of BOLD in bold."""
    bold = tuple(number for number, row in enumerate(rows) if row[0] in BOLD)
    return Table(title, head, tuple(rows), bold=bold)


def _short_names(runs: Sequence[str]) -> list[str]:
    """Return the names of runs; within a series (incident-07), only the number after the first."""
    brief, before = [], ""
    for run in runs:
        stem, dash, number = run.rpartition("-")
        brief.append(number if dash and stem == before else run)
        before = stem
    return brief


def _level(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _dr_and_ttd(point: Point | None) -> str:
    if point is None:
        return DASH
    ttd = f"{number(point.ttd.mean, 0)} s" if point.dr.part else DASH
    return f"{percent(point.dr.value, 0)} %  {ttd}"


def _row(point: Point) -> tuple[str, ...]:
    return (
        point.detector,
        str(point.false_alarms),
        number(point.false_alarm_rate.value, 2),
        span(point.false_alarm_rate.interval, 2),
        f"{point.dr.part}/{len(point.incidents)}",
        percent(point.dr.value),
        span(point.dr.interval.scaled(100)),
        number(point.ttd.mean),
        span(point.ttd.interval),
        number(point.ttd.median),
        number(point.cost_s),
    )
