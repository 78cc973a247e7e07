"""The tables of a comparison, for its page and its summary."""

from collections.abc import Mapping, Sequence

from detectors.calibration.aims import AIMS
from harness.reporting.number_text import number, percent, percent_with_interval, with_interval
from harness.reporting.page_sections import Section
from harness.reporting.report_document import DASH, Table
from harness.studies.comparison.comparison_study import REFERENCES, Comparison
from harness.studies.comparison.operating_curve import MISSED_S, OperatingPoint, points_by_factor
from harness.studies.comparison.paired_differences import PairedDifference

MAIN_AIM = 1.0  # false alarms per corridor-day of the tables that show one rate
FACTOR_HEADINGS = {
    "demand": "demand, veh/h/lane",
    "lanes_blocked": "blocked lanes",
    "position": "position in the section",
    "section_length": "section length",
    "duration_min": "duration, min",
}
BOLD = ("sequential", *REFERENCES)
BRACKETS = "In brackets: 95 % intervals."


def points_tables(
    comparison: Comparison, points: Mapping[tuple[str, float], OperatingPoint | None], basis: str
) -> tuple[Table, ...]:
    """Return a table per rate of AIMS with the detectors that have a point; no empty table."""
    head = (
        *("detector", "false alarms", "per corridor-day", "detected", "DR, %", "mean TTD, s", "median, s"),
        f"with misses at {MISSED_S:.0f} s",
    )
    tables = []
    for rate in AIMS:
        known = [point for name in comparison.detectors if (point := points.get((name, rate))) is not None]
        tables.append(table_of(f"{basis} {rate:g} per corridor-day", head, [_row(point) for point in known]))
    return tuple(table for table in tables if table.rows)


def pair_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Return the paired differences at MAIN_AIM, a table per basis and reference; none without a reference."""
    head = (
        *("detector", "its false alarms per day", "TTD less the reference's, s", "both detect"),
        *(f"with misses at {MISSED_S:.0f} s", "detected by it alone", "by the reference alone", "p"),
    )
    tables = []
    for basis, pairs in (("equal false alarms", comparison.paired_equal), ("as shipped", comparison.paired)):
        for reference in comparison.references:
            found = [pair for aim, pair in pairs if aim == MAIN_AIM and pair.reference == reference]
            if found:
                label = f"against {reference} at its {found[0].reference_rate:.2f} per corridor-day: {basis}"
                tables.append(table_of(label, head, [_pair(pair) for pair in found]))
    return tuple(tables)


def calibrated_section(comparison: Comparison) -> Section:
    """Return the tables of all detectors at the thresholds they ship with."""
    return Section(
        "At the shipped thresholds",
        f"Set on other seeds for 0.1, 1 and 10 false alarms per corridor-day. A user gets the rate observed here. {BRACKETS}",
        points_tables(comparison, comparison.calibrated, "set for"),
    )


def read_off_section(comparison: Comparison) -> Section:
    """Return the tables of all detectors at equal false alarms, read off their curves."""
    fixed = [name for name in comparison.detectors if name not in comparison.curves]
    return Section(
        "At equal false alarms",
        "The last point of each curve before its false alarms on these runs exceed the rate: slightly optimistic for "
        "all detectors. Mean TTD is over the detected incidents, so a detector that detects only obvious "
        f"incidents looks quick; the last column counts a missed incident as {MISSED_S:.0f} s."
        + (f" Without a threshold to sweep, and so in the next section only: {', '.join(fixed)}." if fixed else ""),
        points_tables(comparison, comparison.read_off, "at most"),
    )


def pair_sections(comparison: Comparison) -> list[Section]:
    """Return the section of paired differences to each reference; [] where none was compared."""
    tables = pair_tables(comparison)
    note = (
        "Differences of TTD on the same incidents; negative is sooner than the reference. Bootstrap intervals over "
        f"incidents. For {MAIN_AIM:g} false alarm per corridor-day; a reference without a curve keeps its shipped setting, and "
        "the others raise no more false alarms than it does. p: McNemar's test of the incidents that only one detects."
    )
    return [Section("Paired with the references", note, tables)] if tables else []


def _pair(pair: PairedDifference) -> tuple[str, ...]:
    return (
        pair.detector,
        number(pair.rate, 2),
        with_interval(pair.difference.mean, pair.difference.interval, signed=True),
        str(len(pair.difference.values)),
        with_interval(pair.cost_difference.mean, pair.cost_difference.interval, signed=True),
        str(pair.only_detector),
        str(pair.only_reference),
        number(pair.mcnemar_p, 3),
    )


def breakdown_section(comparison: Comparison) -> Section:
    """Return the tables of DR and TTD by each factor of the incidents."""
    points = {name: comparison.calibrated.get((name, MAIN_AIM)) for name in comparison.detectors}
    tables = []
    for factor, heading in FACTOR_HEADINGS.items():
        by_name = {name: points_by_factor(point, factor) for name, point in points.items() if point is not None}
        levels = next(iter(by_name.values()), {})
        counts = [f"{_level(level)} ({point.dr.whole})" for level, point in levels.items()]
        rows = [(name, *(_dr_and_ttd(own.get(level)) for level in levels)) for name, own in by_name.items()]
        if levels:
            tables.append(table_of(f"by {heading} (number of incidents)", ("detector", *counts), rows))
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


def table_of(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
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


def _dr_and_ttd(point: OperatingPoint | None) -> str:
    if point is None:
        return DASH
    ttd = f"{number(point.ttd.mean, 0)} s" if point.dr.part else DASH
    return f"{percent(point.dr.value, 0)} %  {ttd}"


def _row(point: OperatingPoint) -> tuple[str, ...]:
    return (
        point.detector,
        str(point.false_alarms),
        with_interval(point.false_alarm_rate.value, point.false_alarm_rate.interval, 2),
        f"{point.dr.part} of {point.dr.whole}",
        percent_with_interval(point.dr),
        with_interval(point.ttd.mean, point.ttd.interval),
        number(point.ttd.median),
        number(point.cost_s),
    )
